"""The stored calendar."""

from __future__ import annotations

from tests.app.shop import Shop


def test_events_are_added_listed_and_removed(shop: Shop) -> None:
    """The calendar is in the order of time; a removed event is gone and in the trail."""
    planner = shop.person("planner")
    late = planner.post("/v1/events", {"name": "双12", "start": "2026-12-12", "end": "2026-12-12"}, 201)
    early = planner.post("/v1/events", {"name": "双11", "start": "2026-11-01", "end": "2026-11-11"}, 201)
    assert planner.get("/v1/events")["items"] == [early, late]
    first = planner.get("/v1/events?limit=1")
    rest = planner.get(f"/v1/events?limit=1&after={first['next']}")
    assert (first["items"], rest["items"], rest["next"]) == ([early], [late], None)
    planner.get("/v1/events?after=nowhere", 404)
    assert planner.send("DELETE", f"/v1/events/{late['id']}", If_Match='"9"').status_code == 412
    assert planner.send("DELETE", f"/v1/events/{late['id']}", If_Match='"1"').json() == late
    assert planner.send("DELETE", f"/v1/events/{late['id']}").status_code == 404
    assert planner.get("/v1/events")["items"] == [early]
    assert planner.get("/v1/audit?limit=1000")["items"][-1]["action"] == "event.remove"
