"""Tables of response curves as other tools export them, told apart by their headers.

What was found in their sources and documentation:

- **Meridian** (`Analyzer.response_curves`, `OptimizationResults.get_response_curves`, as a data frame):
  `spend_multiplier, channel, metric, spend, incremental_outcome` with one row per metric (mean, median,
  ci_lo, ci_hi), or one row per point with columns `mean, ci_lo, ci_hi`. Spend and outcome are those of the
  *whole window* of the analysis, which the table does not state. The interval holds 90 % by default.
- **Robyn** (`dt_scurvePlot`, `plots$p3$data` of the allocator, `robyn_response`): `channel` or `rn`,
  `spend` or `input_total`, `response`, `total_response` or `response_total`, with carry-over in columns of
  its own, and `ds` where rows are periods. Per period of the model: a week as a rule.
- **PyMC-Marketing** (`mmm.summary.saturation_curves`, or `sample_saturation_curve` summarised): `x`,
  `channel`, `mean`, `median`, `abs_error_94_lower`, `abs_error_94_upper` (or `hdi_lower`, `hdi_3%`, …). Per
  period of the model.
- Anything else with `channel, spend, response` and perhaps `low, high` is taken as the plan month's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

CHANNEL = ("channel", "channels", "channel_id", "rn", "media", "渠道")
SPEND = ("spend", "x", "input_total", "total_spend", "spend_total", "cost", "花费", "消耗")
RESPONSE = (
    *("incremental_outcome", "response_total", "total_response", "response", "mean", "y"),
    *("revenue", "incremental_revenue", "contribution", "收入", "成交金额"),
)
LOW, HIGH = ("ci_lo", "low", "lower", "response_low"), ("ci_hi", "high", "upper", "response_high")
INTERVAL = re.compile(r"(?:abs_error|hdi|eti|ci|q)_?(\d+(?:\.\d+)?)?%?_?(lower|upper|low|high|lo|hi)?")
STATED = NormalDist().inv_cdf(0.95)  # low and high hold the response nine times in ten
WEEK = 7.0


@dataclass(frozen=True)
class Columns:
    """Where a table holds what: columns counted from 0, None where there is none.

    `scale` brings the table's interval to one that holds nine in ten; `days` is what its spend covers
    by default, None where only the user knows; `metric` is a column whose rows tell mean from interval.
    """

    source: str
    channel: int
    spend: int
    response: int
    low: int | None = None
    high: int | None = None
    metric: int | None = None
    date: int | None = None
    scale: float = 1.0
    days: float | None = None


def recognised(headers: Sequence[str]) -> Columns | None:
    """The columns of a table with these headers, None when it is no table of curves."""
    names = [re.sub(r"[\s.\-]+", "_", header.strip().lower()) for header in headers]
    channel, spend, response = (_first(names, words) for words in (CHANNEL, SPEND, RESPONSE))
    if channel is None or spend is None or response is None:
        return None
    low, high, scale = _interval(names)
    source = _source(names)
    metric = _first(names, ("metric",)) if source == "meridian" else None
    days = WEEK if source in {"robyn", "pymc_marketing"} else None
    date = _first(names, ("ds",))
    return Columns(source, channel, spend, response, low, high, metric, date, scale, days)


def _source(names: Sequence[str]) -> str:
    """Which tool writes such headers; "table" for none of them."""
    found = set(names)
    if "spend_multiplier" in found or {"ci_lo", "ci_hi"} <= found or "incremental_outcome" in found:
        return "meridian"
    if "x" in found and "mean" in found:
        return "pymc_marketing"
    robyn = {"rn", "solid", "ds", "input_total", "response_total", "total_response", "mean_spend"}
    if found & robyn or any("carryover" in name for name in found):
        return "robyn"
    return "table"


def _interval(names: Sequence[str]) -> tuple[int | None, int | None, float]:
    """Columns of low and high, and the factor from their interval to one that holds nine in ten."""
    low, high = _first(names, LOW), _first(names, HIGH)
    if low is not None and high is not None:
        return low, high, 1.0
    sides: dict[str, list[tuple[float, int]]] = {"low": [], "high": []}
    for place, name in enumerate(names):
        if match := INTERVAL.fullmatch(name):
            level, side = _level(match)
            sides[side].append((level, place))
    if not sides["low"] or not sides["high"]:
        return None, None, 1.0
    nearest = [min(found, key=lambda one: (abs(one[0] - 0.9), one)) for found in sides.values()]
    return nearest[0][1], nearest[1][1], STATED / NormalDist().inv_cdf((1 + nearest[0][0]) / 2)


def _level(match: re.Match[str]) -> tuple[float, str]:
    """How much an interval's column says that it holds, and which side of it it is."""
    number, side = match[1], match[2]
    share = float(number) / 100 if number and float(number) > 1 else float(number or 0.94)
    if side is None:  # a bound by its own quantile: hdi_3%, hdi_97%
        return abs(2 * share - 1), "low" if share < 0.5 else "high"
    return share, "low" if side.startswith("lo") else "high"


def _first(names: Sequence[str], words: Sequence[str]) -> int | None:
    return next((names.index(word) for word in words if word in names), None)
