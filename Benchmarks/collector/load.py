"""The collector under load: its polling beside a plain loop, and the service with 500 devices."""
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from figures import CHECKOUT, Failed, number

HERE = Path(__file__).resolve().parent
DEVICES, REGISTERS, SECONDS = 200, 60, 4
SERVICE_DEVICES, SERVICE_BUSES, CHANNELS, INTERVAL = 500, 50, 20, 10
CORE_SHARE, MEGABYTES, SLOPE = 15.0, 80.0, 1.0
PROFILE = """version: 1
maker: Nobody
model: twenty floats
kind: meter
status: unconfirmed
missing: ["it does not exist"]
sources: ["made for a measurement"]
link: {tcp: {port: 502}}
registers:
"""
POWERS = ["active_power", "active_power_l1", "active_power_l2", "active_power_l3", "reactive_power", "reactive_power_l1",
          "reactive_power_l2", "reactive_power_l3", "voltage_l1", "voltage_l2", "voltage_l3", "current_l1", "current_l2", "current_l3"]
COUNTERS = ["energy_import", "energy_import_l1", "energy_import_l2", "energy_import_l3", "reactive_energy_import",
            "reactive_energy_export"]


def compiled(source, folder, *options):
    program = folder / Path(source).stem
    outcome = subprocess.run(["cc", "-O2", "-o", program, HERE / source, *options], capture_output=True, text=True)
    if outcome.returncode != 0:
        raise Failed(f"cc could not build {source}: {outcome.stderr.strip()[:500]}")
    return program


@contextmanager
def meters(folder, ports=1):
    """Simulated meters in a process of their own; gives their ports."""
    with subprocess.Popen([compiled("serve.c", folder), str(ports)], stdout=subprocess.PIPE, text=True) as server:
        try:
            yield [int(server.stdout.readline()) for _ in range(ports)]
        finally:
            server.kill()


def polling(table, folder, poll_loop, arguments):
    options = subprocess.run(["pkg-config", "--cflags", "--libs", "libmodbus"], capture_output=True, text=True).stdout.split()
    loops = {"ours": [poll_loop], "a plain libmodbus loop in C": [compiled("poll_libmodbus.c", folder, *options)]}
    if not arguments.no_peers:
        found = subprocess.run([CHECKOUT / "Tests/EndToEndTests/Support/pymodbus-venv.sh"], capture_output=True, text=True)
        if found.returncode != 0:
            raise Failed(f"pymodbus could not be installed: {found.stderr.strip()[-300:]}")
        loops["pymodbus's async client"] = [found.stdout.strip(), HERE / "poll_pymodbus.py"]
    told = {name: [] for name in loops}
    with meters(folder) as [port]:
        for turn in range(arguments.runs + 1):
            for name, command in loops.items():
                words = [*command, port, DEVICES, REGISTERS, SECONDS if turn > 0 else 1]
                outcome = subprocess.run([str(word) for word in words], capture_output=True, text=True)
                if outcome.returncode != 0:
                    raise Failed(f"{name}: {outcome.stderr.strip()[-300:]}")
                if turn > 0:
                    told[name].append(json.loads(outcome.stdout))
    rate = {name: statistics.median(run["polls"] / run["wall"] for run in runs) for name, runs in told.items()}
    cost = {name: statistics.median(run["cpu"] / run["polls"] * 1e6 for run in runs) for name, runs in told.items()}
    what = f"{DEVICES} devices of {REGISTERS} registers on one connection"
    for name in loops:
        if name == "ours":
            continue
        is_plain = "libmodbus" in name
        table.goal(f"{what}: devices a second, beside {name}", rate["ours"], rate[name], -0.9 if is_plain else -1, "/s")
        table.goal(f"{what}: CPU a poll, beside {name}", cost["ours"], cost[name], 1.5 if is_plain else 1, "us")


