"""Whatever a request may ask for has its cells, and comes back from them: alone, and together with others."""

from __future__ import annotations

import copy
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dependencies import Language
from app.optimize import service
from app.sheets.workbook.fields import Text
from app.sheets.workbook.inputs import inputs_of
from app.sheets.workbook.lists import TABLES
from app.sheets.workbook.reading import read_workbook_inputs
from app.sheets.workbook.refusals import WorkbookError
from app.sheets.workbook.rules import settings as single_inputs
from app.sheets.workbook.service import plan_workbook, to_request
from app.sheets.workbook.validation import LONGEST_LIST
from app.sheets.workbook.writing import unplanned_workbook
from tests.app.sheets.workbook.books import book_of, changed, place_of, request_of

HILL = {"family": "hill", "scale": 900000, "half_saturation": 90000, "shape": 0.9}
PLAIN: dict[str, Any] = {
    "month": "2026-12",
    "budget": 400000,
    "channels": [
        {"id": "抖音", "curve": HILL, "last_spend": 90000},
        {"id": "jd", "role": "core", "curve": HILL | {"half_saturation": 50000}, "last_spend": 150000},
        {"id": "tv", "kind": "owned", "curve": {"points": [[0, 0], [100000, 150000], [300000, 300000]]}},
    ],
    "history": [
        {"channel": name, "period": f"2026-{m:02}", "spend": 50000 + 999 * m, "revenue": 120000 + 777 * m,
         "conversions": 300 + m, "new_customers": 90 + m}
        for name in ("抖音", "jd", "tv") for m in range(5, 12)
    ],
}  # fmt: skip
WISHES: dict[str, dict[str, Any]] = {
    "bad case": {"risk": {"measure": "cvar"}},
    "worse case": {"risk": {"measure": "cvar", "level": 0.95}},
    "rest of the month": {"from_day": "2026-12-11"},
    "lifetime value": {"objective": "lifetime_value", "customer_values": {"new": 300.5, "returning": 80}},
    "new customers": {"objective": "new_customers", "country": "US"},
    "no festivals": {"country": "", "currency": "EUR", "round_to": 100},
    "reserve": {"reserve": {"min_share": 0.05, "max_share": 0.0755, "unit_value": 1.07}},
    "target": {"target": {"response": 250000, "of_shop": False}},
    "rules": {"rules": {"max_spend_to_revenue": 0.8, "min_roi": 0.5, "max_cost_per_conversion": 5000}},
    "more rules": {"rules": {"max_cost_per_new_customer": 9000, "min_revenue": 1000, "max_revenue": 9e7,
                             "min_conversions": 1, "max_new_customers": 1e6}},
    "group by role": {"groups": [{"name": "核心", "role": "core", "max_share": 0.6}]},
    "group by kind": {"groups": [{"name": "own", "kind": "owned", "max_spend": 90000.5, "min_roi": 0.1}]},
    "groups": {"groups": [{"name": "a", "channels": ["抖音", "jd"], "min_share": 0.2, "max_conversions": 5e5},
                          {"name": "b", "channels": ["tv"], "min_spend": 100.01}]},
    "counts": {"counts": [{"name": "few", "channels": ["抖音", "jd"], "min_channels": 1, "max_channels": 2},
                          {"name": "own", "kind": "owned", "max_channels": 1}]},
    "events": {"events": [{"name": "双11", "start": "2026-11-01", "end": "2026-11-11"}]},
    "outcomes": {"outcomes": [{"period": "2026-11", "revenue": 1234567.89, "new_customers": 12}]},
}  # fmt: skip
OF_CHANNELS: dict[str, dict[str, Any]] = {
    "paused": {"paused": True},
    "commitment": {"fixed_spend": 60000.01},
    "band": {"min_spend": 1000, "max_spend": 1000},
    "all or nothing": {"min_if_used": 20000},
    "moves": {"max_increase_share": 2.5, "max_decrease_share": 0.25},
    "little change": {"max_change_share": 0.1},
    "last unit": {"min_marginal_roi": 0.5},
    "results": {"min_roi": 0.1, "max_cost_per_conversion": 9000, "max_cost_per_new_customer": 9000,
                "min_new_customers": 0, "max_revenue": 5e6},
    "named": {"name": "=A1|名字", "margin": 0.333, "incrementality": {"value": 0.7, "low": 0.5, "high": 0.9}},
}  # fmt: skip


def body_of(wishes: list[str], of_channels: dict[int, str]) -> dict[str, Any]:
    """A request with these wishes, and with these of its channels by their numbers."""
    body = copy.deepcopy(PLAIN)
    for name in wishes:
        body |= WISHES[name]
    for number, name in of_channels.items():
        body["channels"][number] |= OF_CHANNELS[name]
    return body


