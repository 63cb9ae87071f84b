#!/usr/bin/env python3
"""Makes the workbooks of this folder and of Tests/SpreadsheetsTests/Samples, with two writers that know nothing of ours:
openpyxl 3.1.5 and XlsxWriter 3.2.9. All figures are made up; the layout is that of the EDA portal's energy data report as
eegfaktura-energystore (excel/ExcelSourceNew.go, EnergySheet.go) reads and writes it.

pip install openpyxl==3.1.5 xlsxwriter==3.2.9 && python3 make_samples.py
"""
import datetime as dt
import os
import zipfile

import openpyxl
import xlsxwriter

HERE = os.path.dirname(os.path.abspath(__file__))
CELLS = os.path.join(HERE, "..", "..", "SpreadsheetsTests", "Samples")
HOME, ROOF = "AT0030000000000000000000000000001", "AT0030000000000000000000000000002"
USED = "Gesamtverbrauch lt. Messung (bei Teilnahme gem. Erzeugung) [KWH]"
SHARE = "Anteil gemeinschaftliche Erzeugung [KWH]"
COVER = "Eigendeckung gemeinschaftliche Erzeugung [KWH]"
MADE = "Gesamte gemeinschaftliche Erzeugung [KWH]"
LEFT = "Gesamt/Überschusserzeugung, Gemeinschaftsüberschuss [KWH]"


def head(start, end, direction="CONSUMPTION"):
    """The rows above the values: two metering points, the consumer with three codes, the producer with two."""
    columns = [(HOME, "Anna", direction, USED), (HOME, "Anna", direction, SHARE), (HOME, "Anna", direction, COVER),
               (ROOF, "Dach", "GENERATION", MADE), (ROOF, "Dach", "GENERATION", LEFT)]
    return [["MeteringpointID"] + [c[0] for c in columns], ["Name"] + [c[1] for c in columns],
            ["Energy direction"] + [c[2] for c in columns], ["Period start"] + [start] * 5, ["Period end"] + [end] * 5,
            ["Metercode"] + [c[3] for c in columns]]


def eda(name, rows, sheet="ConsumptionDataReport"):
    book = openpyxl.Workbook()
    book.active.title = "Info"
    book.active["A1"] = "Energiedatenreport"
    page = book.create_sheet(sheet)
    page.append([])
    for row in rows:
        page.append(row)
    book.save(os.path.join(HERE, name))


def main():
    # Times as text, numbers as a spreadsheet counts them; 1.5 with a decimal comma as text; one value is missing.
    period = ("01.06.2026 00:00:00", "01.06.2026 00:45:00")
    eda("report.xlsx", head(*period) + [
        ["Spaltensumme", 0.327, 0.3, 0.3, 2.25, 1.95],
        ["01.06.2026 00:00:00", 0.077, 0.1, 0.077, 0.25, 0.15],
        ["01.06.2026 00:15:00", None, 0.1, 0, 0.5, 0.4],
        ["01.06.2026 00:30:00", "0,25", 0.1, 0.1, "1,5", 1.4],
        ["01.06.2026 00:45:00", 0.00025, 0, 0, 0, 0]])
    # The hour from 02:00 happens twice on 25 October 2026; times as Excel's dates.
    stamps = [dt.datetime(2026, 10, 25, 1, 45)] + [dt.datetime(2026, 10, 25, 2, m) for m in (0, 15, 30, 45)] * 2
    stamps.append(dt.datetime(2026, 10, 25, 3, 0))
    eda("clock-change.xlsx", head("25.10.2026 00:00:00", "25.10.2026 23:45:00") + [
        [stamp, i + 1, 0, 0, 0, 0] for i, stamp in enumerate(stamps)])
    eda("faults.xlsx", head(*period, direction="SIDEWAYS") + [["01.06.2026 00:00:00", 0.077, 0.1, 0.077, 0.25, 0.15]])
    eda("bad-values.xlsx", head(*period) + [
        ["01.06.2026 00:00:00", "abc", 0, 0, -0.5, 0], ["01.06.2026 00:07:00", 1, 0, 0, 1, 0],
        ["29.03.2026 02:30:00", 1, 0, 0, 1, 0]])
    eda("other.xlsx", [["month", "kWh"], ["June", 12]])

    # XlsxWriter writes shared strings and another layout of the archive.
    book = xlsxwriter.Workbook(os.path.join(CELLS, "cells.xlsx"))
    page = book.add_worksheet("Kälte & <Wärme>")
    page.write_string("A1", "über & <unter> \"x\"")
    page.write_number("C1", 0.1)
    page.write_formula("AB1", "=C1*2", None, 0.2)
    page.write_boolean("A3", True)
    page.write_datetime("B3", dt.datetime(2026, 6, 1, 6, 0), book.add_format({"num_format": "dd.mm.yyyy hh:mm"}))
    page.write_rich_string("C3", "fett", book.add_format({"bold": True}), "er", " Text")
    big = book.add_worksheet("big")
    for row in range(2000):
        big.write_row(row, 0, [row, f"text {row % 7}", row * 0.25])
    book.close()
    with zipfile.ZipFile(os.path.join(CELLS, "stored.zip"), "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.txt", "stored")
    with zipfile.ZipFile(os.path.join(CELLS, "deflated.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.comment = b"a comment behind the end"
        archive.writestr("ä/b.txt", "".join(f"line {i * i % 977}\n" for i in range(5000)))


if __name__ == "__main__":
    main()
