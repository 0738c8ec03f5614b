"""Every fault that a body shows by itself is found, at its place, and all of them at once."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import ValidationError

from app.optimize import examples
from app.optimize.curve_requests import CurvesRequest
from app.optimize.schemas import PlanRequest
from app.problems import pointer, schema_faults
from optimizer import GivenFamily, GivenPoints, Incrementality


def changed(path: str, value: Any) -> dict[str, Any]:
    """The example with history, with one value put in place of another."""
    body = copy.deepcopy(examples.FROM_HISTORY)
    *steps, last = [int(step) if step.isdigit() else step for step in path.strip("/").split("/")]
    place: Any = body
    for step in steps:
        place = place[step]
    if isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return body


def faults(body: dict[str, Any]) -> dict[str, str]:
    """Pointer and message of every fault of a plan request."""
    try:
        PlanRequest.model_validate(body)
    except ValidationError as error:
        return {pointer(fault.path): fault.message for fault in schema_faults(error.errors())}
    return {}


def test_the_example_has_no_fault() -> None:
    """What the tests below change is sound as it stands."""
    assert faults(copy.deepcopy(examples.FROM_HISTORY)) == {}


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("/month", "2026-W49", "/month"),
        ("/month", "2026-11", "/history/11/period"),
        ("/budget", 0, "/budget"),
        ("/budget", "1000000", "/budget"),
        ("/budget", 1000.001, "/budget"),
        ("/round_to", 0.001, "/round_to"),
        ("/currency", "yuan", "/currency"),
        ("/objective", "fame", "/objective"),
        ("/objective", "conversions", "/channels/0/curve"),
        ("/objective", "profit", "/channels/1/margin"),
        ("/reserve/min_share", 0.2, "/reserve/max_share"),
        ("/reserve/max_share", 15, "/reserve/max_share"),
        ("/channels/0/max_spendd", 5, "/channels/0/max_spendd"),
        ("/channels/1/max_spend", 5, "/channels/1/max_spend"),
        ("/channels/0/margin", 1.2, "/channels/0/margin"),
        ("/channels/2", {"id": "jd"}, "/channels/2/id"),
        ("/channels/0/curve", {}, "/channels/0/curve"),
        ("/channels/0/curve", {"points": [[0, 0]]}, "/channels/0/curve/points"),
        ("/channels/0/curve", {"points": [[0, 0], [2, 5], [3, 4]]}, "/channels/0/curve/points/2"),
        ("/channels/0/curve", {"points": [[0, 0], [2, 5, 1]]}, "/channels/0/curve/points/1"),
        (
            "/channels/0/curve",
            {"family": "hill", "scale": 1, "half_saturation": 2},
            "/channels/0/curve/shape",
        ),
        ("/channels/0/curve", {"family": "cubic", "scale": 1}, "/channels/0/curve/family"),
        ("/history/0/spend", -1, "/history/0/spend"),
        ("/history/0/spend", True, "/history/0/spend"),
        ("/history/1/period", "2025-12", "/history/1/period"),
        ("/history/1/period", "2025-W50", "/history/1/period"),
        ("/outcomes", [{"period": "2026-10"}, {"period": "2026-10"}], "/outcomes/1/period"),
        ("/events/0/end", "2026-12-09", "/events/0/end"),
        ("/groups/0/channels/1", "weibo", "/groups/0/channels/1"),
        ("/groups/0/channels/1", "douyin", "/groups/0/channels/1"),
        ("/groups/0/min_share", 0.8, "/groups/0/max_share"),
        ("/groups/1", {"name": "live", "channels": ["jd"]}, "/groups/1/name"),
        ("/rules", {"min_roi": 0}, "/rules/min_roi"),
        ("/rules", {"max_cost_per_conversion": 9}, "/rules"),
        ("/risk", {"measure": "var"}, "/risk/measure"),
        ("/risk", {"level": 0.9}, "/risk/level"),
    ],
)
def test_each_fault_is_named_where_it_is(path: str, value: Any, where: str) -> None:
    """One value made wrong is found at its own place, in words that fit on a line."""
    found = faults(changed(path, value))
    assert where in found
    assert 5 < len(found[where]) < 150


def test_all_faults_are_listed_at_once() -> None:
    """Wrong types, unknown fields and contradictions between fields come in one answer."""
    body = changed("/channels/2", {"id": "jd", "min_spend": 9, "max_spend": 5})
    body |= {"month": "2026-13", "budget": -5, "colour": "red", "rules": {"min_roi": -1}}
    body["history"] = [*body["history"], {"channel": "jd", "period": "2026-10", "spend": "many"}]
    assert set(faults(body)) == {
        "/month",
        "/budget",
        "/colour",
        "/rules/min_roi",
        "/channels/2/max_spend",
        "/history/24/spend",
    }


def test_nothing_known_is_a_fault() -> None:
    """A plan needs channels with curves, or history."""
    assert faults({"month": "2026-12", "budget": 100}) == {"/channels": "Give channels, history, or both."}
    alone = {"month": "2026-12", "budget": 100, "channels": [{"id": "a"}]}
    assert set(faults(alone)) == {"/channels/0/curve"}


def test_an_experiment_is_of_a_known_channel() -> None:
    """A lift test of a channel that nobody named is a mistake."""
    test: dict[str, Any] = {"channel": "x", "start": "2026-08-01", "end": "2026-08-28"}
    test |= {"spend_change": 1, "incremental_revenue": 2, "standard_error": 1}
    assert set(faults(changed("/experiments", [test]))) == {"/experiments/0/channel"}


def test_a_stated_incrementality_reaches_the_core() -> None:
    """What a caller knows of credited revenue is part of the history; its range must be in order."""
    body = changed("/channels/0/incrementality", {"value": 0.7, "low": 0.5, "high": 0.9})
    told = PlanRequest.model_validate(body).to_history().incrementality
    assert told == {"douyin": Incrementality(0.7, 0.5, 0.9)}
    crossed = changed("/channels/0/incrementality", {"value": 0.7, "low": 0.8, "high": 0.6})
    assert set(faults(crossed)) == {
        "/channels/0/incrementality/value",
        "/channels/0/incrementality/high",
    }


def test_a_test_changes_spend() -> None:
    """A lift test without a change of spend says nothing."""
    test: dict[str, Any] = {"channel": "jd", "start": "2026-08-01", "end": "2026-08-28"}
    test |= {"spend_change": 0, "incremental_revenue": 2, "standard_error": 1}
    assert set(faults(changed("/experiments", [test]))) == {"/experiments/0/spend_change"}


def test_channels_seen_only_in_history_get_defaults() -> None:
    """A channel in history that is not listed is planned, without limits of its own."""
    body = changed("/channels", [])
    body["groups"] = []
    request = PlanRequest.model_validate(body)
    assert list(request.every_channel) == ["douyin", "jd"]
    assert request.to_reach() == {"douyin": 400_000.0, "jd": 400_000.0}


def test_given_curves_reach_the_core_as_they_are() -> None:
    """Points and families become the core's own, number for number."""
    given = PlanRequest.model_validate(examples.TWO_CURVES).to_given()
    assert given["douyin"] == GivenFamily("hill", 2_400_000.0, 500_000.0, 1.0)
    assert given["jd"] == GivenPoints(((0.0, 0.0), (200e3, 520e3), (400e3, 860e3), (800e3, 1200e3)))


