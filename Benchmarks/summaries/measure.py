"""`energy-opt summary show --all` for a thousand members and a day: text, HTML and picture of each, from the store to files."""
from figures import HERE, measure, number

MEMBERS, YEAR, DAY = 1000, 2025, "2025-06-19"
SECONDS, MEGABYTES = 10.0, 300.0


def run(table, folder, program):
    generate = HERE / "settlement" / "generate"
    measure([generate, folder, MEMBERS, YEAR])
    community = ["-c", folder / "community.yaml"]
    measure([program, "import", folder / "seed.csv", *community])
    measure([generate, folder, MEMBERS, YEAR])
    out = folder / "preview"
    told = measure([program, "summary", "show", "--all", "--day", DAY, "--lang", "de", "--output", out, *community])
    pictures = sorted(path.stat().st_size for path in out.glob("*.png"))
    written = [len(list(out.glob(kind))) for kind in ("*.txt", "*.html", "*.png")]
    name = f"summaries, {MEMBERS:,} members, a day: text, HTML, picture"
    table.limit(f"{name}: from the store to files, whole process", told.wall, SECONDS, "s")
    table.limit(f"{name}: peak memory", told.peak, MEGABYTES, "MB")
    table.line(f"{name}: CPU", number(told.cpu, "s"))
    table.line(f"{name}: files of each", " / ".join(map(str, written)))
    table.line(f"{name}: largest picture", number(pictures[-1] / 1000, "kB") if pictures else "none")
