"""`energy-opt solve` beside oemof-solph and PyPSA on the reference community of ../shared/bench, each as a whole process."""
import json
import re
import statistics

from figures import CHECKOUT, DEVIATION, HERE, Failed, measure, median, number, rounds

SHARED = CHECKOUT.parent / "shared" / "bench"
CASES = [(10, 96), (100, 96), (10, 672)]  # members, steps
SHARES = {"lp": 1 / 4, "milp": 1 / 3}  # of the faster peer's CPU and memory
GAP = 1e-3
DAY_SECONDS, DAY_MEGABYTES = 0.5, 100.0  # of ten members
VILLAGE_START, VILLAGE_SECONDS, VILLAGE_MEGABYTES = "2026-03-17T12:00:00Z", 5.0, 300.0
REPLANNING_SHARE = 1 / 3  # of the CPU anew
SLOW_RUNS = 2  # of a peer that takes a minute
PEERS_HIGHS = "HiGHS " + re.search(r"^highspy==(\S+)", (HERE / "peers" / "requirements.txt").read_text(), re.MULTILINE)[1]


def run(table, folder, program, python, arguments):
    peers = {} if arguments.no_peers else {
        "oemof-solph 0.6.5": SHARED / "peer_oemof.py", "PyPSA 1.2.4": HERE / "communities" / "peer_pypsa.py"}
    for mode in SHARES:
        for members, steps in CASES:
            name = f"{members} members x {steps} steps, {mode.upper()}"
            try:
                beside(table, name, folder, program, python, peers, (members, steps, mode), arguments.runs)
            except Failed as problem:
                table.absent(name, problem)
    if arguments.thousand:
        thousand(table, folder, program, python)


def village(table, folder, program, runs):
    """The reference village of 40 households with its heat network, from its file to the page, as an operator asks for it."""
    measure([HERE / "village" / "generate", folder])
    command = [program, "plan", "-c", folder / "community.yaml", "--from", VILLAGE_START, "--hours", 36, "--gap", 0.1]
    plans = rounds({"village": command}, runs)["village"]
    told = json.loads(measure([*command, "--format", "json"]).output)
    name = "reference village, 36 h"
    table.limit(f"{name}: whole process", median(plans, "wall"), VILLAGE_SECONDS, "s")
    table.limit(f"{name}: peak memory, its solver's process with it", median(plans, "peak"), VILLAGE_MEGABYTES, "MB")
    gap = told["status"]["relative_gap"]
    table.line(
        f"{name}: gap", f"{gap * 100:.4f} %", "limit 0.1 %", f"{gap / GAP:.2f}", "proven to 0.1 %",
        told["status"]["proven_optimal"] and gap <= GAP)


def replanning(table, folder, program, python):
    """A new forecast for a hundred members, solved anew and from the last basis, three forecasts."""
    name = "100 members x 96 steps, LP, after another forecast"
    case, _ = made(folder, python, (100, 96, "lp"))
    told = [json.loads(measure([program, case, seed]).output) for seed in (1, 2, 3)]
    anew, again = (statistics.median(run[how]["cpu"] for run in told) for how in ("anew", "again"))
    for run in told:
        table.agreement(f"{name}: objective from the last basis, anew", run["again"]["objective"], run["anew"]["objective"], "EUR")
    table.goal(f"{name}: CPU from the last basis, anew", again, anew, REPLANNING_SHARE, "s")


def thousand(table, folder, program, python):
    """Ours alone, and once."""
    name = "1000 members x 96 steps, LP, one run"
    case, _ = made(folder, python, (1000, 96, "lp"))
    run = measure(solve(program, case))
    table.line(f"{name}: whole process", number(run.wall, "s"))
    table.line(f"{name}: CPU of the whole process", number(run.cpu, "s"))
    table.line(f"{name}: HiGHS alone", number(ours_told(run)["highs"], "s"))
    table.line(f"{name}: peak memory", number(run.peak, "MB"))


