"""What-ifs over HTTP: each plan is the one that /v1/optimize answers."""

from __future__ import annotations

import copy
from decimal import Decimal
from itertools import pairwise
from typing import Any

import httpx
import pytest

from app.optimize import examples
from app.scenarios import examples as whatifs
from tests.app.optimize.test_routes import post

COMPARE, SWEEP = "/v1/optimize:compare", "/v1/optimize:sweep"


def compare(client: httpx.Client, *scenarios: dict[str, Any], base: Any = examples.TWO_CURVES) -> Any:
    """The reply to a comparison that must be accepted."""
    return post(client, {"base": base, "scenarios": list(scenarios)}, COMPARE)


def refused(client: httpx.Client, body: Any) -> dict[str, str]:
    """Pointer and message of each fault of a comparison."""
    reply = client.post(COMPARE, json=body)
    assert reply.status_code == 422, reply.text
    return {fault["pointer"]: fault["message"] for fault in reply.json()["errors"]}


def without_timing(plan: dict[str, Any]) -> dict[str, Any]:
    return plan | {"certificate": {k: v for k, v in plan["certificate"].items() if k != "seconds"}}


def test_each_scenario_is_the_plan_of_its_request(client: httpx.Client) -> None:
    """The base with changes gives what the changed request gives by itself, to the last digit."""
    reply = post(client, whatifs.CHANGED, COMPARE)
    alone = copy.deepcopy(examples.FROM_HISTORY) | {"budget": 500_000}
    assert [each["name"] for each in reply["scenarios"]] == [
        "base",
        "a quarter more",
        "all released",
        "jd free",
    ]
    changed = reply["scenarios"][1]["plan"]
    direct = post(client, alone)
    assert changed["allocations"] == direct["allocations"]
    assert without_timing(changed)["certificate"] == without_timing(direct)["certificate"]
    base = post(client, examples.FROM_HISTORY)
    assert without_timing(reply["scenarios"][0]["plan"]) == without_timing(base)


def test_differences_add_up(client: httpx.Client) -> None:
    """What channels get more, with the reserve's and the idle money's change, is the budget's change."""
    reply = post(client, whatifs.CHANGED, COMPARE)
    first = reply["scenarios"][0]["plan"]
    for scenario in reply["scenarios"][1:]:
        plan, difference = scenario["plan"], scenario["difference"]
        idle = plan["unallocated"] - first["unallocated"]
        assert sum(each["spend"] for each in difference["channels"]) == difference["spend"]
        assert difference["spend"] + difference["reserve"] + idle == difference["budget"]
        gained = plan["expected"]["response"] - first["expected"]["response"]
        assert float(difference["response"]) == pytest.approx(float(gained), abs=0.02)
    rows = {row["channel"]: row["spends"] for row in reply["channels"]}
    assert rows["jd"] == [
        next(line["spend"] for line in each["plan"]["allocations"] if line["channel"] == "jd")
        for each in reply["scenarios"]
    ]


def test_releasing_all_of_the_reserve_brings_what_the_plan_said(client: httpx.Client) -> None:
    """The response forgone by the reserve is what the scenario without one brings more."""
    reply = compare(client, {"name": "all", "changes": {"reserve": {"min_share": 0, "max_share": 0}}})
    forgone = float(reply["scenarios"][0]["plan"]["reserve"]["response_forgone"])
    assert float(reply["scenarios"][1]["difference"]["response"]) == pytest.approx(forgone, rel=1e-3)
    assert forgone > 0


def test_an_impossible_scenario_stands_beside_the_others(client: httpx.Client) -> None:
    """It has no plan but its reason, with what to change."""
    reply = compare(
        client,
        {"name": "too much", "changes": {"channels": [{"id": "jd", "min_spend": 950_000}]}},
        {"name": "less", "changes": {"budget": 900_000}},
    )
    _, stuck, less = reply["scenarios"]
    assert stuck["plan"] is None
    assert "京东's minimum of ¥950,000" in stuck["refusal"]["detail"]
    assert stuck["refusal"]["remedies"]
    assert less["difference"]["budget"] == -100_000
    assert next(row for row in reply["channels"] if row["channel"] == "jd")["spends"][1] is None


