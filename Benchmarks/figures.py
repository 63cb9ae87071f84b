"""Processes measured from outside, and the lines that tell their figures: shared by what `run` measures."""
import os
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
DEVIATION = 1e-6


# --- processes ---

@dataclass
class Run:
    """A process from its start to its end."""
    wall: float  # s
    cpu: float  # s, user and system
    peak: float  # MB, resident; of a process and its children together
    output: str


def measure(command):
    """Runs `command` to its end; what it used is what the kernel counted for it."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd=CHECKOUT)
        together = Together(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        peak = max(usage.ru_maxrss * 1024, together.end()) / 1e6
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            words = err.read().decode(errors="replace").strip()
            raise Failed(f"{Path(command[0]).name} ended with {process.returncode}: {words[-600:]}")
        return Run(wall, usage.ru_utime + usage.ru_stime, peak, out.read().decode(errors="replace"))


class Together(threading.Thread):
    """Watches what a process and its children hold at the same time; the kernel tells only the largest of them."""

    EVERY = 0.005  # s
    PAGE = os.sysconf("SC_PAGE_SIZE")

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(self.EVERY):
            children = self.children()
            if children:
                self.peak = max(self.peak, sum(self.resident(pid) for pid in [self.pid, *children]))

    def end(self):
        self.over.set()
        self.join()
        return self.peak

    def children(self):
        try:
            with open(f"/proc/{self.pid}/task/{self.pid}/children") as file:
                return file.read().split()
        except OSError:
            return []

    def resident(self, pid):
        try:
            with open(f"/proc/{pid}/statm") as file:
                return int(file.read().split()[1]) * self.PAGE
        except OSError:
            return 0


class Failed(Exception):
    """Something could not be measured; the text says what and why."""


def rounds(commands, count, fewer=None):
    """Runs the commands in turn, A B A B, once unheeded and then `count` times, or at most as often as `fewer` says of one."""
    runs = {name: [] for name in commands}
    for number in range(count + 1):
        for name, command in commands.items():
            if number > (fewer or {}).get(name, count):
                continue
            run = measure(command)
            if number > 0:
                runs[name].append(run)
    return runs


def median(runs, figure):
    return statistics.median(getattr(run, figure) for run in runs)


# --- lines ---

class Table:
    """The figures so far; each is printed as soon as it is known."""

    def __init__(self):
        self.reached = self.short = 0
        self.missing = False
        print("name | ours | peer or limit | ratio | goal | reached or short", flush=True)

    def line(self, name, ours, other="-", ratio="-", goal="-", is_reached=None):
        if is_reached is not None:
            self.reached += is_reached
            self.short += not is_reached
        verdict = {None: "-", True: "reached", False: "SHORT"}[is_reached]
        print(" | ".join((name, ours, other, ratio, goal, verdict)), flush=True)

    def limit(self, name, value, limit, unit):
        self.line(
            name, number(value, unit), f"limit {number(limit, unit)}", f"{value / limit:.2f}", f"under {number(limit, unit)}",
            value < limit)

    def least(self, name, value, limit, unit):
        self.line(
            name, number(value, unit), f"limit {number(limit, unit)}", f"{value / limit:.2f}", f"at least {number(limit, unit)}",
            value >= limit)

    def goal(self, name, value, other, goal, unit):
        """A figure beside a peer's of which it may be at most `goal` times as much, or at least that with a negative goal."""
        ratio = value / other
        is_reached = ratio >= -goal if goal < 0 else ratio <= goal
        words = f"at least {-goal:.3g} times" if goal < 0 else f"at most {goal:.3g} times"
        self.line(name, number(value, unit), number(other, unit), f"{ratio:.3f}", words, is_reached)

    def beside(self, name, value, other, unit):
        self.line(name, number(value, unit), number(other, unit), f"{value / other:.3f}", "below the peer's", value < other)

    def agreement(self, name, value, expected, unit):
        deviation = abs(value - expected) / max(1e-9, abs(expected))
        self.line(
            name, f"{value:.6f} {unit}", f"{expected:.6f} {unit}", f"off by {deviation:.1e}", f"within {DEVIATION:.0e}",
            deviation <= DEVIATION)

    def absent(self, name, reason):
        self.missing = True
        print(f"{name} | NOT MEASURED: {reason}", flush=True)


def number(value, unit):
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f} {unit}"
