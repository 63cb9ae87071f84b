"""A set of readings in one file that every program reads.

A line of 512 bytes, filled up with blanks: meters, channels, ticks, step in ms, the channels' names. Then for each tick the times of
all meters (ms) and their values, meter by meter, in the channels' units (mW, mV, mA, mHz, mWh, mvar): 64-bit integers of this machine.
"""
import json
import time
from pathlib import Path

import numpy as np

HEAD = 512
QUARTER = 900_000
BULK = 10_400_000  # readings handed to a database at once


class ReadingSet:
    """What a file holds of the first `columns` series and the first `ticks` ticks."""

    def __init__(self, path, columns=1 << 30, ticks=1 << 30):
        with open(path, "rb") as file:
            words = file.read(HEAD).decode().split()
        self.meters, count, rows, self.step = map(int, words[:4])
        self.channels = words[4:]
        self.columns, self.ticks = min(columns, self.meters * count), min(ticks, rows)
        self.rows = np.memmap(path, np.int64, "r", HEAD, (rows, self.meters * (1 + count)))[:self.ticks]

    @property
    def end(self):
        """A time behind the last tick's polls and before the next tick's, ms."""
        return self.begin + self.ticks * self.step - self.step // 2

    @property
    def readings(self):
        return self.columns * self.ticks

    def meter(self, column):
        return column // len(self.channels)

    def times(self, first, last):
        """Times of the ticks from `first` to before `last`, a column a series."""
        return self.rows[first:last, np.arange(self.columns) // len(self.channels)]

    def values(self, first, last):
        return self.rows[first:last, self.meters:self.meters + self.columns]

    @property
    def begin(self):
        """Where the first quarter hour begins."""
        return int(self.rows[0, 0] + 60_000) // QUARTER * QUARTER

    def by_series(self):
        """Blocks of (series, time, value), by series and then by time: as a bulk import would bring them."""
        for first in range(0, self.ticks, max(1, BULK // self.columns)):
            last = min(self.ticks, first + max(1, BULK // self.columns))
            series = np.repeat(np.arange(self.columns, dtype=np.int32), last - first)
            yield series, self.times(first, last).T.ravel(), self.values(first, last).T.ravel()

    def by_tick(self):
        """The readings of one tick after the other."""
        series = np.arange(self.columns, dtype=np.int32)
        for tick in range(self.ticks):
            yield series, np.ascontiguousarray(self.times(tick, tick + 1)[0]), np.ascontiguousarray(self.values(tick, tick + 1)[0])


def write(path, channels, step, times, values):
    """Writes a set: `times` is ticks x meters, `values` ticks x (meters * channels)."""
    meters, ticks = times.shape[1], len(times)
    head = f"{meters} {len(channels)} {ticks} {step} {' '.join(channels)}".ljust(HEAD - 1) + "\n"
    if len(head) != HEAD:
        raise ValueError("the channels' names are too long for the head of a set")
    with open(path, "wb") as file:
        file.write(head.encode())
        for first in range(0, ticks, 1000):
            np.hstack((times[first:first + 1000], values[first:first + 1000])).astype(np.int64).tofile(file)


# --- what the peers' programs share ---

def bytes_written(process="self"):
    """Bytes that a process has sent towards the disk so far."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{process}/io").read_text().splitlines())
    return int(fields["write_bytes"])


def repeated(ask, cpu=time.process_time):
    """Asks until an answer is no longer the first, or took long anyway; the median CPU and the last answer."""
    times = []
    for number in range(6):
        before = cpu()
        answer = ask()
        used = cpu() - before
        if number > 0 or used > 1:
            times.append(used)
        if used > 1:
            break
    return sorted(times)[len(times) // 2], answer


def tell(**figures):
    print(json.dumps({name: float(value) for name, value in figures.items()}), flush=True)
