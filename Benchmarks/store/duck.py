"""duck.py load|commits|QUESTION SET FOLDER COLUMNS TICKS: readings as rows of DuckDB, on one thread."""
import sys
import time

import duckdb
import numpy as np

import sets

what, path, folder = sys.argv[1:4]
given = sets.ReadingSet(path, int(sys.argv[4]), int(sys.argv[5]))
database = duckdb.connect(f"{folder}/readings.duckdb", config={"threads": 1})


def bring(blocks):
    database.execute("CREATE TABLE reading (series INTEGER, time BIGINT, value BIGINT)")
    cpu, written = time.process_time(), sets.bytes_written()
    for series, times, values in blocks:
        rows = {"series": series, "time": times, "value": values}  # found by its name
        database.execute("INSERT INTO reading SELECT series, time, value FROM rows")
    database.execute("CHECKPOINT")
    database.close()
    sets.tell(readings=given.readings, cpu=time.process_time() - cpu, written=sets.bytes_written() - written)


QUESTIONS = {
    "means": "SELECT avg(value) v, series, time // 900000 q FROM reading GROUP BY series, q",
    "sum": f"SELECT sum(value) * 1.0 / {900_000 // given.step} v, time // 900000 q FROM reading "
           f"WHERE series % {len(given.channels)} = 0 GROUP BY q",
    "one": f"SELECT value v, time FROM reading WHERE series = {given.columns // 2} AND time < {given.end} ORDER BY time",
    "all": f"SELECT value v, series, time FROM reading WHERE time < {given.end}",
    "last": "SELECT arg_max(value, time) v, series FROM reading WHERE time > (SELECT max(time) FROM reading) - 900000 GROUP BY series",
}

if what == "load":
    bring(given.by_series())
elif what == "commits":
    bring(given.by_tick())
else:
    cpu, answer = sets.repeated(lambda: database.execute(QUESTIONS[what]).fetchnumpy())
    sets.tell(cpu=cpu, rows=len(answer["v"]), sum=answer["v"].astype(np.float64).sum())
