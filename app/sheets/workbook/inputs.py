"""A request as the cells of the workbook, and cells as the body of a request: each the other's way back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from app.optimize.schemas import PlanRequest
from app.problems import pointer
from app.sheets.workbook import limits
from app.sheets.workbook.fields import Path, Row, Table
from app.sheets.workbook.lists import TABLES
from app.sheets.workbook.rules import settings

GATHERED = ("points", "limits", "more")
"""Tables whose rows are gathered from several places of the request."""


@dataclass
class Inputs:
    """What stands in the input cells: single values by field, and the rows of each table."""

    values: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)


def inputs_of(request: PlanRequest) -> Inputs:
    """Every input of a request in its cell; what has none of its own goes to the table of further rules."""
    given = request.model_dump(mode="json", exclude_defaults=True)
    given |= {"currency": request.currency, "objective": request.objective}
    listed = {channel["id"] for channel in given.get("channels", [])}
    seen = [{"id": name} for name in request.every_channel if name not in listed]
    given["channels"] = [*given.get("channels", []), *seen]
    inputs = Inputs({one.key: take(given, one.path) for one in settings()})
    inputs.rows["points"] = list(_points(given["channels"]))
    further: list[tuple[Path, Any]] = []
    for table in TABLES:
        if table.key not in GATHERED:
            objects = given.pop(table.key, [])
            inputs.rows[table.key] = [_row(table, one) for one in objects]
            for number, one in enumerate(objects):
                name = inputs.rows[table.key][number].get(table.identity or "", number)
                further += leaves(one, (table.key, name))
    further += leaves(given, ())
    inputs.rows["limits"], further = limits.rows_of(further)
    inputs.rows["more"] = [{"pointer": pointer(path), "value": json.dumps(value)} for path, value in further]
    return inputs


def _row(table: Table, one: Row) -> Row:
    """The cells of one object; what is taken out of it no longer stands there."""
    return {cell.key: take(one, cell.path) for cell in table.fields}


def _points(channels: list[Row]) -> Iterator[Row]:
    """The points of given curves, one a row, under their channel's name."""
    for channel in channels:
        for point in take(channel, ("curve", "points")) or []:
            yield {
                "channel": channel["id"],
                **dict(zip(("spend", "response", "low", "high"), point, strict=False)),
            }


def take(given: Row, path: Sequence[str]) -> Any:
    """Take a value out of nested objects; None where there is none."""
    first, *rest = path
    if not rest:
        return given.pop(first, None)
    inner = given.get(first)
    return take(inner, rest) if isinstance(inner, dict) else None


def put(body: Any, path: Path, value: Any) -> None:
    """Put a value into nested objects and lists, which are made as they are needed.

    Raises `IndexError` for a place in a list beyond its end, `AttributeError` for a path that is none.
    """
    for step, following in pairwise(path):
        made: Any = [] if isinstance(following, int) else {}
        body = _step(body, step, made)
    _step(body, path[-1], value, is_last=True)


def _step(body: Any, step: str | int, value: Any, *, is_last: bool = False) -> Any:
    if isinstance(step, int):
        if step > len(body):
            raise IndexError(step)
        body.extend([None] * (step + 1 - len(body)))
        if is_last or body[step] is None:
            body[step] = value
    elif is_last or body.get(step) is None:
        body[step] = value
    return body[step]


def leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The single values within nested objects and lists, with their paths."""
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            yield from leaves(inner, (*path, step))
    else:
        yield path, value
