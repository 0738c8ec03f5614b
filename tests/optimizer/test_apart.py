"""Months that clash together: every remedy is enough, and a hundredth less of it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.apart import Lever, eased, value_of
from optimizer.errors import InfeasibleError
from optimizer.horizon import Horizon, Phase, Pool
from optimizer.infeasibility import Clash, Remedy
from optimizer.problem import AllocationProblem, ChannelTerms, Group, OutcomeRule, Reserve
from optimizer.rolling import plan_ahead
from tests.builders import random_horizon, straight_curve

NO_RESERVE = Reserve(0, 0, unit_value=0.0)
GROWING = ChannelTerms("a", straight_curve(2, 5000), last_spend=10_000, max_increase_share=0.1)
MONTH = AllocationProblem((GROWING, ChannelTerms("b", straight_curve(1, 5000))), 100_000, NO_RESERVE)


def refusal(horizon: Horizon) -> InfeasibleError:
    with pytest.raises(InfeasibleError) as error:
        plan_ahead(horizon)
    return error.value


def remedies(horizon: Horizon) -> dict[tuple[str, str, str], float]:
    found = refusal(horizon).remedies
    return {(r.of, r.whose, r.kind): r.needed for r in found if isinstance(r, Remedy)}


def test_a_phase_that_change_limits_cannot_reach_by_hand() -> None:
    """100 that may grow by a tenth gets 110 and 121 in two months, 231 of the 500 asked for.

    To reach 500 it must grow by x with 100 (1 + x) + 100 (1 + x)² = 500: x = 0.7913 (named as 0.7915).
    """
    horizon = Horizon((MONTH,) * 2, phases=(Phase("push", 0, 1, ("a",), min_spend=50_000),))
    found = remedies(horizon)
    assert found["channel", "a", "max_increase_share"] == pytest.approx(0.7913, abs=0.001)
    assert found["phase", "push", "min_spend"] == pytest.approx(23_100, abs=100)
    clashes = {(c.of, c.whose, c.kind) for c in refusal(horizon).clashes if isinstance(c, Clash)}
    assert clashes == set(found)


def test_a_quarter_that_shares_its_money_by_hand() -> None:
    """1,000 a month, a tenth may move: 1,150 in the first is too much. 15 % may move, or 3,137 in all."""
    months = (MONTH, MONTH, MONTH)
    phase = Phase("first", 0, 0, min_spend=115_000)
    found = remedies(Horizon(months, (Pool(0, 2, 0.1),), (phase,)))
    assert found["plan", "", "move_share"] == pytest.approx(0.15, abs=2e-4)
    assert found["pool", "0", "budget"] == pytest.approx(3 * 115_000 / 1.1, rel=1e-3)
    assert found["phase", "first", "min_spend"] == pytest.approx(110_000, abs=100)


def test_minimums_that_no_month_can_pay_by_hand() -> None:
    """70 and 50 in months of 100 each: 120 a month, or one of the minimums lower by 20."""
    a, b = (
        ChannelTerms(name, straight_curve(2, 5000), min_spend=least)
        for name, least in (("a", 7000), ("b", 5000))
    )
    month = AllocationProblem((a, b), 10_000, NO_RESERVE)
    found = remedies(Horizon((month,) * 3))
    assert found["plan", "", "budget"] == pytest.approx(12_000, abs=100)
    assert found["channel", "a", "min_spend"] == pytest.approx(5000, abs=100)
    assert found["channel", "b", "min_spend"] == pytest.approx(3000, abs=100)


def clash(seed: int) -> Horizon:
    """Months that cannot hold together, by a limit of one of many kinds."""
    horizon = random_horizon(seed, carry=0.2 * (seed % 2), share=(0.0, 0.2)[seed // 2 % 2])
    names, total = [t.id for t in horizon.channels], sum(month.budget for month in horizon.months)
    brought = plan_ahead(horizon).response
    limits = (
        Phase("much", 0, 1, names[:2], min_spend=int(0.6 * total)),  # type: ignore[arg-type]
        Phase("goal", 0, 2, min_total=1.2 * brought),
        Phase("cost", 0, 1, max_cost=0.3 * total / 100 / brought),
        Phase("little", 0, 2, tuple(names), max_spend=total // 2, min_spend=None),
        Phase("first", 0, 0, min_spend=int(1.3 * horizon.months[0].budget)),
    )
    chosen = limits[seed % 5]
    if chosen.name == "little":
        rule = OutcomeRule("least", min_total=0.9 * brought / 3)
        months = tuple(
            replace(m, rules=(rule,), groups=(Group("g", tuple(names[:2]), max_share=0.6),))
            for m in horizon.months
        )
        horizon = replace(horizon, months=months)
    return replace(horizon, phases=(*horizon.phases, replace(chosen, channels=tuple(chosen.channels))))


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5, 6, 7, 8])
def test_every_remedy_is_enough_and_a_hundredth_less_is_not(seed: int) -> None:
    """Each makes a plan of all months possible; with one per cent less of the change there is none."""
    horizon = clash(seed)
    found = [remedy for remedy in refusal(horizon).remedies if isinstance(remedy, Remedy)]
    assert found
    for remedy in found[:2]:
        lever = Lever(remedy.of, remedy.whose, remedy.kind)
        assert value_of(horizon, lever) == remedy.now
        plan_ahead(eased(horizon, lever, remedy.needed))
        with pytest.raises(InfeasibleError):
            plan_ahead(eased(horizon, lever, remedy.now + 0.99 * (remedy.needed - remedy.now)))
