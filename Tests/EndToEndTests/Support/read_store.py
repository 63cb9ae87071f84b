"""Reads a readings.sqlite as any other program may, read-only, and prints as JSON what it holds.

  read_store.py FILE
"""

import json
import pathlib
import sqlite3
import sys

READINGS = "SELECT point, channel, time, value FROM reading JOIN series ON series.id = reading.series ORDER BY point, channel, time"


def connect(path):
    """The file, which nobody can change through this connection."""
    return sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True, timeout=5)


def content(path):
    """What the file holds; nothing when it is not there yet, or not yet laid out."""
    if not pathlib.Path(path).exists():
        return {"integrity": "ok", "readings": [], "duplicates": 0, "conflicts": 0}
    database = connect(path)
    try:
        integrity = ", ".join(row[0] for row in database.execute("PRAGMA integrity_check"))
    except sqlite3.OperationalError as error:
        # Killed while the file was being made: what was begun is taken back by the next program that may write.
        if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
            raise
        return {"integrity": "ok", "readings": [], "duplicates": 0, "conflicts": 0}
    is_laid_out = database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'reading'").fetchone()[0]
    readings = database.execute(READINGS).fetchall() if is_laid_out else []
    return {
        "integrity": integrity,
        "readings": [{"series": f"{p}.{c}", "time": t, "value": v} for p, c, t, v in readings],
        "duplicates": len(readings) - len({(point, channel, moment) for point, channel, moment, _ in readings}),
        "conflicts": database.execute("SELECT count(*) FROM reading_conflict").fetchone()[0] if is_laid_out else 0,
    }


print(json.dumps(content(sys.argv[1])))
