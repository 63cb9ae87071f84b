"""Small vectors from other projects' tests and from makers' manuals (`../shared/devices/dumps/decode-vectors.yaml`), as a device.

Each vector gets registers and a quantity of its own; the profile that reads them says no more than the vector does.
"""

from pathlib import Path

import second_decoder
from profiles import load
from units import stored

NUMBER_CHANNELS = ("operating_state", "error_flags", "warning_flags", "plug_state", "sg_ready_state")
PARTS = ("main", "grid", "pv", "battery", "load", "heat_source", "solar", "buffer", "hot_water")
# The standard's names of types, and bytes in a full register; with the pattern by which the standard says "not implemented".
TYPES = {"int16": ("s16", "0x8000"), "uint16": ("u16", "0xFFFF"), "int32": ("s32", "0x80000000"), "uint32": ("u32", "0xFFFFFFFF"),
         "int64": ("s64", "0x8000000000000000"), "uint64": ("u64", "0xFFFFFFFFFFFFFFFF"), "float32": ("f32", None),
         "sunssf": ("s16", "0x8000"), "enum16": ("u16", "0xFFFF"), "bitfield32": ("u32", "0xFFFFFFFF"),
         "s8 in a full register": ("s16", None), "u8 in a full register": ("u16", None)}
# What SolarEdge batteries send for a missing value; the vector's note says so.
LARGEST_NEGATIVE_FLOAT = "0xFF7FFFFF"


def vectors(path, folder):
    """The device with all vectors of the file, and its profile `vectors/all`, written into `folder`."""
    places = [(part, channel) for part in PARTS for channel in NUMBER_CHANNELS]
    lines, blocks, expected, missing, labels = [], [], {}, [], {}
    address = 0
    for vector in load(path)["vectors"]:
        part, channel = places.pop(0)
        kind, silent = TYPES.get(vector["type"], (vector["type"], None))
        if vector["key"] == "solaredge":
            silent = LARGEST_NEGATIVE_FLOAT
        order = "low_first" if vector.get("word_order") == "low_word_first" else "high_first"
        extra = f", not_available: {silent}" if silent else ""
        if "unit" in vector:
            channel = "current"
            extra += f", scale: {vector['scale']}, unit: {vector['unit']}"
        lines.append(f"  - {{part: {part}, channel: {channel}, table: holding, address: {address}, type: {kind}, word_order: {order}{extra}}}\n")
        words = [int(word, 16) for word in vector["words"].split()]
        blocks.append(("holding", address, words))
        address += len(words)
        key = f"{part}.{channel}"
        labels[key] = f"{vector['key']}: {vector['type']} {vector['words']}"
        if vector["value"] == "null":
            missing.append(key)
        else:
            expected[key] = stored(channel, vector["value"], vector.get("unit"))
    name = "vectors/all"
    profile = Path(folder, name + ".yaml")
    profile.parent.mkdir(exist_ok=True)
    profile.write_text("version: 1\nmaker: vectors\nmodel: all\nkind: gateway\nstatus: unconfirmed\nmissing: [\"made for a test\"]\n"
                       "sources: [\"decode-vectors.yaml\"]\nlink: {tcp: {port: 502}, unit: 1}\nregisters:\n" + "".join(lines))
    second = second_decoder.readings(load(profile), blocks, folder)
    return [{"name": "vectors", "profile": name, "every": "60 s", "unit": 1, "origin": "vector", "parts": list(PARTS), "blocks": blocks,
             "expected": expected, "missing": missing, "second": second, "other_order": {}, "labels": labels}]
