"""What a disk may hold after a power cut, worked out from a record of disk_calls.c.

The model is that of ext4 with data=ordered, made stricter where other file systems are:
- what was synced is there;
- of what was not, any selection of sectors of 512 bytes may be, each as it was after any one of the writes to it;
- a file may be longer than what reached the disk of it; what is missing reads as zeros;
- the name of a file is there once its folder was synced (a sync of the file alone is not enough); names that were not synced come in
  the order in which they were made or deleted, up to any one of them.
Left out: sectors that are themselves half written, and sectors damaged beside those written.
"""

import os

SECTOR = 512
PATTERNS = ("none", "all", "torn", "mixed")


def records(path):
    """The record's entries: what, first number, second number, path, bytes."""
    with open(path, "rb") as file:
        text = file.read()
    place = 0
    while place < len(text):
        end = text.index(b"\n", place)
        what, first, second, name = text[place:end].decode().split(" ", 3)
        place = end + 1
        data = b""
        if what in "WA":
            data = text[place:place + int(second)]
            place += int(second)
        yield what, int(first), int(second), name, data


def apply(image, change):
    """Makes one change to the bytes of a file."""
    offset, data = change
    if data is None:
        if offset < len(image):
            del image[offset:]
        else:
            image.extend(bytes(offset - len(image)))
        return
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset:offset + len(data)] = data


class File:
    def __init__(self, content=b""):
        self.durable = bytearray(content)
        self.pending = []

    def sync(self):
        for change in self.pending:
            apply(self.durable, change)
        self.pending = []

    def fail_sync(self, chance):
        """The system forgets what it could not write; some of it may have arrived. Sizes are kept elsewhere."""
        self.durable = self.image("mixed", chance)
        self.pending = []

    def image(self, pattern, chance):
        """The file's bytes after a power cut."""
        if pattern == "none" or not self.pending:
            return self.durable
        image = bytearray(self.durable)
        if pattern == "all":
            for change in self.pending:
                apply(image, change)
        elif pattern == "torn":
            last = chance.randrange(len(self.pending))
            for change in self.pending[:last]:
                apply(image, change)
            offset, data = self.pending[last]
            if data is not None:
                sectors = range(offset - offset % SECTOR, offset + len(data), SECTOR)
                end = chance.choice(list(sectors))
                apply(image, (offset, data[:max(0, end - offset)]))
        else:
            self.mix(image, chance)
        return image

    def mix(self, image, chance):
        writers = {}
        for index, (offset, data) in enumerate(self.pending):
            if data is not None:
                for sector in range(offset // SECTOR, (offset + len(data) - 1) // SECTOR + 1):
                    writers.setdefault(sector, []).append(index)
        # Each sector as it was after one of the writes to it, or before all of them.
        until = {sector: chance.choice([-1] + indices) for sector, indices in writers.items()}
        cuts = chance.randrange(len(self.pending) + 1)
        for index, (offset, data) in enumerate(self.pending):
            if data is None:
                if index < cuts:
                    apply(image, (offset, None))
                continue
            for sector in range(offset // SECTOR, (offset + len(data) - 1) // SECTOR + 1):
                if until[sector] >= index:
                    begin, end = max(offset, sector * SECTOR), min(offset + len(data), (sector + 1) * SECTOR)
                    apply(image, (begin, data[begin - offset:end - offset]))


class Disk:
    """The files of one folder, as programs see them and as the disk holds them."""

    def __init__(self, folder, ignored_syncs=0.0):
        self.folder = folder
        self.ignored_syncs = ignored_syncs
        self.now = {}
        self.durable = {}
        self.names = {folder: []}

    def load(self):
        """Takes what lies in the folder as durable."""
        for path, folders, files in os.walk(self.folder):
            self.names[path] = []
            for name in folders:
                self.durable[os.path.join(path, name)] = None
            for name in files:
                if not name.endswith("-shm"):
                    with open(os.path.join(path, name), "rb") as file:
                        self.durable[os.path.join(path, name)] = File(file.read())
        self.now = dict(self.durable)

    def play(self, entry, chance):
        """What a record says happens."""
        what, first, _, path, data = entry
        if what == "C":
            self.now[path] = File()
            self.rename(path, self.now[path])
        elif what == "M":
            self.now[path] = None
            self.names[path] = []
            self.rename(path, None)
        elif what == "W":
            self.now[path].pending.append((first, data))
        elif what == "T":
            self.now[path].pending.append((first, None))
        elif what == "U":
            del self.now[path]
            self.names[os.path.dirname(path)].append(("-", path, None))
        elif what == "R":
            old, new = path.split(" ")
            self.now[new] = self.now.pop(old)
            self.names[os.path.dirname(old)].append(("-", old, None))
            self.rename(new, self.now[new])
        elif what in "SF":
            if what == "S" and chance.random() < self.ignored_syncs:
                return
            if path in self.names:
                if what == "S":
                    self.carry_out(self.durable, self.names[path])
                    self.names[path] = []
            elif what == "S":
                self.now[path].sync()
            else:
                self.now[path].fail_sync(chance)

    def rename(self, path, file):
        self.names[os.path.dirname(path)].append(("+", path, file))

    @staticmethod
    def carry_out(names, changes):
        for what, path, file in changes:
            if what == "+":
                names[path] = file
            else:
                names.pop(path, None)

    @property
    def is_synced(self):
        """Whether a power cut now has one outcome only."""
        return not any(self.names.values()) and not any(file and file.pending for file in self.durable.values())

    def write(self, target, pattern, chance):
        """Writes what the disk holds after a power cut into the empty folder `target`."""
        names = dict(self.durable)
        for changes in self.names.values():
            count = {"none": 0, "all": len(changes)}.get(pattern, chance.randint(0, len(changes)))
            self.carry_out(names, changes[:count])
        folders = {self.folder} | {path for path, file in names.items() if file is None}
        for path in sorted(names):
            if os.path.dirname(path) not in folders:
                continue
            place = target + path[len(self.folder):]
            if names[path] is None:
                os.makedirs(place, exist_ok=True)
            else:
                with open(place, "wb", buffering=0) as file:
                    file.write(names[path].image(pattern, chance))
