"""prometheus.py load SET FOLDER COLUMNS TICKS: readings in blocks of Prometheus, made by promtool from a text in OpenMetrics.

promtool reads the text once for each two hours that it spans: a few hours are enough for the bytes a reading. Loaded in bulk only:
Prometheus fetches its values itself and has no commit to wait for.
"""
import resource
import subprocess
import sys
from pathlib import Path

import sets

_, path, folder = sys.argv[1:4]
given = sets.ReadingSet(path, int(sys.argv[4]), int(sys.argv[5]))


def write(text):
    with open(text, "w") as file:
        times, values = given.times(0, given.ticks), given.values(0, given.ticks)
        for place, channel in enumerate(given.channels):
            file.write(f"# TYPE {channel} gauge\n")
            for column in range(place, given.columns, len(given.channels)):
                head = f'{channel}{{meter="M{given.meter(column)}"}} '
                file.writelines([
                    f"{head}{value} {time / 1000:.3f}\n"
                    for time, value in zip(times[:, column].tolist(), values[:, column].tolist())])
        file.write("# EOF\n")


text = Path(folder, "readings.txt")
write(text)
outcome = subprocess.run(
    ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", str(text), f"{folder}/blocks"], capture_output=True, text=True)
if outcome.returncode != 0:
    raise SystemExit(f"promtool: {outcome.stderr.strip()[-300:]}")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
size = sum(file.stat().st_blocks * 512 for file in Path(folder, "blocks").rglob("*") if file.is_file())
sets.tell(readings=given.readings, cpu=used.ru_utime + used.ru_stime, written=used.ru_oublock * 512, size=size)
