"""Tables of a plan: a header and rows, to be written as CSV, as XML, or as a range of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from app.db.tables import PlanRow
from app.dependencies import Language
from app.optimize import exports
from app.optimize.replies import CurvesReply, PlanReply
from app.sheets.cells.headings import heading
from app.sheets.cells.metrics import find, of_plan, plain_number
from app.sheets.safety import safe_text
from app.tracking.schemas import LineRead, TrackingRead

Cell = str | float | Decimal | None
HISTORY = ("channel", "period", "spend", "revenue", "conversions", "new_customers", "impressions", "clicks")
TRACKED = ("planned_spend", "planned_spend_so_far", "spend")
CURVES = ("channel", "spend", "response", "low", "high", "marginal")


@dataclass(frozen=True)
class Grid:
    """Columns by name, and rows as long."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    def header(self, language: Language | None) -> list[str]:
        """The headings of the columns."""
        return [heading(name, language) for name in self.columns]


@dataclass(frozen=True)
class Dialect:
    """How a table is written as text: `separator` between cells, `point` before decimals."""

    separator: str = ","
    point: str = "."
    has_mark: bool = False


def allocations(reply: PlanReply) -> Grid:
    """A line per channel, then the reserve, what is unallocated, and the budget."""
    return Grid(exports.COLUMNS, exports.plan_rows(reply))


def row_of(plan: PlanRow, reply: PlanReply, channel: str | None) -> Grid:
    """One line: of a channel, or of the whole plan."""
    if channel is None:
        about: dict[str, Cell] = {"plan": plan.id, "version": plan.version, "state": plan.state}
        about |= {"month": str(reply.month), "currency": reply.currency, **of_plan(reply)}
        return Grid(tuple(about), [list(about.values())])
    line = find(reply, channel)
    columns = exports.COLUMNS[2:]
    return Grid(columns, [[getattr(line, name) for name in columns]])


def curves(reply: CurvesReply) -> Grid:
    """Each channel's curve as points: spend of the month, response, its range, what the next unit brings."""
    points = [(curve.channel, point) for curve in reply.curves for point in curve.table]
    return Grid(CURVES, [[channel, *(getattr(p, name) for name in CURVES[1:])] for channel, p in points])


def history(rows: Iterable[dict[str, Cell]]) -> Grid:
    """The rows of channels that a plan was made from."""
    return Grid(HISTORY, [[row.get(name) for name in HISTORY] for row in rows])


def tracking(reply: TrackingRead) -> Grid:
    """Planned, come so far and expected at the month's end: a line per channel, then all together."""
    columns = ("kind", "channel", "name", *TRACKED, "projected_spend", "planned_response", "response")
    lines = [("channel", line.channel, line.name, line) for line in reply.channels]
    rows = [_tracked(*line) for line in [*lines, ("total", None, None, reply.total)]]
    return Grid((*columns, "projected_response"), rows)


def _tracked(kind: str, channel: str | None, name: str | None, line: LineRead) -> list[Cell]:
    ends = line.projected_response
    row: list[Cell] = [kind, channel, name, *(getattr(line, each) for each in TRACKED)]
    row += [line.projected_spend.value, line.planned_response.value, line.response]
    return [*row, None if ends is None else ends.value]


def as_csv(grid: Grid, dialect: Dialect, language: Language | None, *, headed: bool = True) -> bytes:
    """UTF-8 text; a text that a spreadsheet would run as a formula is made harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=dialect.separator)
    if headed:
        writer.writerow(grid.header(language))
    writer.writerows([_written(cell, dialect.point) for cell in row] for row in grid.rows)
    return text.getvalue().encode("utf-8-sig" if dialect.has_mark else "utf-8")


def as_values(grid: Grid, language: Language | None) -> list[list[str | float | int]]:
    """A range of cells as scripts set it: numbers as numbers, nothing as empty text."""
    return [[*grid.header(language)], *([_value(cell) for cell in row] for row in grid.rows)]


def as_xml(plan: PlanRow, grid: Grid) -> bytes:
    """XML for FILTERXML, e.g. `//allocation[@channel='douyin']/spend`; what is empty has no element."""
    about: dict[str, Cell] = {
        "plan": plan.id,
        "month": plan.month,
        "version": plan.version,
        "state": plan.state,
    }
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<allocations{_attributes(about)}>"]
    for row in grid.rows:
        cells = dict(zip(grid.columns, row, strict=True))
        keys = {name: cells[name] for name in ("kind", "channel", "name") if cells[name] is not None}
        rest = {
            name: cell for name, cell in cells.items() if name not in {"month", *keys} and cell is not None
        }
        inner = "".join(f"<{name}>{escape(_text(cell))}</{name}>" for name, cell in rest.items())
        lines.append(f"<allocation{_attributes(keys)}>{inner}</allocation>")
    return "\n".join([*lines, "</allocations>"]).encode()


def _attributes(facts: dict[str, Cell]) -> str:
    return "".join(f" {name}={quoteattr(str(fact))}" for name, fact in facts.items())


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else plain_number(cell)


def _written(cell: Cell, point: str) -> str:
    return safe_text(cell) if isinstance(cell, str) else _text(cell).replace(".", point)


def _value(cell: Cell) -> str | float | int:
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return safe_text(cell) if isinstance(cell, str) else "" if cell is None else cell
