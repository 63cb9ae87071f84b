"""../shared/bench/peer_pypsa.py, the reference instance in PyPSA, as it is: peer_pypsa.py N T lp|milp prints a line of JSON.

That script sets each step's hours into a table that newer versions of pandas make of whole numbers and keep so.
"""
import runpy
import sys
from pathlib import Path

import pypsa

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "bench"
set_snapshots = pypsa.Network.set_snapshots


def set_snapshots_with_weights(network, *arguments, **named):
    set_snapshots(network, *arguments, **named)
    network.snapshot_weightings = network.snapshot_weightings.astype(float)


pypsa.Network.set_snapshots = set_snapshots_with_weights
sys.path.insert(0, str(SHARED))
runpy.run_path(str(SHARED / "peer_pypsa.py"), run_name="__main__")
