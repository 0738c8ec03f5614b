"""History kept: added, corrected, never doubled, never by halves; on both engines."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.app.shop import Person, Shop

WEEKS = [
    {"channel": "jd", "period": "2026-W40", "spend": 100.1, "revenue": 300.25, "clicks": 7},
    {"channel": "jd", "period": "2026-W41", "spend": 120, "revenue": None},
    {"channel": "douyin", "period": "2026-W40", "spend": 50},
]
FILE = "日期,渠道,花费,成交金额\n2026-09-28,京东,100,300\n2026-09-29,京东,110,320\n"


@pytest.fixture
def planner(shop: Shop) -> Person:
    return shop.person("planner")


def counts(reply: Any) -> tuple[int, int, int]:
    return reply["added"], reply["changed"], reply["unchanged"]


def upload(person: Person, text: str, query: str = "", **form: str) -> httpx.Response:
    return person.client.post(
        f"/v1/history:upload{query}",
        files={"file": ("一月.csv", text.encode())},
        data=form,
        headers={"Authorization": f"Bearer {person.key}"},
    )


def test_rows_come_back_as_they_went(planner: Person) -> None:
    """What was stored is read again, to the cent, page by page."""
    assert counts(planner.post("/v1/history", {"rows": WEEKS})) == (3, 0, 0)
    first = planner.get("/v1/history?limit=2")
    rest = planner.get(f"/v1/history?limit=2&after={first['next']}")
    found = first["rows"] + rest["rows"]
    assert [(row["channel"], row["period"], row["spend"]) for row in found] == [
        ("douyin", "2026-W40", 50),
        ("jd", "2026-W40", 100.1),
        ("jd", "2026-W41", 120),
    ]
    assert (found[1]["revenue"], found[1]["clicks"], rest["next"]) == (300.25, 7, None)
    assert len(planner.get("/v1/history?channel=douyin")["rows"]) == 1


def test_a_correction_keeps_the_former_value_in_the_trail(planner: Person) -> None:
    """A row sent again changes nothing; a corrected one is counted and its former value kept."""
    planner.post("/v1/history", {"rows": WEEKS})
    corrected = [WEEKS[0] | {"spend": 99.9}, *WEEKS[1:]]
    assert counts(planner.post("/v1/history", {"rows": corrected})) == (0, 1, 2)
    entry = planner.get("/v1/audit?limit=1000")["items"][-1]
    assert entry["detail"]["former"][0]["spend"] == 10010
    assert entry["person"] == "planner"


def test_a_period_that_overlaps_a_stored_one_is_refused_whole(planner: Person) -> None:
    """A month over stored weeks would count days twice: 409, and nothing of the batch is stored."""
    planner.post("/v1/history", {"rows": WEEKS})
    month = {"channel": "jd", "period": "2026-10", "spend": 1}
    other = {"channel": "weibo", "period": "2026-10", "spend": 1}
    refusal = planner.post("/v1/history", {"rows": [other, month]}, 409)
    assert "2026-10" in refusal["detail"]
    assert planner.get("/v1/history?channel=weibo")["rows"] == []


def test_the_shops_results_are_kept_apart(planner: Person) -> None:
    """Outcomes of the whole shop are stored, and are no channel's rows."""
    outcome = {"period": "2026-W40", "revenue": 9000}
    assert counts(planner.post("/v1/history", {"outcomes": [outcome]})) == (1, 0, 0)
    assert counts(planner.post("/v1/history", {"outcomes": [outcome]})) == (0, 0, 1)
    assert planner.get("/v1/history")["rows"] == []


def test_a_dry_run_says_what_would_be_and_stores_nothing(planner: Person) -> None:
    """The counts of the dry run are those of the upload after it; only the upload stores."""
    dry = upload(planner, FILE, "?dry_run=true").json()
    assert (counts(dry), dry["dry_run"]) == ((2, 0, 0), True)
    assert planner.get("/v1/history")["rows"] == []
    done = upload(planner, FILE).json()
    assert counts(done) == (2, 0, 0)
    assert done["mapping"]["columns"]["花费"] == "spend"
    assert len(planner.get("/v1/history")["rows"]) == 2


def test_a_mapping_may_be_given_back_changed(planner: Person) -> None:
    """The answered mapping, changed, reads a column otherwise; a broken one is refused."""
    done = upload(planner, FILE, mapping='{"columns": {"成交金额": "ignored"}}')
    assert done.status_code == 200, done.text
    assert planner.get("/v1/history")["rows"][0]["revenue"] is None
    assert upload(planner, FILE, mapping="[]").status_code == 422


def test_every_wrong_cell_of_a_file_is_named_and_nothing_stored(planner: Person) -> None:
    """Two wrong cells are two faults with their places; the good row is not stored either."""
    broken = FILE + "2026-09-30,京东,many,1\n2026-10-01,京东,5,lots\n"
    reply = upload(planner, broken)
    assert reply.status_code == 422
    assert len(reply.json()["errors"]) == 2
    assert planner.get("/v1/history")["rows"] == []