def test_history_reaches_the_core_as_it_is() -> None:
    """Rows become series of the metric that counts, sorted by time."""
    history = PlanRequest.model_validate(examples.FROM_HISTORY).to_history()
    assert history.channels["douyin"].spend[0] == 210_000
    assert history.channels["jd"].result[-1] == 314_000
    assert [event.name for event in history.events] == ["双12"]


def test_without_a_month_curves_are_for_the_one_after_history() -> None:
    """History that ends in November asks for December."""
    assert str(CurvesRequest.model_validate({"history": examples.HISTORY}).plan_month()) == "2026-12"


def test_reserve_limits_move_out_of_each_other_s_way() -> None:
    """One limit given alone is kept; the default of the other gives way."""
    for given, band in (
        ({}, (0.10, 0.15)),
        ({"min_share": 0.2}, (0.2, 0.2)),
        ({"max_share": 0.05}, (0.05, 0.05)),
        ({"max_share": 0.3}, (0.10, 0.3)),
    ):
        reserve = PlanRequest.model_validate(changed("/reserve", given)).reserve.to_terms(1.0)
        assert (reserve.min_share, reserve.max_share) == band


def test_months_are_foreseen_unasked_for_few_channels_only() -> None:
    """Three months by default; none beyond fifty channels, unless they are asked for."""
    rows = [{"channel": f"c{i}", "period": "2026-10", "spend": 1, "revenue": 2} for i in range(51)]

    def months(count: int, **more: int) -> int:
        return CurvesRequest.model_validate({"history": rows[:count]} | more).foreseen_months

    assert months(50) == 3
    assert months(51) == 0
    assert months(51, foresight_months=2) == 2
    assert months(50, foresight_months=0) == 0