def made(folder, python, shape):
    """The case's file, and the CPU seconds that gen.py took for it."""
    case = folder / f"{'-'.join(map(str, shape))}.json"
    return case, float(measure([python, "-B", HERE / "communities" / "generate", case, *shape]).output)


def solve(program, case):
    return [program, "solve", case, "--gap", GAP * 100, "--no-schedules"]


def beside(table, name, folder, program, python, peers, shape, count):
    """The figures of one case, ours and each peer's."""
    members, steps, mode = shape
    case, making = made(folder, python, shape)
    # Written bytecode would lie in ../shared, hence -B.
    commands = {"ours": solve(program, case)} | {peer: [python, "-B", script, *shape] for peer, script in peers.items()}
    fewer = dict.fromkeys(peers, SLOW_RUNS) if mode == "milp" or members >= 100 else {}
    runs = rounds(commands, count, fewer)
    told = {peer: [peer_told(run) for run in runs[peer]] for peer in peers} | {"ours": [ours_told(run) for run in runs["ours"]]}
    ours, solver = runs["ours"], told["ours"][0]["solver"]
    if peers and solver != PEERS_HIGHS:
        raise Failed(f"ours is on {solver}, the peers are on {PEERS_HIGHS}")

    if (members, steps) == CASES[0]:
        table.limit(f"{name}: CPU of the whole process", median(ours, "cpu"), DAY_SECONDS, "s")
        table.limit(f"{name}: peak memory", median(ours, "peak"), DAY_MEGABYTES, "MB")
    else:
        table.line(f"{name}: CPU of the whole process", number(median(ours, "cpu"), "s"))
        table.line(f"{name}: peak memory", number(median(ours, "peak"), "MB"))
    table.line(f"{name}: {solver} alone", number(highs(told["ours"]), "s"))
    for place, peer in enumerate(sorted(peers, key=lambda peer: median(runs[peer], "cpu"))):
        words = f"{name}, {peer}{', the faster peer' if place == 0 else ''} ({len(runs[peer])} runs)"
        for figure, what, unit in (("cpu", "CPU of the whole process", "s"), ("peak", "peak memory", "MB")):
            pair = median(ours, figure), median(runs[peer], figure)
            if place == 0:
                table.goal(f"{words}: {what}", *pair, SHARES[mode], unit)
            else:
                aside(table, f"{words}: {what}", *pair, unit)
        aside(table, f"{words}: HiGHS alone", highs(told["ours"]), highs(told[peer]), "s")
        agreement(table, f"{words}: objective", mode, told["ours"][0], told[peer][0]["objective"])
    if peers:
        table.line(f"{name}: CPU of making the instance, which the peers alone do in their process", "-", number(making, "s"))


def aside(table, name, value, other, unit):
    """A figure beside a peer's, without a goal."""
    table.line(name, number(value, unit), number(other, unit), f"{value / other:.3f}")


def ours_told(run):
    told = json.loads(run.output)
    solver = told["solver"]
    return {
        "objective": told["objective"], "bound": told["best_bound"], "highs": solver["seconds"], "solver": solver["name"]}


def peer_told(run):
    told = json.loads(run.output.strip().splitlines()[-1])
    if told.get("status", ["ok", "optimal"]) != ["ok", "optimal"]:
        raise Failed(f"{told['peer']} ended with {told['status']}")
    return {"objective": told["obj"], "highs": told["highs"]}


def highs(answers):
    """Seconds by the clock, as the programs tell them."""
    return statistics.median(told["highs"] for told in answers)


def agreement(table, name, mode, ours, other):
    """Equal, or with integers both within their gaps: ours as it proved it, the peer's as it was asked for."""
    value = ours["objective"]
    if mode == "lp":
        table.agreement(name, value, other, "EUR")
    else:
        is_reached = ours["bound"] <= other + DEVIATION * abs(other) and other - GAP * abs(other) <= value
        distance = abs(value - other) / abs(other)
        table.line(
            name, f"{value:.6f} EUR", f"{other:.6f} EUR", f"off by {distance:.1e}", "within the two gaps", is_reached)
