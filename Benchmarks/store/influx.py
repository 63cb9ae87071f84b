"""influx.py load|commits|questions SET FOLDER COLUMNS TICKS: readings in InfluxDB 1 (Debian's influxdb), a point a poll.

Starts a server of its own on a free port of loopback, stores everything in FOLDER, and ends it. CPU and bytes are the server's.
"""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import sets

CONFIG = """reporting-disabled = true
bind-address = "127.0.0.1:{backup}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
  index-version = "inmem"
  cache-max-memory-size = "2g"
  max-select-point = 0
  cache-snapshot-write-cold-duration = "{cold}"
  compact-full-write-cold-duration = "{cold}"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  max-row-limit = 0
[logging]
  level = "error"
"""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Server:
    """A running server."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def cpu(self):
        """CPU seconds of the server so far: the kernel's clock of another process."""
        return time.clock_gettime(((~self.process.pid) << 3) | 2)

    def post(self, path, body=b"", accept="application/json"):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}", data=body, method="POST", headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.read()

    def ask(self, question):
        return self.post("query?db=bench&epoch=ms&q=" + urllib.parse.quote(question), accept="application/csv")


@contextmanager
def server(folder, cold):
    port, backup = free_ports(2)
    config = Path(folder, "influxdb.conf")
    config.write_text(CONFIG.format(folder=folder, port=port, backup=backup, cold=cold))
    with open(Path(folder, "log"), "w") as log:
        process = subprocess.Popen(["influxd", "-config", str(config)], stdout=log, stderr=log, env={"GOMAXPROCS": "2", "HOME": folder, "PATH": os.environ["PATH"]})
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=1).close()
                break
            except OSError:
                time.sleep(.1)
                if process.poll() is not None:
                    raise SystemExit(f"influxd ended with {process.returncode}")
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait()


def lines(given, first, last):
    """Points of the ticks from `first` to before `last`: a line a poll."""
    times, values, channels = given.times(first, last).tolist(), given.values(first, last).tolist(), given.channels
    count = len(channels)
    for row_times, row in zip(times, values):
        for column in range(0, given.columns, count):
            fields = ",".join([f"{name}={value}i" for name, value in zip(channels, row[column:column + count])])
            yield f"poll,meter=M{column // count} {fields} {row_times[column]}"


def folder_bytes(folder):
    """On disk: the server makes files that are mostly holes."""
    outcome = subprocess.run(["du", "-s", "-B1", folder], capture_output=True, text=True)  # files may go meanwhile
    return int(outcome.stdout.split()[0])


def sealed(server, folder, given):
    """Waits until the server has written everything into its own files and has merged them."""
    quiet, before = 0, None
    for _ in range(240):
        time.sleep(.5)
        state = (folder_bytes(f"{folder}/wal") < 100_000, round(server.cpu(), 1), folder_bytes(f"{folder}/data"))
        quiet = quiet + 1 if state == before and state[0] else 0
        before = state
        if quiet >= 8:
            return


def bring(folder, given, ticks_a_write, is_sealed):
    with server(folder, "2s" if is_sealed else "10m") as database:
        database.ask("CREATE DATABASE bench")
        cpu, written = database.cpu(), sets.bytes_written(database.process.pid)
        for first in range(0, given.ticks, ticks_a_write):
            body = "\n".join(lines(given, first, min(given.ticks, first + ticks_a_write)))
            database.post("write?db=bench&precision=ms", body.encode())
        if is_sealed:
            sealed(database, folder, given)
        sets.tell(
            readings=given.readings, cpu=database.cpu() - cpu, written=sets.bytes_written(database.process.pid) - written,
            size=folder_bytes(f"{folder}/data") + folder_bytes(f"{folder}/wal") + folder_bytes(f"{folder}/meta"))


def questions(given):
    begin, end = given.begin - 60_000, given.begin - 60_000 + given.ticks * given.step + 120_000
    span = f"time >= {begin}ms AND time < {end}ms"
    one = given.columns // 2
    last = int(given.rows[-1, 0])
    return {
        "means": f"SELECT mean(*) FROM poll WHERE {span} GROUP BY time(15m), meter fill(none)",
        "sum": f"SELECT sum(active_power) / {900_000 // given.step} FROM poll WHERE {span} GROUP BY time(15m) fill(none)",
        "one": f"SELECT {given.channels[one % len(given.channels)]} FROM poll WHERE meter = 'M{given.meter(one)}' AND {span}",
        "all": f"SELECT * FROM poll WHERE {span}",
        "last": f"SELECT last(*) FROM poll WHERE time > {last - 900_000}ms AND time <= {last + 60_000}ms GROUP BY meter",
    }


def figures_of(answer, given):
    """How many values an answer holds, and their sum."""
    rows = total = 0
    head, *rest = answer.decode().splitlines()
    names = head.split(",")
    wanted = [place for place, name in enumerate(names) if name not in ("name", "tags", "time", "meter")]
    for line in rest:
        cells = line.split(",")
        for place in wanted:
            if cells[place]:
                rows += 1
                total += float(cells[place])
    return rows, total


def main():
    what, path, folder = sys.argv[1:4]
    given = sets.ReadingSet(path, int(sys.argv[4]), int(sys.argv[5]))
    if what == "load":
        bring(folder, given, max(1, 60_000 // given.columns), is_sealed=True)
    elif what == "commits":
        bring(folder, given, 1, is_sealed=False)
    else:
        # One start for all questions: it takes longer than they do.
        told = {}
        with server(folder, "10m") as database:
            for question in what.split(","):
                cpu, answer = sets.repeated(lambda: database.ask(questions(given)[question]), database.cpu)
                rows, total = figures_of(answer, given)
                told[question] = {"cpu": cpu, "rows": rows, "sum": total}
        print(json.dumps(told))


if __name__ == "__main__":
    main()
