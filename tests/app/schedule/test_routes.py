"""The schedule over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.shop import Shop

HOOK = {"url": "https://example.com/hook", "secret": "0123456789abcdef"}


def test_everything_has_a_default(shop: Shop) -> None:
    """An empty wish drafts each month on its first day at six, there, with the last budget."""
    shop.admin.patch("/v1/workspace", {"time_zone": "Asia/Shanghai"}, If_Match="*")
    planner = shop.person("planner")
    planner.get("/v1/schedule", 404)
    made = planner.put("/v1/schedule", {})
    assert (made["day"], made["hour"], made["time_zone"], made["month"]) == (1, 6, "Asia/Shanghai", "this")
    assert made["budget"]["rule"] == "same"
    assert made["next_at"].endswith("T22:00:00Z")
    assert planner.get("/v1/schedule") == made


def test_a_secret_is_never_shown(shop: Shop) -> None:
    """Neither the answer nor the trail has the webhook's secret."""
    planner = shop.person("planner")
    assert planner.put("/v1/schedule", {"webhook": HOOK})["webhook"] == HOOK["url"]
    assert HOOK["secret"] not in str(planner.get("/v1/audit")) + str(planner.get("/v1/schedule"))


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"day": 32}, "/day"),
        ({"budget": {"rule": "amount"}}, "/budget"),
        ({"budget": {"rule": "same", "share": 0.1}}, "/budget"),
        ({"webhook": HOOK | {"url": "file:///etc/passwd"}}, "/webhook/url"),
        ({"webhook": HOOK | {"url": "https://a..b/"}}, "/webhook/url"),
        ({"webhook": HOOK | {"url": "https://example.com:99999/"}}, "/webhook/url"),
        ({"time_zone": "../etc/passwd"}, "/time_zone"),
    ],
)
def test_nonsense_is_refused(shop: Shop, wish: dict[str, Any], pointer: str) -> None:
    """A fault is named where it is."""
    refusal = shop.person("planner").put("/v1/schedule", wish, 422)
    assert refusal["errors"][0]["pointer"] == pointer


def test_a_schedule_can_be_switched_off(shop: Shop) -> None:
    """Off, nothing is due; a stale change is refused, and so is one that names no version."""
    planner = shop.person("planner")
    planner.put("/v1/schedule", {}, 412, If_Match='"1"')
    planner.put("/v1/schedule", {})
    assert planner.put("/v1/schedule", {"is_on": False}, If_Match='"1"')["next_at"] is None
    planner.put("/v1/schedule", {}, 412, If_Match='"1"')
    planner.put("/v1/schedule", {}, 428)
