"""Whatever a form cannot take is told beside its field, what was typed stays, and nothing is stored."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.app.cycle import ROWS
from tests.app.shop import Person, Shop
from tests.app.web.clerk import Clerk, alert, fault, typed
from tests.app.web.test_experiments import END, START
from tests.app.web.test_month import DRAFT, MONTH

TEST = {"channel": "tv", "start": str(START), "end": str(END), "spend_change": "-40,000"}
RESULT = {"incremental_revenue": "71,000", "within": "16,450"}


@pytest.fixture
def clerk(web: httpx.Client, shop: Shop) -> Clerk:
    """The shop's admin at its forms."""
    return Clerk(web, shop.admin.key)


@pytest.fixture
def running(shop: Shop) -> dict[str, Any]:
    """A running month of two channels with given curves."""
    plan: dict[str, Any] = shop.admin.post("/v1/plans", DRAFT, 201)
    shop.admin.post(f"/v1/plans/{plan['id']}:submit")
    shop.person("approver", "Wang").post(f"/v1/plans/{plan['id']}:approve")
    return dict(shop.admin.post(f"/v1/plans/{plan['id']}:activate"))


def test_a_draft(shop: Shop, clerk: Clerk) -> None:
    """Each field of it says what is wrong with it."""
    shop.admin.post("/v1/history", {"rows": ROWS})
    reply = clerk.send("/plans", month="soon", budget="lots", reserve_min="20", reserve_max="10")
    page = reply.text
    assert reply.status_code == 422
    assert "'soon' is not a month" in fault(page, "draft-month")
    assert "'lots' is no number" in fault(page, "draft-budget")
    assert "below the minimum" in fault(page, "draft-reserve_max")
    assert (typed(page, "draft-budget"), typed(page, "draft-reserve_min")) == ("lots", "20")
    assert shop.admin.get("/v1/plans")["items"] == []


def test_a_draft_that_no_plan_can_obey(shop: Shop, clerk: Clerk) -> None:
    """Which rules clash is told above the form, and the budget that was typed stays."""
    shop.admin.post("/v1/history", {"rows": ROWS})
    shop.admin.post("/v1/channels", {"id": ROWS[0]["channel"], "min_spend": 900_000}, 201)
    reply = clerk.send("/plans", month=MONTH, budget="300,000")
    assert reply.status_code == 422
    assert ROWS[0]["channel"] in alert(reply.text)
    assert typed(reply.text, "draft-budget") == "300,000"


@pytest.mark.parametrize(("language", "words"), [("en", "no number"), ("zh", "不是数字")])
def test_a_release(web: httpx.Client, shop: Shop, running: dict[str, Any], language: str, words: str) -> None:
    """A figure that is none and a missing reason are told in the reader's language."""
    path = f"/plans/{running['id']}/reserve"
    page = Clerk(web, shop.admin.key, language).send(path, amount="much", channel="radio", reason=" ").text
    assert words in fault(page, "amount")
    assert fault(page, "reason")
    assert typed(page, "amount") == "much"
    assert '<option value="radio" selected>' in page
    assert shop.admin.get(f"/v1{path}")["releases"] == []


def test_a_release_beyond_the_reserve(clerk: Clerk, shop: Shop, running: dict[str, Any]) -> None:
    """What is left is told above the form, and the wish stays as it was typed."""
    path = f"/plans/{running['id']}/reserve"
    reply = clerk.send(path, amount="400,000", channel="best", reason="a sale")
    assert reply.status_code == 422
    assert "left" in alert(reply.text)
    assert (typed(reply.text, "amount"), typed(reply.text, "reason")) == ("400,000", "a sale")
    assert shop.admin.get(f"/v1{path}")["releases"] == []


def test_a_key_that_is_not_ones_own_grants_nothing(
    web: httpx.Client, shop: Shop, running: dict[str, Any]
) -> None:
    """It is told beside the key of the very wish that was decided."""
    path = f"/plans/{running['id']}/reserve"
    ask = {"amount": 10_000, "reason": "a sale"}
    first, second = (shop.admin.post(f"/v1{path}:release", ask, 201)["id"] for _ in range(2))
    wrong = shop.person("approver", "Zhao").key
    page = Clerk(web, shop.person("approver", "Lin").key).send(f"{path}/{second}/approve", key=wrong).text
    assert fault(page, f"{second}key")
    assert not fault(page, f"{first}key")
    assert {wish["state"] for wish in shop.admin.get(f"/v1{path}")["releases"]} == {"asked"}


