"""Recorded registers, and the readings that the collector must store for them.

A file is either `devices/<maker>/<model>.samples.yaml`, which states the readings itself, or a dump of `../shared/devices/dumps`, which
states what each register or SunSpec point means. Expected values come from the files, and only their units are converted, exactly, with
the units of `docs/formats/device-profile.md`. Added to each is what another decoder than ours reads from the same words (`second`), and
what it would read from those of a real device if their order were the other one (`other_order`).
"""

from pathlib import Path

import second_decoder
from profiles import interval, load, place, resolved
from second_decoder import INVERTERS, METERS
from units import TURNED, stored

MODULE_CHANNELS = ("dc_power", "dc_voltage", "dc_current", "dc_energy")


def blocks(entries, offset=0):
    """Tables, addresses and words of recorded blocks."""
    return [(e["table"], int(e["address"], 0) + offset, [int(w, 16) for w in e["words"].split()]) for e in entries]


def recordings(path, devices, name):
    """What `path` records, for the profile `name` of the folder `devices`."""
    document = load(path)
    profile = resolved(devices, name)
    entries = [sample(e, profile) for e in document["samples"]] if "samples" in document else [dump(document, profile, devices)]
    for entry in entries:
        second = second_decoder.readings(profile, entry["blocks"], devices)
        keys = [*entry["expected"], *entry["missing"], *(key for key, value in second.items() if value is not None)]
        parts = sorted({key.split(".")[0] for key in keys})
        other = second_decoder.in_other_order(profile, entry["blocks"]) if entry["origin"] != "constructed" else {}
        entry.update(profile=name, every=interval(profile), parts=parts, second=second, other_order=other)
    return entries


def recording(name, unit, words, expected, missing, origin):
    """A recording; `origin` is `recorded`, `constructed` or `dump`."""
    return {"name": name, "unit": unit, "blocks": words, "expected": expected, "missing": missing, "origin": origin}


def sample(entry, profile):
    """A sample of a device's own file."""
    expected, missing = {}, []
    for field in entry["expect"] + entry.get("absent", []):
        if "value" in field:
            number, _, unit = field["value"].partition(" ")
            expected[place(field)] = stored(field["channel"], number, unit)
        else:
            missing.append(place(field))
    unit = int(entry.get("unit", profile["link"].get("unit", "1")))
    return recording(entry["name"], unit, with_map(blocks(entry["blocks"]), profile), expected, missing, entry["origin"])


def with_map(words, profile):
    """`words`, with a SunSpec map of no model where a sample of the registers beside it leaves it out: without one, no device is read."""
    bases = [int(base, 0) for base in profile.get("sunspec", {}).get("bases", [])]
    has_map = not bases or any(address <= base < address + len(block) for _, address, block in words for base in bases)
    return words if has_map else [*words, ("holding", bases[0], [*second_decoder.MARKER, second_decoder.END, 0])]


def dump(document, profile, devices):
    """A dump: its own list of values, seen through the profile's or the SunSpec models' names."""
    expected, missing = {}, []

    def note(key, channel, number, unit, turned):
        if key in expected or key in missing:
            return
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
    return recording(document["device"], unit, blocks(document["blocks"], offset), expected, missing, "dump")


def register_fields(document, profile, note):
    """The dump's values at addresses that the profile knows."""
    registers = {(r["table"], int(r["address"], 0)): r for r in profile["registers"] if "address" in r and "bits" not in r}
    tables = [(t, range(a, a + len(w))) for t, a, w in blocks(document["blocks"])]
    for entry in document["expected"]:
        address = int(entry["address"])
        table = next(table for table, addresses in tables if address in addresses)
        register = registers.get((table, address))
        if register is not None and register["type"] == entry["type"]:
            note(place(register), register["channel"], entry["value"], entry.get("unit"), register.get("positive") in TURNED)


def sunspec_fields(document, profile, devices, note):
    """The dump's values of points that have a channel, in the models that describe a part of the device."""
    taken = set()
    for model in document["expected"]:
        number = int(model["model"])
        family = next((members for members in (INVERTERS, METERS) if number in members), number)
        part, turned = part_of(number, profile)
        if part is None or family in taken:
            continue
        taken.add(family)
        content = load(Path(devices, f"sunspec/models/{number}.yaml"))
        entries = content["repeating"]["points"] if number == 160 else content["points"]
        points = {p["name"]: p["channel"] for p in entries if "channel" in p}
        for entry in model["values"]:
            group, _, name = entry["point"].rpartition("].")
            if channel := points.get(name):
                if number == 160:
                    order = int(group.removeprefix("module["))
                    if channel not in MODULE_CHANNELS or order > 4:
                        continue
                    channel = f"{channel}_{order}"
                note(f"{part}.{channel}", channel, entry["value"], entry.get("unit"), turned and channel.startswith("active_power"))


def part_of(model, profile):
    """The part that a model describes in the profile, and whether its active powers are turned."""
    kind, keys = profile["kind"], profile["sunspec"]
    if model in METERS and "meter_positive" in keys:
        return "main" if kind == "meter" else "grid", keys["meter_positive"] in TURNED
    if model in INVERTERS and kind != "meter":
        return "main", keys["inverter_positive"] in TURNED
    if model in (124, 713) and kind == "hybrid_inverter":
        return "battery", False
    return "main" if model == 160 and kind == "inverter" else None, False
