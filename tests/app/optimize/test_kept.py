"""A plan stays with last month's mix where the history cannot tell, and says that this is why."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from app.dependencies import Language
from app.optimize import service
from app.optimize.replies import AllocationRead
from app.optimize.schemas import PlanRequest
from tests.optimizer.fitting.test_fit import WEEKS
from tests.optimizer.fitting.test_total import ROWS, sold


def total_only(*, wandering: bool, weeks: int = len(WEEKS)) -> dict[str, Any]:
    """The last weeks of a shop of which only the total is known; its sales may wander for weeks at a time."""
    rng = np.random.default_rng(2)
    wave = np.zeros(len(WEEKS))
    for t in range(1, len(wave)):
        wave[t] = 0.8 * wave[t - 1] + 0.12 * rng.normal()
    total = sold(np.exp(wave)) if wandering else sold()
    return {
        "month": "2026-01",
        "budget": 60_000,
        "country": "",
        "history": [
            {"channel": r.channel, "period": str(r.period), "spend": r.spend}
            for r in ROWS
            if r.period in WEEKS[-weeks:]
        ],
        "outcomes": [
            {"period": str(p), "revenue": x} for p, x in zip(WEEKS[-weeks:], total[-weeks:], strict=True)
        ],
    }


@lru_cache
def lines(*, wandering: bool, language: Language = "en") -> dict[str, AllocationRead]:
    """What each channel of such a shop gets."""
    reply = service.plan(PlanRequest.model_validate(total_only(wandering=wandering)), language)
    return {line.channel: line for line in reply.allocations}


def test_what_cannot_be_told_apart_keeps_its_part_and_says_so() -> None:
    """Both channels change alike, and the reason is that no other split is known to be better."""
    one, other = lines(wandering=True).values()
    assert one.change_share is not None
    assert other.change_share is not None
    assert abs(one.change_share - other.change_share) < 0.02
    assert (one.held_by, other.held_by) == ("kept", "kept")
    assert "not known well enough to move it" in one.why
    assert "占比与上月相当" in lines(wandering=True, language="zh")[one.channel].why


@pytest.mark.parametrize("weeks", [8, 12, 16, 19])
def test_a_few_weeks_of_the_total_keep_the_mix(weeks: int) -> None:
    """In less than twenty weeks nobody can tell what spend does from what sales do by themselves."""
    body = total_only(wandering=True, weeks=weeks)
    one, other = service.plan(PlanRequest.model_validate(body), "en").allocations
    assert abs((one.change_share or 0.0) - (other.change_share or 0.0)) < 0.1


def test_what_is_known_moves_and_says_what_it_brings() -> None:
    """Where sales follow spend and nothing else, money moves for what it brings."""
    one, other = lines(wandering=False).values()
    assert abs((one.change_share or 0.0) - (other.change_share or 0.0)) > 0.05
    assert (one.held_by, other.held_by) == (None, None)
    assert "of revenue it brings elsewhere" in one.why


def test_an_only_channel_is_not_compared_with_others() -> None:
    """There is no other split to be in doubt about, and nowhere else that the next unit could go."""
    alone = [
        {"channel": r.channel, "period": str(r.period), "spend": r.spend, "revenue": 2 * r.spend}
        for r in ROWS
        if r.channel == ROWS[0].channel
    ]
    request = PlanRequest.model_validate({"month": "2026-01", "budget": 60_000, "history": alone})
    (line,) = service.plan(request, "en").allocations
    assert line.held_by == "alone"
    assert "money may go nowhere else" in line.why