def test_null_takes_a_limit_away(client: httpx.Client) -> None:
    """A maximum that is changed to null no longer holds; the channel keeps its curve and name."""
    tight = copy.deepcopy(examples.TWO_CURVES)
    tight["channels"][0]["max_spend"] = 200_000
    free = {"name": "free", "changes": {"channels": [{"id": "douyin", "max_spend": None}]}}
    reply = compare(client, free, base=tight)
    before, after = (each["plan"]["allocations"][0] for each in reply["scenarios"])
    assert before["spend"] == 200_000 < after["spend"]
    assert after["name"] == "抖音"


def test_different_objectives_are_not_added_up(client: httpx.Client) -> None:
    """Revenue and profit are told side by side, without a difference between them."""
    base = copy.deepcopy(examples.TWO_CURVES)
    for channel in base["channels"]:
        channel["margin"] = 0.9
    reply = compare(client, {"name": "profit", "changes": {"objective": "profit"}}, base=base)
    assert reply["scenarios"][1]["difference"]["response"] is None


def test_faults_are_told_where_they_stand(client: httpx.Client) -> None:
    """In the changes, in the base, or in the names: all at once."""
    base = examples.TWO_CURVES
    found = refused(
        client,
        {
            "base": base,
            "scenarios": [
                {"name": "base", "changes": {"budget": 900_000}},
                {"name": "a", "changes": {"groups": [{"name": "g", "channels": ["nobody"]}]}},
                {"name": "b"},
                {"name": "c", "request": base | {"currency": "USD"}},
            ],
        },
    )
    assert set(found) == {
        "/scenarios/0/name",
        "/scenarios/1/changes/groups",
        "/scenarios/2",
        "/scenarios/3/request/currency",
    }
    assert set(refused(client, {"scenarios": [{"name": "a", "changes": {"budget": 1}}]})) == {"/scenarios"}
    typo = {"base": base, "scenarios": [{"name": "a", "changes": {"budgett": 1}}]}
    assert set(refused(client, typo)) == {"/scenarios/0/changes/budgett"}


def test_each_point_of_a_sweep_is_the_plan_of_its_budget(client: httpx.Client) -> None:
    """What a sweep says of a budget is what /v1/optimize answers for it."""
    body = examples.FROM_HISTORY | {"budgets": [300_000, 500_000]}
    for point in post(client, body, SWEEP)["points"]:
        alone = post(client, examples.FROM_HISTORY | {"budget": int(point["budget"])})
        assert [line["spend"] for line in point["channels"]] == [
            line["spend"] for line in alone["allocations"]
        ]
        assert point["response"] == alone["expected"]["response"]
        assert point["marginal_roi"] == alone["shadow_prices"]["budget"]


def test_more_budget_brings_more_and_ever_less_more(client: httpx.Client) -> None:
    """The frontier of two concave curves rises and bends down, and adds up at each budget."""
    points = post(client, examples.TWO_CURVES, SWEEP)["points"]
    assert [float(point["budget"]) for point in points] == [100_000.0 * tenths for tenths in range(5, 16)]
    for low, high in pairwise(points):
        assert low["response"] < high["response"]
        assert low["marginal_roi"] > high["marginal_roi"]
    for point in points:
        spent = sum(Decimal(each["spend"]) for each in point["channels"])
        assert spent + point["reserve"] + point["unallocated"] == point["budget"]


def test_the_best_budget_is_where_a_unit_brings_itself_back(client: httpx.Client) -> None:
    """2·10⁶ s / (s + 5·10⁵) brings 1 a unit at s = 5·10⁵; with a tenth held back that is 555,555.56."""
    curve = {"family": "hill", "scale": 2_000_000, "half_saturation": 500_000, "shape": 1}
    body = {"month": "2026-12", "budget": 1_000_000, "channels": [{"id": "a", "curve": curve}]}
    reply = post(client, body, SWEEP)
    assert float(reply["best"]["budget"]) == pytest.approx(555_555.56, rel=1e-3)
    assert float(reply["best"]["marginal_roi"]) == pytest.approx(1.0, rel=1e-2)
    assert "The best budget is ¥555," in reply["summary"][0]
    less = post(client, body | {"budgets": [100_000, 200_000]}, SWEEP)
    assert less["best"] is None
    assert "no budget tried is too much" in less["summary"][0]


