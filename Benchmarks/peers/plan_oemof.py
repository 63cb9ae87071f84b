"""The 50 members' plan in oemof-solph: plan_oemof.py FOLDER prints a line of JSON."""
import json
import logging
import sys
import time
import warnings

from instance import Instance

logging.disable(logging.WARNING)
warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
from oemof import solph  # noqa: E402

began = time.perf_counter()
case = Instance(sys.argv[1])
steps = case.steps
system = solph.EnergySystem(
    timeindex=pd.date_range(case.start, periods=steps + 1, freq="15min"), infer_last_interval=False)
Flow, Source, Sink = solph.Flow, solph.components.Source, solph.components.Sink
nodes = []
for site in case.sites:
    name = site["id"]
    bus = solph.Bus(label=name)
    nodes += [
        bus,
        Source(
            label=f"{name}-import", outputs={bus: Flow(nominal_capacity=site["import_kw"], variable_costs=case.import_price)}),
        Sink(label=f"{name}-export", inputs={bus: Flow(nominal_capacity=site["export_kw"], variable_costs=-case.feed_in)}),
        Sink(label=site["load"], inputs={bus: Flow(nominal_capacity=1, fix=case.power[site["load"]])})]
    if plant := site.get("plant"):
        nodes.append(Source(label=plant, outputs={bus: Flow(nominal_capacity=1, maximum=case.power[plant])}))
    if battery := site.get("battery"):
        capacity, wear = battery["capacity_kwh"], battery["wear_eur_per_kwh"] / 2
        nodes.append(solph.components.GenericStorage(
            label=battery["id"], nominal_capacity=capacity, balanced=False,
            inputs={bus: Flow(nominal_capacity=battery["power_kw"], variable_costs=wear)},
            outputs={bus: Flow(nominal_capacity=battery["power_kw"], variable_costs=wear)},
            initial_storage_level=battery["opening_kwh"] / capacity, min_storage_level=battery["least_kwh"] / capacity,
            inflow_conversion_factor=battery["charge_efficiency"], outflow_conversion_factor=battery["discharge_efficiency"],
            storage_costs=[0.0] * (steps - 1) + [-battery["end_value_eur_per_kwh"]]))
    if car := site.get("car"):
        for position, window in enumerate(car["windows"]):
            full_load = window["energy_kwh"] / car["efficiency"] / car["power_kw"]
            nodes.append(Sink(
                label=f"{car['id']}-{position}",
                inputs={bus: Flow(nominal_capacity=car["power_kw"], maximum=case.mask(window), full_load_time_min=full_load)}))
system.add(*nodes)
model = solph.Model(system)
built = time.perf_counter()
model.solve(solver="highs", cmdline_options={"threads": 1})
solved = time.perf_counter()
results = solph.Results(model)
flows, contents = results["flow"], results["storage_content"]  # the schedule; each look-up anew would build it anew
print(json.dumps({
    "objective": model.objective(), "build_s": built - began, "solve_s": solved - built,
    "highs_s": model.solver_results["wallclock_time"],
    "grid_import_kwh": float(sum(flows[f"{site['id']}-import", site["id"]].sum() for site in case.sites) * case.hours)}))
