"""Lets each call of a program that fills a store fail, one after the other, and looks whether what it acknowledged is there.

  store_faults.py PROGRAM SHIM FOLDER STEP SEED
      PROGRAM is StoreWriter, SHIM the compiled disk_calls.c, FOLDER an empty one. Every STEPth call that opens, writes, cuts, syncs,
      makes or deletes fails, until a run comes to its end without meeting the fault: with an input/output error and with a full disk;
      once, five times in a row, and from then on. Prints as JSON: runs, calls, refused (appends and openings that were told to have
      failed), lost, corrupt, stuck, what was wrong.

After each run the store is read whole, filled further without faults, and looked at as it would be had the power gone at the run's
end: a sync that failed is none, and one that follows does not bring back what it dropped (disk_model.py).
"""

import collections
import errno
import json
import os
import random
import shutil
import subprocess
import sys

from disk_model import Disk, records

BATCHES = 75
KINDS = [(errno.EIO, 1), (errno.ENOSPC, 1), (errno.EIO, 5), (errno.EIO, 10**9), (errno.ENOSPC, 10**9)]


class Faults:
    def __init__(self, program, shim, folder, seed):
        self.program, self.shim, self.folder, self.seed = program, shim, folder, seed
        self.chance = random.Random(seed)
        self.found = collections.Counter()
        self.wrong = []
        self.checker = None

    def note(self, what, about):
        self.found[what] += 1
        if len(self.wrong) < 20:
            self.wrong.append(about)

    def write(self, folder, acknowledged, until, **environment):
        command = [self.program, "write", folder, str(self.seed), str(acknowledged), str(until)]
        return subprocess.run(command, env=dict(os.environ, **environment), stdout=subprocess.PIPE, text=True, timeout=60)

    def check(self, folder, acknowledged, about):
        if not self.checker or self.checker.poll() is not None:
            self.checker = subprocess.Popen([self.program, "check", str(self.seed)], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True, bufsize=1)
        self.checker.stdin.write(f"{folder} {acknowledged} {acknowledged + 1} all\n")
        self.checker.stdin.flush()
        told = self.checker.stdout.readline().strip() or "corrupt: the check died"
        if not told.startswith("ok"):
            self.note("lost" if told.startswith("lost") else "corrupt", f"{about}: {told}")

    def makings(self):
        """The calls that make a folder, in a run without faults."""
        store, log = os.path.join(self.folder, "whole"), os.path.join(self.folder, "whole.log")
        os.mkdir(store)
        self.write(store, 0, BATCHES, LD_PRELOAD=self.shim, DISK_FOLDER=store, DISK_LOG=log)
        return [entry[1] for entry in records(log) if entry[0] == "M"]

    def fail(self, number, code, length):
        """One run; gives whether it met the fault."""
        about = f"call {number}, {errno.errorcode[code]}, {length} times"
        home = os.path.join(self.folder, "run")
        shutil.rmtree(home, ignore_errors=True)
        store, log, count, cut = (os.path.join(home, name) for name in ("store", "log", "count", "cut"))
        os.makedirs(store)
        os.mkdir(cut)
        try:
            run = self.write(store, 0, BATCHES, LD_PRELOAD=self.shim, DISK_FOLDER=store, DISK_LOG=log, DISK_COUNT=count,
                             DISK_FAIL=f"{number} {length} {code}")
        except subprocess.TimeoutExpired:
            self.note("stuck", f"{about}: no end")
            return True
        lines = run.stdout.splitlines()
        acknowledged = max([int(line.split()[1]) for line in lines if line.startswith("acknowledged ")], default=0)
        self.found["runs"] += 1
        self.found["refused"] += sum(line.startswith("failed ") for line in lines)
        if run.returncode not in (0, 3) or any(line.startswith("broken") for line in lines):
            self.note("corrupt", f"{about}: ended with {run.returncode}: {lines[-1:]}")
        if length < 6 and acknowledged < BATCHES:
            self.note("stuck", f"{about}: {acknowledged} of {BATCHES}: {lines[-1:]}")
        disk = Disk(store)
        for entry in records(log):
            disk.play(entry, self.chance)
        disk.write(cut, "none", self.chance)
        self.check(cut, acknowledged, about + ", and power")
        self.check(store, acknowledged, about)
        if f"acknowledged {BATCHES + 15}" not in self.write(store, acknowledged, BATCHES + 15).stdout:
            self.note("stuck", f"{about}: does not go on")
        with open(count) as file:
            calls = int(file.read())
        self.found["calls"] = max(self.found["calls"], calls if length == 1 else 0)
        return calls >= number


def main():
    faults = Faults(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[5]))
    step = int(sys.argv[4])
    for number, (code, length) in enumerate(KINDS):
        # With steps, each kind of fault looks at other calls.
        call = 1 + number * step // len(KINDS)
        while faults.fail(call, code, length):
            call += step
    if step > 1:
        # What is done once in a store's life is met by no step.
        for call in faults.makings():
            for number in range(call, call + 9):
                faults.fail(number, errno.EIO, 1)
    names = ("runs", "calls", "refused", "lost", "corrupt", "stuck")
    json.dump({name: faults.found[name] for name in names} | {"wrong": faults.wrong}, sys.stdout)


main()
