"""Settings of a workspace over HTTP: read by everyone in it, changed by its admin."""

from __future__ import annotations

from tests.app.shop import Shop


def test_a_new_workspace_has_the_careful_settings(shop: Shop) -> None:
    """Two people decide, an unspent reserve rolls on, months begin in UTC."""
    settings = shop.person("viewer").get("/v1/workspace")
    assert (settings["id"], settings["currency"]) == (shop.id, "CNY")
    assert (settings["four_eyes"], settings["reserve_policy"], settings["time_zone"]) == (True, "roll", "UTC")


def test_a_change_changes_only_what_it_names(shop: Shop) -> None:
    """The other settings stay, the version counts on, and the trail says what was changed."""
    before = shop.admin.get("/v1/workspace")
    after = shop.admin.patch(
        "/v1/workspace", {"time_zone": "Asia/Shanghai", "four_eyes": True}, If_Match='"1"'
    )
    assert after == before | {"time_zone": "Asia/Shanghai"}
    assert shop.admin.send("GET", "/v1/workspace").headers["ETag"] == '"2"'
    last = shop.admin.get("/v1/audit")["items"][-1]
    assert (last["action"], last["detail"]) == ("workspace.change", {"time_zone": "Asia/Shanghai"})


def test_nonsense_is_refused(shop: Shop) -> None:
    """An unknown zone or policy, or another currency, is a fault of the body."""
    for wish in ({"time_zone": "Mars/Olympus"}, {"reserve_policy": "spend"}, {"currency": "USD"}):
        fault = shop.admin.patch("/v1/workspace", wish, 422, If_Match="*")["errors"][0]
        assert fault["pointer"] == "/" + next(iter(wish))


def test_a_stale_change_is_refused(shop: Shop) -> None:
    """Who changes settings that someone changed in between is told so, and so is who names no version."""
    seen = shop.admin.send("GET", "/v1/workspace").headers["ETag"]
    shop.admin.patch("/v1/workspace", {"name": "new name"}, If_Match=seen)
    shop.admin.patch("/v1/workspace", {"name": "newer"}, 412, If_Match=seen)
    shop.admin.patch("/v1/workspace", {"name": "newer"}, 428)
    assert shop.admin.get("/v1/workspace")["name"] == "new name"
