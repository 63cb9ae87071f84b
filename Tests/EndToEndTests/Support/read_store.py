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

from sealed_columns import Bytes, check, decode, wrapped, zigzag

NAMES = "SELECT id, point, channel FROM series"
# What chunks span, in milliseconds: an hour, a day, a month of at most 31 days.
HOUR = 3_600_000
SPANS = {"hours": HOUR, "days": 24 * HOUR, "sparse-days": 24 * HOUR, "months": 31 * 24 * HOUR}
# How long after a change the second look is, in seconds.
SECOND_LOOK = 0.2
# Of <sys/inotify.h>: written to, moved here, made.
CHANGES = 0x2 | 0x80 | 0x100


def connect(path):
    """The file, which nobody can change through this connection."""
    return sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True, timeout=5, isolation_level=None)


def is_laid_out(database):
    """Whether the file has its tables, and those of the layout that is read here, already: each step of its making is a commit."""
    return database.execute("PRAGMA user_version").fetchone()[0] >= 5


class Batch(Bytes):
    """The bytes of a batch of the journal, as docs/formats/store.md explains them."""

    def value(self):
        """A difference, in units of 1, 10, 100 or 1000."""
        head = self.byte()
        number = head >> 2 & 31
        if head & 0x80:
            number |= self.number() << 5
        return zigzag(number) * 10 ** (head & 3)


def journal(database):
    """The readings of the journal, those that have been sealed since left out: series, time, value."""
    settled = database.execute("SELECT settled_until FROM ledger").fetchone()
    readings, time, lists, last, position, first_of_chain = [], 0, {}, {}, None, None
    for number, chain, newest, contents in database.execute("SELECT id, chain, last, batch FROM journal ORDER BY id"):
        batch, latest = Batch(contents), None
        following, position = position, batch.byte()
        check(position in (0, following) and position < 32, "chains of batches, each at its position")
        position += 1
        if position == 1:
            time, lists, last, first_of_chain = 0, {}, {}, number
        moment = first_moment = None
        for group in range(batch.number()):
            moment = wrapped((time if moment is None else moment) + batch.signed())
            first_moment = moment if first_moment is None else first_moment
            latest = moment if latest is None else max(latest, moment)
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
        batch.checksum(contents[: batch.place])
        check(batch.place == len(contents), "nothing behind a batch's checksum")
        check((chain, newest) == (first_of_chain, latest), "the chain and the last reading that the journal's row names")
    return readings


def utc_day(milliseconds):
    """The date in UTC: 2026-03-14."""
    return time.strftime("%Y-%m-%d", time.gmtime(milliseconds // 1000))


def chunks(path, database):
    """The readings of the chunks: series, time, value. They lie in the folder beside the file."""
    points, smallest = {}, {}
    for series, point in database.execute("SELECT id, point FROM series ORDER BY id"):
        points[series] = smallest.setdefault(point, series)
    folder = pathlib.Path(os.path.realpath(path) + ".segments")
    readings, files = [], {}
    places = "SELECT start, chunk.point, kind, name, offset, chunk.length, segment.length FROM chunk JOIN segment ON segment.id = segment"
    for start, point, kind, name, offset, length, whole in database.execute(places):
        if name not in files:
            files[name] = (folder / name).read_bytes()[:whole]
            check(files[name][:8] == b"EOsegm01" and len(files[name]) == whole, f"{name} of {whole} bytes at least, a segment")
        check(8 <= offset and offset + length <= whole, f"chunks within {name}")
        times, columns = decode(files[name][offset : offset + length])
        check(times == sorted(set(times)), "times that ascend")
        check(all(start <= moment < start + SPANS[kind] for moment in times), "times of the chunk's span")
        check(kind != "months" or len({day[:7] for day in map(utc_day, (start, times[0], times[-1]))}) == 1, "times of the chunk's month")
        for series, values in columns:
            check(points.get(series) == point, "series of the chunk's metering point")
            readings += [(series, moment, value) for moment, value in zip(times, values) if value is not None]
    return readings


def hold_ledger(database, readings):
    """The ledger counts the settled readings of each series, and knows the first and the last."""
    settled = database.execute("SELECT settled_until FROM ledger").fetchone()
    times = collections.defaultdict(list)
    for series, time, _ in readings:
        if settled and time < settled[0]:
            times[series].append(time)
    for series, first, last, count in database.execute("SELECT id, first, last, count FROM series"):
        found = times[series]
        expected = (min(found, default=None), max(found, default=None), len(found))
        check((first, last, count) == expected, f"{expected} of series {series} in the ledger, not {(first, last, count)}")


def stored(path, database):
    """All readings: series, time, value. In a transaction, so that they are those of one moment."""
    late = "SELECT series, time, value FROM reading"
    readings = chunks(path, database) + journal(database) + database.execute(late).fetchall()
    hold_ledger(database, readings)
    return readings


def is_there(path):
    """Whether the file can be read: a journal beside it is left when a writer is killed while it makes the file's first page; the next
    writer rolls that back, a reader cannot."""
    return pathlib.Path(path).exists() and not pathlib.Path(f"{path}-journal").exists()


def content(path):
    """What the file holds; nothing when it is not there yet, or not yet laid out."""
    if not is_there(path):
        return {"integrity": "ok", "readings": [], "duplicates": 0, "conflicts": 0, "unplaced": 0}
    database = connect(path)
    integrity = ", ".join(row[0] for row in database.execute("PRAGMA integrity_check"))
    has_readings = is_laid_out(database)
    database.execute("BEGIN")
    names = {number: f"{point}.{channel}" for number, point, channel in database.execute(NAMES)} if has_readings else {}
    readings = [(names[series], time, value) for series, time, value in stored(path, database)] if has_readings else []
    return {
        "integrity": integrity,
        "readings": [{"series": series, "time": time, "value": value} for series, time, value in sorted(readings)],
        "duplicates": len(readings) - len({(series, time) for series, time, _ in readings}),
        "conflicts": database.execute("SELECT count(*) FROM reading_conflict").fetchone()[0] if has_readings else 0,
        "unplaced": database.execute("SELECT count(*) FROM unplaced").fetchone()[0] if has_readings else 0,
    }


def number(path):
    """How many readings the file holds."""
    database = connect(path)
    database.execute("BEGIN")
    return len(stored(path, database))


def full(path, database, count):
    """How many channels of each metering point have `count` readings."""
    if not is_laid_out(database):
        return {}
    database.execute("BEGIN")
    points = {number: point for number, point, _ in database.execute(NAMES)}
    counts = collections.Counter(series for series, _, _ in stored(path, database))
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
        if database is None and is_there(path):
            database = connect(path)
        channels = full(path, database, count) if database else {}
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
print(number(options.file) if options.only_number else json.dumps(content(options.file)))
