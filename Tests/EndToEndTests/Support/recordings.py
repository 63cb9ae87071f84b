"""Recorded registers, and the readings that the collector must store for them.

A file is either `devices/<maker>/<model>.samples.yaml`, which states the readings itself, or a dump of `../shared/devices/dumps`, which
states what each register or SunSpec point means. Nothing here decodes a register: expected values come from the files, and only their
units are converted, exactly, with the units of `docs/formats/device-profile.md`.
"""

import math
from fractions import Fraction
from pathlib import Path

import yaml

# Whole numbers of the stored unit in one of each unit: mW, mVA, mvar, mV, mA, mHz, mWh, millionths, m degC, ml/h, ml, g, s, Pa.
UNITS = {
    **{prefix + base: 1000 * factor
       for prefix, factor in (("", 1), ("k", 1000), ("M", 1_000_000))
       for base in ("W", "VA", "var", "Wh", "VAh", "varh")},
    "V": 1000, "A": 1000, "Hz": 1000, "degC": 1000, "C": 1000, "K": 1000,
    "%": 10_000, "Pct": 10_000, "1": 1_000_000, "J": Fraction(1000, 3600),
    "l/h": 1000, "m3/h": 1_000_000, "l": 1000, "m3": 1_000_000,
    "kg": 1000, "t": 1_000_000, "s": 1, "min": 60, "h": 3600, "bar": 100_000, "mbar": 100, "Pa": 1,
}
NUMBERS = ("operating_state", "error_flags", "warning_flags", "plug_state", "sg_ready_state", "phases")
SHARES = ("power_factor", "state_of_charge", "state_of_health")
TURNED = ("export", "production", "discharge")
MODULE_CHANNELS = ("dc_power", "dc_voltage", "dc_current", "dc_energy")


def whole(value):
    """`value` as a whole number, halves away from zero."""
    return int(math.copysign(1, value)) * int(abs(value) + Fraction(1, 2))


def stored(channel, number, unit):
    """What the store holds for `number`, a text, in `unit`."""
    value = Fraction(number)
    if channel in NUMBERS:
        return whole(value)
    if channel.startswith("power_factor") and unit == "Pct":
        # SunSpec says percent, some makers send the ratio; the smallest percentage that a device sends is above 1.01.
        unit = "%" if abs(value) > Fraction("1.01") else "1"
    if not unit:
        if not channel.startswith(SHARES):
            raise ValueError(f"{channel} has no unit")
        unit = "1"
    return whole(value * UNITS[unit])


def load(path):
    """A YAML file with every scalar as the text that stands there, so that no decimal goes through a float."""
    return yaml.load(Path(path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def blocks(entries, offset=0):
    """Tables, addresses and words of recorded blocks."""
    return [(e["table"], int(e["address"], 0) + offset, [int(w, 16) for w in e["words"].split()]) for e in entries]


def recordings(path, devices, profile_name):
    """What `path` records, for the profile `profile_name` of the folder `devices`."""
    document = load(path)
    profile = merged_profile(devices, profile_name)
    if "samples" in document:
        return [sample(entry, profile) for entry in document["samples"]]
    return [dump(document, profile, devices)]


def merged_profile(devices, name):
    """The profile `name` with the keys of those that it extends."""
    profile = load(Path(devices, name + ".yaml"))
    return {**merged_profile(devices, profile["extends"]), **profile} if "extends" in profile else profile


def recording(name, unit, words, expected, missing, complete):
    """A recording; `complete` when nothing but `expected` may be stored."""
    parts = sorted({key.split(".")[0] for key in [*expected, *missing]})
    return {"name": name, "unit": unit, "blocks": words, "parts": parts, "expected": expected, "missing": missing, "complete": complete}


def sample(entry, profile):
    """A sample of a device's own file."""
    expected, missing = {}, []
    for field in entry["expect"] + entry.get("absent", []):
        key = f"{field.get('part', 'main')}.{field['channel']}"
        if "value" in field:
            number, _, unit = field["value"].partition(" ")
            expected[key] = stored(field["channel"], number, unit)
        else:
            missing.append(key)
    unit = int(entry.get("unit", profile["link"].get("unit", "1")))
    complete = "sunspec" not in profile or entry["origin"] == "recorded"
    return recording(entry["name"], unit, blocks(entry["blocks"]), expected, missing, complete)


def dump(document, profile, devices):
    """A dump: its own list of values, seen through the profile's or the SunSpec models' names."""
    expected, missing = {}, []

    def note(key, channel, number, unit, turned):
        if key in expected or key in missing:
            return  # the first inverter or meter model of the chain counts
        if number in ("null", "~", ""):
            missing.append(key)
        else:
            value = stored(channel, number, unit)
            expected[key] = -value if turned else value

    if "sunspec" in profile:
        offset = int(profile["sunspec"]["bases"][0], 0) if int(document["base"], 0) == 0 else 0
        sunspec_fields(document, profile, devices, note)
    else:
        offset = 0
        register_fields(document, profile, note)
    unit = int(document.get("unit_id", "1"))
    return recording(document["device"], unit, blocks(document["blocks"], offset), expected, missing, "sunspec" in profile)


def register_fields(document, profile, note):
    """The dump's values at addresses that the profile knows."""
    registers = {(r["table"], int(r["address"], 0)): r for r in profile["registers"]}
    tables = [(t, range(a, a + len(w))) for t, a, w in blocks(document["blocks"])]
    for entry in document["expected"]:
        address = int(entry["address"])
        table = next(table for table, addresses in tables if address in addresses)
        register = registers.get((table, address))
        if register is None or register["type"] != entry["type"]:
            continue
        key = f"{register.get('part', 'main')}.{register['channel']}"
        note(key, register["channel"], entry["value"], entry.get("unit"), register.get("positive") in TURNED)


def sunspec_fields(document, profile, devices, note):
    """The dump's values of points that have a channel, in the models that belong to the device's main part."""
    kinds = ("101", "102", "103", "111", "112", "113") if profile["kind"] != "meter" else ("201", "202", "203", "204")
    convention = "meter_positive" if profile["kind"] == "meter" else "inverter_positive"
    turned = profile["sunspec"][convention] in TURNED
    measuring = next(m["model"] for m in document["expected"] if m["model"] in kinds)
    for model in document["expected"]:
        if model["model"] == measuring:
            points = {p["name"]: p["channel"] for p in load(Path(devices, "sunspec/models", model["model"] + ".yaml"))["points"] if "channel" in p}
            for entry in model["values"]:
                if channel := points.get(entry["point"]):
                    note(f"main.{channel}", channel, entry["value"], entry.get("unit"), turned and channel.startswith("active_power"))
        elif model["model"] == "160" and profile["kind"] == "inverter":
            repeating = load(Path(devices, "sunspec/models/160.yaml"))["repeating"]["points"]
            points = {p["name"]: p["channel"] for p in repeating if p.get("channel") in MODULE_CHANNELS}
            for entry in model["values"]:
                group, _, name = entry["point"].partition("].")
                number = group.removeprefix("module[")
                if name in points and int(number) <= 4:
                    channel = f"{points[name]}_{number}"
                    note(f"main.{channel}", channel, entry["value"], entry.get("unit"), False)
