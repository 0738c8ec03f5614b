"""Lift tests kept: corrected by version, told in the trail, and counted with by the plans after them."""

from __future__ import annotations

import pytest

from tests.app.cycle import MONTH, ROWS, WISH
from tests.app.shop import Person, Shop

START, END = MONTH.next(-4).first.isoformat(), MONTH.next(-4).first.replace(day=28).isoformat()
TEST = {"channel": "jd", "start": START, "end": END, "spend_change": 40000.55, "incremental_revenue": 71000}
TEST |= {"standard_error": 15000.125, "name": "广州"}


@pytest.fixture
def planner(shop: Shop) -> Person:
    return shop.person("planner")


def test_a_test_comes_back_as_it_went(planner: Person) -> None:
    """Stored, read, listed: to the cent, under one id and version."""
    kept = planner.post("/v1/experiments", TEST, 201)
    assert {name: kept[name] for name in TEST} == TEST
    assert planner.get(f"/v1/experiments/{kept['id']}") == kept
    assert planner.get("/v1/experiments")["items"] == [kept]


def test_a_correction_names_the_version(planner: Person) -> None:
    """Without If-Match 428, with an old one 412, with the current one the version rises."""
    path = f"/v1/experiments/{planner.post('/v1/experiments', TEST, 201)['id']}"
    seen = planner.send("GET", path).headers["ETag"]
    planner.put(path, TEST, 428)
    assert planner.put(path, TEST | {"spend_change": -5}, If_Match=seen)["spend_change"] == -5
    planner.put(path, TEST, 412, If_Match=seen)
    assert planner.send("DELETE", path, If_Match=seen).status_code == 412
    assert planner.send("DELETE", path).status_code == 200
    planner.get(path, 404)
    actions = [entry["action"] for entry in planner.get("/v1/audit?limit=1000")["items"]]
    assert actions[-3:] == ["experiment.set", "experiment.set", "experiment.remove"]


def test_pages_hold_every_test_once(planner: Person) -> None:
    """Five tests on pages of two are five tests."""
    ids = {planner.post("/v1/experiments", TEST, 201)["id"] for _ in range(5)}
    found, after = [], ""
    while True:
        page = planner.get(f"/v1/experiments?limit=2{after}")
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert (len(found), set(found)) == (5, ids)


def test_a_repeated_write_is_one_test(planner: Person) -> None:
    """The same Idempotency-Key stores one test."""
    first = planner.post("/v1/experiments", TEST, 201, Idempotency_Key="t")
    assert planner.post("/v1/experiments", TEST, 201, Idempotency_Key="t") == first
    assert len(planner.get("/v1/experiments")["items"]) == 1


def test_what_is_no_test_is_refused(planner: Person) -> None:
    """A change of nothing, of less than a cent, an end before the start: 422, and nothing stored."""
    for wrong in ({"spend_change": 0}, {"spend_change": 0.001}, {"end": "2020-01-01"}):
        planner.post("/v1/experiments", TEST | wrong, 422)
    assert planner.get("/v1/experiments")["items"] == []


def test_plans_count_with_tests_that_had_ended(shop: Shop, planner: Person) -> None:
    """A draft equals the one that is given the test; one of a later or unknown channel changes nothing."""
    planner.post("/v1/history", {"rows": ROWS})
    before = planner.post("/v1/plans", WISH, 201)
    late = MONTH.first.replace(day=28).isoformat()
    planner.post("/v1/experiments", TEST | {"end": late}, 201)
    planner.post("/v1/experiments", TEST | {"channel": "nobody"}, 201)
    assert planner.post("/v1/plans", WISH, 201)["inputs_hash"] == before["inputs_hash"]
    planner.post("/v1/experiments", TEST, 201)
    counted = planner.post("/v1/plans", WISH, 201)
    given = shop.client.post("/v1/optimize", json=WISH | {"history": ROWS, "experiments": [TEST]}).json()
    assert counted["allocations"] == given["allocations"] != before["allocations"]


def test_a_planned_test_waits_for_its_result(shop: Shop, planner: Person) -> None:
    """It is kept without a result, no plan counts with it, and it is finished by a correction."""
    planner.post("/v1/history", {"rows": ROWS})
    before = planner.post("/v1/plans", WISH, 201)
    planned = {"channel": "jd", "start": START, "end": END, "spend_change": 40_000, "expected_error": 9000}
    kept = planner.post("/v1/experiments", planned, 201)
    assert (kept["state"], kept["incremental_revenue"], kept["expected_error"]) == ("planned", None, 9000)
    assert planner.post("/v1/plans", WISH, 201)["inputs_hash"] == before["inputs_hash"]
    found = planner.put(f"/v1/experiments/{kept['id']}", TEST, If_Match="*")
    assert found["state"] == "finished"
    assert planner.post("/v1/plans", WISH, 201)["inputs_hash"] != before["inputs_hash"]


def test_half_a_result_is_none(planner: Person) -> None:
    """Revenue without its error, or the error alone, is refused."""
    for missing in ("incremental_revenue", "standard_error"):
        planner.post("/v1/experiments", {k: v for k, v in TEST.items() if k != missing}, 422)


def test_tests_of_another_workspace_are_not_there(shop: Shop, planner: Person) -> None:
    """Reading, correcting or removing another workspace's test answers 404."""
    path = f"/v1/experiments/{planner.post('/v1/experiments', TEST, 201)['id']}"
    other = Shop(shop.client, shop.database).person("planner")
    other.get(path, 404)
    other.put(path, TEST, 404, If_Match="*")
    assert other.send("DELETE", path).status_code == 404
    assert other.get("/v1/experiments")["items"] == []
