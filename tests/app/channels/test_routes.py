"""Stored channels: kept to the cent, and never overwritten unseen."""

from __future__ import annotations

import pytest

from tests.app.shop import Person, Shop

DOUYIN = {
    "id": "douyin",
    "name": "抖音",
    "role": "core",
    "min_spend": 100.25,
    "max_spend": 300000,
    "max_change_share": 0.3,
    "curve": {"points": [[0, 0], [1000, 3000]]},
}


@pytest.fixture
def planner(shop: Shop) -> Person:
    return shop.person("planner")


def test_a_channel_comes_back_as_it_went(planner: Person) -> None:
    """Every field of a channel is kept, money to the cent, and its version is in the ETag."""
    made = planner.post("/v1/channels", DOUYIN, 201)
    assert {name: made[name] for name in DOUYIN if name != "curve"} == {
        name: value for name, value in DOUYIN.items() if name != "curve"
    }
    assert made["curve"]["points"] == [[0, 0], [1000, 3000]]
    assert planner.get("/v1/channels")["items"] == [made]
    assert planner.send("GET", "/v1/channels/douyin").headers["ETag"] == '"1"'
    planner.post("/v1/channels", DOUYIN, 409)


def test_a_change_names_the_version_it_changes(planner: Person) -> None:
    """Without If-Match 428; with an old version 412; with the current one it is changed."""
    planner.post("/v1/channels", DOUYIN, 201)
    changed = DOUYIN | {"min_spend": 5}
    planner.put("/v1/channels/douyin", changed, 428)
    assert planner.put("/v1/channels/douyin", changed, If_Match='"1"')["version"] == 2
    planner.put("/v1/channels/douyin", DOUYIN, 412, If_Match='"1"')
    assert planner.get("/v1/channels/douyin")["min_spend"] == 5


def test_parts_of_a_cent_are_refused(planner: Person) -> None:
    """A limit that cannot be paid is named, and nothing is stored."""
    refusal = planner.post("/v1/channels", DOUYIN | {"min_spend": 0.001}, 422)
    assert refusal["errors"][0]["pointer"] == "/min_spend"
    assert planner.get("/v1/channels")["items"] == []


def test_workspaces_do_not_meet(shop: Shop, planner: Person) -> None:
    """The same id in another workspace is another channel."""
    planner.post("/v1/channels", DOUYIN, 201)
    other = Shop(shop.client, shop.database).person("planner")
    other.get("/v1/channels/douyin", 404)
    other.post("/v1/channels", DOUYIN | {"min_spend": 1}, 201)
    assert planner.get("/v1/channels/douyin")["min_spend"] == 100.25


def test_whatever_a_channel_has_is_kept(shop: Shop) -> None:
    """A pause, a commitment, a target and stated incrementality come back as they were given."""
    planner = shop.person("planner")
    terms = {"paused": True, "min_if_used": 500.25, "min_roi": 2.5, "incrementality": {"value": 0.7}}
    terms["curves"] = {"conversions": {"points": [[0, 0], [100, 5], [200, 8]]}}
    planner.post("/v1/channels", {"id": "a"} | terms, 201)
    read = planner.get("/v1/channels/a")
    assert {name: read[name] for name in ("paused", "min_if_used", "min_roi")} == {
        name: terms[name] for name in ("paused", "min_if_used", "min_roi")
    }
    assert read["incrementality"]["value"] == 0.7
    assert read["curves"]["conversions"]["points"] == [[0, 0], [100, 5], [200, 8]]
