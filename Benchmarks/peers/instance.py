"""The generated instance as the peers need it: numbers from instance.json, series from prices.csv and forecasts.csv."""
import csv
import json
from datetime import datetime, timedelta
from pathlib import Path


class Instance:
    """Sites, and the series that they name; powers in kW, energies in kWh, prices in EUR/kWh."""

    hours = 0.25  # of a step

    def __init__(self, folder):
        folder = Path(folder)
        plain = json.loads((folder / "instance.json").read_text(encoding="utf-8"))
        self.start = datetime.strptime(plain["start"], "%Y-%m-%dT%H:%M:%SZ")
        self.steps = plain["steps"]
        self.sites = plain["sites"]
        self.feed_in = plain["feed_in_eur_per_kwh"]
        with open(folder / "prices.csv", newline="") as file:
            prices = {row["time"]: float(row["price [EUR/MWh]"]) / 1000 for row in csv.DictReader(file)}
        times = [self.start + step * timedelta(hours=self.hours) for step in range(self.steps)]
        self.import_price = [prices[time.strftime("%Y-%m-%dT%H:00:00Z")] + plain["plus_eur_per_kwh"] for time in times]
        with open(folder / "forecasts.csv", newline="") as file:
            rows = [row for row in csv.DictReader(file)]
        assert rows[0]["time"] == plain["start"] and len(rows) == self.steps
        self.power = {
            name.removesuffix(" [kW]"): [float(row[name]) for row in rows] for name in rows[0] if name != "time"}

    def mask(self, window):
        """1 in the steps of a charging window, else 0."""
        return [1.0 if window["first"] <= step < window["end"] else 0.0 for step in range(self.steps)]
