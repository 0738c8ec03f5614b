"""Tables of curves as other tools write them, read by their headers and brought to the plan month."""

from __future__ import annotations

import pytest

from app.curves.files import CurveFile, read_curves
from app.curves.formats import recognised
from optimizer import InputError, Period

MONTH = Period.parse("2026-11")  # 30 days
MERIDIAN = """spend_multiplier,channel,metric,spend,incremental_outcome
0,tv,mean,0,0
0,tv,ci_lo,0,0
0,tv,ci_hi,0,0
1,tv,mean,240000,600000
1,tv,ci_lo,240000,480000
1,tv,ci_hi,240000,780000
2,tv,mean,480000,900000
2,tv,ci_lo,480000,700000
2,tv,ci_hi,480000,1200000
"""
MERIDIAN_WIDE = """channel,spend,spend_multiplier,mean,ci_lo,ci_hi,roi
tv,0,0,0,0,0,
tv,240000,1,600000,480000,780000,2.5
tv,480000,2,900000,700000,1200000,1.9
"""
ROBYN = """ds,channel,spend,response
2026-01-05,facebook_S,7000,14000
2026-01-12,facebook_S,0,0
2026-01-19,facebook_S,14000,21000
2026-01-26,facebook_S,7000,14000
"""
ROBYN_CARRYOVER = """rn,input_total,response_total,response_carryover
facebook_S,0,3000,3000
facebook_S,7000,17000,3000
facebook_S,14000,24000,3000
"""
PYMC = """,x,channel,mean,median,abs_error_94_lower,abs_error_94_upper
0,0,x1,0,0,0,0
1,7000,x1,14000,13900,10238.4,17761.6
2,14000,x1,21000,20900,15000,27000
"""
PLAIN = """渠道;花费;响应
抖音;0;0
抖音;1.000,5;2.000,5
抖音;2000;3000
"""


def read(text: str, days: float | None = None, name: str = "curves.csv") -> CurveFile:
    return read_curves(text.encode(), name, MONTH, days)


@pytest.mark.parametrize("text", [MERIDIAN, MERIDIAN_WIDE])
def test_meridian_covers_its_whole_window(text: str) -> None:
    """240 days of 240,000 that bring 600,000 are 30 days of 30,000 that bring 75,000, long or wide."""
    found = read(text, days=240)
    assert found.source == "meridian"
    assert found.curves["tv"].points == ((0, 0), (30_000, 75_000), (60_000, 112_500))
    assert found.curves["tv"].ranges == ((0, 0), (60_000, 97_500), (87_500, 150_000))


def test_meridian_needs_its_window() -> None:
    """Nothing in the table says how long it is, so the user must."""
    with pytest.raises(InputError, match="whole window") as caught:
        read(MERIDIAN)
    assert caught.value.faults[0].path == ("days",)


def test_robyn_tells_its_period_by_its_dates() -> None:
    """Rows a week apart are weekly curves; they come in the order of time and repeat a spend."""
    found = read(ROBYN)
    assert (found.source, found.days, found.is_assumed) == ("robyn", 7.0, False)
    assert found.curves["facebook_S"].points == ((0, 0), (30_000, 60_000), (60_000, 90_000))


def test_carry_over_of_earlier_spend_is_taken_off() -> None:
    """What zero spend brings is not caused by the month's spend."""
    found = read(ROBYN_CARRYOVER)
    assert found.is_assumed
    assert found.curves["facebook_S"].points == ((0, 0), (30_000, 60_000), (60_000, 90_000))


def test_pymc_intervals_are_brought_to_nine_in_ten() -> None:
    """±3,761.6 that hold 94 % are ±3,289.8 that hold 90 % (1.645 / 1.881), and a week's become a month's."""
    found = read(PYMC)
    assert found.source == "pymc_marketing"
    assert found.curves["x1"].points[1] == (30_000, 60_000)
    low, high = found.curves["x1"].ranges[1]
    assert (low, high) == pytest.approx((60_000 - 14_099, 60_000 + 14_099), abs=2)


def test_a_plain_table_is_the_months() -> None:
    """Without a sign of another tool the curve is taken as it stands; decimal commas are read."""
    found = read(PLAIN.replace("响应", "response"))
    assert (found.source, found.days) == ("table", 30.0)
    assert found.curves["抖音"].points == ((0, 0), (1_000.5, 2_000.5), (2_000, 3_000))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date,channel,spend\n2026-01-01,a,5\n", "no header"),
        ("x,channel,mean\n0,a,0\n0.5,a,0.2\n1,a,0.3\n", "original scale"),
        ("channel,spend,response\na,100,many\na,200,5\n", r"row 2, column C \(C2\): 'many' is not a number"),
        ("channel,spend,response\na,100,5\n", "at least two different spends"),
        ("channel,spend,response\na,100,0\na,200,0\n", "zero throughout"),
        ("channel,spend,response\na,-100,0\na,200,3\n", "negative"),
        ("channel,spend,response\n", "no row of a curve"),
        ("channel,spend,response\na,0,0\na,5000,0.4\na,9000,0.6\n", "response is not in money"),
    ],
)
def test_what_is_no_curve_is_refused_in_words(text: str, says: str) -> None:
    """Each fault names its place and what to do."""
    with pytest.raises(InputError, match=says):
        read(text)


def test_every_fault_is_told_at_once() -> None:
    """A cell that is no number, a negative spend, a channel without response and one with a single point."""
    table = "channel,spend,response\na,1x,5\nb,-20,3\nb,40,9\nc,100,0\nc,200,0\nd,100,5\n"
    with pytest.raises(InputError) as caught:
        read(table)
    assert [fault.message.split(": ", 1)[1] for fault in caught.value.faults] == [
        "'1x' is not a number",
        "spend is negative",
        "The response is zero throughout.",
        "A curve needs at least two different spends.",
    ]
    assert "row 3, column B (B3)" in caught.value.faults[1].message


def test_thousands_of_points_are_thinned_out() -> None:
    """A curve keeps at most sixty points, its ends among them."""
    rows = "".join(f"a,{spend},{spend**0.5}\n" for spend in range(0, 5000))
    points = read("channel,spend,response\n" + rows).curves["a"].points
    assert len(points) == 60
    assert (points[0][0], points[-1][0]) == (0, 4999)


@pytest.mark.parametrize(
    ("headers", "low", "scale"),
    [
        (["x", "channel", "mean", "hdi_3%", "hdi_97%"], 3, 0.8746),
        (["channel", "x", "mean", "hdi_lower", "hdi_upper"], 3, 0.8746),
        (["channel", "x", "mean", "abs_error_50_lower", "abs_error_50_upper", "abs_error_90_lower"], 5, 1.0),
        (["channel", "spend", "response", "low", "high"], 3, 1.0),
    ],
)
def test_intervals_are_known_by_their_headers(headers: list[str], low: int, scale: float) -> None:
    """The interval nearest to nine in ten is taken, and its level read from its name."""
    columns = recognised(headers)
    assert columns is not None
    assert columns.low == low
    assert columns.scale == pytest.approx(scale, abs=1e-3)
