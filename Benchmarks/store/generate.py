#!/usr/bin/env python3
"""generate.py FOLDER DAYS MONTHS: makes sets of readings, seeded, the same every time.

`A`: 200 meters x 6 channels every 10 s, each meter's poll at the tick; `A-jittered`: the same up to 50 ms off it, as polling is.
`B`: 1,000 meters x 4 channels every 15 min. Real ones beside them where ../shared/cases is beside the checkout.
Resolutions are those of common meters: 0.1 W, 0.1 V, 0.01 A, 0.01 Hz, 10 Wh (A); 1 W, 1 var, 0.1 V, 10 Wh (B).
"""
import csv
import sys
from pathlib import Path

import numpy as np

import sets

START = 1767225600000  # 2026-01-01T00:00:00Z
A = ["active_power", "voltage_l1", "current_l1", "frequency", "energy_import", "energy_export"]
B = ["active_power", "reactive_power", "energy_import", "voltage_l1"]
APPLIANCES = np.array([60, 150, 900, 2000, 2300])  # W
CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases"


def counted(power, step, begin):
    """A counter's reading in mWh, to 10 Wh, after each step (s) with `power` in W, from `begin` kWh on."""
    return np.floor((begin + np.cumsum(np.clip(power, 0, None)) * step / 3.6e6) * 100).astype(np.int64) * 10_000


def steps(values, step):
    """`values` to the next `step`, in thousandths: meters count so."""
    return np.rint(values / step).astype(np.int64) * round(step * 1000)


def grid_frequency(random, ticks):
    walk = np.cumsum(random.normal(0, .002, ticks))
    return 50 + .05 * (walk - walk.mean()) + random.normal(0, .004, ticks)


def seconds_set(days, meters=200):
    random = np.random.default_rng(20260101)
    ticks = days * 8640
    hour = np.arange(ticks) % 8640 / 360
    frequency = grid_frequency(random, ticks)
    daylight = np.where(np.abs(hour - 13) < 6.75, np.clip(np.cos((hour - 13) * np.pi / 13.5), 0, None) ** 1.3, 0)
    clouds = np.clip(.7 + .0625 * np.cumsum(random.normal(0, .12, ticks // 30 + 1)), .15, 1).repeat(30)[:ticks]
    values = np.empty((ticks, meters * len(A)), np.int64)
    for meter in range(meters):
        cooling = (random.random(ticks // 60 + 1) < .4).repeat(60)[:ticks]
        appliances = np.zeros(ticks)
        for _ in range(days * 14):
            begin, length = random.integers(ticks), random.integers(6, 400)
            appliances[begin:begin + length] += random.choice(APPLIANCES)
        power = 120 + 80 * random.random() + 25 * cooling + random.normal(0, 2.5, ticks)
        power += appliances * random.normal(1, .01, ticks)
        if meter % 5 < 3:
            power -= (4000 + 6000 * random.random()) * daylight * clouds * random.normal(1, .01, ticks)
        power = np.round(power, 1)
        voltage = np.round(
            231 + 3 * np.sin(hour * np.pi / 12 + meter) - power / 2500 + .02 * np.cumsum(random.normal(0, .05, ticks))
            + random.normal(0, .12, ticks), 1)
        begin = random.random(2) * (1000, 900)
        values[:, meter * len(A):(meter + 1) * len(A)] = np.column_stack((
            steps(power, .1), steps(voltage, .1), steps(np.abs(power) / voltage, .01),
            steps(frequency + random.normal(0, .003, ticks), .01), counted(power, 10, begin[0]), counted(-power, 10, begin[1])))
    times = np.repeat(START + 10_000 * np.arange(ticks)[:, None], meters, axis=1)
    return times, times + random.integers(-50, 51, times.shape), values


def quarters_set(months, meters=1000):
    random = np.random.default_rng(20260102)
    ticks = 35040 * months // 12
    hour = np.arange(ticks) % 96 / 4
    values = np.empty((ticks, meters * len(B)), np.int64)
    evening = 200 + 600 * np.exp(-((hour - 19) / 2) ** 2)
    for meter in range(meters):
        power = np.rint(evening * np.exp(random.normal(0, .5, ticks)))
        values[:, meter * len(B):(meter + 1) * len(B)] = np.column_stack((
            steps(power, 1), steps(power * .2 + random.normal(0, 10, ticks), 1), counted(power, 900, 10 * meter),
            steps(231 + random.normal(0, 1.2, ticks), .1)))
    return np.repeat(START + 900_000 * np.arange(ticks)[:, None], meters, axis=1), values


# --- real data ---

def table(path):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    return rows


def write_real(path, step, power):
    """`power` is ticks x meters in W; each meter has it in mW and both counters in mWh."""
    ticks, meters = power.shape
    hours = step / 3.6e6
    imported = np.rint(np.cumsum(np.clip(power, 0, None), axis=0) * hours).astype(np.int64) * 1000
    exported = np.rint(np.cumsum(np.clip(-power, 0, None), axis=0) * hours).astype(np.int64) * 1000
    values = np.stack((np.rint(power * 1000).astype(np.int64), imported, exported), axis=2).reshape(ticks, 3 * meters)
    times = np.repeat(START + step * np.arange(ticks)[:, None], meters, axis=1)
    sets.write(path, ["active_power", "energy_import", "energy_export"], step, times, values)


def citylearn(path, case):
    """17 houses, hourly: load less what their solar modules give."""
    load, sun, members = table(case / "load_kwh.csv"), table(case / "pv_w_per_kw.csv"), table(case / "members.csv")
    power = np.column_stack([
        np.array([float(row[member["member"]]) * 1000 for row in load])
        - np.array([float(row[member["member"]]) * float(member["pv_kw"]) for row in sun]) for member in members])
    write_real(path, 3_600_000, power)


def simbench(path, case):
    """Loads and solar plants of a village, quarter-hourly."""
    profiles = table(case / "profiles.csv")
    columns = {name: np.array([float(row[name]) for row in profiles]) for name in profiles[0] if name != "time"}
    loads = [1e6 * float(row["p_mw"]) * columns[row["profile"]] for row in table(case / "loads.csv")]
    plants = [-1e6 * float(row["p_mw"]) * columns[row["profile"]] for row in table(case / "generators.csv")]
    write_real(path, 900_000, np.column_stack(loads + plants))


def main():
    folder, days, months = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    even, jittered, values = seconds_set(days)
    sets.write(folder / "A", A, 10_000, even, values)
    sets.write(folder / "A-jittered", A, 10_000, jittered, values)
    sets.write(folder / "B", B, 900_000, *quarters_set(months))
    for name, make in {"citylearn_2022": citylearn, "simbench_rural1": simbench}.items():
        if (CASES / name).is_dir():
            make(folder / name, CASES / name)


if __name__ == "__main__":
    main()
