"""Rates of other currencies: kept by period, and used for the days of what comes in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.history.test_stored import counts, upload
from tests.app.shop import Person, Shop

OCTOBER = {"currency": "USD", "period": "2026-10", "rate": 7.1}
ROW = {"channel": "google", "period": "2026-10-05", "spend": 100.1, "revenue": 300, "currency": "USD"}


@pytest.fixture
def planner(shop: Shop) -> Person:
    return shop.person("planner")


def store(planner: Person, *rates: dict[str, Any]) -> Any:
    return planner.post("/v1/rates", {"rates": list(rates)})


def spends(planner: Person) -> list[float]:
    return [row["spend"] for row in planner.get("/v1/history")["rows"]]


def test_rates_come_back_as_they_went(planner: Person) -> None:
    """Added once, unchanged when sent again, changed with the former one in the trail; page by page."""
    euro = {"currency": "EUR", "period": "2026-10-05", "rate": 7.7512}
    assert counts(store(planner, OCTOBER, euro)) == (2, 0, 0)
    assert counts(store(planner, OCTOBER | {"rate": 7.2}, euro)) == (0, 1, 1)
    first = planner.get("/v1/rates?limit=1")
    rest = planner.get(f"/v1/rates?limit=1&after={first['next']}")
    assert first["items"] + rest["items"] == [euro, OCTOBER | {"rate": 7.2}]
    assert planner.get("/v1/rates?currency=USD")["items"] == rest["items"]
    assert planner.get("/v1/audit?limit=1000")["items"][-1]["detail"]["former"] == [OCTOBER]


def test_a_row_is_converted_at_the_rate_of_its_days(planner: Person) -> None:
    """Spend and revenue are stored in the workspace's currency, and the reply says at which rate."""
    store(planner, OCTOBER, OCTOBER | {"period": "2026-09", "rate": 9})
    own = {"channel": "jd", "period": "2026-10-05", "spend": 5}
    reply = planner.post("/v1/history", {"rows": [ROW, own]})
    assert reply["converted"] == [{"currency": "USD", "period": "2026-10-05", "rate": 7.1, "rows": 1}]
    google, jd = planner.get("/v1/history")["rows"]
    assert (google["spend"], google["revenue"], jd["spend"]) == (710.71, 2130, 5)


def test_the_shortest_period_that_holds_a_day_decides(planner: Person) -> None:
    """A day's rate before its week's, that before the month's; a longer row has the mean of its days."""
    store(
        planner,
        OCTOBER | {"rate": 7},
        OCTOBER | {"period": "2026-W41", "rate": 8},
        OCTOBER | {"period": "2026-10-05", "rate": 15},
    )
    rows = [ROW | {"period": period, "spend": 10} for period in ("2026-10-05", "2026-10-06", "2026-10-12")]
    planner.post("/v1/history", {"rows": rows})
    assert spends(planner) == [150, 80, 70]
    week = {"period": "2026-W41", "channel": "bing", "spend": 10, "currency": "USD"}
    told = planner.post("/v1/history", {"rows": [week]})["converted"]
    assert told == [{"currency": "USD", "period": "2026-W41", "rate": 9, "rows": 1}]


def test_a_row_without_a_rate_is_named_and_nothing_stored(planner: Person) -> None:
    """A week that reaches a day beyond the rates, and a currency without any: each named, both at once."""
    store(planner, OCTOBER)
    edge = ROW | {"period": "2026-W44"}  # its last day is 1 November
    reply = planner.post("/v1/history", {"rows": [ROW, edge], "outcomes": [
        {"period": "2026-10-05", "revenue": 9, "currency": "EUR"}]}, 422)  # fmt: skip
    assert [fault["pointer"] for fault in reply["errors"]] == ["/rows/1/period", "/outcomes/0/period"]
    assert "USD for 2026-11-01" in reply["errors"][0]["message"]
    assert spends(planner) == []


def test_a_correction_keeps_what_was_stored(planner: Person) -> None:
    """Sent again at a corrected rate, the row changes; its former amount is in the trail, with the rate."""
    store(planner, OCTOBER)
    planner.post("/v1/history", {"rows": [ROW]})
    store(planner, OCTOBER | {"rate": 8})
    assert spends(planner) == [710.71]
    assert counts(planner.post("/v1/history", {"rows": [ROW]})) == (0, 1, 0)
    detail = planner.get("/v1/audit?limit=1000")["items"][-1]["detail"]
    assert detail["former"][0]["spend"] == 71071
    assert detail["converted"][0]["rate"] == 8
    assert spends(planner) == [800.8]


def test_a_file_says_its_currency_in_a_column_or_is_told(planner: Person) -> None:
    """Both ways give the same rows; a file that says another than is told is refused."""
    store(planner, OCTOBER)
    plain = "date,channel,spend\n2026-10-05,google,10\n2026-10-06,google,20\n"
    said = "date,channel,spend,currency\n2026-10-05,google,10,USD\n2026-10-06,google,20,USD\n"
    dry = upload(planner, said, "?dry_run=true").json()
    assert sum(one["rows"] for one in dry["converted"]) == 2
    assert upload(planner, plain, "?currency=USD").json()["added"] == 2
    assert upload(planner, said).json()["unchanged"] == 2
    assert spends(planner) == [71, 142]
    assert upload(planner, said, "?currency=EUR").status_code == 422


def test_a_file_without_rates_is_refused_cell_by_cell(planner: Person) -> None:
    """Each row whose day has no rate is named with its place; amounts in no known currency are, too."""
    store(planner, OCTOBER)
    said = "date,channel,spend,currency\n2026-10-05,google,10,USD\n2026-11-06,google,20,USD\n"
    (fault,) = upload(planner, said).json()["errors"]
    assert "row 3" in fault["message"]
    assert "There is no rate of USD for 2026-11-06" in fault["message"]
    assert "no currency code" in upload(planner, said.replace("USD", "shells")).text
    assert spends(planner) == []


@pytest.mark.parametrize(
    ("rates", "pointer"),
    [
        ([OCTOBER | {"currency": "CNY"}], "/rates/0/currency"),
        ([OCTOBER, OCTOBER | {"rate": 8}], "/rates/1/period"),
        ([OCTOBER | {"rate": 0}], "/rates/0/rate"),
        ([OCTOBER | {"rate": -7}], "/rates/0/rate"),
        ([OCTOBER | {"period": "2026"}], "/rates/0/period"),
        ([], "/rates"),
    ],
)
def test_rates_that_say_nothing_are_refused(planner: Person, rates: list[Any], pointer: str) -> None:
    """The workspace's own currency, one period twice, nothing or less than nothing: 422, and named."""
    reply = planner.post("/v1/rates", {"rates": rates}, 422)
    assert [fault["pointer"] for fault in reply["errors"]] == [pointer]
    for nowhere in ("nowhere", f"USD:2026-10-01:{10**20}", f"USD:2026-10-01:-{10**20}"):
        planner.get(f"/v1/rates?after={nowhere}", 404)


def test_another_workspaces_rates_are_not_used(shop: Shop, planner: Person) -> None:
    """A rate of one workspace converts nothing in another."""
    store(planner, OCTOBER)
    other = Shop(shop.client, shop.database).person("planner")
    assert other.get("/v1/rates")["items"] == []
    other.post("/v1/history", {"rows": [ROW]}, 422)