def test_a_move_out_of_turn(clerk: Clerk, shop: Shop, running: dict[str, Any]) -> None:
    """A plan that has gone on meanwhile is shown as it stands now, with what cannot be done."""
    reply = clerk.send(f"/plans/{running['id']}/submit", note="once more")
    assert reply.status_code == 422
    assert "active" in alert(reply.text)
    assert shop.admin.get(f"/v1/plans/{running['id']}")["state"] == "active"


def test_a_lift_test(clerk: Clerk, shop: Shop) -> None:
    """Half a result, an end before its start, a change of nothing: each beside its field."""
    reply = clerk.send("/experiments", **TEST | {"end": "2020-01-01", "spend_change": "0", "within": "x"})
    page = reply.text
    assert reply.status_code == 422
    assert "ends before it starts" in fault(page, "end")
    assert fault(page, "spend_change")
    assert "no number" in fault(page, "within")
    assert typed(page, "within") == "x"
    half = clerk.send("/experiments", **TEST, incremental_revenue="5", within="").text
    assert "together" in fault(half, "within")
    assert shop.admin.get("/v1/experiments")["items"] == []


def test_a_lift_test_corrected_by_two(clerk: Clerk, shop: Shop) -> None:
    """Whoever stores second is told that it was changed in between, and nothing of hers is kept."""
    body = TEST | {"spend_change": -40_000}
    test = shop.admin.post("/v1/experiments", body, 201)
    path = f"/experiments/{test['id']}"
    assert 'name="version" value="1"' in clerk.look(path)
    assert clerk.send(path, **TEST, **RESULT, version="1").status_code == 303
    stale = clerk.send(path, **TEST | {"spend_change": "7"}, **RESULT, version="1")
    assert stale.status_code == 412
    assert typed(stale.text, "spend_change") == "7"
    assert shop.admin.get(f"/v1{path}")["spend_change"] == -40_000


def test_the_series_of_a_test(clerk: Clerk) -> None:
    """Every cell that cannot be read is told by row and column, and the pasted rows stay."""
    rows = f"{START}\t10\t20\n{END}\tten\ttwenty"
    reply = clerk.send("/experiments/series", **TEST, treated_share="50", rows=rows)
    assert reply.status_code == 422
    assert "B2" in fault(reply.text, "rows")
    assert "C2" in fault(reply.text, "rows")
    assert typed(reply.text, "rows") == rows
    file = {"file": ("rows.csv", f"{START},1\n".encode())}
    assert "three columns" in fault(clerk.send("/experiments/series", file, **TEST).text, "file")
    assert "Choose a file" in fault(clerk.send("/experiments/series", **TEST, rows="").text, "rows")


def test_what_a_file_is_planned_for(web: httpx.Client) -> None:
    """A month that is none is told beside its field; put right, the same file is planned, without a drop."""
    clerk = Clerk(web)
    rows = "\n".join(f"2026-{m:02},a,{1000 + 90 * m},{3000 + 200 * m}" for m in range(1, 11))
    file = {"file": ("mine.csv", f"month,channel,spend,revenue\n{rows}".encode())}
    place = clerk.send("/desk", file, month="soon", budget="5,000").headers["location"]
    page = clerk.look(place)
    assert "is not a month" in fault(page, "wish-month")
    assert (typed(page, "wish-month"), typed(page, "wish-budget")) == ("soon", "5,000")
    assert clerk.send(f"{place}/wish", month="2026-11", budget="5,000").headers["location"] == place
    assert "¥5,000" in clerk.look(place)


def test_a_person_of_another_workspace(web: httpx.Client, shop: Shop, running: dict[str, Any]) -> None:
    """Forms of another's plan are not there, whatever is typed into them."""
    neighbour: Person = Shop(web, shop.database).admin
    clerk, path = Clerk(web, neighbour.key), f"/plans/{running['id']}"
    assert clerk.send(f"{path}/close").status_code == 404
    assert clerk.send(f"{path}/reserve", amount="1", reason="x").status_code == 404
    assert clerk.send(f"{path}/what-if", budget="1").status_code == 404
