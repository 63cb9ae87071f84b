"""Makes a readings.sqlite of layout 3, as version 0.3 wrote it, full of the known readings of StoreWriter."""

import os
import sqlite3
import subprocess

# Released layouts never change.
LAYOUT = """
CREATE TABLE series (
  id INTEGER PRIMARY KEY, point TEXT NOT NULL, channel TEXT NOT NULL,
  first INTEGER, last INTEGER, count INTEGER NOT NULL DEFAULT 0,
  UNIQUE (point, channel)) STRICT;
CREATE TABLE reading (
  time INTEGER NOT NULL, series INTEGER NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (time, series)) STRICT, WITHOUT ROWID;
CREATE TABLE reading_conflict (
  time INTEGER NOT NULL, series INTEGER NOT NULL, value INTEGER NOT NULL, received INTEGER NOT NULL,
  PRIMARY KEY (time, series, value)) STRICT, WITHOUT ROWID;
CREATE TABLE gap (
  series INTEGER NOT NULL, last_before INTEGER NOT NULL, first_after INTEGER NOT NULL,
  PRIMARY KEY (series, last_before)) STRICT, WITHOUT ROWID;
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY CHECK (id = 1), settled_until INTEGER NOT NULL) STRICT;
CREATE TABLE event (
  device TEXT NOT NULL, time INTEGER NOT NULL, series INTEGER NOT NULL, kind TEXT NOT NULL,
  before INTEGER, after INTEGER, modulus INTEGER,
  PRIMARY KEY (device, time, series, kind)) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
  series INTEGER NOT NULL, time INTEGER NOT NULL, reason TEXT NOT NULL, value INTEGER, registers TEXT NOT NULL,
  PRIMARY KEY (series, time, reason)) STRICT, WITHOUT ROWID;
CREATE TABLE boot (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, began INTEGER NOT NULL, source TEXT NOT NULL, since INTEGER NOT NULL)
  STRICT;
CREATE TABLE unplaced (
  boot INTEGER NOT NULL, sequence INTEGER NOT NULL, instant INTEGER NOT NULL, device TEXT NOT NULL, series INTEGER NOT NULL,
  kind TEXT NOT NULL, value INTEGER, before INTEGER, modulus INTEGER, registers TEXT,
  PRIMARY KEY (boot, sequence)) STRICT, WITHOUT ROWID;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('1 readings'), ('2 events and quarantine'), ('3 readings without time');
PRAGMA application_id = 0x454F7264;
PRAGMA user_version = 3;
"""
HOUR = 3_600_000
GAP = 900_000


def make_old_store(program, folder, seed, batches):
    """Makes it and gives its bytes, and how many batches it holds. The first half of it is settled."""
    path = os.path.join(folder, "readings.sqlite")
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA page_size = 1024")
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript("BEGIN;" + LAYOUT + "COMMIT;")
    told = subprocess.run([program, "tell", str(seed), str(batches)], stdout=subprocess.PIPE, text=True, check=True).stdout
    numbers = {}
    readings = {}
    for line in told.splitlines():
        point, channel, time, value = line.split()
        number = numbers.setdefault((point, channel), len(numbers) + 1)
        readings[int(time), number] = int(value)
    times = sorted(time for time, _ in readings)
    settled = times[len(times) // 2] // HOUR * HOUR
    database.execute("BEGIN")
    database.executemany("INSERT INTO series (id, point, channel) VALUES (?, ?, ?)",
                         [(number, *key) for key, number in numbers.items()])
    database.executemany("INSERT INTO reading VALUES (?, ?, ?)", [(*key, value) for key, value in readings.items()])
    database.execute("INSERT INTO ledger VALUES (1, ?)", (settled,))
    for number in numbers.values():
        mine = sorted(time for time, series in readings if series == number and time < settled)
        database.execute("UPDATE series SET first = ?, last = ?, count = ? WHERE id = ?", (mine[0], mine[-1], len(mine), number))
        database.executemany("INSERT INTO gap VALUES (?, ?, ?)",
                             [(number, a, b) for a, b in zip(mine, mine[1:]) if b - a > GAP])
    database.execute("COMMIT")
    database.close()
    with open(path, "rb") as file:
        return {"files": {path: file.read()}, "batches": batches}