def configuration(folder, ports):
    """A collector.yaml of 500 devices with 20 channels each; the folder of its profile."""
    maker = folder / "devices" / "nobody"
    maker.mkdir(parents=True)
    # Units that belong together as the simulated values rise: W to Wh.
    lines = [f"  - {{channel: {name}, table: input, address: {2 * place}, type: f32, unit: {unit(name)}"
             + (", positive: import}" if name.startswith("active_power") else "}")
             for place, name in enumerate(POWERS + COUNTERS)]
    (maker / "floats.yaml").write_text(PROFILE + "\n".join(lines) + "\n")
    buses = [f"  - {{id: bus-{number}, tcp: '127.0.0.1:{port}'}}" for number, port in enumerate(ports)]
    devices = [
        f"  - {{id: d{number}, profile: nobody/floats, bus: bus-{number % SERVICE_BUSES}, unit: {1 + number // SERVICE_BUSES},"
        f" measures: M{number}, every: {INTERVAL} s}}" for number in range(SERVICE_DEVICES)]
    path = folder / "collector.yaml"
    path.write_text("\n".join(["version: 1", "buses:", *buses, "devices:", *devices]) + "\n")
    return path, folder / "devices"


def unit(channel):
    if channel.startswith("reactive_energy"):
        return "varh"
    return {"active": "W", "reactive": "var", "voltage": "V", "current": "A", "energy": "Wh"}[channel.split("_")[0]]


def cpu_and_memory(process):
    """CPU seconds used so far and megabytes resident now."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), pages * resource.getpagesize() / 1e6


def service(table, folder, collector, minutes):
    """Starts the service, lets it settle for 30 s, and watches it."""
    with meters(folder, SERVICE_BUSES) as ports:
        path, profiles = configuration(folder, ports)
        store = folder / "readings.sqlite"
        with open(folder / "log", "w+") as log:
            process = subprocess.Popen(
                [str(collector), "run", str(path), "--devices", str(profiles), "--store", str(store)], stdout=log, stderr=log)
            try:
                time.sleep(30)
                began, (cpu_before, _) = time.monotonic(), cpu_and_memory(process.pid)
                memory = []
                while time.monotonic() - began < minutes * 60:
                    time.sleep(5)
                    if process.poll() is not None:
                        log.seek(0)
                        raise Failed(f"the service ended with {process.returncode}: {log.read()[-500:]}")
                    cpu, resident = cpu_and_memory(process.pid)
                    memory.append((time.monotonic() - began, resident))
                share = (cpu - cpu_before) / (time.monotonic() - began) * 100
            finally:
                process.send_signal(signal.SIGTERM)
                began_to_stop = time.monotonic()
                process.wait()
            stopping = time.monotonic() - began_to_stop
        what = f"{SERVICE_DEVICES} devices of {CHANNELS} channels every {INTERVAL} s, {minutes:g} min"
        table.limit(f"{what}: CPU of one core, store included", share, CORE_SHARE, "%")
        table.limit(f"{what}: most memory", max(resident for _, resident in memory), MEGABYTES, "MB")
        if minutes >= 30:
            late = [point for point in memory if point[0] > minutes * 30]
            table.limit(f"{what}: growth of memory in the second half", late[-1][1] - late[0][1], SLOPE, "MB")
        stored = number_of_readings(store)
        due = SERVICE_DEVICES * CHANNELS * (minutes * 60 + 30) / INTERVAL
        table.line(f"{what}: readings stored", f"{stored}", f"{due:.0f} due", f"{stored / due:.3f}", "at least 0.99", stored >= 0.99 * due)
        table.limit(f"{what}: time to stop", stopping, 10, "s")
        table.line(f"{what}: file", number(store.stat().st_size / 1e6, "MB"))


def number_of_readings(store):
    """How many readings the file holds, asked by another program than ours."""
    script = CHECKOUT / "Tests" / "EndToEndTests" / "Support" / "read_store.py"
    counted = subprocess.run([sys.executable, script, store, "--only-number"], capture_output=True, text=True)
    if counted.returncode != 0:
        raise Failed(f"{store}: {counted.stderr.strip()[-500:]}")
    return int(counted.stdout)
