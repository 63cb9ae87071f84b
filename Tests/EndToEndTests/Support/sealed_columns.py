"""Decodes sealed columns, written from docs/formats/sealed-columns.md alone, and holds them against all that they say about themselves.

  sealed_columns.py FILE...
      the chunk that each file is, as a line of JSON: its times, and of each column the series and the values, null where there is none
"""

import json
import pathlib
import sys

BLOCK = 128
SHORT_PART = 16
WORD = 2**64 - 1
# By the head's number: level and slope move by 1/2^l and 1/2^s of the difference.
LEVELS = {3: (0, 2), 4: (1, 4), 5: (2, None), 6: (3, 7), 7: (4, None)}


class Damaged(ValueError):
    """The bytes are not as the document has them; says what it has instead."""


def check(is_so, expected):
    if not is_so:
        raise Damaged(expected)


def table_of(polynomial):
    """What each byte does to a checksum, the lowest bit first."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (polynomial if byte & 1 else 0)
        table.append(byte)
    return table


CASTAGNOLI = table_of(0x82F63B78)


def crc32c(contents):
    """RFC 3720, B.4."""
    remainder = 0xFFFFFFFF
    for byte in contents:
        remainder = CASTAGNOLI[(remainder ^ byte) & 0xFF] ^ remainder >> 8
    return remainder ^ 0xFFFFFFFF


def zigzag(number):
    """The signed number at this place of 0, -1, 1, -2, 2, ..."""
    return number >> 1 ^ -(number & 1)


def wrapped(number):
    """Modulo 2^64, signed."""
    return (number + 2**63 & WORD) - 2**63


class Bytes:
    """Numbers of seven bits a byte, one behind the other."""

    def __init__(self, contents):
        self.contents, self.place = contents, 0

    def byte(self):
        check(self.place < len(self.contents), "more bytes")
        self.place += 1
        return self.contents[self.place - 1]

    def take(self, count):
        check(self.place + count <= len(self.contents), "more bytes")
        self.place += count
        return self.contents[self.place - count : self.place]

    def number(self):
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                check(byte or shift == 7, "numbers without needless bytes")
                return number

    def signed(self):
        return zigzag(self.number())

    def checksum(self, covered):
        """Four bytes, those of the checksum of `covered`."""
        check(int.from_bytes(self.take(4), "little") == crc32c(covered), "the checksum of the bytes")


class Bits:
    """Bits, from the lowest of each byte up."""

    def __init__(self, contents):
        self.contents, self.place = contents, 0

    def ahead(self, count):
        """The next bits, which stay; zeros where there are no more."""
        first, last = self.place >> 3, self.place + count + 7 >> 3
        return int.from_bytes(self.contents[first:last], "little") >> (self.place & 7) & ((1 << count) - 1)

    def take(self, count):
        number = self.ahead(count)
        self.place += count
        return number

    def rice(self, parameter):
        ahead = self.ahead(24)
        if not ahead:
            self.place += 24
            return self.take(64)
        zeros = (ahead & -ahead).bit_length() - 1
        self.place += zeros + 1
        return zeros << parameter | self.take(parameter)

    def end(self):
        """Nothing but the zeros that fill the last byte up."""
        check(self.place + 7 >> 3 == len(self.contents) and not self.ahead(7), "the part's end")


def sparse(bits, parameter, count):
    """A block of so many numbers, most of them zero."""
    runs = bits.take(3)
    is_relative = bits.take(1)
    numbers, run = [], 0
    while len(numbers) < count:
        run = run + zigzag(bits.rice(runs)) if is_relative else bits.rice(runs)
        check(0 <= run <= count - len(numbers), "a run that ends within its block")
        numbers += [0] * run
        if len(numbers) < count:
            numbers.append(1 if parameter == 63 else bits.rice(parameter) + 1 & WORD)
    return numbers


class Stream:
    """The numbers of a stream, block by block."""

    def __init__(self, bits):
        self.bits, self.head = bits, None
        self.last = self.last_but_one = self.level = self.slope = 0

    def numbers(self, count):
        """The next `count`, signed."""
        numbers = []
        while len(numbers) < count:
            numbers += self.block(min(BLOCK, count - len(numbers)))
        return numbers

    def block(self, count):
        if self.head is None or not self.bits.take(1):
            self.head = self.bits.take(12)
        predictor, form, is_plain, parameter = self.head & 7, self.head >> 3 & 3, self.head >> 5 & 1, self.head >> 6
        written = self.written(form, parameter, count)
        differences = [wrapped(number) if is_plain else zigzag(number) for number in written]
        return self.levelled(*LEVELS[predictor], differences) if predictor in LEVELS else self.neighboured(predictor, differences)

    def written(self, form, parameter, count):
        check(form < 3, "a form of 0 to 2")
        if form == 0:
            width = 64 if parameter == 63 else parameter
            return [self.bits.take(width) for _ in range(count)]
        check(parameter <= 32 or form == 2 and parameter == 63, "a parameter of up to 32")
        return [self.bits.rice(parameter) for _ in range(count)] if form == 1 else sparse(self.bits, parameter, count)

    def neighboured(self, predictor, differences):
        numbers = []
        for difference in differences:
            expected = (self.last, 2 * self.last - self.last_but_one, 0)[predictor]
            self.last_but_one, self.last = self.last, wrapped(expected + difference)
            numbers.append(self.last)
        self.level = wrapped(self.last << 10)
        return numbers

    def levelled(self, level_shift, slope_shift, differences):
        numbers = []
        for difference in differences:
            expected = wrapped(self.level + 512) >> 10
            numbers.append(wrapped(expected + difference))
            moved = wrapped(difference << 10)
            if slope_shift is not None:
                self.slope = wrapped(self.slope + (moved >> slope_shift))
                self.level += self.slope
            self.level = wrapped(self.level + (moved >> level_shift))
        self.last_but_one, self.last = ([self.last] + numbers)[-2:]
        return numbers


class Column:
    """What the directory says of a column."""

    def __init__(self, directory, series, samples):
        self.series, self.gaps = series, directory.number()
        self.absent = directory.number() if self.gaps else 0
        check(self.gaps <= self.absent <= samples, "no more absent samples than there are, and as many as gaps at least")
        self.present = samples - self.absent
        self.first = directory.signed() if self.present else None
        self.step = directory.number() if self.present else 0
        self.down, self.up, self.last, self.sum = (
            (directory.number(), directory.number(), directory.signed(), directory.signed()) if self.step else (0, 0, 0, 0)
        )
        self.part = Part(directory) if self.gaps or self.step else None

    def values(self, samples):
        """The values at all samples, None in gaps."""
        if not self.part:
            return [self.first] * samples
        bits = Bits(self.part.contents)
        is_present = self.presence(bits, samples)
        steps = [0] + Stream(bits).numbers(self.present - 1) if self.step else [0] * self.present
        bits.end()
        values = [wrapped(self.first + step * self.step) for step in steps]
        self.hold(values)
        following = iter(values)
        return [next(following) if is_so else None for is_so in is_present]

    def presence(self, bits, samples):
        """Which samples have a value."""
        numbers = Stream(bits).numbers(2 * self.gaps)
        is_present = []
        for place, (before, length) in enumerate(zip(numbers[::2], numbers[1::2])):
            before, length = before + (place > 0), length + 1
            check(before >= (place > 0) and length >= 1, "gaps one behind the other")
            check(len(is_present) + before + length <= samples, "gaps within the samples")
            is_present += [True] * before + [False] * length
        check(is_present.count(False) == self.absent, "as many absent samples as the directory says")
        return is_present + [True] * (samples - len(is_present))

    def hold(self, values):
        """The statistics are those of the values."""
        if values:
            limits = self.first - self.down * self.step, self.first + self.up * self.step
            check((min(values), max(values)) == limits, "the smallest and the largest value")
            check(values[-1] == wrapped(self.first + self.last * self.step), "the last value")
            check(sum(values) == self.first * len(values) + self.sum * self.step, "the values' sum")


class Part:
    """A part: short ones stand in the directory, long ones behind it."""

    def __init__(self, directory):
        self.length = directory.number()
        check(self.length >= 1, "a part of a byte at least")
        self.is_long = self.length > SHORT_PART
        if self.is_long:
            self.told = directory.take(4)
        else:
            self.contents = directory.take(self.length)

    def read(self, following):
        """Takes a long part from the bytes behind the directory."""
        if self.is_long:
            self.contents = following.take(self.length)
            check(int.from_bytes(self.told, "little") == crc32c(self.contents), "the checksum of a long part")


class Times:
    """What the directory says of the times."""

    def __init__(self, directory, samples):
        self.samples, self.step, self.shape, self.unit = samples, 1, 0, 0
        self.first = directory.signed() if samples else 0
        if samples >= 2:
            self.step, self.shape = directory.number(), directory.number()
            check(self.step >= 1 and self.shape <= 3, "a grid of 1 at least and a shape of 0 to 3")
            self.unit = directory.number() if self.shape & 2 else 0
        self.part = Part(directory) if self.shape else None

    def all(self):
        following = max(self.samples - 1, 0)
        missed = beside = [0] * following
        if self.part:
            bits = Bits(self.part.contents)
            missed = Stream(bits).numbers(following) if self.shape & 1 else missed
            beside = Stream(bits).numbers(following) if self.shape & 2 else beside
            bits.end()
        times, point = [self.first] * min(self.samples, 1), 0
        for absent, distance in zip(missed, beside):
            point += 1 + absent
            times.append(wrapped(self.first + point * self.step + distance * self.unit))
        return times


def decode(contents):
    """The times of a chunk, and the series and values of each column, None where there is none."""
    directory = Bytes(contents)
    check(directory.byte() == 1, "version 1")
    samples, count = directory.number(), directory.number()
    check(samples <= 1 << 20, "1,048,576 samples at most")
    times, columns, series = Times(directory, samples), [], 0
    for _ in range(count):
        series = wrapped(series + directory.signed() + 1)
        columns.append(Column(directory, series, samples))
    directory.checksum(contents[: directory.place])
    for part in [times.part] + [column.part for column in columns]:
        if part:
            part.read(directory)
    check(directory.place == len(contents), "nothing behind the last part")
    return times.all(), [(column.series, column.values(samples)) for column in columns]


if __name__ == "__main__":
    for file in sys.argv[1:]:
        try:
            found, columns_of = decode(pathlib.Path(file).read_bytes())
        except Damaged as error:
            sys.exit(f"{file}: expected {error}")
        print(json.dumps({"times": found, "columns": [{"series": series, "values": values} for series, values in columns_of]}))
