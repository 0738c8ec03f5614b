"""A plan's numbers and tables for the cells of a spreadsheet: each address says one thing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from app.problems import STORED_RESPONSES
from app.sheets.cells import grids, made_of, metrics
from app.sheets.cells.asking import AskedQuery, NumberQuery, RowQuery, TextQuery
from app.sheets.cells.grids import Grid
from app.sheets.cells.looking import ASight, Looked
from app.sheets.cells.readable import SheetRoute
from app.tracking import service as tracking_service

NUMBER, CSV, XML = "text/plain", "text/csv", "application/xml"
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: STORED_RESPONSES[status] for status in (401, 403, 404, 409, 422, 429)
}
known_curves = made_of.Curves()
router = APIRouter(prefix="/sheets", tags=["sheets"], route_class=SheetRoute, responses=RESPONSES)


def value(asked: NumberQuery, sight: ASight) -> Response:
    """One plain number: a dot before its decimals, no other mark."""
    looked = sight.looked()
    number = metrics.number(looked.reply, asked.channel, asked.metric)
    return looked.answer(metrics.plain_number(number).encode(), NUMBER)


def row(asked: RowQuery, sight: ASight) -> Response:
    """One line of CSV: a channel's, or the whole plan's with its state."""
    looked = sight.looked()
    grid = grids.row_of(looked.plan, looked.reply, asked.channel)
    return looked.answer(grids.as_csv(grid, asked.dialect, asked.lang, headed=asked.header), CSV)


def allocations(asked: TextQuery, sight: ASight) -> Response:
    """A line per channel, then the reserve, what is unallocated, and the budget."""
    looked = sight.looked()
    return _file(looked, asked, "allocations", grids.allocations(looked.reply))


def allocations_xml(_: AskedQuery, sight: ASight) -> Response:
    """The same for FILTERXML: `//allocation[@channel='douyin']/spend`."""
    looked = sight.looked()
    return looked.answer(grids.as_xml(looked.plan, grids.allocations(looked.reply)), XML)


def curves(asked: TextQuery, sight: ASight) -> Response:
    """Points of the response curves that the plan rests on."""
    with sight.opened() as (looked, _):
        return _file(looked, asked, "curves", grids.curves(known_curves.of(looked.plan)))


def history(asked: TextQuery, sight: ASight) -> Response:
    """The rows of history that the plan was made from."""
    with sight.opened() as (looked, _):
        return _file(looked, asked, "history", grids.history(made_of.history(looked.plan)))


def tracking(asked: TextQuery, sight: ASight) -> Response:
    """Planned, come so far and expected of the plan's month, by channel and together."""
    with sight.opened() as (looked, session):
        tracked = tracking_service.tracked(session, looked.caller, looked.plan, "en")
        return _file(looked, asked, "tracking", grids.tracking(tracked))


def _file(looked: Looked, asked: TextQuery, name: str, grid: Grid) -> Response:
    body = grids.as_csv(grid, asked.dialect, asked.lang)
    return looked.answer(body, CSV, f"plan-{looked.plan.month}-{name}.csv")


def _offer(path: str, read: Any, media_type: str) -> None:
    """GET, described on the API's page, and HEAD, by which spreadsheets ask before they ask."""
    told = f"{(read.__doc__ or '').strip()} With `errors=text` also what is wrong, in words."
    content: dict[int | str, dict[str, Any]] = {
        200: {"content": {media_type: {}, NUMBER: {}}, "description": told}
    }
    router.get(path, response_class=Response, responses=content, summary=path.rpartition("/")[2])(read)
    router.head(path, include_in_schema=False)(read)


for _path, _read, _type in (
    ("/{plan}/value", value, NUMBER),
    ("/{plan}/row", row, CSV),
    ("/{plan}/allocations.csv", allocations, CSV),
    ("/{plan}/allocations.xml", allocations_xml, XML),
    ("/{plan}/curves.csv", curves, CSV),
    ("/{plan}/history.csv", history, CSV),
    ("/{plan}/tracking.csv", tracking, CSV),
):
    _offer(_path, _read, _type)
