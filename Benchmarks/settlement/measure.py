"""`energy-opt settle` for a thousand members and a year, from the store to twelve final months."""
from figures import HERE, measure, number

MEMBERS, YEAR = 1000, 2025
SECONDS, MEGABYTES = 20.0, 500.0


def run(table, folder, program):
    generate = HERE / "settlement" / "generate"
    measure([generate, folder, MEMBERS, YEAR])
    community = ["-c", folder / "community.yaml"]
    measure([program, "import", folder / "seed.csv", *community])
    measure([generate, folder, MEMBERS, YEAR])
    previews, finals = [], []
    for month in range(1, 13):
        settle = [program, "settle", "--month", f"{YEAR}-{month:02}", "--format", "csv", *community]
        previews.append(measure([*settle, "--preview"]))
        finals.append(measure([*settle, "--final", "--approved-by", "A", "--approved-by", "B"]))
    name = f"settlement, {MEMBERS:,} members, a year, dynamic rule"
    table.limit(f"{name}: from the store to final, CPU", sum(run.cpu for run in finals), SECONDS, "s")
    table.limit(f"{name}: peak memory", max(run.peak for run in previews + finals), MEGABYTES, "MB")
    table.line(f"{name}: the previews before, CPU", number(sum(run.cpu for run in previews), "s"))
    table.line(f"{name}: lines", f"{sum(len(run.output.splitlines()) - 1 for run in finals):,}")
