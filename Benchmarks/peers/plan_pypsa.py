"""The 50 members' plan in PyPSA: plan_pypsa.py FOLDER prints a line of JSON."""
import json
import logging
import sys
import time
import warnings

from instance import Instance

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
import pypsa  # noqa: E402

logging.disable(logging.WARNING)

began = time.perf_counter()
case = Instance(sys.argv[1])
network = pypsa.Network()
network.set_snapshots(pd.date_range(case.start, periods=case.steps, freq="15min"))
network.snapshot_weightings = network.snapshot_weightings.astype(float) * case.hours
index = network.snapshots


def series(columns):
    return pd.DataFrame(columns, index=index)


sites = pd.DataFrame(case.sites).set_index("id", drop=False)
network.add("Bus", sites.id)
network.add(
    "Generator", sites.id, suffix="-import", bus=sites.id, p_nom=sites.import_kw,
    marginal_cost=series({f"{name}-import": case.import_price for name in sites.id}))
network.add("Generator", sites.id, suffix="-export", bus=sites.id, sign=-1, p_nom=sites.export_kw, marginal_cost=-case.feed_in)
network.add("Load", list(sites.load), bus=list(sites.id), p_set=series({name: case.power[name] for name in sites.load}))

plants = {site["plant"]: site["id"] for site in case.sites if "plant" in site}
network.add(
    "Generator", list(plants), bus=list(plants.values()), p_nom=1,
    p_max_pu=series({name: case.power[name] for name in plants}))

# A StorageUnit has no cost of charging, so a battery is a bus of its own with a store and a link in each direction.
batteries = pd.DataFrame([site["battery"] | {"bus": site["id"]} for site in case.sites if "battery" in site]).set_index("id")
names = batteries.index
network.add("Bus", names)
network.add(
    "Link", names + "-charge", bus0=list(batteries.bus), bus1=list(names), p_nom=list(batteries.power_kw),
    efficiency=list(batteries.charge_efficiency), marginal_cost=list(batteries.wear_eur_per_kwh / 2))
# A link's power and cost are those of its input: what leaves a discharging battery is efficiency times that.
network.add(
    "Link", names + "-discharge", bus0=list(names), bus1=list(batteries.bus),
    p_nom=list(batteries.power_kw / batteries.discharge_efficiency), efficiency=list(batteries.discharge_efficiency),
    marginal_cost=list(batteries.wear_eur_per_kwh / 2 * batteries.discharge_efficiency))
# The cost of content is per hour: the worth at the end is that of the last step alone.
worth = series({name: [0.0] * case.steps for name in names})
worth.iloc[-1] = -batteries.end_value_eur_per_kwh / case.hours
network.add(
    "Store", names, suffix="-store", bus=list(names), e_nom=batteries.capacity_kwh.to_numpy(),
    e_initial=batteries.opening_kwh.to_numpy(), e_min_pu=(batteries.least_kwh / batteries.capacity_kwh).to_numpy(),
    marginal_cost_storage=worth.add_suffix("-store"))

sessions = [
    {"id": f"{site['car']['id']}-{position}", "bus": site["id"], "power": site["car"]["power_kw"],
     "need": window["energy_kwh"] / site["car"]["efficiency"], "open": case.mask(window)}
    for site in case.sites if "car" in site for position, window in enumerate(site["car"]["windows"])]
network.add(
    "Generator", [s["id"] for s in sessions], bus=[s["bus"] for s in sessions], sign=-1, p_nom=[s["power"] for s in sessions],
    p_max_pu=series({s["id"]: s["open"] for s in sessions}), e_sum_min=[s["need"] for s in sessions])

network.optimize.create_model()
built = time.perf_counter()
status, condition = network.optimize.solve_model(
    solver_name="highs", io_api="direct", solver_options={"threads": 1, "output_flag": False}, assign_all_duals=False)
solved = time.perf_counter()
imports = network.generators_t.p[[f"{name}-import" for name in sites.id]]
print(json.dumps({
    "objective": network.objective, "build_s": built - began, "solve_s": solved - built,
    "highs_s": network.model.solver_model.getRunTime(), "status": condition,
    "grid_import_kwh": float(imports.to_numpy().sum() * case.hours)}))
