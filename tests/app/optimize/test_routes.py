"""The stateless main job over HTTP."""

from __future__ import annotations

import copy
import json
import random
from decimal import Decimal
from itertools import pairwise
from typing import Any

import httpx
import pytest

from app.optimize import examples


def post(
    client: httpx.Client, body: dict[str, Any], path: str = "/v1/optimize", **more: Any
) -> dict[str, Any]:
    """The reply to a request that must be accepted; numbers with a fraction as they were written."""
    reply = client.post(path, json=body, **more)
    assert reply.status_code == 200, reply.text
    read: dict[str, Any] = json.loads(reply.content, parse_float=Decimal)
    return read


def openapi_examples(client: httpx.Client) -> list[tuple[str, str, Any]]:
    """Every example request that the API's own page shows: path, name, body."""
    paths = client.get("/openapi.json").json()["paths"]
    return [
        (path, name, example["value"])
        for path, operations in paths.items()
        for operation in operations.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for name, example in content.get("examples", {}).items()
    ]


def test_every_example_of_the_page_runs(client: httpx.Client) -> None:
    """Whoever copies an example from the API's page gets a reply; each POST has one."""
    found = openapi_examples(client)
    what_ifs = {f"/v1/optimize:{what}" for what in ("compare", "sweep", "sensitivity")}
    tests = {f"/v1/experiments:{what}" for what in ("design", "read")}
    others = {"/v1/optimize", "/v1/outlook", "/v1/curves:fit", "/v1/backtest"}
    assert {path for path, _, _ in found} == others | what_ifs | tests
    for path, _, body in found:
        post(client, body, path)


def test_the_page_works_without_the_internet(client: httpx.Client) -> None:
    """What the API's page loads comes from this server."""
    page = client.get("/docs")
    assert page.status_code == 200
    loaded = [part.split('"')[0] for part in page.text.split('src="')[1:]]
    assert loaded
    for source in loaded:
        assert client.get(source).status_code == 200


@pytest.mark.parametrize("body", [examples.TWO_CURVES, examples.FROM_HISTORY])
def test_the_money_adds_up(client: httpx.Client, body: dict[str, Any]) -> None:
    """Reserve, channels and what is unallocated are the budget, to the cent."""
    reply = post(client, body)
    spent = sum((Decimal(line["spend"]) for line in reply["allocations"]), Decimal(0))
    assert reply["reserve"]["amount"] + spent + reply["unallocated"] == body["budget"]
    assert Decimal("0.1") <= reply["reserve"]["share"] <= Decimal("0.15")


def test_bounds_and_groups_hold(client: httpx.Client) -> None:
    """Each limit that was asked for is kept in the reply."""
    reply = post(client, examples.FROM_HISTORY)
    lines = {line["channel"]: line for line in reply["allocations"]}
    assert lines["jd"]["spend"] >= 100_000
    assert abs(lines["douyin"]["change_share"]) <= Decimal("0.3001")
    assert lines["douyin"]["share"] <= Decimal("0.7")


def test_the_level_of_the_whole_plan_is_told(client: httpx.Client) -> None:
    """What the next unit of budget brings is said once for all channels, in the caller's language."""
    prices = post(client, examples.TWO_CURVES)["shadow_prices"]
    assert prices["message"] == f"The next ¥1 brings ¥{prices['budget']:.2f} of revenue everywhere it may go."
    assert "再多¥1" in post(client, examples.TWO_CURVES, params={"lang": "zh"})["shadow_prices"]["message"]


def test_the_proof_is_stated(client: httpx.Client) -> None:
    """The plan's value, its ceiling and the gap between them agree."""
    proof = post(client, examples.TWO_CURVES)["certificate"]
    assert proof["status"] == "optimal"
    assert proof["value"] <= proof["ceiling"]
    assert proof["gap_share"] <= Decimal("1e-6")


def test_ranges_hold_their_responses(client: httpx.Client) -> None:
    """Low, expected and high stand in this order, for each channel and for all together."""
    reply = post(client, examples.FROM_HISTORY)
    for line in reply["allocations"]:
        assert 0 <= line["response_low"] <= line["response"] <= line["response_high"]
    assert reply["expected"]["low"] <= reply["expected"]["response"] <= reply["expected"]["high"]


def test_the_same_request_gives_the_same_bytes(client: httpx.Client) -> None:
    """But for the seconds it took; and the order of a body's fields does not matter."""
    shuffled = dict(reversed(list(examples.FROM_HISTORY.items())))
    replies = [post(client, body) for body in (examples.FROM_HISTORY, examples.FROM_HISTORY, shuffled)]
    for reply in replies:
        del reply["certificate"]["seconds"]
    assert json.dumps(replies[0], default=str) == json.dumps(replies[1], default=str)
    assert replies[0] == replies[2]