def test_a_sweep_tells_which_budgets_are_too_small(client: httpx.Client) -> None:
    """Below jd's minimum there is no plan, and the reply says why."""
    reply = post(client, examples.TWO_CURVES | {"budgets": [50_000, 500_000]}, SWEEP)
    assert [point["budget"] for point in reply["points"]] == [500_000]
    assert [each["budget"] for each in reply["impossible"]] == [50_000]
    assert "京东's minimum of ¥100,000" in reply["impossible"][0]["refusal"]["detail"]


def test_a_target_is_reached_with_the_least_budget(client: httpx.Client) -> None:
    """The plan brings the target; with one per cent less budget the best plan does not."""
    plan = post(client, examples.TWO_CURVES | {"target": {"response": 1_500_000}})
    assert float(plan["expected"]["response"]) == pytest.approx(1_500_000, rel=1e-4)
    assert plan["budget"] < 1_000_000
    spent = sum(Decimal(line["spend"]) for line in plan["allocations"])
    assert spent + plan["reserve"]["amount"] + plan["unallocated"] == plan["budget"]
    less = post(client, examples.TWO_CURVES | {"budget": int(plan["budget"]) * 99 // 100})
    assert less["expected"]["response"] < 1_500_000


def test_a_target_beyond_the_budget_names_what_would_reach_it(client: httpx.Client) -> None:
    """The refusal names the target and the budget, and what either would have to be."""
    reply = client.post("/v1/optimize", json=examples.TWO_CURVES | {"target": {"response": 2_500_000}})
    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (422, "/problems/infeasible")
    assert "the target of ¥2,500,000" in problem["detail"]
    remedies = {remedy["kind"]: remedy["needed"] for remedy in problem["remedies"]}
    assert remedies["budget"] > 1_000_000
    assert remedies["target"] < 2_500_000
    post(client, examples.TWO_CURVES | {"budget": remedies["budget"], "target": {"response": 2_500_000}})


def test_a_doubtful_curve_moves_more_of_the_plan(client: httpx.Client) -> None:
    """Of two curves the one with the wide range moves more, and gets less at its low end."""
    spend = [200_000 * k for k in range(6)]
    points = {
        name: [[x, y, y * (1 - doubt), y * (1 + doubt)] for x in spend for y in [scale * x**0.5]]
        for name, scale, doubt in (("sure", 2000, 0.02), ("doubtful", 2100, 0.4))
    }
    channels = [{"id": name, "curve": {"points": mine}} for name, mine in points.items()]
    body = {"month": "2026-12", "budget": 1_000_000, "channels": channels}
    reply = post(client, body, "/v1/optimize:sensitivity")
    first, second = reply["channels"]
    assert (first["channel"], second["channel"]) == ("doubtful", "sure")
    assert first["low"]["spend"] < first["spend"] < first["high"]["spend"]
    assert first["low"]["moved"] > second["low"]["moved"]
    assert first["low"]["loss"] > 0


@pytest.mark.parametrize("path", [COMPARE, SWEEP, "/v1/optimize:sensitivity"])
def test_sentences_come_in_chinese_too(client: httpx.Client, path: str) -> None:
    """Whatever is asked, `lang=zh` answers in Chinese."""
    body = whatifs.CHANGED if path == COMPARE else examples.FROM_HISTORY
    reply = client.post(path, json=body, params={"lang": "zh"}).json()
    told = {
        COMPARE: lambda: reply["scenarios"][1]["difference"]["message"],
        SWEEP: lambda: reply["summary"][0],
    }.get(path, lambda: reply["channels"][0]["message"])()
    assert any("一" <= letter <= "鿿" for letter in told)
    assert "{" not in told
