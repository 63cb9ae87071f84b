"""SunSpec devices made by pysunspec2, with random but valid values, and what it computes from them.

The models' layout, encoding, scale factors and signs for "not implemented" are pysunspec2's: its file device, which reads a device from a
JSON file, with the model definitions of its package. Each image is read by the profiles of `devices/` (`second_decoder` tells by which
channels), and three images that hold every model are read point by point, by a profile that is written from our own model files.
"""

import json
import random
import struct
from fractions import Fraction
from pathlib import Path

from sunspec2 import device as sunspec
from sunspec2.file import client

import second_decoder
from profiles import interval, resolved
from units import whole

SEEDS = (20_160_628, 1, 2)
INVERTERS = (101, 102, 103, 111, 112, 113)
METERS = second_decoder.METERS
BESIDE_AN_INVERTER = (120, 121, 122, 123, 124, 160)
DER = (701, 702, 703, 704, 713, 714, 802)
IDENTITY = {"manufacturer": "Mn", "model": "Md", "options": "Opt", "firmware": "Vr", "serial": "SN"}

WHOLE = {"int16": (-0x7FFF, 0x7FFF), "uint16": (0, 0xFFFE), "count": (0, 0xFFFE), "acc16": (1, 0xFFFF), "enum16": (0, 0xFFFE),
         "bitfield16": (0, 0x7FFF), "int32": (-0x7FFF_FFFF, 0x7FFF_FFFF), "uint32": (0, 0xFFFF_FFFE), "acc32": (1, 0xFFFF_FFFF),
         "enum32": (0, 0xFFFF_FFFE), "bitfield32": (0, 0x7FFF_FFFF), "int64": (-10**15, 10**15), "uint64": (0, 10**15),
         "acc64": (1, 10**15)}
# Millionths of a value must fit 64 bits, and its decimals the double that pysunspec2 computes it in.
GREATEST = 9 * 10**12
# Of how many points one is not implemented.
SILENT = 6