def test_another_request_has_another_hash(client: httpx.Client) -> None:
    """One cent of budget more is another request."""
    more = examples.TWO_CURVES | {"budget": 1_000_000.01}
    assert post(client, more)["inputs_hash"] != post(client, examples.TWO_CURVES)["inputs_hash"]


@pytest.mark.parametrize(
    ("params", "headers", "language"),
    [
        ({}, {}, "en"),
        ({"lang": "zh"}, {}, "zh"),
        ({}, {"accept-language": "fr, zh-CN;q=0.9, en;q=0.8"}, "zh"),
        ({"lang": "en"}, {"accept-language": "zh"}, "en"),
        ({}, {"accept-language": "zh;q=x, de"}, "en"),
    ],
)
def test_sentences_come_in_the_reader_s_language(
    client: httpx.Client, params: dict[str, str], headers: dict[str, str], language: str
) -> None:
    """`lang` goes before Accept-Language, and English is spoken where neither is known."""
    reply = client.post("/v1/optimize", json=examples.TWO_CURVES, params=params, headers=headers)
    why = reply.json()["allocations"][0]["why"]
    assert reply.headers["content-language"] == language
    assert ("带来" in why) == (language == "zh")


def test_no_plan_is_a_problem_of_its_own(client: httpx.Client) -> None:
    """Minimums above the budget are named as what clashes, not answered with a broken plan."""
    body = copy.deepcopy(examples.TWO_CURVES)
    body["channels"][1]["min_spend"] = 950_000
    reply = client.post("/v1/optimize", json=body)
    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (422, "/problems/infeasible")
    assert "京东's minimum of ¥950,000" in problem["detail"]
    assert "lower 京东's minimum to ¥" in problem["detail"]
    remedy = next(remedy for remedy in problem["remedies"] if remedy["whose"] == "jd")
    assert (remedy["kind"], remedy["now"]) == ("min_spend", 950_000)
    body["channels"][1]["min_spend"] = remedy["needed"]
    post(client, body)


def test_profit_is_what_is_left_after_the_spend(client: httpx.Client) -> None:
    """With a margin of one half, response is half the revenue less the money spent."""
    body = copy.deepcopy(examples.TWO_CURVES) | {"objective": "profit"}
    for channel in body["channels"]:
        channel["margin"] = 0.9
    line = post(client, body)["allocations"][0]
    spend = float(line["spend"])
    revenue = 2_400_000 * spend / (spend + 500_000)
    assert float(line["response"]) == pytest.approx(0.9 * revenue - spend, rel=1e-4)


@pytest.mark.parametrize("objective", ["revenue", "profit"])
def test_a_target_return_is_kept(client: httpx.Client, objective: str) -> None:
    """Asked to bring at least 2.5 per unit of spend, the plan spends less and keeps the rest."""
    body = copy.deepcopy(examples.TWO_CURVES) | {"rules": {"min_roi": 2.5}, "objective": objective}
    for channel in body["channels"]:
        channel["margin"] = 0.9
    reply = post(client, body)
    spend = sum(line["spend"] for line in reply["allocations"])
    response = float(sum(line["response"] for line in reply["allocations"]))
    revenue = response if objective == "revenue" else (response + float(spend)) / 0.9
    assert revenue >= 2.5 * float(spend) * (1 - 1e-6)
    assert reply["unallocated"] > 0


