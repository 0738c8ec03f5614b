"""Curves that another tool fitted, brought to the plan month.

Other tools state a curve for a week, or for the whole window of their history; spend and response
of D days become those of a month of M days at the same pace: both times M / D. What zero spend
would bring (earlier spend at work, in some exports) is not caused by the month's spend and is
taken off. Points may come unsorted, repeated, in thousands and with a little noise. No curve falls:
where a table's response does, it is taken to stay at what was reached before, and `fall` tells where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from optimizer.curves import FloatArray
from optimizer.errors import CurveError, Fault
from optimizer.fitting.given import GivenPoints

NOTABLE_FALL = 0.01  # of the highest response: less is noise
MOST_POINTS = 60  # of a curve that are kept, evenly spread over its spends


@dataclass(frozen=True, order=True)
class ExportedPoint:
    """One row of an exported curve; `low` and `high` hold the response nine times in ten."""

    spend: float
    response: float
    low: float | None = None
    high: float | None = None


def given_points(rows: Sequence[ExportedPoint], days: float, month_days: float) -> GivenPoints:
    """The curve of a month of `month_days` from the rows of one that covers `days`.

    Raises `CurveError` with fewer than two different spends, a negative spend, or no response.
    """
    if any(row.spend < 0 for row in rows):
        raise CurveError([Fault(("spend",), "Spend is negative.")])
    spend, table = _table(rows)
    if len(spend) < 2:
        raise CurveError([Fault(("spend",), "A curve needs at least two different spends.")])
    if spend[0] == 0:
        table = table - table[0]
    table = np.maximum.accumulate(np.maximum(table, 0.0), axis=0)
    if table[-1, 0] <= 0:
        raise CurveError([Fault(("response",), "The response is zero throughout.")])
    low = np.minimum(table[:, 1], table[:, 0])
    high = np.maximum(table[:, 2], table[:, 0])
    kept = np.unique(np.linspace(0, len(spend) - 1, MOST_POINTS).round().astype(int))
    pace = month_days / days
    points = np.stack([spend, table[:, 0], low, high], axis=1)[kept] * pace
    has_range = all(row.low is not None and row.high is not None for row in rows)
    return GivenPoints(
        tuple((float(s), float(r)) for s, r, _, _ in points),
        tuple((float(lo), float(hi)) for _, _, lo, hi in points) if has_range else (),
    )


@dataclass(frozen=True)
class Fall:
    """Where a table's response falls: `reached` at `spend`, `least` before it is reached again, if ever.

    `until` is the last spend below it. All as the table has them.
    """

    spend: float
    reached: float
    until: float
    least: float


def fall(rows: Sequence[ExportedPoint]) -> Fall | None:
    """The deepest fall of a table's response as spend rises, None where there is none to speak of."""
    spend, table = _table(rows)
    response = table[:, 0]
    reached = np.maximum.accumulate(response)
    deepest = int(np.argmax(reached - response))
    if reached[deepest] - response[deepest] <= NOTABLE_FALL * np.abs(response).max():
        return None
    start = int(np.argmax(response == reached[deepest]))
    again = np.flatnonzero(response[deepest:] >= reached[deepest])
    last = deepest + int(again[0]) - 1 if len(again) else len(spend) - 1
    return Fall(*(float(x) for x in (spend[start], reached[deepest], spend[last], response[deepest])))


def _table(rows: Sequence[ExportedPoint]) -> tuple[FloatArray, FloatArray]:
    """Spends in order (points,), and response, low and high at each (points, 3), repeated rows averaged."""
    spends, table = [], []
    for spend, same in groupby(sorted(rows, key=lambda row: row.spend), key=lambda row: row.spend):
        values = [(r.response, r.response if r.low is None else r.low, r.high) for r in same]
        spends.append(spend)
        table.append(np.mean([[a, b, a if c is None else c] for a, b, c in values], axis=0))
    return np.array(spends), np.reshape(np.array(table), (len(spends), 3))
