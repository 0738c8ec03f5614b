"""Money that would not earn itself back: unspent where profit counts, and told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.optimize.noticed import WARNINGS


def shop(**more: object) -> dict[str, Any]:
    """Two channels that earn 0.4 · 900,000 s / (s + 100,000) - s: most at 100,000 (√3.6 - 1) = 89,737."""
    curve = {"family": "michaelis_menten", "scale": 900_000, "half_saturation": 100_000}
    channels = [{"id": name, "margin": 0.4, "curve": curve} for name in ("甲", "乙")]
    return {"month": "2026-12", "budget": 1_000_000, "objective": "profit", "channels": channels} | more


def planned(client: httpx.Client, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The reply, and its warnings by code."""
    reply = client.post("/v1/optimize", json=body).raise_for_status().json()
    return reply, {warning["code"]: warning for warning in reply["warnings"]}


def test_profit_spends_only_what_comes_back(client: httpx.Client) -> None:
    """Beyond the full reserve money waits; the reply says how much, and that it would not come back."""
    reply, told = planned(client, shop())
    assert [line["spend"] for line in reply["allocations"]] == pytest.approx([89_737, 89_737], abs=5)
    assert reply["reserve"]["amount"] == 150_000
    assert reply["unallocated"] == pytest.approx(670_526, abs=10)
    assert "stays unspent beside the reserve of 15%" in told["unspent_unearned"]["message"]
    assert "it is kept" in reply["shadow_prices"]["message"]


def test_a_rule_may_ask_for_a_loss_and_is_named(client: httpx.Client) -> None:
    """At its minimum of 200,000 the last unit of 乙 brings 0.4 · 900,000 · 100,000 / 300,000² = 0.40."""
    body = shop()
    body["channels"][1]["min_spend"] = 200_000
    reply, told = planned(client, body)
    assert reply["allocations"][1]["spend"] == 200_000
    assert told["spent_at_a_loss"]["channel"] == "乙"
    assert "costs ¥0.60 more than it brings" in told["spent_at_a_loss"]["message"]


def test_full_channels_are_not_said_to_lose(client: httpx.Client) -> None:
    """Where maximums hold them all, the limits are named for what waits."""
    body = shop(budget=200_000)
    for channel in body["channels"]:
        channel["max_spend"] = 50_000
    _, told = planned(client, body)
    assert "the limits let no channel take more" in told["unspent_no_room"]["message"]
    assert "unspent_unearned" not in told


def test_revenue_is_bought_and_said_to_cost_more(client: httpx.Client) -> None:
    """Revenue spends the whole budget; below 1 / 0.4 = 2.50 a unit the plan says so, above it does not."""
    reply, told = planned(client, shop(objective="revenue"))
    assert reply["unallocated"] == 0
    assert "¥2.50" in told["below_break_even"]["message"]
    assert "below_break_even" not in planned(client, shop(objective="revenue", budget=150_000))[1]


@pytest.mark.parametrize("code", ["unspent_unearned", "unspent_no_room", "below_break_even"])
def test_both_languages_name_the_same_facts(code: str) -> None:
    """Whatever a warning tells in English, it tells in Chinese."""
    facts = ["{amount}", "{share}", "{unit}", "{level}", "{worth}"]
    assert len({tuple(fact in said for fact in facts) for said in WARNINGS[code].values()}) == 1
