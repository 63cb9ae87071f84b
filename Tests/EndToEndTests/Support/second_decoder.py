"""What other programs than ours read from the same registers: pymodbus turns words into numbers, pysunspec2 reads SunSpec models.

The profile says which words and which scale; word order, two's complement, IEEE 754, the models' layout, their scale factors and their
signs for "no value" are the work of pymodbus 3 and pysunspec2, with the model definitions that pysunspec2 brings along.
"""

import math
from fractions import Fraction
from functools import cache
from pathlib import Path

from pymodbus.client.mixin import ModbusClientMixin
from sunspec2 import device as sunspec

from profiles import load, place
from units import NUMBERS, TURNED, stored

TYPES = ModbusClientMixin.DATATYPE
PYMODBUS_TYPES = {
    "u16": TYPES.UINT16, "s16": TYPES.INT16, "u32": TYPES.UINT32, "s32": TYPES.INT32, "f32": TYPES.FLOAT32,
    "u64": TYPES.UINT64, "s64": TYPES.INT64, "f64": TYPES.FLOAT64,
}
PATTERNS = {1: TYPES.UINT16, 2: TYPES.UINT32, 4: TYPES.UINT64}
POWERS_OF_TEN = range(-10, 11)
INVERTERS, METERS = (101, 102, 103, 111, 112, 113, 701), (201, 202, 203, 204, 211, 212, 213, 214)
STORAGES, INPUTS = (124, 713, 802), (160, 714)
MARKER, END = [0x5375, 0x6E53], 0xFFFF


def readings(profile, blocks, devices):
    """The whole number to be stored for each `PART.CHANNEL` of `profile`; None where the words say that there is no value."""
    words = {(table, address + i): word for table, address, block in blocks for i, word in enumerate(block)}
    found = sunspec_readings(profile, words, devices) if "sunspec" in profile else {}
    return {**found, **register_readings(profile, words)}


# Registers


def register_readings(profile, words):
    """The registers of `profile`."""
    return {place(entry): register_reading(entry, profile, words) for entry in profile.get("registers", [])}


def register_reading(entry, profile, words):
    """One register, or the sum of several."""
    summands = [{"table": entry["table"], **summand} for summand in entry["sum"]] if "sum" in entry else [{**entry, "scale": "1"}]
    numbers = [number(summand, profile, words) for summand in summands]
    if any(value is None for value in numbers):
        return None
    value = sum(value * Fraction(summand.get("scale", "1")) for value, summand in zip(numbers, summands))
    value *= Fraction(entry.get("scale", "1"))
    if "scale_register" in entry:
        power = number({**entry["scale_register"], "type": "s16", "not_available": []}, profile, words)
        if power is None or power not in POWERS_OF_TEN:
            return None
        value *= Fraction(10) ** int(power)
    value += Fraction(entry.get("offset", "0"))
    count = stored(entry["channel"], value, entry.get("unit"))
    if abs(count) >= 1 << 63:
        return None
    if "direction" in entry:
        return directed(count, entry, profile, words)
    return -count if entry.get("positive") in turning(entry["channel"]) else count


def directed(count, entry, profile, words):
    """A magnitude with the sign that the entry's direction register gives it."""
    direction = {"table": entry.get("table"), "type": "u16", "not_available": [], **entry["direction"]}
    code = number(direction, profile, words)
    said = [key for key, codes in entry["direction"].items() if key not in ("table", "address", "bits")
            and code in [int(c, 0) for c in ([codes] if isinstance(codes, str) else codes)]]
    if not said or said == ["idle"] and count:
        return None
    return -abs(count) if said[0] in turning(entry["channel"]) else abs(count)


def turning(channel):
    """The directions that turn the sign: of DC currents and powers, which are positive for what strings make, the other ones."""
    return ("consumption", "discharge") if channel.startswith("dc_") else TURNED


def number(entry, profile, words):
    """The number in the words of `entry`, as pymodbus reads it; None where there is none."""
    address, kind = int(entry["address"], 0), entry["type"]
    if kind == "bit":
        word = words.get((entry["table"], address))
        return None if word is None else Fraction(word)
    width = PYMODBUS_TYPES[kind].value[1]
    registers = [words.get((entry["table"], address + i)) for i in range(width)]
    if any(word is None for word in registers):
        return None
    order = "little" if entry.get("word_order", profile.get("word_order")) == "low_first" else "big"
    pattern = ModbusClientMixin.convert_from_registers(registers, PATTERNS[width], word_order=order)
    value = ModbusClientMixin.convert_from_registers(registers, PYMODBUS_TYPES[kind], word_order=order)
    inherited = profile.get("not_available", {}).get(kind, [])
    if "bits" in entry:
        low, _, high = entry["bits"].partition("-")
        value = pattern = pattern >> int(low) & (1 << int(high or low) - int(low) + 1) - 1
        inherited = []
    silent = entry.get("not_available", inherited)
    if pattern in [int(p, 0) for p in ([silent] if isinstance(silent, str) else silent)]:
        return None
    return Fraction(value) if math.isfinite(value) else None


