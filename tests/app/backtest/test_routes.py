"""The planner tried on the past, over HTTP and from a terminal."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

import httpx
import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from app import cli
from app.backtest import service
from app.backtest.schemas import BacktestReply, BacktestRequest
from app.backtest.tables import backtest_tables
from app.backtest.telling import backtest_reply
from app.dependencies import Language
from app.optimize import examples
from sample_data import FOLDER

BODY: dict[str, Any] = {"history": examples.HISTORY, "months": 3}


@lru_cache
def tried(language: Language = "en") -> BacktestReply:
    return service.tried(BacktestRequest.model_validate(BODY), language)


def test_a_backtest_answers_what_a_lead_asks(client: httpx.Client) -> None:
    """Months, gains of every rule with ranges, forecasts, coverage and sentences are in the reply."""
    reply = client.post("/v1/backtest?lang=zh", json=BODY)
    assert reply.status_code == 200, reply.text
    read = reply.json()
    assert [past["month"] for past in read["months"]] == ["2026-09", "2026-10", "2026-11"]
    assert {gain["rule"] for gain in read["gains"]} == {"plan", "roi_rule", "done"}
    assert all(gain["low"] <= gain["value"] <= gain["high"] for gain in read["gains"])
    assert {line["channel"] for line in read["foresight"]} == {None, "douyin", "jd"}
    assert read["foresight"][0]["coverage"] == pytest.approx(read["foresight"][0]["held"] / 3, abs=1e-5)
    assert "保持上月比例" in read["summary"][0]


@pytest.mark.parametrize(
    ("chance", "said"), [(1.0, "more than the mix with a chance of > 99%"), (0.004, "< 1%"), (0.42, "of 42%")]
)
def test_a_chance_is_never_a_certainty(chance: float, said: str) -> None:
    """Draws that all agree are told as more than 99 in a hundred, never as less than the reply's figure."""
    request = BacktestRequest.model_validate(BODY | {"months": 1})
    found = replace(service.replanned(request, lambda done, of: None), chance=chance)
    assert said in backtest_reply(request, found, "en", request.inputs_hash).summary[0]


def test_what_came_is_what_was_sent() -> None:
    """The last month's actual is the sum of its rows, and what was spent is their spend."""
    past = tried().months[-1]
    last: list[dict[str, Any]] = [row for row in examples.HISTORY if row["period"] == "2026-11"]
    assert past.forecast.actual == sum(row["revenue"] for row in last)
    assert float(past.spent) == sum(row["spend"] for row in last)
    assert {line.channel: float(line.done) for line in past.spends} == {
        row["channel"]: row["spend"] for row in last
    }


def test_profit_weighs_channels_by_their_margin() -> None:
    """A margin of its own for each channel changes the plan, towards the channel that keeps more."""
    channels = [{"id": "douyin", "margin": 0.1}, {"id": "jd", "margin": 0.9}]
    request = BacktestRequest.model_validate(
        BODY | {"months": 1, "objective": "profit", "channels": channels}
    )
    weighed = {line.channel: line.plan for line in service.tried(request, "en").months[0].spends}
    plain = {line.channel: line.plan for line in tried().months[-1].spends}
    assert weighed["jd"] > plain["jd"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"months": 0}, "/months"),
        ({"months": 25}, "/months"),
        ({"max_change_share": 1.5}, "/max_change_share"),
        ({"history": []}, "/history"),
        ({"channels": [{"id": "jd", "curve": {"points": [[0, 0], [1, 1]]}}]}, "/channels/0/curve"),
        ({"history": examples.HISTORY[:3]}, "/history"),
    ],
)
def test_what_cannot_be_tested_is_refused(client: httpx.Client, change: dict[str, Any], where: str) -> None:
    """Each fault is answered 422 at its place, a history too short included."""
    reply = client.post("/v1/backtest", json=BODY | change)
    assert reply.status_code == 422
    assert where in {fault["pointer"] for fault in reply.json()["errors"]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_fit_a_terminal(language: Language) -> None:
    """At a hundred columns no line is wider, nothing is cut, no dot stands alone, every month has its row."""
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(backtest_tables(tried(language), language))
    lines = console.export_text().splitlines()
    assert max(cell_len(line) for line in lines) <= 100
    assert not any("…" in line for line in lines)
    assert not any(line.strip() == "·" for line in lines)
    assert sum(line.split()[:1] == [str(past.month)] for past in tried().months for line in lines) == 3


def test_a_file_is_tried_from_the_terminal() -> None:
    """`budget backtest` gives the API's reply for a file, with as many months as asked for."""
    file = str(FOLDER / "history_monthly.csv")
    result = CliRunner().invoke(cli.app, ["backtest", file, "--months", "1", "--json"])
    assert result.exit_code == 0, result.output
    assert len(json.loads(result.stdout)["months"]) == 1
