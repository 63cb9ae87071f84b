"""Reads holding registers again and again with pymodbus, an implementation of Modbus that shares nothing with ours.

  read_registers.py HOST:PORT UNIT ADDRESS COUNT TIMES
      prints JSON: the distinct answers, words in hexadecimal, with how often each came, and what a write was answered with
"""

import collections
import json
import sys

from pymodbus.client import ModbusTcpClient


def text(answer):
    """An answer's words, or its exception."""
    return "exception %d" % answer.exception_code if answer.isError() else " ".join("%04X" % word for word in answer.registers)


host, port = sys.argv[1].rsplit(":", 1)
unit, address, count, times = (int(word, 0) for word in sys.argv[2:])
client = ModbusTcpClient(host, port=int(port), timeout=10)
client.connect()
answers = collections.Counter()
for _ in range(times):
    answers[text(client.read_holding_registers(address, count=count, device_id=unit))] += 1
written = text(client.write_register(address, 1, device_id=unit))
client.close()
print(json.dumps({"answers": answers, "written": written}))
