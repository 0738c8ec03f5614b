"""Several months planned together, over HTTP and from a terminal."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from app import cli
from app.dependencies import Language
from app.outlook import examples
from app.outlook.schemas import OutlookReply
from app.outlook.tables import outlook_tables
from sample_data import FOLDER
from tests.app.optimize.test_kept import total_only

PATH = "/v1/outlook"


def phase(first: str, last: str, **more: object) -> dict[str, object]:
    """A stretch of months."""
    return {"name": "x", "first": first, "last": last, **more}


def planned(client: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    """The reply to a request that must be accepted, with exact numbers."""
    reply = client.post(PATH, json=body)
    assert reply.status_code == 200, reply.text
    read: dict[str, Any] = json.loads(reply.content, parse_float=Decimal)
    return read


def test_every_month_adds_up_and_the_quarter_is_spent(client: httpx.Client) -> None:
    """Reserve, channels and the rest are each month's budget, and the budgets the quarter's, to the cent."""
    reply = planned(client, examples.QUARTER)
    for month in reply["months"]:
        spent = sum(line["spend"] for line in month["allocations"])
        assert month["reserve"] + spent + month["unallocated"] == month["budget"]
    assert sum(month["budget"] for month in reply["months"]) == 1_200_000
    assert sum(month["moved"] for month in reply["months"]) == 0
    assert [month["month"] for month in reply["months"]] == ["2026-12", "2027-01", "2027-02"]
    assert [month["is_decision"] for month in reply["months"]] == [True, False, False]


def test_limits_hold_from_month_to_month_and_in_phases(client: httpx.Client) -> None:
    """No change above the limit, against last month and between months; the phase gets its least."""
    months = planned(client, examples.QUARTER)["months"]
    lines = [{line["channel"]: line for line in month["allocations"]} for month in months]
    assert all(abs(each["douyin"]["change_share"]) <= Decimal("0.30001") for each in lines)
    assert lines[0]["jd"]["spend"] + lines[1]["jd"]["spend"] >= 300_000
    assert lines[2]["jd"]["spend"] < 150_000


def test_one_month_of_given_curves_is_the_plan(client: httpx.Client) -> None:
    """An outlook of one month answers what `/v1/optimize` answers."""
    body = {
        key: value for key, value in examples.YEAR.items() if key not in {"months", "season", "move_share"}
    }
    plan = client.post("/v1/optimize", json=body).raise_for_status().json()
    month = planned(client, body | {"months": 1})["months"][0]
    for ours, theirs in zip(month["allocations"], plan["allocations"], strict=True):
        assert float(ours["spend"]) == pytest.approx(theirs["spend"], rel=1e-3)
    assert float(month["response"]) == pytest.approx(plan["expected"]["response"], rel=1e-6)


def test_money_goes_to_the_season(client: httpx.Client) -> None:
    """The month of most demand gets most, within what may move; budgets that may not move stay."""
    reply = planned(client, examples.YEAR)
    budgets = [month["budget"] for month in reply["months"]]
    assert budgets[11] == 1_200_000
    assert budgets[2] == 800_000
    assert reply["certificate"]["status"] == "optimal"
    fixed = planned(client, examples.YEAR | {"move_share": 0})
    assert {month["budget"] for month in fixed["months"]} == {1_000_000}
    assert fixed["response"] < reply["response"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"months": 13}, "/months"),
        ({"budgets": [1]}, "/budgets"),
        ({"season": [1.0, 2.0]}, "/season"),
        ({"quarters": [1, 1]}, "/quarters"),
        ({"risk": {"measure": "cvar"}}, "/risk"),
        ({"target": {"response": 5}}, "/target"),
        ({"phases": [{"name": "x", "first": "2027-02", "last": "2027-03"}]}, "/phases/0/first"),
        ({"phases": [{"name": "x", "first": "2027-01", "last": "2026-12"}]}, "/phases/0/last"),
        (
            {"phases": [{"name": "x", "first": "2026-12", "last": "2027-01", "channels": ["y"]}]},
            "/phases/0/channels/0",
        ),
    ],
)
def test_each_fault_is_named_where_it_is(client: httpx.Client, change: dict[str, Any], where: str) -> None:
    """Lists of the wrong length, phases elsewhere and wishes of one month only are refused at their place."""
    reply = client.post(PATH, json=examples.QUARTER | change)
    assert reply.status_code == 422, reply.text
    assert where in {fault["pointer"] for fault in reply.json()["errors"]}


@pytest.mark.parametrize(("language", "word"), [("en", "at least ¥"), ("zh", "x至少花¥")])
def test_months_that_clash_are_refused_in_words(client: httpx.Client, language: str, word: str) -> None:
    """A phase that change limits cannot reach is answered as infeasible, in the caller's language."""
    phase = {
        "name": "x",
        "first": "2026-12",
        "last": "2027-02",
        "channels": ["douyin"],
        "min_spend": 1_000_000,
    }
    reply = client.post(f"{PATH}?lang={language}", json=examples.QUARTER | {"phases": [phase]})
    assert reply.status_code == 422
    assert reply.json()["type"].endswith("/infeasible")
    assert word in reply.json()["detail"]


def test_what_never_was_is_named_for_each_month(client: httpx.Client) -> None:
    """An event that the history never met is told of every month that has it; a stated season needs none."""
    opening = {"name": "店庆", "start": "2027-01-20", "end": "2027-02-03"}
    body = examples.QUARTER | {"country": "", "events": [opening]}
    told = [w["message"] for w in planned(client, body)["warnings"] if w["code"] == "unseen_event"]
    assert [message.split(" has 店庆")[0] for message in told] == ["January 2027", "February 2027"]
    stated = planned(client, body | {"season": [1.0, 1.2, 1.1]})["warnings"]
    assert "unseen_event" not in {warning["code"] for warning in stated}


def test_a_larger_month_keeps_the_mix_at_its_own_size(client: httpx.Client) -> None:
    """Where no other split is known to be better, a month of 300,000 is spent as one of 60,000 is."""
    body = total_only(wandering=True) | {"months": 2, "budgets": [60_000, 300_000]}
    body["reserve"] = {"min_share": 0.1, "max_share": 0.1}
    small, large = planned(client, body)["months"]
    spent = [sum(float(line["spend"]) for line in month["allocations"]) for month in (small, large)]
    assert spent == pytest.approx([54_000, 270_000], rel=1e-3)
    for one, other in zip(small["allocations"], large["allocations"], strict=True):
        assert float(one["share"]) == pytest.approx(float(other["share"]), abs=0.03)


def test_the_terminal_shows_the_months() -> None:
    """`budget outlook` prints a column per month within the terminal, or the API's reply."""
    runner, file = CliRunner(), str(FOLDER / "history_monthly.csv")
    options = ["outlook", file, "--budget", "1000000", "--months", "5", "--move", "0.2", "--change", "0.5"]
    shown = runner.invoke(cli.app, options)
    assert shown.exit_code == 0, shown.output
    assert "2027-03" in shown.stdout
    reply = runner.invoke(cli.app, [*options, "--json"])
    assert len(json.loads(reply.stdout)["months"]) == 5


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_fit_a_terminal(client: httpx.Client, language: Language) -> None:
    """A year is shown in both languages within a hundred columns."""
    reply = OutlookReply.model_validate_json(client.post(PATH, json=examples.YEAR).content)
    console = Console(width=100)
    with console.capture() as capture:
        console.print(outlook_tables(reply, language))
    assert max(map(cell_len, capture.get().splitlines())) <= 100
    assert "2027-11" in capture.get()
