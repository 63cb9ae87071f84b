"""The store beside other databases, on the same readings: bytes, CPU of bringing them in, bytes written, CPU of questions."""
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from figures import CHECKOUT, Failed, measure, number

HERE = Path(__file__).resolve().parent
DEBIAN = CHECKOUT / ".build-deps" / "store-peers"
EVERY = 1 << 30
OURS, ROWS, INFLUX, PROMETHEUS = "ours", "SQLite rows", "InfluxDB", "Prometheus"
PROMETHEUS_TICKS = 1440
SIZES = {"A": 0.65, "A-jittered": 0.90, "B": 1.15}  # bytes a reading
INGEST = 8.0  # million readings a CPU second
WRITTEN = {1200: 12.0, 200: 40.0}  # bytes a reading, with a commit every 10 s


@dataclass
class Question:
    """What is asked, of which set, and how long the CPU may take: in s, or in ms where the unit says so."""
    name: str
    of: str
    words: str
    limit: float
    unit: str


MONTH_TICKS = 31 * 96  # of 15 min

QUESTIONS = [
    Question("means", "A", "15-min means of 1,200 series, one day", 0.15, "s"),
    Question("one", "A", "one of 1,200 series, one day", 1, "ms"),
    Question("last", "A", "last values of 1,200 series", 0.5, "ms"),
    Question("sum", "A", "sum of 200 powers per 15 min, one day", 30, "ms"),
    Question("all", "B", "a month of all 4,000 series", 0.5, "s"),
    Question("one", "B", "a month of one of 4,000 series", 1, "ms"),
]


def run(table, folder, store_load, python, arguments):
    """`store_load` is our program, `python` runs the peers' programs and has numpy."""
    measurement = Measurement(table, folder, store_load, python, arguments)
    measurement.sizes_and_ingest()
    measurement.written()
    measurement.questions()


def compiled(folder):
    program = folder / "rows"
    outcome = subprocess.run(["cc", "-O2", "-o", program, HERE / "rows.c", "-lsqlite3"], capture_output=True, text=True)
    if outcome.returncode != 0:
        raise Failed(f"cc could not build rows.c: {outcome.stderr.strip()[:500]}")
    return program


def debian_program(package, program):
    """Unpacks a Debian package beside the build, without installing it: none of its services starts."""
    if shutil.which(program) is None:
        DEBIAN.mkdir(parents=True, exist_ok=True)
        for command in (["apt-get", "download", package], ["sh", "-c", f"dpkg-deb -x {package}_*.deb ."]):
            outcome = subprocess.run(command, cwd=DEBIAN, capture_output=True, text=True)
            if outcome.returncode != 0:
                raise Failed(f"{program} is not here, and {command[0]} could not get Debian's {package}: {outcome.stderr.strip()[-200:]}")
    return program


