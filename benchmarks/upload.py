"""How long does a file of 100,000 rows take to be stored, and how much memory?"""

from __future__ import annotations

import csv
import io
import tempfile
import time
from datetime import date, datetime, timedelta
from typing import Annotated

import httpx
import numpy as np
import typer
import xlsxwriter

from benchmarks.processes import Server, running, workspace_key

HEAD = ["date", "channel", "spend", "revenue", "conversions", "new_customers", "impressions", "clicks"]
CHANNELS = 50
GOAL_SECONDS, GOAL_MEGABYTES = 10.0, 400.0


def main(rows: Annotated[int, typer.Option(help="Rows in the file.")] = 100_000) -> None:
    """Upload a CSV and an XLSX file to a server of its own; the second time every row is known already."""
    table = made(rows)
    for kind, data in (("csv", as_csv(table)), ("xlsx", as_xlsx(table))):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/budget.db"
            key = workspace_key(url)
            with running(url) as server:
                for time_of in ("first", "again"):
                    seconds, cpu = upload(server, key, f"history.{kind}", data)
                    peak = server.peak_megabytes()
                    typer.echo(
                        f"{kind} {time_of}: {rows:,} rows, {len(data) / 1e6:.1f} MB in {seconds:.1f} s "
                        f"(goal {GOAL_SECONDS:g}), {cpu:.1f} s of processor, {peak:.0f} MB at most "
                        f"(goal {GOAL_MEGABYTES:g})"
                    )


def upload(server: Server, key: str, name: str, data: bytes) -> tuple[float, float]:
    """Seconds by the clock and of the server's processor that storing the file took."""
    began, cpu = time.perf_counter(), server.cpu_seconds()
    reply = httpx.post(
        f"{server.address}/v1/history:upload",
        files={"file": (name, data)},
        headers={"Authorization": f"Bearer {key}"},
        timeout=600,
    )
    assert reply.status_code == 200, reply.text
    return time.perf_counter() - began, server.cpu_seconds() - cpu


def made(rows: int) -> list[list[object]]:
    """Daily rows of 50 channels, with every figure that a row can have."""
    rng, table = np.random.default_rng(1), list[list[object]]()
    for place in range(rows):
        day = date(2021, 1, 1) + timedelta(days=place // CHANNELS)
        spend, counts = round(float(rng.uniform(100, 9000)), 2), rng.integers(10, 90_000, 4).tolist()
        revenue = round(spend * float(rng.uniform(1, 4)), 2)
        table.append([day, f"channel {place % CHANNELS}", spend, revenue, *counts])
    return table


def as_csv(table: list[list[object]]) -> bytes:
    """The rows as CSV."""
    file = io.StringIO()
    csv.writer(file).writerows([HEAD, *table])
    return file.getvalue().encode()


def as_xlsx(table: list[list[object]]) -> bytes:
    """The rows as a workbook, with days as dates."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": False}) as book:
        sheet, shown = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEAD)
        for number, (day, *figures) in enumerate(table, 1):
            assert isinstance(day, date)
            sheet.write_datetime(number, 0, datetime(day.year, day.month, day.day), shown)
            sheet.write_row(number, 1, figures)
    return file.getvalue()
