"""Reads a readings.sqlite as any other program may, read-only, and prints as JSON what it holds.

  read_store.py FILE
      everything
  read_store.py FILE --only-number
      how many readings
  read_store.py FILE --count N --within SECONDS POINT[:CHANNELS]...
      everything, once each metering point has N readings of a channel, or of so many; ends with 1 and names the missing ones when time
      is up
"""

import argparse
import collections
import ctypes
import json
import os
import pathlib
import select
import sqlite3
import sys
import time

NAMES = "SELECT id, point, channel FROM series"
# How long after a change the second look is, in seconds.
SECOND_LOOK = 0.2
# Of <sys/inotify.h>: written to, moved here, made.
CHANGES = 0x2 | 0x80 | 0x100


def connect(path):
    """The file, which nobody can change through this connection."""
    return sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True, timeout=5, isolation_level=None)


def is_laid_out(database):
    """Whether the file has its tables already."""
    return database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'journal'").fetchone()[0] == 1


class Batch:
    """The bytes of a batch of the journal, as docs/formats/store.md explains them."""

    def __init__(self, contents):
        self.contents, self.place = contents, 0

    def number(self):
        number = shift = 0
        while True:
            byte = self.contents[self.place]
            self.place += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    def signed(self):
        return zigzag(self.number())

    def value(self):
        """A difference, in units of 1, 10, 100 or 1000."""
        head = self.contents[self.place]
        self.place += 1
        number = head >> 2 & 31
        if head & 0x80:
            number |= self.number() << 5
        return zigzag(number) * 10 ** (head & 3)


def zigzag(number):
    return number >> 1 ^ -(number & 1)


def wrapped(number):
    """Modulo 2^64, signed."""
    return (number + 2**63) % 2**64 - 2**63


def journal(database):
    """The readings of the journal, those that have been sealed since left out: series, time, value."""
    settled = database.execute("SELECT settled_until FROM ledger").fetchone()
    readings, time, lists, last = [], 0, {}, {}
    for (contents,) in database.execute("SELECT batch FROM journal ORDER BY id"):
        batch = Batch(contents)
        if batch.number() == 0:
            time, lists, last = 0, {}, {}
        moment = first_moment = None
        for group in range(batch.number()):
            moment = wrapped((time if moment is None else moment) + batch.signed())
            first_moment = moment if first_moment is None else first_moment
            first, count = batch.number(), batch.number()
            if count:
                lists[first] = [first]
                for _ in range(count - 1):
                    lists[first].append(lists[first][-1] + 1 + batch.number())
            for series in lists[first]:
                last[series] = wrapped(last.get(series, 0) + batch.value())
                if settled is None or moment >= settled[0]:
                    readings.append((series, moment, last[series]))
        time = first_moment if first_moment is not None else time
        if batch.place != len(contents) - 4:
            raise ValueError("a batch of the journal has another length than its readings")
    return readings


def stored(database):
    """All readings: series, time, value. Of short runs nothing is sealed in chunks, which this script does not read."""
    if database.execute("SELECT count(*) FROM chunk").fetchone()[0]:
        raise NotImplementedError("this script does not read chunks; poll for less than two hours")
    return journal(database) + database.execute("SELECT series, time, value FROM reading").fetchall()


def content(path):
    """What the file holds; nothing when it is not there yet, or not yet laid out."""
    if not pathlib.Path(path).exists():
        return {"integrity": "ok", "readings": [], "duplicates": 0, "conflicts": 0, "unplaced": 0}
    database = connect(path)
    integrity = ", ".join(row[0] for row in database.execute("PRAGMA integrity_check"))
    has_readings = is_laid_out(database)
    database.execute("BEGIN")
    names = {number: f"{point}.{channel}" for number, point, channel in database.execute(NAMES)} if has_readings else {}
    readings = [(names[series], time, value) for series, time, value in stored(database)] if has_readings else []
    return {
        "integrity": integrity,
        "readings": [{"series": series, "time": time, "value": value} for series, time, value in sorted(readings)],
        "duplicates": len(readings) - len({(series, time) for series, time, _ in readings}),
        "conflicts": database.execute("SELECT count(*) FROM reading_conflict").fetchone()[0] if has_readings else 0,
        "unplaced": database.execute("SELECT count(*) FROM unplaced").fetchone()[0] if has_readings else 0,
    }


def full(database, count):
    """How many channels of each metering point have `count` readings."""
    if not is_laid_out(database):
        return {}
    database.execute("BEGIN")
    points = {number: point for number, point, _ in database.execute(NAMES)}
    counts = collections.Counter(series for series, _, _ in stored(database))
    database.execute("COMMIT")
    return collections.Counter(points[series] for series, found in counts.items() if found >= count)


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
parser.add_argument("--only-number", action="store_true")
parser.add_argument("--count", type=int, default=1)
parser.add_argument("--within", type=float, default=60)
parser.add_argument("points", nargs="*")
options = parser.parse_intermixed_args()
awaited = {point: int(least or 1) for point, _, least in (text.partition(":") for text in options.points)}
if missing := wait(options.file, awaited, options.count, options.within) if awaited else []:
    sys.exit(f"no {options.count} readings of {', '.join(missing)} within {options.within} s")
print(len(stored(connect(options.file))) if options.only_number else json.dumps(content(options.file)))
