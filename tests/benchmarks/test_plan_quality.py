"""The harness scores plans by what they would truly earn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.families import FAMILIES, make
from benchmarks.plan_quality import Plan, by_request, judge, keep_the_mix, pooled
from benchmarks.tasks import SCENARIOS, Task, score, task


@pytest.mark.parametrize("family", FAMILIES)
def test_best_plan_is_best(family: str) -> None:
    """The best plan keeps its limits and is worth no less than the mix, the ROI rule or random plans."""
    chosen = task(make(family, 0), "weekly", "wide")
    chosen.check(chosen.best)
    rng = np.random.default_rng(1)
    rivals = [chosen.fitted(chosen.last * np.exp(rng.normal(0, 0.5, len(chosen.last)))) for _ in range(20)]
    assert chosen.available >= 0
    assert chosen.available >= chosen.gain(chosen.roi_rule) - 1e-4
    assert all(chosen.available >= chosen.gain(plan) - 1e-4 for plan in rivals)


def test_scores_of_known_plans() -> None:
    """The best plan captures one, keeping the mix nothing."""
    chosen = task(make("plain", 1), "weekly", "tight")
    assert score(chosen, chosen.best) == pytest.approx(1)
    assert score(chosen, chosen.fitted(chosen.last)) == 0


def test_broken_limits_are_refused() -> None:
    """A plan that spends too much, or more than a channel's maximum, is refused."""
    chosen = task(make("plain", 1), "weekly", "tight")
    shifted = chosen.last.copy()
    shifted[0] += 0.6 * chosen.last[0]
    for plan in (chosen.last * 1.01, shifted - np.eye(len(shifted))[1] * (shifted.sum() - chosen.total)):
        with pytest.raises(ValueError, match="broken"):
            score(chosen, plan)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenarios_show_what_they_say(scenario: str) -> None:
    """Each scenario shows channels' revenue, the shop's, or both; whole periods only; sums agree."""
    world = make("plain", 2)
    chosen, known = task(world, scenario, "tight"), SCENARIOS[scenario]
    history = chosen.history
    assert tuple(history.channels) == world.channels
    assert history.is_attributed == (known.revenue != "none")
    assert (history.shop is not None) == known.whole_shop
    first = history.channels["channel_01"]
    assert set(first.days) == {7.0} if known.grain == "week" else min(first.days) >= 28
    assert len(first) == {"weekly": 104, "monthly": 24, "short": 12}.get(scenario, 104) or len(first) == 103
    begin = int(first.start[0]) - world.start.toordinal()
    spend = world.spend[0, begin : begin + int(first.days.sum())].sum()
    assert first.spend.sum() == pytest.approx(spend, rel=1e-6)
    assert len(chosen.request["history"]) == len(first) * len(world.channels)


def test_replies_are_read_and_ranges_counted() -> None:
    """Lines of a reply are matched by channel, and ranges that hold the truth are counted."""
    chosen = task(make("plain", 3), "weekly", "tight")

    def reply(request: dict[str, Any]) -> dict[str, Any]:
        lines = []
        for c, entry in reversed(list(enumerate(request["channels"]))):
            truth = float(chosen.world.month_value(c, chosen.last[c]))
            width = 0.1 if c else -0.1
            lines.append(
                {
                    "channel": entry["id"],
                    "spend": chosen.last[c],
                    "response_low": truth * (1 - width),
                    "response_high": truth * (1 + width),
                }
            )
        return {"allocations": lines}

    outcome = judge(chosen, by_request(reply))
    assert outcome.gain == pytest.approx(0, abs=1e-6)
    assert (outcome.ranges, outcome.covered) == (len(chosen.last), len(chosen.last) - 1)


def test_pooling_weighs_by_what_is_available() -> None:
    """Pooled uplift is the gains' sum over what was available; a losing plan is counted."""

    def half(task: Task) -> Plan:
        return Plan.of((task.best + task.fitted(task.last)) / 2)

    plans = [judge(task(make("plain", seed), "weekly", "wide"), half) for seed in range(3)]
    score = pooled(plans)
    assert score.captured == pytest.approx(sum(p.gain for p in plans) / sum(p.available for p in plans))
    assert score.captured > 0.5
    assert score.worse == 0
    kept = pooled([judge(task(make("plain", 0), "weekly", "wide"), keep_the_mix)])
    assert kept.captured == pytest.approx(0)
