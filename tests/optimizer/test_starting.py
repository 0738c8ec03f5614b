"""Test budgets: the least money that teaches what a channel brings, within the reserve."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import Fit
from optimizer.history import History, gather
from optimizer.starting import MOST_OF_RESERVE, TAUGHT, Trial, trials
from tests.optimizer.fitting.test_kinship import KINDS, MONTH, ROI, rows, shop_outcomes

NEW = ("own new", "rented new")
REACH = dict.fromkeys((*ROI, *NEW), 60_000.0)
HISTORY = gather(rows(), kinds=KINDS)
FIT = fit(HISTORY, MONTH, reach=REACH, country="")


def asked(
    fitted: Fit = FIT,
    history: History = HISTORY,
    *,
    planned: float = 0.0,
    room: float = 60_000.0,
    reserve: float = 1e6,
) -> dict[str, Trial]:
    """The test budgets when the plan gives every channel `planned`."""
    gives, most = dict.fromkeys(REACH, planned), dict.fromkeys(REACH, room)
    found = trials(fitted, history, MONTH, planned=gives, room=most, reserve=reserve)
    return {trial.channel: trial for trial in found}


def test_only_untried_channels_get_a_test_budget() -> None:
    """Channels that spent before need none."""
    assert set(asked()) == set(NEW)


def test_it_teaches_and_no_more() -> None:
    """The month halves the doubt, with less than a usual month's money of its kind."""
    for trial in asked().values():
        assert trial.doubt_after <= TAUGHT * trial.doubt_before
        assert trial.spend < 0.6 * (FIT.curves[trial.channel].usual_spend or 0.0)
        assert trial.low < trial.response < trial.high


def test_the_reserve_bounds_all_tests_together() -> None:
    """Half of what is held back is the most that tests take, shared as they need."""
    free, bound = asked(), asked(reserve=4_000.0)
    assert sum(t.spend for t in bound.values()) == pytest.approx(MOST_OF_RESERVE * 4_000.0)
    ratios = [bound[name].spend / free[name].spend for name in NEW]
    assert ratios[0] == pytest.approx(ratios[1])
    assert asked(reserve=0.0) == {}


def test_what_the_plan_gives_counts() -> None:
    """A channel planned with enough needs no test; one with a little needs the rest; its maximum holds."""
    whole = asked()["own new"].spend
    assert asked(planned=2_000.0)["own new"].spend == pytest.approx(whole - 2_000.0)
    assert "own new" not in asked(planned=whole + 1)
    assert asked(room=1_500.0)["own new"].spend == 1_500.0


def test_noise_of_the_whole_shop_asks_for_more() -> None:
    """Where only the shop's revenue is known, a test must be larger, and teaches less."""
    silent = gather(rows(credited=False), shop_outcomes(), kinds=KINDS)
    total = asked(fit(silent, MONTH, reach=REACH, country=""), silent)["rented new"]
    own = asked()["rented new"]
    assert total.spend >= own.spend
    assert total.doubt_after / total.doubt_before > own.doubt_after / own.doubt_before


def test_given_curves_need_no_test() -> None:
    """A channel whose curve the user gave is taken at its word."""
    given = {name: replace(curve, source="given") for name, curve in FIT.curves.items()}
    assert asked(replace(FIT, curves=given)) == {}
