"""Takes the power away from a program that fills a store, at every call that reaches the disk, and looks what is left.

  store_power.py PROGRAM SHIM FOLDER STATES SEED [--ignored-syncs SHARE] [--old]
      PROGRAM is StoreWriter, SHIM the compiled disk_calls.c, FOLDER an empty one, best in memory. --old: the store is one of layout 3,
      which is brought up to date. Prints as JSON: boundaries, states, compound, lost, unreadable (a sealed hour),
      corrupt, silent (of these, where the store answers nevertheless), what was wrong, and how often each call.

The model is in disk_model.py. Of some states the recovery is recorded and cut again.
"""

import argparse
import collections
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys

from disk_model import PATTERNS, Disk, File, records
from old_store import make_old_store

# Appends of the runs that are recorded, each a few openings of the store. The long one comes to checkpoints among its appends.
SHORT = [40, 80, 120, 160]
LONG = [2600]
# One state in so many is read whole.
WHOLE = 20
# After a cut inside the recovery, so many boundaries are looked at.
SECOND_CUTS = 12


def record(options, folder, log, seed, acknowledged, until):
    """Runs the writer, with what it does to the disk going to `log`."""
    environment = dict(os.environ, LD_PRELOAD=options.shim, DISK_FOLDER=folder, DISK_LOG=log)
    return subprocess.run([options.program, "write", folder, str(seed), str(acknowledged), str(until)],
                          env=environment, stdout=subprocess.PIPE, text=True).stdout


class Checker:
    """A process that looks at one store after the other."""

    def __init__(self, program, seed):
        self.command = [program, "check", str(seed)]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def check(self, folder, acknowledged, sent, depth):
        self.process.stdin.write(f"{folder} {acknowledged} {sent} {depth}\n")
        self.process.stdin.flush()
        told = self.process.stdout.readline().strip()
        if not told:
            self.process.wait()
            self.start()
        return told or "corrupt: the check died"


class Run:
    """A recorded run, cut at its boundaries by one of several workers."""

    def __init__(self, options, name, seed, worker):
        self.options = options
        self.seed = seed
        self.home = os.path.join(options.folder, f"{name}-{worker}")
        os.mkdir(self.home)
        self.place = os.path.join(self.home, "state")
        self.chance = random.Random(f"{options.seed} {name} {worker}")
        self.checker = Checker(options.program, seed)
        self.found = collections.Counter()
        self.wrong = []

    def look(self, disk, pattern, acknowledged, sent, about):
        """Checks one state."""
        shutil.rmtree(self.place, ignore_errors=True)
        os.mkdir(self.place)
        disk.write(self.place, pattern, self.chance)
        self.found["states"] += 1
        told = self.checker.check(self.place, acknowledged, sent, "all" if self.found["states"] % WHOLE == 0 else "end")
        if told.startswith("ok"):
            return
        # A chunk that is missing or damaged is found by its checksum; the rest of the store is whole.
        self.found["lost" if told.startswith("lost") else "unreadable" if ".segments/" in told else "corrupt"] += 1
        # The store answers, and wrong.
        self.found["silent"] += any(text in told for text in ("was not sent", "samples instead", "ledger counts"))
        self.note(f"{about}, {pattern}: {told}", told.startswith("corrupt") and ".segments/" not in told)

    def note(self, text, is_worst):
        """Keeps some of what is wrong, the worst in any case."""
        if is_worst or len(self.wrong) < 10:
            self.wrong.insert(0 if is_worst else len(self.wrong), text)

    def cut(self, log, folder, chosen, begin, patterns, compound=None, name="", start=None):
        """Cuts the run in `log` at the boundaries in `chosen`; `begin`: batches acknowledged before it."""
        disk = start or Disk(folder, self.options.ignored_syncs)
        acknowledged = begin
        # What the writer finds at the start may be one more than was acknowledged, and behind that it sends the next.
        sent = begin + 1
        for index, entry in enumerate(records(log)):
            if entry[0] == "A":
                words = entry[4].split()
                if words[0] == b"acknowledged":
                    acknowledged = int(words[1])
                if words[0] in (b"acknowledged", b"opened"):
                    sent = int(words[1]) + 1
            else:
                disk.play(entry, self.chance)
            if index not in chosen:
                continue
            self.found["boundaries"] += 1
            about = f"{name} call {index} ({entry[0]} {os.path.basename(entry[3])}), {acknowledged} acknowledged"
            for pattern in ("all",) if disk.is_synced else patterns:
                self.look(disk, pattern, acknowledged, sent, about)
            if compound and index in compound:
                self.cut_again(disk, acknowledged, about)

    def cut_again(self, disk, acknowledged, about):
        """Lets the writer go on from a state after a power cut, records that, and cuts it once more."""
        folder = os.path.join(self.home, "again")
        log = os.path.join(self.home, "again.log")
        shutil.rmtree(folder, ignore_errors=True)
        if os.path.exists(log):
            os.unlink(log)
        os.mkdir(folder)
        disk.write(folder, self.chance.choice(("torn", "mixed")), self.chance)
        start = Disk(folder, self.options.ignored_syncs)
        start.load()
        said = record(self.options, folder, log, self.seed, acknowledged, acknowledged + 20)
        if f"acknowledged {acknowledged + 20}\n" not in said:
            if self.options.ignored_syncs and ("broken: lost" in said or ".segments/" in said):
                return
            self.found["corrupt"] += 1
            self.note(f"{about}, going on: {said[-300:]}", True)
            return
        count = sum(1 for _ in records(log))
        chosen = set(self.chance.sample(range(count), min(count, SECOND_CUTS)))
        before = self.found["states"]
        self.cut(log, folder, chosen, acknowledged, ("none", "torn", "mixed"), name=f"{about}; again", start=start)
        self.found["compound"] += self.found["states"] - before


