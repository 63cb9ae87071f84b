"""Device profiles as docs/formats/device-profile.md describes them, read by other code than ours."""

from pathlib import Path

import yaml

# Far more than any poll of these tests takes, so that each device is polled once.
USUAL_INTERVAL = 60_000
MERGED = ("identity", "not_available")


def load(path):
    """A YAML file with every scalar as the text that stands there, so that no decimal goes through a float."""
    return yaml.load(Path(path).read_text(encoding="utf-8"), Loader=yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader)


def place(entry):
    """What tells a register from the others of its profile: part and channel."""
    return f"{entry.get('part', 'main')}.{entry['channel']}"


def resolved(devices, name):
    """The profile `name` of the folder `devices`, with what it takes from the profile that it extends."""
    own = load(Path(devices, name + ".yaml"))
    if "extends" not in own:
        return own
    base = resolved(devices, own["extends"])
    merged = {**base, **own}
    for key in MERGED:
        if key in base and key in own:
            merged[key] = {**base[key], **own[key]}
    gone = {place(entry) for entry in own.get("without", [])}
    registers = {place(entry): entry for entry in base.get("registers", []) if place(entry) not in gone}
    registers.update({place(entry): entry for entry in own.get("registers", [])})
    if registers:
        merged["registers"] = list(registers.values())
    return merged


def milliseconds(duration):
    """A duration such as `500 ms` or `5 s`."""
    number, unit = duration.split()
    return int(number) * {"ms": 1, "s": 1000}[unit]


def interval(profile):
    """How often a device may be read here, as collector.yaml writes it."""
    least = milliseconds(profile.get("limits", {}).get("minimum_interval", "0 s"))
    return f"{max(USUAL_INTERVAL, least)} ms"
