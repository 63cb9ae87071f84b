"""A store that has collected for ten years: how fast it opens and answers."""
import json
import shutil
import statistics

from figures import measure, number

# What is asked, in words, and how long it may take: of CPU, since machines are shared; and the peak of memory, in MB.
QUESTIONS = [
    ("open", "opens, and tells each last value", 1.0, None),
    ("month", "month chart of one power, of the last 90 days", 0.05, None),
    ("month-counter", "month chart of one counter, of the last 90 days", 0.05, None),
    ("month-ago", "month chart of one power, five years ago", 0.05, None),
    ("month-counter-ago", "month chart of one counter, five years ago", 0.05, None),
    ("year", "the last year of quarter hours of 200 series", 3.0, 200.0),
    ("year-ago", "a year of quarter hours of 200 series, six years ago", 3.0, 200.0),
]
YEAR, MONTH = 365 * 96, 31 * 96
# The last quarter hour of the 100 counters has no reading at its end yet.
ROWS = {"open": 200, "month": MONTH, "month-counter": MONTH, "month-ago": MONTH, "month-counter-ago": MONTH, "year": 200 * YEAR - 100, "year-ago": 200 * YEAR}


def run(table, folder, program, runs):
    """Makes the store in `folder` and asks it; each question is a process of its own."""
    place = folder / "ten-years"
    place.mkdir()
    made = json.loads(measure([program, "make", place]).output)
    what = "ten years of 200 values every 10 s, 90 days of readings kept"
    table.line(f"{what}: on the disk, everything included", number(made["bytes"] / 1e6, "MB"))
    for question, words, seconds, megabytes in QUESTIONS:
        asked = [measure([program, question, place]) for _ in range(runs)]
        table.limit(f"{what}: {words}: CPU of the whole process", statistics.median(run.cpu for run in asked), seconds, "s")
        if megabytes:
            table.limit(f"{what}: {words}: peak memory", max(run.peak for run in asked), megabytes, "MB")
        rows = json.loads(asked[0].output)["rows"]
        if rows != ROWS[question]:
            table.line(f"{what}: {words}: rows", str(rows), str(ROWS[question]), "-", "the same", False)
    shutil.rmtree(place)
