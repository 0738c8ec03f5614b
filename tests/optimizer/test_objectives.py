"""Objectives are sums of measures, exact at every spend."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.errors import ProblemError
from optimizer.objectives import aimed_at, lifetime_weights, scorecard_weights, weighed
from optimizer.problem import AllocationProblem, ChannelTerms, Reserve
from tests.builders import hill_curve, root_curve, straight_curve
from tests.tolerances import CURVE

SPEND = np.linspace(0, 1200, 301)


def test_a_weighed_curve_is_the_sum() -> None:
    """Between knots and beyond the end of the shorter curve, too."""
    measures = {"revenue": hill_curve(500, 100, 0.8, 900), "orders": hill_curve(30, 200, 1.5, 700)}
    together = weighed(measures, {"revenue": 0.3, "orders": 4.0})
    expected = 0.3 * measures["revenue"](SPEND) + 4.0 * measures["orders"](SPEND)
    np.testing.assert_allclose(together(SPEND), expected, rtol=CURVE)


def test_lifetime_value_counts_new_and_returning_apart() -> None:
    """Of 10 orders 4 come from new customers: 4 · 90 + 6 · 20 = 480."""
    weights = lifetime_weights(90, 20)
    assert weights["conversions"] * 10 + weights["new_customers"] * 4 == pytest.approx(480)


def test_scorecard_counts_in_multiples_of_today() -> None:
    """Half the weight on each of two measures, both as they are today: one in all."""
    today = {"revenue": 5000.0, "new_customers": 40.0}
    weights = scorecard_weights({"revenue": 0.5, "new_customers": 0.5}, today)
    assert sum(weights[name] * today[name] for name in today) == pytest.approx(1)


def test_profit_stops_at_break_even() -> None:
    """Margin 40 % on 100 √s: 0.4 · 50 / √s = 1 at s = 400; the rest is held back or stays idle."""
    channel = ChannelTerms("a", root_curve(1, 5000), measures={"revenue": root_curve(100, 5000)})
    problem = AllocationProblem((channel,), 100_000, Reserve(0.0, 1.0))
    plan = allocate(aimed_at(problem, {"revenue": 0.4}))
    assert plan.lines[0].spend / 100 == pytest.approx(400, rel=1e-3)


def test_an_unknown_measure_is_refused() -> None:
    """An objective of something no curve tells is no objective."""
    with pytest.raises(ProblemError, match="profit_of_friends"):
        weighed({"revenue": straight_curve(1, 1)}, {"profit_of_friends": 1.0})
