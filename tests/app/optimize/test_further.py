"""A result out of reach: the budget that would reach it, or the most that any brings."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.optimize import examples

REACHED = 1_200_000


def asking(**more: object) -> dict[str, Any]:
    """Two channels that bring 900,000 s / (s + 100,000) each, and 100,000 to spend."""
    curve = {"family": "michaelis_menten", "scale": 900_000, "half_saturation": 100_000}
    channels = [{"id": name, "curve": curve} for name in ("a", "b")]
    return {"month": "2026-12", "budget": 100_000, "channels": channels} | more


def refused(client: httpx.Client, body: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """The problem that the request is answered with, and the budget among its remedies."""
    reply = client.post(f"/v1/optimize?lang={language}", json=body)
    assert reply.status_code == 422, reply.text
    told: dict[str, Any] = reply.json()
    return told | {"budget": next((r["needed"] for r in told["remedies"] if r["kind"] == "budget"), None)}


@pytest.mark.parametrize("wish", [{"target": {"response": REACHED}}, {"rules": {"min_revenue": REACHED}}])
def test_a_budget_far_above_the_present_one_is_named(client: httpx.Client, wish: dict[str, Any]) -> None:
    """600,000 from each takes 200,000 in each, and a tenth is held back: 400,000 / 0.9 = 444,444."""
    told = refused(client, asking(**wish))
    assert told["budget"] == pytest.approx(444_444, rel=2e-3)
    plan = client.post("/v1/optimize", json=asking(**wish) | {"budget": told["budget"]})
    assert plan.raise_for_status().json()["expected"]["response"] >= REACHED


@pytest.mark.parametrize(("language", "said"), [("en", "at most ¥600,000"), ("zh", "最多可达¥600,000")])
def test_where_none_is_enough_the_most_is_named(client: httpx.Client, language: str, said: str) -> None:
    """With at most 50,000 in each channel no budget brings more than 2 · 300,000."""
    body = asking(target={"response": REACHED})
    for channel in body["channels"]:
        channel["max_spend"] = 50_000
    told = refused(client, body, language)
    assert told["budget"] is None
    assert said in told["detail"]


def test_a_fitted_curve_is_followed_as_far(client: httpx.Client) -> None:
    """Where curves come from a history, too, the plan with the budget that is named reaches the target."""
    body: dict[str, Any] = {"month": "2026-12", "budget": 100_000, "history": examples.HISTORY}
    brought = client.post("/v1/optimize", json=body).raise_for_status().json()["expected"]["response"]
    body["target"] = {"response": 3 * brought}
    told = refused(client, body)
    assert told["budget"] > 300_000
    assert client.post("/v1/optimize", json=body | {"budget": told["budget"]}).status_code == 200