def comes_back(body: dict[str, Any], language: Language) -> None:
    """Written into cells and read from them it is the same request, and nothing needs the API's words."""
    request = request_of(body)
    inputs = inputs_of(request)
    assert inputs.rows["more"] == []
    read = read_workbook_inputs(unplanned_workbook(inputs, language, request.currency), "book.xlsx")
    assert read.faults.found == []
    assert to_request(read) == request
    assert to_request(read).inputs_hash == request.inputs_hash


@pytest.mark.parametrize("wish", WISHES)
def test_every_wish_has_its_cells(wish: str) -> None:
    """Each kind of wish alone comes back from a Chinese workbook."""
    comes_back(body_of([wish], {}), "zh")


@pytest.mark.parametrize("wish", OF_CHANNELS)
def test_every_wish_of_a_channel_has_its_cells(wish: str) -> None:
    """Each kind of limit of one channel alone comes back from an English workbook."""
    comes_back(body_of([], {1: wish}), "en")


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(sorted(set(WISHES) - {"target"})), unique=True, max_size=6),
    st.dictionaries(st.integers(0, 2), st.sampled_from(sorted(OF_CHANNELS)), max_size=3),
    st.sampled_from(["en", "zh"]),
)
def test_wishes_come_back_together(
    wishes: list[str], of_channels: dict[int, str], language: Language
) -> None:
    """Any of them at once, in either language."""
    comes_back(body_of(wishes, of_channels), language)


@pytest.mark.parametrize("wishes", [["bad case", "more rules"], ["groups", "counts"], ["lifetime value"]])
def test_the_filled_workbook_gives_the_same_plan(wishes: list[str]) -> None:
    """Downloaded with its plan and sent back unchanged: every amount, reason and finding is the same."""
    body = body_of(wishes, {0: "moves", 2: "all or nothing"})
    first = service.plan(request_of(body), "zh")
    again = plan_workbook(book_of(body, "zh"), "book.xlsx", None).reply
    assert again.allocations == first.allocations
    assert (again.reserve, again.risk, again.warnings) == (first.reserve, first.risk, first.warnings)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_has_no_cell_is_written_as_the_api_has_it(language: Language) -> None:
    """Curves of other results stand in the last table, as field and value, and come back from there."""
    body = body_of(["rules"], {})
    body["channels"][0]["curves"] = {"conversions": HILL}
    inputs = inputs_of(request := request_of(body))
    assert {row["pointer"] for row in inputs.rows["more"]} == {
        f"/channels/抖音/curves/conversions/{name}" for name in HILL
    }
    assert to_request(read_workbook_inputs(unplanned_workbook(inputs, language, "CNY"), "b.xlsx")) == request


def test_a_rule_is_refused_at_its_cell() -> None:
    """A rule of nobody, one given twice and one that a group cannot have are each named where they stand."""
    book = unplanned_workbook(inputs_of(request_of(body_of(["group by role"], {}))), "zh", "CNY")
    row, column = place_of(book, "预算与规则", "适用于")
    cells = [("nobody", "收入 ≥", 1), ("jd", "收入 ≥", 1), ("jd", "收入 ≥", 2), ("核心", "增加幅度 ≤", 0.5)]
    places = {
        ("预算与规则", f"{'ABC'[column - 1 + c]}{row + 1 + r}"): value
        for r, line in enumerate(cells)
        for c, value in enumerate(line)
    }
    with pytest.raises(WorkbookError) as refused:
        plan_workbook(changed(book, places), "book.xlsx", None)
    told = {fault.path[1]: fault.message for fault in refused.value.faults}
    assert set(told) == {f"A{row + 1}", f"B{row + 3}", f"C{row + 4}"}
    assert all("（" in message for message in told.values())
    assert "没有名为“nobody”的渠道或分组" in told[f"A{row + 1}"]


def test_lists_of_choices_fit_into_their_cells() -> None:
    """A drop-down parts its texts at commas and holds 255 letters."""
    fields = [*single_inputs(), *(one for table in TABLES for one in table.fields)]
    for one in fields:
        for words in Text._fields:
            labels = [getattr(text, words) for text in one.choices.values()]
            assert not any("," in label for label in labels), one.key
            assert len(",".join(labels)) <= LONGEST_LIST, one.key


def test_test_budgets_stand_on_the_plan() -> None:
    """A channel that never spent has its test budget beside the reserve, as a number."""
    body = copy.deepcopy(PLAIN) | {"reserve": {"min_share": 0.1}}
    body["channels"] = [{"id": "new", "name": "新渠道"}]
    (trial,) = service.plan(request_of(body), "en").reserve.trials
    book = book_of(body, "en")
    row, _ = place_of(book, "Plan", "Test budgets that may be drawn from the reserve")
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Plan"]
    told = [sheet.cell(row + 2, column).value for column in (1, 2, 7)]
    assert told == ["新渠道", float(trial.spend), trial.response]
