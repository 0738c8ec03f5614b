"""What a plan brings more than last month's mix is told with its doubt."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from app.dependencies import Language
from app.optimize import examples, service
from app.optimize.expected import Gain
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest
from optimizer import Period


def planned(body: dict[str, Any], language: Language = "en") -> PlanReply:
    return service.plan(PlanRequest.model_validate(body), language)


def history(noise: float, months: int) -> dict[str, Any]:
    """Two channels whose results say more the longer they are known, and the less noise there is."""
    rng, first = np.random.default_rng(4), Period.parse("2026-01")
    rows = []
    for k in range(months):
        for name, roi in (("steady", 3.0), ("wild", 3.6)):
            spend = 30_000 * float(np.exp(0.3 * rng.normal()))
            revenue = roi * 30_000 * (spend / 30_000) ** 0.5 * float(np.exp(noise * rng.normal()))
            rows.append(
                {"channel": name, "period": str(first.next(k - months)), "spend": spend, "revenue": revenue}
            )
    limits = [{"id": name, "min_spend": 5_000, "max_spend": 80_000} for name in ("steady", "wild")]
    return {"month": "2026-01", "budget": 70_000, "country": "", "history": rows, "channels": limits}


def test_the_chance_is_the_share_of_cases_that_are_no_worse() -> None:
    """Three of four cases bring at least what the mix does."""
    gain = Gain(0.1, np.array([-0.05, 0.0, 0.2, 0.25]), "a")
    assert gain.chance == 0.75
    assert gain.range == pytest.approx((-0.0425, 0.2425))


def test_a_curve_taken_at_its_word_leaves_no_doubt() -> None:
    """Stated curves without a range: the gain is one figure, and the sentence says no more."""
    body = copy.deepcopy(examples.TWO_CURVES)
    for channel in body["channels"]:
        channel["last_spend"] = 30_000
    expected = planned(body).expected
    assert expected.against_last_mix is not None
    assert (expected.against_last_mix_low, expected.chance_of_gain) == (None, None)
    assert "nine times" not in expected.message


def test_a_gain_that_history_shows_is_told_with_its_range() -> None:
    """The range holds the gain, and English and Chinese tell both."""
    body = history(noise=0.05, months=24)
    expected = planned(body).expected
    low, gain, high = expected.against_last_mix_low, expected.against_last_mix, expected.against_last_mix_high
    assert (low or 0.0) < (gain or 0.0) < (high or 0.0)
    assert (expected.chance_of_gain or 0.0) > 0.5
    assert "of 100 cases it is no worse" in expected.message
    assert "次不逊于上月比例" in planned(body, "zh").expected.message


def test_a_plan_that_may_well_lose_says_so_and_where_the_doubt_lies() -> None:
    """After four noisy months the gain is a guess; planned for the bad case, the word is not repeated."""
    body = history(noise=0.6, months=4)
    warned = [w for w in planned(body).warnings if w.code == "doubtful_gain"]
    assert [w.channel for w in warned] == ["wild"]
    assert "of 100 cases" in warned[0].message
    cautious = planned(body | {"risk": {"measure": "cvar"}})
    assert not [w for w in cautious.warnings if w.code == "doubtful_gain"]
