"""poll_pymodbus.py PORT DEVICES REGISTERS SECONDS: pymodbus's asynchronous client on one connection, one device after the other."""
import asyncio
import json
import resource
import sys
import time

from pymodbus.client import AsyncModbusTcpClient


async def main(port, devices, registers, length):
    client = AsyncModbusTcpClient("127.0.0.1", port=port)
    await client.connect()
    polls, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < length:
        for device in range(1, devices + 1):
            reply = await client.read_input_registers(0, count=registers, device_id=device)
            if reply.isError() or len(reply.registers) != registers:
                sys.exit(f"poll_pymodbus: {reply}")
            polls += 1
    wall = time.perf_counter() - begin
    client.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"polls": polls, "wall": wall, "cpu": used.ru_utime + used.ru_stime}))


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
