"""Kills a program that fills a store, again and again, and looks each time whether what it acknowledged is there.

  store_kills.py PROGRAM FOLDER CYCLES SEED
      PROGRAM is StoreWriter. Prints as JSON: cycles, readings, lost, corrupt, and what was wrong.

A store is killed up to 500 times; the next start looks at the last batches. Then everything is read, by a writer and by a reader.
"""

import json
import os
import random
import select
import shutil
import subprocess
import sys
import time

CYCLES_OF_STORE = 500


def start(program, *arguments, **more):
    return subprocess.Popen([program, *map(str, arguments)], stdout=subprocess.PIPE, bufsize=0, **more)


def cycle(program, folder, seed, acknowledged, chance):
    """Starts, kills, and gives what has been acknowledged by then and what is wrong."""
    writer = start(program, "write", folder, seed, acknowledged, 10**9)
    said = b""
    if chance.random() < 0.4:
        # At any moment, from the first instruction on.
        time.sleep(chance.uniform(0, 0.06))
    else:
        # Among the appends: after one of them, or a bit later.
        wanted = chance.randrange(25)
        while said.count(b"\n") <= wanted and select.select([writer.stdout], [], [], 30)[0]:
            heard = os.read(writer.stdout.fileno(), 65536)
            if not heard:
                break
            said += heard
        time.sleep(chance.choice([0, 0, chance.uniform(0, 0.003)]))
    writer.kill()
    said += writer.stdout.read()
    writer.wait()
    writer.stdout.close()
    wrong = None
    for line in said.decode().split("\n")[:-1]:
        # What a start finds outlives the next kill, too.
        if line.startswith(("acknowledged ", "opened ")):
            acknowledged = int(line.split()[1])
        else:
            wrong = line
    return acknowledged, wrong


def main():
    program, folder, cycles, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    done = readings = lost = corrupt = stores = 0
    wrongs = []
    while done < cycles:
        stores += 1
        path = os.path.join(folder, f"store-{stores}")
        os.mkdir(path)
        acknowledged = 0
        wrong = None
        for _ in range(min(CYCLES_OF_STORE, cycles - done)):
            acknowledged, wrong = cycle(program, path, seed + stores, acknowledged, chance)
            done += 1
            if wrong:
                break
        checker = start(program, "check", seed + stores, stdin=subprocess.PIPE)
        told = checker.communicate(f"{path} {acknowledged} {acknowledged + 1} all\n".encode())[0].decode().strip() or "corrupt: the check died"
        words = told.split()
        if words[0] == "ok":
            readings += int(words[2])
        for text in {wrong, told if words[0] != "ok" else None} - {None}:
            wrongs.append(f"store {stores}, {done} cycles, {acknowledged} acknowledged: {text}")
            if "lost" in text:
                lost += 1
            else:
                corrupt += 1
        if wrong or words[0] != "ok":
            if len(wrongs) > 10:
                break
            continue
        shutil.rmtree(path)
    json.dump({"cycles": done, "readings": readings, "lost": lost, "corrupt": corrupt, "wrong": wrongs}, sys.stdout)


main()