class Measurement:
    """The programs, and what each of them told."""

    def __init__(self, table, folder, store_load, python, arguments):
        self.table, self.folder, self.arguments = table, folder, arguments
        self.days, self.months, self.hours = arguments.store_days, arguments.store_months, arguments.store_hours
        self.sets = folder / "sets"
        self.sets.mkdir()
        measure([python, HERE / "generate.py", self.sets, self.days, self.months])
        self.programs = {OURS: [store_load]}
        if not arguments.no_peers:
            os.environ["PATH"] += f":{DEBIAN}/usr/bin:/usr/sbin"
            self.add(ROWS, lambda: [compiled(folder)])
            self.add("DuckDB", lambda: [python, HERE / "duck.py"])
            self.add("ClickHouse", lambda: [python, HERE / "click.py"])
            self.add(INFLUX, lambda: debian_program("influxdb", "influxd") and [python, HERE / "influx.py"])
            self.add(PROMETHEUS, lambda: debian_program("prometheus", "promtool") and [python, HERE / "prometheus.py"])

    def add(self, name, command):
        try:
            self.programs[name] = command()
        except (Failed, OSError) as problem:
            self.table.absent(f"store: {name}", problem)

    # --- running ---

    def place(self, program, label):
        return self.folder / f"{program} {label}".replace(" ", "-")

    def told(self, program, what, of, label, columns=EVERY, ticks=EVERY):
        """What `program` tells of its work in its folder `label`; nothing where it fails, which is a line of its own."""
        place = self.place(program, label)
        place.mkdir(exist_ok=True)
        try:
            run = measure([*self.programs[program], what, self.sets / of, place, columns, ticks])
            return json.loads(run.output.strip().splitlines()[-1])
        except (Failed, ValueError, IndexError) as problem:
            self.table.absent(f"store: {program}, {what} of {of}", problem)
            return None

    def load(self, program, of, label, ticks):
        told = self.told(program, "load", of, label, ticks=ticks)
        if told and "size" not in told:
            files = (path for path in self.place(program, label).rglob("*") if path.is_file())
            told["size"] = sum(path.stat().st_blocks * 512 for path in files)
        return told

    # --- figures ---

    def sizes_and_ingest(self):
        ingest = {}
        for of in [*SIZES, *sorted({path.name for path in self.sets.iterdir()} - SIZES.keys())]:
            is_day = of.startswith("A")
            ticks = 8640 if is_day else EVERY
            span = "one day" if is_day else self.months_told if of == "B" else "a year"
            told = {name: self.load(name, of, of, ticks) for name in self.programs if name != PROMETHEUS}
            if PROMETHEUS in self.programs and is_day:
                told[PROMETHEUS] = self.load(PROMETHEUS, of, of, PROMETHEUS_TICKS)
            if of == "A":
                ingest = told
            self.sizes(of, span, told)
            if of not in ("A", "B"):
                self.drop(of)
        self.ingest(ingest)

    def sizes(self, of, span, told):
        bytes_a_reading = {name: each["size"] / each["readings"] for name, each in told.items() if each}
        if OURS not in bytes_a_reading:
            return
        ours, what = bytes_a_reading.pop(OURS), f"store: bytes a reading, {of}"
        if of in SIZES:
            long = ours
            if of.startswith("A") and self.days > 1:
                each = self.load(OURS, of, "long", EVERY)
                long, span_of_long = (each["size"] / each["readings"] if each else ours), f"{self.days} days"
                self.drop("long")
            else:
                span_of_long = span
            self.table.limit(f"{what}, {span_of_long}", long, SIZES[of], "B")
        for name, value in bytes_a_reading.items():
            self.table.beside(f"{what}, {span}, beside {name}", ours, value, "B")

    def ingest(self, told):
        rates = {name: each["readings"] / each["cpu"] / 1e6 for name, each in told.items() if each}
        if OURS not in rates:
            return
        ours, what = rates.pop(OURS), "store: million readings brought in a CPU second, A"
        self.table.least(what, ours, INGEST, "M/s")
        for name, value in rates.items():
            self.table.line(f"{what}, beside {name}", number(ours, "M/s"), number(value, "M/s"), f"{ours / value:.3f}")

    def written(self):
        for columns, limit in WRITTEN.items():
            what = f"store: bytes written a reading, {columns} channels, a commit every 10 s, {self.hours} h"
            told = {
                name: self.told(name, "commits", "A", f"commits-{columns}", columns, self.hours * 360)
                for name in self.programs if name != PROMETHEUS}
            self.drop(f"commits-{columns}")
            values = {name: each["written"] / each["readings"] for name, each in told.items() if each}
            if OURS not in values:
                continue
            ours = values.pop(OURS)
            self.table.limit(what, ours, limit, "B")
            for name, value in values.items():
                self.table.line(f"{what}, beside {name}", number(ours, "B"), number(value, "B"), f"{ours / value:.3f}")

    def questions(self):
        answers = {name: self.answers(name) for name in self.programs if name != PROMETHEUS}
        for question in QUESTIONS:
            what = "store: " + question.words
            told = {name: each[question.of][question.name] for name, each in answers.items() if each[question.of].get(question.name)}
            ours = told.pop(OURS, None)
            if ours is None:
                continue
            scale = 1000 if question.unit == "ms" else 1
            self.table.limit(f"{what}: CPU", ours["cpu"] * scale, question.limit, question.unit)
            for name, each in told.items():
                self.table.line(
                    f"{what}: CPU, beside {name}", number(ours["cpu"] * scale, question.unit), number(each["cpu"] * scale, question.unit),
                    f"{ours['cpu'] / each['cpu']:.3f}")
                if each["rows"] != ours["rows"]:
                    self.table.line(f"{what}: rows, ours and of {name}", f"{ours['rows']:.0f}", f"{each['rows']:.0f}", "-", "the same", False)
            if told:
                furthest = max((each["sum"] for each in told.values()), key=lambda sum: abs(sum - ours["sum"]))
                self.table.agreement(f"{what}: sum of the rows, beside the peer's furthest off", ours["sum"], furthest, "thousandths")

    def answers(self, program):
        """What a program told of each set's questions: of A's day, and of the first month of B, however long it is."""
        told = {"A": {}, "B": {}}
        for of in told:
            names = [question.name for question in QUESTIONS if question.of == of]
            ticks = 8640 if of == "A" else MONTH_TICKS
            if program == INFLUX:  # asks all of them in one run of its server
                told[of] = self.told(program, ",".join(names), of, of, ticks=ticks) or {}
            else:
                told[of] = {name: self.told(program, name, of, of, ticks=ticks) for name in names}
            if program == OURS and of == "A" and self.told(OURS, "live", of, "A-live", ticks=ticks):
                # What was read last is asked of a collector that goes on: with its last hour not sealed yet.
                told[of]["last"] = self.told(OURS, "last", of, "A-live", ticks=ticks)
        return told

    @property
    def months_told(self):
        return "a month" if self.months == 1 else f"{self.months} months"

    def drop(self, label):
        for program in self.programs:
            shutil.rmtree(self.place(program, label), ignore_errors=True)
