"""Reads a readings.sqlite as any other program may, read-only, and prints as JSON what it holds.

  read_store.py FILE [--wait-for POINT,POINT,...] [--count N] [--seconds S]

With --wait-for it first waits until each of the points has N readings (1 unless told), at most S seconds.
"""

import argparse
import json
import pathlib
import sqlite3
import sys
import time

READINGS = "SELECT point, channel, time, value FROM reading JOIN series ON series.id = reading.series ORDER BY point, channel, time"
LONGEST = (
    "SELECT count(*) FROM reading JOIN series ON series.id = reading.series WHERE point = ? GROUP BY channel ORDER BY 1 DESC LIMIT 1")


def connect(path):
    """The file, which nobody can change through this connection."""
    return sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True, timeout=5)


def has_readings(path, points, count):
    """Whether each point has a series of `count` readings; a file that is just being made has none."""
    try:
        database = connect(path)
    except sqlite3.OperationalError:
        return False
    try:
        return all((database.execute(LONGEST, [point]).fetchone() or [0])[0] >= count for point in points)
    except sqlite3.OperationalError as error:
        if "no such table" in str(error) or "unable to open" in str(error) or "locked" in str(error):
            return False
        raise
    finally:
        database.close()


def content(path):
    """What the file holds; nothing when it is not there yet, or not yet laid out."""
    if not pathlib.Path(path).exists():
        return {"integrity": "ok", "readings": [], "duplicates": 0, "conflicts": 0}
    database = connect(path)
    integrity = ", ".join(row[0] for row in database.execute("PRAGMA integrity_check"))
    is_laid_out = database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'reading'").fetchone()[0]
    readings = database.execute(READINGS).fetchall() if is_laid_out else []
    return {
        "integrity": integrity,
        "readings": [{"series": f"{p}.{c}", "time": t, "value": v} for p, c, t, v in readings],
        "duplicates": len(readings) - len({(point, channel, moment) for point, channel, moment, _ in readings}),
        "conflicts": database.execute("SELECT count(*) FROM reading_conflict").fetchone()[0] if is_laid_out else 0,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--wait-for", default="")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    points = [point for point in options.wait_for.split(",") if point]
    deadline = time.monotonic() + options.seconds
    while points and not has_readings(options.file, points, options.count):
        if time.monotonic() > deadline:
            sys.exit(f"{options.file}: no {options.count} readings of {', '.join(points)} within {options.seconds:.0f} s")
        time.sleep(0.05)
    print(json.dumps(content(options.file)))


main()