def in_other_order(profile, blocks):
    """What registers of several words would say in the order that the profile does not claim."""
    words = {(table, address + i): word for table, address, block in blocks for i, word in enumerate(block)}
    found = {}
    for entry in profile.get("registers", []):
        if PYMODBUS_TYPES.get(entry.get("type"), TYPES.UINT16).value[1] > 1:
            is_low_first = entry.get("word_order", profile.get("word_order")) == "low_first"
            turned = {**entry, "word_order": "high_first" if is_low_first else "low_first"}
            found[place(entry)] = register_reading(turned, profile, words)
    return found


# SunSpec


@cache
def definition(devices, model):
    """Our file of a SunSpec model, for the channels of its points; None where there is none."""
    path = Path(devices, f"sunspec/models/{model}.yaml")
    return load(path) if path.exists() else None


def models(profile, words):
    """The models of a map as pysunspec2 reads them, each with its number; a second model 1 begins the next device."""
    holding = {address: word for (table, address), word in words.items() if table == "holding"}
    bases = [int(base, 0) for base in profile["sunspec"]["bases"]]
    base = next((b for b in bases if [holding.get(b), holding.get(b + 1)] == MARKER), None)
    address = None if base is None else base + 2
    while address is not None and holding.get(address, END) != END and address + 1 in holding:
        number = holding[address]
        length = int(profile["sunspec"].get("lengths", {}).get(str(number), holding[address + 1]))
        registers = []
        while len(registers) < length + 2 and address + len(registers) in holding:
            registers.append(holding[address + len(registers)])
        try:
            yield number, sunspec.Model(number, model_len=length, data=b"".join(word.to_bytes(2, "big") for word in registers))
        except sunspec.ModelError:
            pass
        address += length + 2


def sunspec_readings(profile, words, devices):
    """The channels that the models of the map have, by the table of `docs/formats/device-profile.md`."""
    found, taken = {}, set()
    for model, content in models(profile, words):
        family = next((members for members in (INVERTERS, METERS, INPUTS) if model in members), model)
        # Further ones are another device's, or say again what the first says.
        if model != 1 and family not in taken and definition(devices, model) is not None:
            taken.add(family)
            for key, value in model_readings(profile, model, content, devices).items():
                if found.get(key) is None:  # of several models that say the same, the first that has a value
                    found[key] = value
    return found


def model_readings(profile, model, content, devices):
    """The channels of one model."""
    sunspec_keys = profile["sunspec"]
    kind = profile["kind"]
    if model in METERS:
        part, positive = "main" if kind == "meter" else "grid", sunspec_keys.get("meter_positive")
    elif model in INVERTERS and kind != "meter":
        part, positive = "main", sunspec_keys.get("inverter_positive")
    elif model in STORAGES and kind in ("hybrid_inverter", "battery"):
        part, positive = "battery", sunspec_keys.get("battery_positive", "")
    elif model in INPUTS and kind != "meter":
        return input_readings(profile, model, content, devices)
    else:
        return {}
    values = channels(definition(devices, model)["points"], content, sunspec_keys, positive or "")
    if model in METERS and positive is None:
        # Nobody said which way this meter counts.
        return {f"{part}.{channel}": value for channel, value in values if channel.startswith(EITHER_WAY)}
    # Which way a battery counts is not in the standard.
    return {f"{part}.{channel}": value for channel, value in values if part != "battery" or positive or channel not in DIRECTED}


DIRECTED = ("active_power", "dc_current")
EITHER_WAY = ("voltage", "frequency", "error_flags")


def channels(points, group, sunspec_keys, positive=""):
    """Channels and values of those of our `points` that have one, read from the points of the same names of pysunspec2's `group`."""
    for point in points:
        if channel := point.get("channel"):
            value = point_reading(group.points[point["name"]], channel, sunspec_keys)
            has_direction = channel.startswith("active_power") or channel == "dc_current" and positive in ("charge", "discharge")
            yield channel, -value if value and positive in TURNED and has_direction else value


