"""Serves recorded registers with pymodbus, an implementation of Modbus that shares nothing with ours.

  serve_dump.py tcp --devices FOLDER [--port N] MAKER/MODEL[=FILE]...
      each recording of the files at a port of its own on 127.0.0.1, a free one unless told
  serve_dump.py rtu --devices FOLDER MAKER/MODEL[=FILE]...
      the recordings on serial lines, pairs of pseudo terminals; each line carries several devices
  serve_dump.py images --devices FOLDER --into FOLDER
      SunSpec devices made by pysunspec2, each at a port of its own; profiles that read every point of them are written
  serve_dump.py vectors --into FOLDER FILE
      a device with the vectors of FILE in its registers; the profile that reads them is written
  serve_dump.py silent
      a port that accepts connections, reads what comes and never answers; tells each request on a line
  serve_dump.py closed
      a port of this machine that refuses connections and that no other program can take meanwhile

FILE is a samples file of devices/ (the profile's own unless told) or a dump of ../shared/devices/dumps. The first line printed is JSON:
where each recording is served and which readings it stands for. Registers that are not recorded answer exception 2, other units exception
4. Runs until stopped or until its standard input ends.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import sys
import tty

# Several on each line, yet no device waits long for the pauses of the others.
DEVICES_ON_A_LINE = 6


def device(recording):
    """The registers of `recording` as pymodbus wants them: coils, discrete inputs, holding and input registers."""
    from pymodbus.simulator import DataType, SimData, SimDevice

    tables = {"coil": [], "discrete": [], "holding": [], "input": []}
    for table, address, words in recording["blocks"]:
        kind = DataType.BITS if table in ("coil", "discrete") else DataType.REGISTERS
        values = [bool(word) for word in words] if kind is DataType.BITS else words
        tables[table].append(SimData(address, values=values, datatype=kind, readonly=True))
    for table, contents in tables.items():
        if not contents:
            is_bits = table in ("coil", "discrete")
            contents.append(SimData(0, values=[False], datatype=DataType.BITS) if is_bits else SimData(0, datatype=DataType.INVALID))
    return SimDevice(recording["unit"], tuple(tables.values()), action=refusal(recording["blocks"]))


def refusal(blocks):
    """What refuses coils and discrete inputs that are not recorded: pymodbus fills them up to words of 16."""
    from pymodbus.constants import ExcCodes

    functions = {"coil": 1, "discrete": 2}
    known = {(functions[t], address + i) for t, address, words in blocks if t in functions for i in range(len(words))}

    async def refuse(function, _start, address, *_):
        return ExcCodes.ILLEGAL_ADDRESS if function in functions.values() and (function, address) not in known else None

    return refuse


async def serve_tcp(recordings, port=0):
    """Serves each at a port of its own, the first at `port`, and notes its address."""
    from pymodbus.server import ModbusTcpServer

    for index, recording in enumerate(recordings):
        server = ModbusTcpServer([device(recording)], address=("127.0.0.1", port if index == 0 else 0))
        await server.serve_forever(background=True)
        recording["address"] = "127.0.0.1:%d" % server.transport.sockets[0].getsockname()[1]


async def serve_rtu(recordings):
    """Serves them on serial lines, each under a unit number of its own, and notes the line's other end and the number."""
    from pymodbus.framer import FramerType
    from pymodbus.server import ModbusSerialServer

    for first in range(0, len(recordings), DEVICES_ON_A_LINE):
        line = recordings[first:first + DEVICES_ON_A_LINE]
        for unit, recording in enumerate(line, 1):
            recording["unit"] = unit
        ours, theirs = serial_line()
        server = ModbusSerialServer([device(r) for r in line], framer=FramerType.RTU, port=ours, baudrate=115200)
        await server.serve_forever(background=True)
        for recording in line:
            recording["address"] = theirs


def serial_line():
    """The two ends of a serial line: pseudo terminals whose other sides pass on to each other what they get."""
    ends = [os.openpty(), os.openpty()]
    for _, end in ends:
        tty.setraw(end)
    loop = asyncio.get_running_loop()
    for (source, _), (sink, _) in (ends, ends[::-1]):
        loop.add_reader(source, lambda source=source, sink=sink: os.write(sink, os.read(source, 4096)))
    return [os.ttyname(end) for _, end in ends]


async def answer_nothing(reader, writer):
    """Reads requests and keeps silent."""
    while data := await reader.read(4096):
        print(f"request of {len(data)} bytes", flush=True)
    writer.close()


def tell(entries):
    """The first line."""
    print(json.dumps({"recordings": [{k: v for k, v in e.items() if k != "blocks"} for e in entries]}), flush=True)


def bare(address):
    """An entry that stands for no recording."""
    return {"name": "", "profile": "", "address": address, "unit": 1, "every": "1 s", "origin": "", "parts": [],
            "expected": {}, "missing": [], "second": {}, "other_order": {}}


def named_recordings(options):
    """The recordings of all files that the command line names."""
    from recordings import recordings

    served = []
    for name in options.files:
        profile, _, path = name.partition("=")
        served += recordings(path or f"{options.devices}/{profile}.samples.yaml", options.devices, profile)
    return served


def held_port():
    """A socket that listens to nobody, at a port which the system gives to no outgoing connection once it is free."""
    while True:
        holder = socket.socket()
        try:
            holder.bind(("127.0.0.1", random.randrange(20000, 32000)))
            return holder
        except OSError:
            holder.close()


async def serve(options):
    """Serves what the command line asks for; returns what to tell."""
    if options.kind == "closed":
        holder = held_port()
        options.holder = holder
        return [bare("127.0.0.1:%d" % holder.getsockname()[1])]
    if options.kind == "silent":
        server = await asyncio.start_server(answer_nothing, "127.0.0.1", 0)
        options.holder = server
        return [bare("127.0.0.1:%d" % server.sockets[0].getsockname()[1])]
    if options.kind == "images":
        from sunspec_images import images
        served = images(options.devices, options.into)
    elif options.kind == "vectors":
        from decode_vectors import vectors
        served = vectors(options.files[0], options.into)
    else:
        served = named_recordings(options)
    if options.kind == "rtu":
        await serve_rtu(served)
    else:
        await serve_tcp(served, options.port)
    return served


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["tcp", "rtu", "images", "vectors", "silent", "closed"])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--devices")
    parser.add_argument("--into")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_intermixed_args()
    tell(await serve(options))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


asyncio.run(main())
