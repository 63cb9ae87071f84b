"""click.py load|commits|QUESTION SET FOLDER COLUMNS TICKS: readings in a MergeTree table of chDB, which is ClickHouse in a process.

Ordered by series and time, the codecs that made this data smallest of those tried: README.md.
"""
import os
import sys
import time

import numpy as np
from chdb import session

import sets

what, path, folder = sys.argv[1:4]
given = sets.ReadingSet(path, int(sys.argv[4]), int(sys.argv[5]))
database = session.Session(f"{folder}/chdb")
ROW = np.dtype([("series", "<u4"), ("time", "<i8"), ("value", "<i8")])
CODECS = os.environ.get("VALUE_CODEC", "Delta, ZSTD(6)")
FROM_FILE = (
    "INSERT INTO bench.reading SELECT series, fromUnixTimestamp64Milli(time), value "
    "FROM file('{}', RowBinary, 'series UInt32, time Int64, value Int64') SETTINGS max_threads = 1, max_insert_threads = 1")


def bring(blocks, is_durable):
    database.query("CREATE DATABASE bench ENGINE = Atomic")
    durable = " SETTINGS fsync_after_insert = 1, fsync_part_directory = 1" if is_durable else ""
    database.query(
        "CREATE TABLE bench.reading (series UInt32 CODEC(DoubleDelta, ZSTD(1)), time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)), "
        f"value Int64 CODEC({CODECS})) ENGINE = MergeTree ORDER BY (series, time){durable}")
    cpu = handed = 0
    written = sets.bytes_written()
    for series, times, values in blocks:
        rows = np.empty(len(series), ROW)
        rows["series"], rows["time"], rows["value"] = series, times, values
        rows.tofile(f"{folder}/rows")
        handed += rows.nbytes
        before = time.process_time()
        database.query(FROM_FILE.format(f"{folder}/rows"))
        cpu += time.process_time() - before
    before = time.process_time()
    database.query("OPTIMIZE TABLE bench.reading FINAL")
    cpu += time.process_time() - before
    os.remove(f"{folder}/rows")
    size = database.query(
        "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'bench'").bytes().decode()
    # The rows that are handed over in a file are not the database's own writing.
    own = sets.bytes_written() - written - (handed if is_durable else 0)
    sets.tell(readings=given.readings, cpu=cpu, written=max(0, own), size=int(size))


UNTIL = f"time < fromUnixTimestamp64Milli({given.end})"
QUESTIONS = {
    "means": "SELECT avg(value) FROM bench.reading GROUP BY series, toStartOfFifteenMinutes(time)",
    "sum": f"SELECT sum(value) / {900_000 // given.step} FROM bench.reading WHERE series % {len(given.channels)} = 0 "
           "GROUP BY toStartOfFifteenMinutes(time)",
    "one": f"SELECT value, time FROM bench.reading WHERE series = {given.columns // 2} AND {UNTIL} ORDER BY time",
    "all": f"SELECT value, series, time FROM bench.reading WHERE {UNTIL}",
    "last": "SELECT argMax(value, time), series FROM bench.reading "
            "WHERE time > (SELECT max(time) FROM bench.reading) - INTERVAL 15 MINUTE GROUP BY series",
}
ANSWERS = {
    "means": [("v", "<f8")], "sum": [("v", "<f8")], "one": [("v", "<i8"), ("t", "<i8")],
    "all": [("v", "<i8"), ("s", "<u4"), ("t", "<i8")], "last": [("v", "<i8"), ("s", "<u4")],
}

if what == "load":
    bring(given.by_series(), is_durable=False)
elif what == "commits":
    bring(given.by_tick(), is_durable=True)
else:
    cpu, answer = sets.repeated(lambda: database.query(QUESTIONS[what] + " SETTINGS max_threads = 1", "RowBinary").bytes())
    rows = np.frombuffer(answer, np.dtype(ANSWERS[what]))
    sets.tell(cpu=cpu, rows=len(rows), sum=rows["v"].astype(np.float64).sum())
