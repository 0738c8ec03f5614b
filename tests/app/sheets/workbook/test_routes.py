"""The workbook over HTTP: empty, planned from, and of a stored plan."""

from __future__ import annotations

import io

import httpx
import openpyxl
import pytest

from app.optimize import examples
from app.sheets.workbook.fields import SHEETS
from app.sheets.workbook.routes import MEDIA_TYPE
from tests.app.sheets.workbook.books import book_of, changed, planned_spends
from tests.app.shop import Shop

BOOK = book_of(examples.FROM_HISTORY)
RAW = {"content-type": MEDIA_TYPE}


def titles(data: bytes) -> list[str]:
    """The sheets of a workbook."""
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True).sheetnames


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_empty_workbook_is_given_to_anyone(client: httpx.Client, lang: str) -> None:
    """All nine sheets in the language asked for, without a key."""
    reply = client.get("/v1/workbook", params={"lang": lang, "currency": "USD"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, MEDIA_TYPE)
    assert titles(reply.content) == [text.of("zh" if lang == "zh" else "en") for text in SHEETS.values()]


def test_a_workbook_comes_back_with_its_plan(client: httpx.Client) -> None:
    """Sent as it is or in a form, the answer is the workbook with the plan that the API makes."""
    plan = client.post("/v1/optimize", json=examples.FROM_HISTORY).json()
    replies = [
        client.post("/v1/workbook", content=BOOK, headers=RAW),
        client.post("/v1/workbook", files={"file": ("book.xlsx", BOOK, MEDIA_TYPE)}),
    ]
    for reply in replies:
        assert (reply.status_code, reply.headers["content-type"]) == (200, MEDIA_TYPE), reply.text
        rows = planned_spends(reply.content)
        assert [rows[line["name"]] for line in plan["allocations"]] == [
            line["spend"] for line in plan["allocations"]
        ]
        assert (rows["Reserve"], rows["Budget"]) == (plan["reserve"]["amount"], plan["budget"])


def test_the_language_is_that_of_the_workbook_unless_told(client: httpx.Client) -> None:
    """A Chinese workbook is answered in Chinese, an English one in Chinese when asked."""
    chinese = client.get("/v1/workbook", params={"lang": "zh"}).content
    refused = client.post("/v1/workbook", content=chinese, headers=RAW).json()
    assert any("未填写" in fault["message"] for fault in refused["errors"])
    reply = client.post("/v1/workbook?lang=zh", content=BOOK, headers=RAW)
    assert titles(reply.content)[0] == SHEETS["start"].zh


def test_faults_are_told_by_sheet_and_cell(client: httpx.Client) -> None:
    """Every wrong cell of every sheet is named at once, where it stands."""
    wrong = changed(
        BOOK,
        {
            ("Budget and rules", "B6"): "a lot",
            ("Budget and rules", "B14"): 1.5,
            ("Channels", "F8"): -5,
            ("History data", "C8"): "#N/A",
        },
    )
    reply = client.post("/v1/workbook", content=wrong, headers=RAW)
    problem = reply.json()
    assert reply.status_code == 422
    assert problem["type"] == "/problems/invalid-input"
    pointers = {fault["pointer"] for fault in problem["errors"]}
    assert pointers == {
        "/Budget and rules/B6",
        "/Budget and rules/B14",
        "/Channels/F8",
        "/History data/C8",
    }


def test_rules_that_clash_are_told_by_their_cells(client: httpx.Client) -> None:
    """A minimum above the budget: the answer names the rules, the changes, and the cells of the rules."""
    clash = changed(BOOK, {("Channels", "F8"): 900000})
    problem = client.post("/v1/workbook", content=clash, headers=RAW).json()
    assert problem["type"] == "/problems/infeasible"
    assert {"/Channels/F8", "/Budget and rules/B6"} <= {fault["pointer"] for fault in problem["errors"]}
    assert problem["remedies"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", RAW, 422),
        (b"PK\x03\x04broken", RAW, 422),
        (b"a,b\n1,2\n", RAW, 422),
        (b"{}", {"content-type": "application/json"}, 415),
        (b"x", {"content-type": "multipart/form-data; boundary=b"}, 400),
    ],
)
def test_what_is_no_workbook_is_refused(
    client: httpx.Client, content: bytes, headers: dict[str, str], status: int
) -> None:
    """Anything else is refused as a problem, and never by a crash."""
    reply = client.post("/v1/workbook", content=content, headers=headers)
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_stored_plan_is_given_as_a_workbook(shop: Shop) -> None:
    """With a key, the plan's own amounts; to another workspace it does not exist."""
    body = {key: value for key, value in examples.TWO_CURVES.items() if key != "currency"}
    plan = shop.admin.post("/v1/plans", body, 201)
    reply = shop.person("viewer").send("GET", f"/v1/plans/{plan['id']}.xlsx")
    assert (reply.status_code, reply.headers["content-type"]) == (200, MEDIA_TYPE)
    spends = planned_spends(reply.content)
    assert [spends[line["name"]] for line in plan["allocations"]] == [
        line["spend"] for line in plan["allocations"]
    ]
    stranger = Shop(shop.client, shop.database).admin
    assert stranger.send("GET", f"/v1/plans/{plan['id']}.xlsx").status_code == 404