def random_points(group, dice, scales):
    """Values for the points of a group's definition; None is "not implemented". `scales` are those of the model's scale factors."""
    values = {}
    for point in group["points"]:
        name, kind = point["name"], point["type"]
        if name in ("ID", "L"):
            continue
        if kind == "sunssf":
            values[name] = scales[name]
        elif kind == "pad":
            values[name] = 0
        elif dice.randrange(SILENT) == 0:
            values[name] = None
        elif kind == "string":
            letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."
            values[name] = "".join(dice.choices(letters, k=dice.randint(1, 2 * point["size"])))
        elif kind.startswith("float"):
            value = dice.choice((1, -1)) * dice.uniform(0, 10 ** dice.randint(-1, 5))
            values[name] = struct.unpack(">f", struct.pack(">f", value))[0]
        else:
            least, greatest = WHOLE[kind]
            power = scales.get(point.get("sf"), 0) if isinstance(point.get("sf"), str) else point.get("sf", 0)
            limit = min(greatest, GREATEST // 10 ** max(power, 0))
            # All magnitudes, so that high words are sometimes 0 and sometimes not.
            values[name] = dice.randint(max(least, -limit), dice.choice((limit, min(limit, 0xFFFF), min(limit, 999))))
    return values


def random_model(number, dice):
    """The JSON of a model as pysunspec2's file device reads it."""
    definition = sunspec.get_model_def(number)["group"]
    scales = {point["name"]: dice.randint(-4, 3) for point in definition["points"] if point["type"] == "sunssf"}
    model = {"ID": number, **random_points(definition, dice, scales)}
    for group in definition.get("groups", []):
        if "count" not in group:
            own = {point["name"]: dice.randint(-4, 3) for point in group["points"] if point["type"] == "sunssf"}
            model[group["name"]] = random_points(group, dice, {**scales, **own})
            continue
        groups = dice.randint(2, 4)
        model[group["count"] if isinstance(group["count"], str) else "N"] = groups
        model[group["name"]] = [random_points(group, dice, scales) for _ in range(groups)]
        if number == 714:
            # Modules and one battery, by the numbers of the first edition or of later ones.
            pv, battery = dice.choice(((0, 1), (1, 2)))
            for k, port in enumerate(dice.sample(model["Prt"], k=groups)):
                port["PrtTyp"] = pv if k else battery
    return model


def made(numbers, dice, folder):
    """A device with the models `numbers`, made by pysunspec2 from a file."""
    path = Path(folder, f"device-{dice.randrange(10**9)}.json")
    path.write_text(json.dumps({"models": [random_model(number, dice) for number in numbers]}))
    device = client.FileClientDevice(str(path))
    device.scan()
    if errors := "".join(model.error_info for model in device.model_list):
        raise ValueError(errors)
    return device


def words(device):
    """The registers of its map: marker, models, end mark."""
    data = b"SunS" + device.get_mb() + b"\xff\xff\x00\x00"
    return [int.from_bytes(data[i:i + 2], "big") for i in range(0, len(data), 2)]


def recording(name, profile, base, device, second, models, every="60 s"):
    """An image of which `second` is what pysunspec2 computes, and `models` those that it has."""
    points = device.model_list[0].points
    parts = sorted({key.split(".")[0] for key in second})
    return {"name": name, "profile": profile, "every": every, "unit": 1, "origin": "image", "parts": parts,
            "blocks": [("holding", base, words(device))], "expected": {}, "missing": [], "second": second, "other_order": {},
            "models": models, "identity": {key: points[point].value for key, point in IDENTITY.items() if points[point].value}}


def images(devices, folder):
    """All images; one entry for each profile that reads an image."""
    entries = []
    for k in range(18):
        # An inverter, and as the second device of the map a meter; for every third inverter also as a hybrid.
        models = [1, INVERTERS[k % 6], *BESIDE_AN_INVERTER, 1, METERS[k % 8]]
        device = made(models, dice_of(k), folder)
        profiles = ["sunspec/inverter"] + ["fronius/gen24"] * (k % 3 == 0)
        entries += [read_by(profile, device, 40000, models, devices) for profile in profiles]
    for k, meter in enumerate(METERS):
        profile, base = (("sunspec/meter", (40000, 50000, 0, 1000)[k // 2]), ("elkor/wattson", 40000))[k % 2]
        entries.append(read_by(profile, made([1, meter], dice_of(100 + k), folder), base, [1, meter], devices))
    for k in range(6):
        # The newer kind of hybrid; every other one with the older battery model.
        models = [1, 701, 702, 703, 704, *((802,) if k % 2 else (713,)), 714, 1, METERS[k]]
        entries.append(read_by("sunspec/hybrid", made(models, dice_of(200 + k), folder), 40000, models, devices))
    shipped = client.FileClientDevice(str(Path(sunspec.__file__).parent / "tests/test_data/device_1547.json"))
    shipped.scan()
    entries.append(read_by("sunspec/hybrid", shipped, 40000, [model.model_id for model in shipped.model_list], devices))
    for seed in SEEDS:
        models = [1, *INVERTERS, *BESIDE_AN_INVERTER, *METERS, *DER]
        entries.append(point_by_point(made(models, random.Random(seed), folder), seed, models, devices, folder))
    return entries


def dice_of(k):
    """The random numbers of image `k`."""
    return random.Random(1000 * k + SEEDS[k % len(SEEDS)])


def read_by(name, device, base, models, devices):
    """The image as the profile `name` has to read it."""
    profile = resolved(devices, name)
    second = second_decoder.readings(profile, [("holding", base, words(device))], devices)
    return recording(f"models {models}", name, base, device, second, models, interval(profile))


# Point by point: a register of a profile for each numeric point, at any channel of thousandths.

CHANNELS = {
    "V": ["voltage_l1", "voltage_l2", "voltage_l3", "voltage_l1_l2", "voltage_l2_l3", "voltage_l3_l1",
          "dc_voltage", "dc_voltage_1", "dc_voltage_2", "dc_voltage_3", "dc_voltage_4"],
    "A": ["current", "current_l1", "current_l2", "current_l3", "current_neutral",
          "dc_current", "dc_current_1", "dc_current_2", "dc_current_3", "dc_current_4"],
    "VA": ["apparent_power", "apparent_power_l1", "apparent_power_l2", "apparent_power_l3"],
    "var": ["reactive_power", "reactive_power_l1", "reactive_power_l2", "reactive_power_l3"],
    "degC": ["temperature", "temperature_1", "temperature_2", "flow_temperature", "return_temperature", "temperature_difference",
             "outdoor_temperature", "room_temperature", "hot_water_temperature", "source_temperature", "boiler_temperature",
             "exhaust_temperature", "collector_temperature", "buffer_temperature_top", "buffer_temperature_middle",
             "buffer_temperature_bottom", "flow_temperature_target", "hot_water_temperature_target", "buffer_temperature_target"],
    "Hz": ["frequency"],
    "varh": ["reactive_energy_import", "reactive_energy_export", "reactive_energy_total"],
    "VAh": ["apparent_energy_import", "apparent_energy_export"],
    "Wh": ["energy_import", "energy_import_l1", "energy_import_l2", "energy_import_l3", "energy_export", "energy_export_l1",
           "energy_export_l2", "energy_export_l3", "energy_total", "dc_energy", "dc_energy_1", "dc_energy_2", "dc_energy_3",
           "dc_energy_4", "heat_energy", "cooling_energy", "session_energy", "battery_capacity", "energy_today"],
}
PARTS = ["main", "grid", "pv", "battery", "load", "heat_source", "solar", "buffer", "hot_water"] + [
    f"{name}_{k}" for name in ("circuit", "connector", "meter") for k in range(1, 5)]
REGISTER_TYPES = {"int16": "s16", "int32": "s32", "int64": "s64", "float32": "f32", "float64": "f64", "sunssf": "s16",
                  **{name: "u" + name[-2:] for name in WHOLE if name[0] in "uaeb"}, "count": "u16"}
NOT_IMPLEMENTED = {"s16": "0x8000", "s32": "0x80000000", "s64": "0x8000000000000000", "u16": "0xFFFF", "u32": "0xFFFFFFFF",
                   "u64": "0xFFFFFFFFFFFFFFFF"}


def point_by_point(device, seed, models, devices, folder):
    """The image with a profile of its own, written into `folder`, that reads each numeric point by our own model files."""
    places = [(part, channel, unit) for part in PARTS for unit, channels in CHANNELS.items() for channel in channels]
    lines, second, labels = [], {}, {}
    address = 40002
    for number, model in zip(models, device.model_list):
        ours = second_decoder.definition(devices, number)
        groups = [(0, ours["points"], model)]
        if repeating := ours.get("repeating"):
            (inputs,) = [group for group in model.groups.values() if isinstance(group, list)]
            start, length = int(repeating["offset"]), int(repeating["length"])
            groups += [(start + k * length, repeating["points"], group) for k, group in enumerate(inputs)]
        offsets = {point["name"]: address + int(point["offset"]) for point in ours["points"]}
        for start, points, group in groups:
            for point in points:
                if point["type"] in ("string", "pad"):
                    continue
                part, channel, unit = places.pop(0)
                lines.append(register(point, part, channel, unit, address + start, offsets))
                label = f"{number}.{point['name']}" + (f" of group {group.index}" if start else "")
                value = second_decoder.point_number(find(group, point["name"]))
                second[f"{part}.{channel}"] = None if value is None else whole(value * 10**6)
                labels[f"{part}.{channel}"] = label
        address += model.len
    name = f"pysunspec2/points-{seed}"
    path = Path(folder, name + ".yaml")
    path.parent.mkdir(exist_ok=True)
    head = ("version: 1\nmaker: pysunspec2\nmodel: every point\nkind: gateway\nstatus: unconfirmed\nmissing: [\"made for a test\"]\n"
            "sources: [\"our model files\"]\nlink: {tcp: {port: 502}, unit: 1}\nlimits: {gap: 124}\nregisters:\n")
    path.write_text(head + "".join(lines))
    entry = recording(f"every point, seed {seed}", name, 40000, device, second, models)
    return {**entry, "labels": labels, "identity": {}}


def find(group, name):
    """The point called `name` in a group of pysunspec2; `GROUP_POINT` for one in a group inside it."""
    if name in group.points:
        return group.points[name]
    inner, _, rest = name.partition("_")
    return find(group.groups[inner], rest)


def register(point, part, channel, unit, address, offsets):
    """A line of a profile for a point of our model files; the value is stored in millionths."""
    kind = REGISTER_TYPES[point["type"]]
    silent = "0" if point["type"].startswith("acc") else NOT_IMPLEMENTED.get(kind)
    line = f"  - {{part: {part}, channel: {channel}, table: holding, address: {address + int(point['offset'])}, type: {kind}, "
    scale = Fraction(1000)
    if factor := point.get("scale_factor"):
        if factor in offsets:
            line += f"scale_register: {{table: holding, address: {offsets[factor]}}}, "
        else:
            scale *= Fraction(10) ** int(factor)
    if silent:
        line += f"not_available: {silent}, "
    return line + f"scale: {float(scale):g}, unit: {unit}}}\n"
