"""Reads a readings.sqlite as any other program may, read-only, and prints as JSON what it holds.

  read_store.py FILE
      everything
  read_store.py FILE --count N --within SECONDS POINT[:CHANNELS]...
      everything, once each metering point has N readings of a channel, or of so many; ends with 1 and names the missing ones when time
      is up
"""

import argparse
import ctypes
import json
import os
import pathlib
import select
import sqlite3
import sys
import time

FULL = """SELECT point, count(*) FROM series JOIN (SELECT series FROM reading GROUP BY series HAVING count(*) >= ?) AS full
ON series.id = full.series GROUP BY point"""
# How long after a change the second look is, in seconds.
SECOND_LOOK = 0.2
# Of <sys/inotify.h>: written to, moved here, made.
CHANGES = 0x2 | 0x80 | 0x100
READINGS = "SELECT point, channel, time, value FROM reading JOIN series ON series.id = reading.series ORDER BY point, channel, time"


def connect(path):
    """The file, which nobody can change through this connection."""
    return sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True, timeout=5)


def is_laid_out(database):
    """Whether the file has its tables already."""
    return database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'reading'").fetchone()[0] == 1


def content(path):
    """What the file holds; nothing when it is not there yet, or not yet laid out."""
    if not pathlib.Path(path).exists():
        return {"integrity": "ok", "readings": [], "duplicates": 0, "conflicts": 0, "unplaced": 0}
    database = connect(path)
    integrity = ", ".join(row[0] for row in database.execute("PRAGMA integrity_check"))
    has_readings = is_laid_out(database)
    readings = database.execute(READINGS).fetchall() if has_readings else []
    return {
        "integrity": integrity,
        "readings": [{"series": f"{p}.{c}", "time": t, "value": v} for p, c, t, v in readings],
        "duplicates": len(readings) - len({(point, channel, moment) for point, channel, moment, _ in readings}),
        "conflicts": database.execute("SELECT count(*) FROM reading_conflict").fetchone()[0] if has_readings else 0,
        "unplaced": database.execute("SELECT count(*) FROM unplaced").fetchone()[0] if has_readings else 0,
    }


def full(database, count):
    """How many channels of each metering point have `count` readings."""
    return dict(database.execute(FULL, [count])) if is_laid_out(database) else {}


def wait(path, points, count, limit):
    """Looks into the file after each change in its folder; returns those of `points` that do not have their channels in time.

    SQLite shows a commit a moment after it has written it, so that each change is followed by a second look.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    if watch < 0 or libc.inotify_add_watch(watch, os.fsencode(pathlib.Path(path).absolute().parent), CHANGES) < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    deadline = time.monotonic() + limit
    database, is_settled = None, False
    while True:
        if database is None and pathlib.Path(path).exists():
            database = connect(path)
        channels = full(database, count) if database else {}
        missing = [point for point, least in points.items() if channels.get(point, 0) < least]
        left = deadline - time.monotonic()
        if not missing or left <= 0:
            return missing
        if select.select([watch], [], [], left if is_settled else min(left, SECOND_LOOK))[0]:
            os.read(watch, 1 << 16)
            is_settled = False
        else:
            is_settled = True


parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--count", type=int, default=1)
parser.add_argument("--within", type=float, default=60)
parser.add_argument("points", nargs="*")
options = parser.parse_intermixed_args()
awaited = {point: int(least or 1) for point, _, least in (text.partition(":") for text in options.points)}
if missing := wait(options.file, awaited, options.count, options.within) if awaited else []:
    sys.exit(f"no {options.count} readings of {', '.join(missing)} within {options.within} s")
print(json.dumps(content(options.file)))
