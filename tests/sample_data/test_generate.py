"""The sample files are what their generator makes."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise

import openpyxl
import pytest

from sample_data import FOLDER, generate, shop

MADE = generate.files()
DAILY = generate.simulate()


@pytest.mark.parametrize("name", [name for name in MADE if not name.endswith(".xlsx")])
def test_files_are_the_generators(name: str) -> None:
    """Generating anew gives the committed text files byte for byte."""
    assert (FOLDER / name).read_bytes() == MADE[name]


def test_workbook_holds_the_same_cells() -> None:
    """Generating anew gives the committed workbook cell for cell."""
    kept, made = (
        [list(sheet.values) for sheet in openpyxl.load_workbook(source)]
        for source in (FOLDER / "history.xlsx", io.BytesIO(MADE["history.xlsx"]))
    )
    assert kept == made
    assert len(made[0]) == len(MADE["history_weekly.csv"].splitlines())


def test_shop_is_as_told() -> None:
    """Eight channels, two of them core; 微博 stopped in June, B站 has ten weeks of history."""
    rows = list(csv.DictReader(io.StringIO(MADE["history_weekly.csv"].decode())))
    weeks = {name: [row["period"] for row in rows if row["channel"] == name] for name in DAILY}
    assert len(weeks) == 8
    assert [channel.name for channel in shop.CHANNELS if channel.role == "core"] == ["抖音", "淘宝"]
    assert (weeks["抖音"][0], weeks["抖音"][-1], len(weeks["抖音"])) == ("2024-W48", "2026-W47", 104)
    assert (weeks["微博"][-1], len(weeks["B站"])) == ("2026-W26", 10)


def test_a_month_is_the_sum_of_its_days() -> None:
    """A month's spend is the sum of what was spent on its days, to the cent."""
    may = [index for index, day in enumerate(shop.days()) if (day.year, day.month) == (2026, 5)]
    monthly = {row[:2]: row[2] for row in generate.summed(DAILY, generate.month_of)}
    assert monthly["2026-05", "淘宝"] == pytest.approx(DAILY["淘宝"][may, 0].sum(), abs=0.005)


def test_demand_peaks_and_dips() -> None:
    """Double 11 and 6.18 lift the shop's revenue above the month before, Spring Festival lowers it."""
    shop_total = dict.fromkeys(("2026-01", "2026-02", "2026-05", "2026-06", "2025-09", "2025-11"), 0.0)
    for period, _, _, revenue, *_ in generate.summed(DAILY, generate.month_of):
        if period in shop_total:
            shop_total[period] += revenue
    assert shop_total["2025-11"] > 1.3 * shop_total["2025-09"]
    assert shop_total["2026-06"] > 1.2 * shop_total["2026-05"]
    assert shop_total["2026-02"] < 0.8 * shop_total["2026-01"]


def test_curves_rise_and_bend_down() -> None:
    """Every ROI curve's points rise, each step worth less a unit than the one before."""
    for curve in json.loads(MADE["curves.json"])["curves"]:
        steps = [(r1 - r0) / (s1 - s0) for (s0, r0), (s1, r1) in pairwise(curve["points"])]
        assert all(later < earlier for earlier, later in pairwise(steps)), curve["channel"]
        assert steps[-1] > 0
