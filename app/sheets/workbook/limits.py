"""Rules of every kind in one table of 'Budget and rules': whose, which rule, and its limit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.sheets.workbook.fields import Field, Path, Row, Table, Text

RULES: dict[str, Text] = {  # offered in one list, which has room for 255 letters and parts at commas
    "max_increase_share": Text("Raise ≤ (share)", "增加幅度 ≤"),
    "max_decrease_share": Text("Cut ≤ (share)", "减少幅度 ≤"),
    "min_marginal_roi": Text("Last 1 spent brings ≥", "最后一元带来 ≥"),
    "min_roi": Text("Revenue per 1 spent ≥", "每元带来收入 ≥"),
    "max_cost_per_conversion": Text("Cost per conversion ≤", "每次转化花费 ≤"),
    "max_cost_per_new_customer": Text("Cost per new customer ≤", "每个新客花费 ≤"),
    "min_revenue": Text("Revenue ≥", "收入 ≥"),
    "max_revenue": Text("Revenue ≤", "收入 ≤"),
    "min_conversions": Text("Conversions ≥", "转化数 ≥"),
    "max_conversions": Text("Conversions ≤", "转化数 ≤"),
    "min_new_customers": Text("New customers ≥", "新客数 ≥"),
    "max_new_customers": Text("New customers ≤", "新客数 ≤"),
}
LIMITS = Table(
    "limits",
    "rules",
    Text("Rules for the plan, a channel, a group", "整体、渠道或分组的规则"),
    (
        Field(
            "whose",
            Text("For", "适用于"),
            "text",
            Text("Blank: the whole plan.", "留空即整个计划。"),
            names_channel=True,
        ),
        Field("rule", Text("Rule", "规则"), "choice", choices=RULES, is_required=True),
        Field("value", Text("Limit", "限值"), "number", is_required=True),
    ),
    rows=8,
)
OWNERS = {"channels": "id", "groups": "name"}


def rows_of(further: Iterable[tuple[Path, Any]]) -> tuple[list[Row], list[tuple[Path, Any]]]:
    """The rules among further inputs as rows of the table, and what is none."""
    found = list(further)
    names = [path[:2] for path, _ in found if path[0] in OWNERS]
    twice = {
        name for owner, name in names if any((other, name) in names for other in OWNERS if other != owner)
    }
    rows: list[Row] = []
    rest: list[tuple[Path, Any]] = []
    for path, value in found:
        is_ours = path[-1] in RULES and (
            (len(path) == 2 and path[0] == "rules")
            or (len(path) == 3 and path[0] in OWNERS and path[1] not in twice)
        )
        if is_ours:
            whose = path[1] if len(path) == 3 else None
            rows.append({"whose": whose, "rule": path[-1], "value": value})
        else:
            rest.append((path, value))
    return rows, rest


def owner_of(whose: str | None, body: dict[str, Any]) -> Path | None:
    """Where the request keeps the rules of a channel or a group; None where there is neither.

    A channel of that name goes first; one that only the history has is added to the channels.
    """
    if not whose:
        return ("rules",)
    for owner, key in OWNERS.items():
        for number, one in enumerate(body.get(owner, [])):
            if one.get(key) == whose:
                return (owner, number)
    if any(row.get("channel") == whose for row in body.get("history", [])):
        body.setdefault("channels", []).append({"id": whose})
        return ("channels", len(body["channels"]) - 1)
    return None
