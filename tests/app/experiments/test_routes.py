"""Lift tests over HTTP: proposed from a history, read from series, and given back to the next plan."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.optimize import examples

TEST: dict[str, Any] = {
    "channel": "douyin",
    "start": "2026-10-05",
    "end": "2026-10-25",
    "spend_change": 30_000,
    "treated": {"before": [100_000 + 500 * (k % 3) for k in range(12)], "during": [120_000] * 3},
    "controls": [{"before": [50_000 + 300 * (k % 4) for k in range(12)], "during": [50_450] * 3}],
    "treated_share": 0.5,
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tests_are_proposed_with_what_they_are_worth(client: httpx.Client, language: str) -> None:
    """The body that fits curves, with a budget, gives tests, the most valuable first, each in words."""
    body = {"history": examples.HISTORY, "budget": 360_000}
    reply = client.post("/v1/experiments:design", json=body, params={"lang": language})
    assert reply.status_code == 200
    proposals = reply.json()["proposals"]
    assert [p["value"] for p in proposals] == sorted((p["value"] for p in proposals), reverse=True)
    assert all(p["gain"] > 0 and p["error_per_spend"] > 0 for p in proposals)
    assert all(p["channel"] in p["why"] for p in proposals)


@pytest.mark.parametrize(
    ("language", "why"), [("en", "nothing to move money between"), ("zh", "只有一个渠道")]
)
def test_no_proposal_is_explained(client: httpx.Client, language: str, why: str) -> None:
    """With one channel a test changes no plan, and the reply says so."""
    rows = [row for row in examples.HISTORY if row["channel"] == "douyin"]
    body = {"history": rows, "budget": 360_000}
    reply = client.post("/v1/experiments:design", json=body, params={"lang": language}).json()
    assert reply["proposals"] == []
    assert why in reply["message"]


def test_a_channel_is_called_by_its_name(client: httpx.Client) -> None:
    """A proposal says 抖音 where that is the name of the channel douyin."""
    body = {"history": examples.HISTORY, "budget": 360_000, "channels": [{"id": "douyin", "name": "抖音"}]}
    proposals = client.post("/v1/experiments:design", json=body).json()["proposals"]
    (why,) = [p["why"] for p in proposals if p["channel"] == "douyin"]
    assert "抖音" in why
    assert "douyin" not in why


def test_what_a_reading_takes_for_granted_is_told(client: httpx.Client) -> None:
    """Parts of unknown sizes, a time before that is too short, or a control that says little."""

    def message(before: int, control: float = 0.5, language: str = "en") -> str:
        wave = [3_000 * (k % 3) for k in range(before)]
        steady = [400 * (k % 2) for k in range(before)]
        treated = {"before": [100_000 + x for x in wave], "during": [120_000, 121_000]}
        other = [50_000 + control * x + y for x, y in zip(wave, steady, strict=True)]
        body = TEST | {"treated": treated, "controls": [{"before": other, "during": [50_200, 50_100]}]}
        reply = client.post("/v1/experiments:read", json=body, params={"lang": language})
        return str(reply.json()["message"])

    assert message(12).endswith("per unit of spend.")
    assert "told only" in message(12, control=0.0)
    assert "keep their ratio" in message(4)
    assert "50% of both" in message(0)
    assert "假定测试组占两组合计的50%" in message(0, language="zh")


def test_a_read_test_goes_into_the_next_plan(client: httpx.Client) -> None:
    """What was read in half of the regions is told as for all of them, and the plan says how it agrees."""
    read = client.post("/v1/experiments:read", json=TEST).json()
    assert read["is_clear"]
    assert read["experiment"]["incremental_revenue"] == pytest.approx(
        2 * read["incremental_revenue"], abs=0.02
    )
    assert read["experiment"]["spend_change"] == 60_000
    body = examples.FROM_HISTORY | {"experiments": [read["experiment"]]}
    warnings = client.post("/v1/optimize", json=body).json()["warnings"]
    (told,) = [w for w in warnings if w["code"].startswith("test_")]
    assert "the test of 2026-10-05 to 2026-10-25 says" in told["message"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"spend_change": 0}, "/spend_change"),
        ({"end": "2026-10-01"}, "/end"),
        ({"treated_share": 1}, "/treated_share"),
        ({"controls": [{"before": [1], "during": [2]}]}, "/controls/0"),
        ({"controls": []}, "/controls"),
    ],
)
def test_faults_are_named(client: httpx.Client, change: dict[str, Any], where: str) -> None:
    """Each fault is a problem with its pointer."""
    reply = client.post("/v1/experiments:read", json=TEST | change)
    assert reply.status_code == 422
    assert where in {error["pointer"] for error in reply.json()["errors"]}
