"""A plan for the bad case over HTTP: what it gains there, what it gives up, and in whose words."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

from app.optimize import examples


def doubtful() -> dict[str, Any]:
    """Two channels alike in what is expected, one of them much surer."""
    sure, shaky = [[100_000, 200_000], [300_000, 450_000]], [[100_000, 220_000], [300_000, 500_000]]
    return {
        "month": "2026-12",
        "budget": 400_000,
        "reserve": {"min_share": 0.1, "max_share": 0.1},
        "risk": {"measure": "cvar", "level": 0.9},
        "channels": [
            {"id": "sure", "curve": {"points": [[x, y, 0.95 * y, 1.05 * y] for x, y in sure]}},
            {"id": "shaky", "curve": {"points": [[x, y, 0.3 * y, 1.7 * y] for x, y in shaky]}},
        ],
    }


def test_caution_moves_money_to_what_is_sure(client: httpx.Client) -> None:
    """The bad case gains, the expectation gives up, and both figures follow from the two plans."""
    reply = client.post("/v1/optimize", json=doubtful()).raise_for_status().json()
    plain = doubtful() | {"risk": {"measure": "expected"}}
    expected = client.post("/v1/optimize", json=plain).raise_for_status().json()
    risk = reply["risk"]
    spend = {line["channel"]: line["spend"] for line in reply["allocations"]}
    assert expected["risk"] is None
    assert risk["expected_plan"]["spend"] == {c["channel"]: c["spend"] for c in expected["allocations"]}
    assert spend["sure"] > risk["expected_plan"]["spend"]["sure"] * 1.2
    assert risk["gained"] > 0
    assert risk["gained"] == pytest.approx(risk["bad_case"] - risk["expected_plan"]["bad_case"], abs=0.02)
    assert risk["given_up"] > 0
    assert risk["given_up"] == pytest.approx(
        expected["expected"]["response"] - reply["expected"]["response"], abs=0.02
    )
    assert reply["certificate"]["status"] == "optimal"
    held = reply["reserve"]["amount"] * reply["reserve"]["unit_value"]
    assert reply["certificate"]["value"] == pytest.approx(risk["bad_case"] + held, abs=0.02)


def test_profit_counts_spend_as_a_cost_in_the_bad_case_too(client: httpx.Client) -> None:
    """With profit the bad case is margin times revenue less the spend."""
    body = doubtful() | {"objective": "profit"}
    for channel in body["channels"]:
        channel["margin"] = 0.5
    reply = client.post("/v1/optimize", json=body).raise_for_status().json()
    spent = sum(line["spend"] for line in reply["allocations"])
    held = reply["reserve"]["amount"] * reply["reserve"]["unit_value"]
    kept = held + reply["unallocated"]
    assert reply["risk"]["bad_case"] == pytest.approx(reply["certificate"]["value"] - kept - spent, abs=0.02)


@pytest.mark.parametrize(("language", "word"), [("en", "in the bad case"), ("zh", "不利情形")])
def test_reasons_say_what_case_they_speak_of(client: httpx.Client, language: str, word: str) -> None:
    """Returns that hold in the bad case are not told as expected ones."""
    reply = client.post(f"/v1/optimize?lang={language}", json=doubtful()).raise_for_status().json()
    assert all(word in line["why"] for line in reply["allocations"])
    assert reply["risk"]["message"]


def test_without_doubt_nothing_is_said_to_be_gained(client: httpx.Client) -> None:
    """Curves without ranges have one case only."""
    body = copy.deepcopy(examples.TWO_CURVES) | {"risk": {"measure": "cvar"}}
    reply = client.post("/v1/optimize", json=body).raise_for_status().json()
    assert "as good as the same" in reply["risk"]["message"]
    assert reply["risk"]["level"] == 0.8