def point_reading(point, channel, sunspec_keys):
    """The whole number to be stored for a point; None where pysunspec2 says that it is not implemented."""
    value = point_number(point)
    unit = point.pdef.get("units")
    if channel.startswith("power_factor"):
        unit = {"ratio": "1", "percent": "%"}.get(sunspec_keys.get("power_factor"), unit)
    return None if value is None else stored(channel, value, unit)


def point_number(point):
    """The computed value of a point of pysunspec2, as the decimal number that it shows."""
    value = point.cvalue
    if value is None or isinstance(value, str) or not math.isfinite(value):
        return None
    if point.pdef["type"].startswith("bitfield") and value >> 8 * 2 * point.len - 1:
        return None  # the standard: where the highest flag is set, the others mean nothing
    if point.sf_required and point.sf_value not in POWERS_OF_TEN:
        return None
    # A float of 32 bits is exactly what it is; a scaled whole number is the decimal that its shortest text shows.
    return Fraction(value) if point.pdef["type"].startswith("float") else Fraction(repr(value))


def input_readings(profile, model, content, devices):
    """The DC inputs of models 160 and 714: solar strings, and the battery of a hybrid inverter."""
    is_hybrid, keys = profile["kind"] == "hybrid_inverter", profile["sunspec"]
    inputs = content.groups.get("module" if model == 160 else "Prt", [])
    count = content.points["N" if model == 160 else "NPrt"].value
    if count is not None and count <= len(inputs):
        inputs = inputs[:count]
    roles = keys.get("modules") or port_roles(keys, [g.points["PrtTyp"].value for g in inputs] if model == 714 else [])
    strings = roles["pv"] if roles else [] if is_hybrid else range(1, len(inputs) + 1)
    points = definition(devices, model)["repeating"]["points"]
    values = [dict(channels(points, group, keys, keys.get("battery_positive", ""))) for group in inputs]
    unturned = [dict(channels(points, group, keys)) for group in inputs]
    part = "pv" if is_hybrid else "main"
    found = {}
    for order, k in enumerate([int(k) for k in strings][:4], 1):
        for channel, value in unturned[k - 1].items() if k <= len(inputs) else ():
            if channel.startswith("dc_"):
                found[f"{part}.{channel}_{order}"] = value
    for order, k in enumerate([int(k) for k in (roles or {}).get("battery", [])], 1):
        battery = "battery" if order == 1 else f"battery_{order}"
        found.update({f"{battery}.{channel}": value for channel, value in two_way_battery(values[k - 1], keys) if k <= len(inputs)})
    if roles and ("battery_charge" in roles or "battery_discharge" in roles):
        # Input by input; None for one that the profile does not name, nothing for one that the device does not have.
        charge, discharge = (unturned[int(k) - 1] if k and int(k) <= len(inputs) else {} if k else None
                             for k in (roles.get("battery_charge"), roles.get("battery_discharge")))
        found["battery.active_power"] = flow(charge, discharge)
        found["battery.energy_import"] = (charge or {}).get("dc_energy")
        found["battery.energy_export"] = (discharge or {}).get("dc_energy")
    return found


def port_roles(keys, types):
    """What the ports of model 714 say that they are; None where the numbers do not tell."""
    numbers = keys.get("port_types")
    if numbers is None:
        numbers = {"pv": 0, "battery": 1} if 0 in types else {"pv": 1, "battery": 2} if 2 in types else None
    if numbers is None:
        return None
    return {role: [k for k, kind in enumerate(types, 1) if kind == int(number)] for role, number in numbers.items()}


def two_way_battery(port, keys):
    """The channels of a port behind which a battery is."""
    if keys.get("battery_positive"):
        power = port["dc_power"]
        yield "active_power", -power if power and keys["battery_positive"] in TURNED else power
        yield "dc_current", port["dc_current"]
    yield "dc_voltage", port["dc_voltage"]
    yield "energy_export", port["dc_energy"]
    yield "energy_import", port["energy_import"]


def flow(charge, discharge):
    """A battery's power; an idle input shows no value, and counts as 0 while the other shows more than 0."""
    if {} in (charge, discharge):
        return None
    inward, outward = (None if side is None else side.get("dc_power") for side in (charge, discharge))
    if inward is not None and outward is not None:
        return inward - outward
    if inward is not None and (discharge is None or inward > 0):
        return inward
    return -outward if outward is not None and (charge is None or outward > 0) else None
