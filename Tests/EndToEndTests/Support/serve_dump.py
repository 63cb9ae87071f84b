"""Serves recorded registers with pymodbus, an implementation of Modbus that shares nothing with ours.

  serve_dump.py tcp FILE --devices FOLDER --profile MAKER/MODEL [--port N]
      each recording of FILE at a port of its own on 127.0.0.1, a free one unless told
  serve_dump.py rtu FILE --devices FOLDER --profile MAKER/MODEL
      each recording of FILE at a serial line of its own, a pair of pseudo terminals
  serve_dump.py silent
      a port that accepts connections, reads what comes and never answers; tells each request on a line
  serve_dump.py closed
      a port of this machine that refuses connections and that no other program can take meanwhile

FILE is a samples file of devices/ or a dump of ../shared/devices/dumps. The first line printed is JSON: where each recording is served
and which readings it stands for. Registers that are not recorded answer exception 2, other units exception 4. Runs until stopped or until
its standard input ends.
"""

import argparse
import asyncio
import json
import os
import socket
import sys
import threading
import tty

import recordings


def device(recording):
    """The registers of `recording` as pymodbus wants them: coils, discrete inputs, holding and input registers."""
    from pymodbus.simulator import DataType, SimData, SimDevice

    tables = {"coil": [], "discrete": [], "holding": [], "input": []}
    for table, address, words in recording["blocks"]:
        if table in ("coil", "discrete"):
            tables[table].append(SimData(address, values=[word != 0 for word in words], datatype=DataType.BITS, readonly=True))
        else:
            tables[table].append(SimData(address, values=words, datatype=DataType.REGISTERS, readonly=True))
    for table, entries in tables.items():
        if not entries:
            entries.append(
                SimData(0, values=[False], datatype=DataType.BITS) if table in ("coil", "discrete")
                else SimData(0, datatype=DataType.INVALID))
    return SimDevice(recording["unit"], tuple(tables[table] for table in ("coil", "discrete", "holding", "input")))


async def serve_tcp(recording, port):
    """Serves at 127.0.0.1; returns host and port."""
    from pymodbus.server import ModbusTcpServer

    server = ModbusTcpServer([device(recording)], address=("127.0.0.1", port))
    await server.serve_forever(background=True)
    return "127.0.0.1:%d" % server.transport.sockets[0].getsockname()[1]


async def serve_rtu(recording):
    """Serves at one end of a serial line; returns the path of the other."""
    from pymodbus.framer import FramerType
    from pymodbus.server import ModbusSerialServer

    ends = [os.openpty(), os.openpty()]
    for _, line in ends:
        tty.setraw(line)
    (ours, our_line), (theirs, their_line) = ends
    for source, sink in ((ours, theirs), (theirs, ours)):
        threading.Thread(target=copy, args=(source, sink), daemon=True).start()
    server = ModbusSerialServer([device(recording)], framer=FramerType.RTU, port=os.ttyname(our_line), baudrate=9600)
    await server.serve_forever(background=True)
    return os.ttyname(their_line)


def copy(source, sink):
    """Passes bytes on for as long as the lines are open."""
    while data := os.read(source, 4096):
        os.write(sink, data)


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
    return {"name": "", "address": address, "unit": 1, "parts": [], "expected": {}, "missing": [], "complete": False}


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["tcp", "rtu", "silent", "closed"])
    parser.add_argument("file", nargs="?")
    parser.add_argument("--devices")
    parser.add_argument("--profile")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    if options.kind == "closed":
        holder = socket.socket()
        holder.bind(("127.0.0.1", 0))
        tell([bare("127.0.0.1:%d" % holder.getsockname()[1])])
    elif options.kind == "silent":
        server = await asyncio.start_server(answer_nothing, "127.0.0.1", 0)
        tell([bare("127.0.0.1:%d" % server.sockets[0].getsockname()[1])])
    else:
        served = recordings.recordings(options.file, options.devices, options.profile)
        for entry in served:
            entry["address"] = await (serve_tcp(entry, options.port) if options.kind == "tcp" else serve_rtu(entry))
        tell(served)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


asyncio.run(main())