def boundaries(log, wanted):
    """The boundaries to look at: all around what touches the database file and its segments, of the others as many as wanted."""
    entries = list(records(log))
    near = set()
    for index, entry in enumerate(entries):
        if entry[0] in "CMUR" or entry[3].endswith((".sqlite", ".segments")) or ".segments/" in entry[3]:
            near.update(range(max(0, index - 2), min(len(entries), index + 3)))
    if len(near) > wanted * 2 // 3:
        near = set(random.Random(1).sample(sorted(near), wanted * 2 // 3))
    rest = [index for index in range(len(entries)) if index not in near]
    more = max(0, min(len(rest), wanted - len(near)))
    return sorted(near | set(random.Random(2).sample(rest, more)))


def work(job):
    options, name, seed, log, folder, chosen, compound, worker, old = job
    run = Run(options, name, seed, worker)
    start = None
    if old:
        start = Disk(folder, options.ignored_syncs)
        for path, content in old["files"].items():
            start.now[path] = start.durable[path] = File(content)
    run.cut(log, folder, set(chosen), old["batches"] if old else 0, PATTERNS, set(compound), name, start)
    shutil.rmtree(run.home, ignore_errors=True)
    return run.found, run.wrong


def main():
    # Whoever starts this may block signals; the pool's end is one.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    parser = argparse.ArgumentParser()
    for name in ("program", "shim", "folder"):
        parser.add_argument(name)
    parser.add_argument("states", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--ignored-syncs", type=float, default=0)
    parser.add_argument("--old", action="store_true")
    options = parser.parse_args()
    workers = os.cpu_count() or 1
    left = options.states // 3
    calls = collections.Counter()
    jobs = []
    runs = [("old", [90])] if options.old else [("short", SHORT)] if options.states < 5000 else [("short", SHORT), ("long", LONG)]
    for number, (name, stops) in enumerate(runs):
        seed = options.seed + number
        folder = os.path.join(options.folder, name)
        log = folder + ".log"
        os.mkdir(folder)
        old = make_old_store(options.program, folder, seed, 60) if options.old else None
        acknowledged = old["batches"] if old else 0
        for stop in stops:
            said = record(options, folder, log, seed, acknowledged, stop)
            assert f"acknowledged {stop}\n" in said, said
            acknowledged = stop
        calls.update(entry[0] for entry in records(log))
        # About three states a boundary, a tenth of them after a second cut.
        chosen = boundaries(log, max(20, left // (len(runs) - number)))
        left -= len(chosen)
        compound = random.Random(options.seed).sample(chosen, max(1, len(chosen) // 150))
        for worker in range(workers):
            jobs.append((options, name, seed, log, folder, chosen[worker::workers],
                         [index for index in compound if index in set(chosen[worker::workers])], worker, old))
    found = collections.Counter()
    wrong = []
    with multiprocessing.Pool(workers) as pool:
        for counts, texts in pool.imap_unordered(work, jobs, chunksize=1):
            found.update(counts)
            wrong += texts
        pool.close()
        pool.join()
    json.dump({name: found[name] for name in ("boundaries", "states", "compound", "lost", "unreadable", "corrupt", "silent")}
              | {"wrong": sorted(wrong, key=lambda text: ".segments/" in text or ": lost" in text)[:20], "calls": dict(calls)}, sys.stdout)


main()
