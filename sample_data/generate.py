"""Make the sample files anew: `python -m sample_data.generate [folder]`.

The same seed gives the same files. The truth behind them is in `shop.py`.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import numpy as np

from sample_data import FOLDER, shop

COLUMNS = ("period", "channel", "spend", "revenue", "conversions", "new_customers", "impressions", "clicks")
CHINESE = ("周起始日", "渠道", "花费(元)", "成交金额(元)", "成交笔数", "新客数", "展现量", "点击量")
FIRST_WEEK = date(2024, 11, 25)
LAST_MONTH = (2026, 10)

Row = tuple[str, str, float, float, int, int, int, int]


def main(arguments: list[str]) -> None:
    """Write every file into the folder named, or into this one."""
    folder = Path(arguments[0]) if arguments else FOLDER
    for name, content in files().items():
        (folder / name).write_bytes(content)


def files() -> dict[str, bytes]:
    """Name and content of every file."""
    daily = simulate()
    weekly, monthly = list(summed(daily, week_of)), list(summed(daily, month_of))
    return {
        "history_weekly.csv": as_csv([COLUMNS, *weekly]),
        "history_monthly.csv": as_csv([COLUMNS, *monthly]),
        "history.xlsx": workbook(weekly),
        "curves.json": curves(),
        "events.csv": as_csv(
            [("name", "start", "end"), *((f.name, f.start, f.end) for f in shop.FESTIVALS)],
        ),
    }


def simulate() -> dict[str, shop.Array]:
    """What each channel spent and brought each day: arrays (days, measures), measures as in `COLUMNS`."""
    demand = shop.season()
    generators = np.random.default_rng(shop.SEED).spawn(len(shop.CHANNELS))
    return {
        channel.name: one_channel(channel, demand, rng)
        for channel, rng in zip(shop.CHANNELS, generators, strict=True)
    }


def one_channel(channel: shop.Channel, demand: shop.Array, rng: np.random.Generator) -> shop.Array:
    """Spend, revenue, conversions, new customers, impressions and clicks of each day."""
    spend = shop.spending(channel, demand, rng)
    carried = shop.carried_over(spend, channel.retention)
    noise = np.exp(rng.normal(0.0, 0.16, len(spend)))
    revenue = np.round(demand * channel.response(carried) * noise, 2)
    conversions = rng.poisson(revenue / channel.order_value)
    new_customers = rng.binomial(conversions, channel.new_customer_share)
    impressions = rng.poisson(1000 * spend / channel.cost_per_thousand)
    clicks = rng.binomial(impressions, channel.click_share)
    return np.stack([spend, revenue, conversions, new_customers, impressions, clicks], axis=1)


def week_of(day: date) -> str | None:
    """The ISO week of a day, None before the weekly file begins."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}" if day >= FIRST_WEEK else None


def month_of(day: date) -> str | None:
    """The month of a day, None after the last whole month."""
    return f"{day:%Y-%m}" if (day.year, day.month) <= LAST_MONTH else None


def summed(daily: dict[str, shop.Array], period_of: Callable[[date], str | None]) -> Iterator[Row]:
    """One row per period and channel that ran in it, in order of time."""
    calendar = shop.days()
    members: dict[str, list[int]] = {}
    for index, day in enumerate(calendar):
        if period := period_of(day):
            members.setdefault(period, []).append(index)
    for period, chosen in members.items():
        for channel in shop.CHANNELS:
            if channel.starts <= calendar[chosen[-1]] and calendar[chosen[0]] <= channel.ends:
                spend, revenue, *counts = daily[channel.name][chosen].sum(axis=0).tolist()
                conversions, new_customers, impressions, clicks = (round(count) for count in counts)
                money = (round(spend, 2), round(revenue, 2))
                yield period, channel.name, *money, conversions, new_customers, impressions, clicks


def as_csv(table: list[tuple[object, ...]]) -> bytes:
    """Comma-separated UTF-8 text; amounts with two decimals."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in table:
        writer.writerow([f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row])
    return text.getvalue().encode()


def curves() -> bytes:
    """Each channel's ROI curve: what a month's spend brings in a usual month of thirty days, as points."""
    made = []
    for channel in shop.CHANNELS:
        spend = np.round(30 * channel.daily_spend * np.array([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3]), -2)
        response = np.round(30 * channel.response(spend / 30))
        points = [[int(s), int(r)] for s, r in zip(spend, response, strict=True)]
        curve = {"channel": channel.name, "role": channel.role, "points": points}
        made.append(json.dumps(curve, ensure_ascii=False))
    return ('{"currency": "CNY", "curves": [\n' + ",\n".join(made) + "\n]}\n").encode()


def workbook(weekly: list[Row]) -> bytes:
    """The weekly history as a workbook under Chinese names, each week given by its Monday as a real date."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 11, 23)})
        day, money = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "#,##0.00"}),
        )
        sheet = book.add_worksheet("投放周报")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(CHINESE) - 1, 14)
        sheet.write_row(0, 0, CHINESE)
        for line, (period, channel, spend, revenue, *counts) in enumerate(weekly, start=1):
            year, week = period.split("-W")
            monday = datetime.fromisocalendar(int(year), int(week), 1)
            sheet.write_datetime(line, 0, monday, day)
            sheet.write_string(line, 1, channel)
            sheet.write_row(line, 2, (spend, revenue), money)
            sheet.write_row(line, 4, counts)
    return content.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