def test_a_cost_per_conversion_is_kept_while_revenue_counts(client: httpx.Client) -> None:
    """The rule is held on curves of conversions, fitted beside those of revenue."""
    rows = [row | {"conversions": row["revenue"] // 1000} for row in examples.HISTORY]
    body = {"month": "2026-12", "budget": 400_000, "history": rows, "rules": {"max_cost_per_conversion": 300}}
    free = post(client, {key: value for key, value in body.items() if key != "rules"})
    held = post(client, body)
    spends = [sum(line["spend"] for line in reply["allocations"]) for reply in (free, held)]
    assert 0 < spends[1] < spends[0]


def test_currencies_keep_their_own_smallest_amount(client: httpx.Client) -> None:
    """Yen are planned in whole yen, dinars in thousandths, and steps are kept."""
    yen = post(client, examples.TWO_CURVES | {"currency": "JPY", "budget": 1_000_001})
    assert all(line["spend"] % 1 == 0 for line in yen["allocations"])
    steps = post(client, examples.TWO_CURVES | {"round_to": 100})
    assert all(line["spend"] % 100 == 0 for line in steps["allocations"])


def test_curves_show_what_they_rest_on(client: httpx.Client) -> None:
    """Each channel's curve rises from zero, with a range round it, and says where it comes from."""
    reply = post(client, {"history": examples.HISTORY}, "/v1/curves:fit")
    assert reply["month"] == "2026-12"
    assert [curve["channel"] for curve in reply["curves"]] == ["douyin", "jd"]
    for curve in reply["curves"]:
        table = curve["table"]
        assert table[0]["response"] == 0
        assert all(a["response"] <= b["response"] for a, b in pairwise(table))
        assert all(row["low"] <= row["response"] <= row["high"] for row in table)
        assert curve["source"] == "attributed"


def spoiled(body: Any, chance: random.Random) -> Any:
    """The body with each value, now and then, replaced by something nobody asked for."""
    junk: list[Any] = [
        None,
        -1,
        0,
        1e14,
        1e-9,
        "",
        "2026-12",
        "京东",
        True,
        [],
        {},
        [[0, 0], [1, 1]],
        "\u0000",
        10**30,
    ]
    if chance.random() < 0.01:
        return chance.choice(junk)
    if isinstance(body, dict):
        return {key: spoiled(value, chance) for key, value in body.items() if chance.random() > 0.01}
    if isinstance(body, list):
        return [spoiled(value, chance) for value in body]
    return body


def test_nothing_that_is_sent_breaks_the_service(client: httpx.Client) -> None:
    """Of 150 spoiled requests none is answered 5xx, and at least a sixth is accepted."""
    chance = random.Random(1)
    bodies = [spoiled(examples.TWO_CURVES | {"groups": []}, chance) for _ in range(120)]
    bodies += [spoiled(examples.FROM_HISTORY, chance) for _ in range(30)]
    statuses = [client.post("/v1/optimize", json=body).status_code for body in bodies]
    readable = ["\\u0000" not in json.dumps(body) for body in bodies]
    assert {status for status, can in zip(statuses, readable, strict=True) if can} <= {200, 422}
    assert {status for status, can in zip(statuses, readable, strict=True) if not can} <= {400}
    assert statuses.count(200) >= len(statuses) / 6


def test_a_limit_far_below_last_month_leaves_no_infinite_doubt(client: httpx.Client) -> None:
    """A channel that may have half of last month's spend is doubted where it may be, not beyond its curve."""
    limited = examples.FROM_HISTORY | {"channels": [{"id": "jd", "max_spend": 40000}]}
    reply = client.post("/v1/optimize", json=limited).json()
    assert [warning for warning in reply["warnings"] if "inf" in warning["message"]] == []


def test_a_given_curve_goes_with_a_history(client: httpx.Client) -> None:
    """A channel with both is planned by its curve, and its last spend is the history's."""
    body = {
        "month": "2026-12",
        "budget": 300000,
        "channels": [{"id": "a", "curve": {"points": [[0, 0], [100000, 300000], [300000, 500000]]}}],
        "history": [{"channel": "a", "period": "2026-11", "spend": 3000, "revenue": 9000}],
    }
    line = client.post("/v1/optimize", json=body).raise_for_status().json()["allocations"][0]
    assert (line["source"], line["last_spend"]) == ("given", 3100)


@pytest.mark.parametrize(("objective", "is_told"), [("conversions", True), ("revenue", False)])
def test_tests_that_are_not_used_are_told(client: httpx.Client, objective: str, is_told: bool) -> None:
    """Lift tests speak of revenue: a plan for conversions says that it does without them."""
    rows = [row | {"conversions": row["revenue"] // 1000} for row in examples.HISTORY]
    test = {"channel": "jd", "start": "2026-06-01", "end": "2026-06-28", "spend_change": 40_000}
    test |= {"incremental_revenue": 71_000, "standard_error": 15_000}
    body = {"month": "2026-12", "budget": 400_000, "history": rows, "experiments": [test]}
    reply = post(client, body | {"objective": objective})
    assert ("tests_unused" in [warning["code"] for warning in reply["warnings"]]) is is_told


def test_lifetime_value_weighs_new_and_returning_customers_apart(client: httpx.Client) -> None:
    """Of two channels with as many orders, the one with new customers gets more as these are worth more."""
    rows = []
    for row in examples.HISTORY:
        orders, share = 600 * (row["spend"] / 2e5) ** 0.6, 0.6 if row["channel"] == "jd" else 0.1
        rows.append(row | {"conversions": orders, "new_customers": share * orders})
    body = {"month": "2026-12", "budget": 400_000, "history": rows, "objective": "lifetime_value"}
    alike, apart = (
        post(client, body | {"customer_values": {"new": new, "returning": 300}}) for new in (300, 1500)
    )
    spends = [{line["channel"]: line["spend"] for line in reply["allocations"]} for reply in (alike, apart)]
    assert spends[1]["jd"] > 1.2 * float(spends[0]["jd"])
    assert "of lifetime value" in apart["allocations"][0]["why"]
    refusal = client.post("/v1/optimize", json=body).json()
    assert [fault["pointer"] for fault in refusal["errors"]] == ["/customer_values"]
