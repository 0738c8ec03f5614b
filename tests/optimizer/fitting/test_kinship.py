"""A channel that says little of itself leans on channels of its kind, and those on the account."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import FittedCurve
from optimizer.fitting.kinship import KIND_SPREAD, kind_centres
from optimizer.history import HistoryRow, OutcomeRow, gather
from optimizer.periods import Period

MONTH = Period.parse("2026-01")
WEEKS = [Period.parse("2024-W27").next(k) for k in range(78)]
ROI = {"own 1": 8.0, "own 2": 7.0, "rented 1": 2.0, "rented 2": 1.6, "rented 3": 2.4}
KINDS = {name: name.split()[0] for name in (*ROI, "own new", "rented new")}


def rows(*, credited: bool = True) -> list[HistoryRow]:
    """Owned channels return about four times what rented ones do, at the same spend."""
    rng = np.random.default_rng(5)
    spends = {name: 5_000 * np.exp(0.4 * rng.normal(size=len(WEEKS))) for name in ROI}
    found = []
    for name, roi in ROI.items():
        for period, spend in zip(WEEKS, spends[name], strict=True):
            brought = roi * spend**0.7 * 5_000**0.3 * float(np.exp(0.15 * rng.normal()))
            found.append(HistoryRow(name, period, float(spend), float(brought) if credited else None))
    return found


def new_curves(*, credited: bool = True, kinds: dict[str, str] = KINDS) -> dict[str, FittedCurve]:
    """The curves of two channels that never spent."""
    outcomes = [] if credited else shop_outcomes()
    history = gather(rows(credited=credited), outcomes, kinds=kinds)
    return fit(history, MONTH, reach={"own new": 40_000.0, "rented new": 40_000.0}, country="").curves


def shop_outcomes() -> list[OutcomeRow]:
    sold = dict.fromkeys(WEEKS, 50_000.0)
    for row in rows():
        sold[row.period] += row.revenue or 0.0
    return [OutcomeRow(period, revenue=revenue) for period, revenue in sold.items()]


def test_centres_by_hand() -> None:
    """Two of one kind at 1, two of another at 0, variance as large as the kinds': they keep two thirds."""
    log_roi, heard = np.array([1.0, 1.0, 0.0, 0.0, 9.0]), np.array([True, True, True, True, False])
    centres = kind_centres(log_roi, heard, ["a", "a", "b", "b", "a"], KIND_SPREAD**2)
    assert centres == pytest.approx([0.5 + 1 / 3, 0.5 + 1 / 3, 0.5 - 1 / 3, 0.5 - 1 / 3, 0.5 + 1 / 3])


def test_a_kind_nobody_knows_is_the_account() -> None:
    """A new kind is expected to return what all channels do."""
    centres = kind_centres(np.array([1.0, 0.0, 5.0]), np.array([True, True, False]), ["a", "b", "c"], 0.1)
    assert centres[2] == pytest.approx(0.5)


def test_kin_speak_for_a_new_channel() -> None:
    """A new owned channel is expected to bring at least twice what a new rented one does; both are pooled."""
    found = new_curves()
    assert {curve.source for curve in found.values()} == {"pooled"}
    assert float(found["own new"].curve(20_000)) > 2 * float(found["rented new"].curve(20_000))


def test_without_kinds_new_channels_are_alike() -> None:
    """Channels that nothing tells apart are expected to bring the same, but for chance in the draws."""
    one, other = new_curves(kinds={}).values()
    assert float(one.curve(20_000)) == pytest.approx(float(other.curve(20_000)), rel=0.02)


def test_kin_speak_when_only_the_shop_is_known() -> None:
    """The same holds, weaker, when no channel has results of its own."""
    found = new_curves(credited=False)
    assert float(found["own new"].curve(20_000)) > 1.2 * float(found["rented new"].curve(20_000))


def test_three_points_lean_on_kin() -> None:
    """Three weak weeks of a new owned channel are read higher than the same weeks of a rented one."""
    weak = [HistoryRow("own new", period, 5_000.0, 10_000.0) for period in WEEKS[-3:]]
    curves = [
        fit(gather([*rows(), *weak], kinds=kinds), MONTH, reach={"own new": 40_000.0}, country="").curves
        for kinds in (KINDS, KINDS | {"own new": "rented"})
    ]
    own, rented = (float(found["own new"].curve(20_000)) for found in curves)
    assert own > 1.03 * rented


def test_an_untried_channel_is_planned_by_the_low_end_of_its_range() -> None:
    """The curve that a never-tried channel is planned with lies at its range's low side at a usual month."""
    new = new_curves()["rented new"]
    usual = new.usual_spend or 0.0
    low = float(np.interp(usual, new.curve.spend, new.low))
    assert float(new.prudent(usual)) == pytest.approx(low, rel=0.03)
    assert low < 0.7 * float(new.curve(usual))
