"""The response curves: a table and a chart per channel, with the marks of the plan and of last month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.optimize.replies import PlanReply
from app.sheets.workbook.curve_points import CurvePoints
from app.sheets.workbook.fields import SHEETS, Text
from app.sheets.workbook.input_sheets import set_up_page
from app.sheets.workbook.look import SERIES, Look, put
from app.sheets.workbook.plan_charts import dress
from app.sheets.workbook.plan_sheet import WHAT

TITLE, HINT, FIRST = 0, 1, 3
HEADS, GAP = 2, 2
"""Rows of a block above its points (name, headings) and below them."""
MOST_CHARTS = 60
MOST_ON_PAGE = 4
SAID: dict[str, Text] = {
    "hint": Text(
        "What a month's spend is expected to bring in the plan month. The service writes these figures anew "
        "each time.",
        "计划月内不同花费的预期成果。每次计算时由系统重新填写。",
    ),
    "spend": Text("Spend in the month", "当月花费"),
    "expected": Text("Expected {what}", "预期{what}"),
    "low": Text("From (9 times in 10)", "最低（九成区间）"),
    "high": Text("To (9 times in 10)", "最高（九成区间）"),
    "next": Text("The next 1 brings", "再加一元带来"),
    "mark": Text("Mark", "标记"),
    "planned": Text("Plan", "计划"),
    "last": Text("Last month", "上月"),
}


class CurvesSheet:
    """Writes the sheet of curves, a block per channel."""

    def __init__(self, look: Look, reply: PlanReply, curves: Sequence[CurvePoints]) -> None:
        self.look, self.reply, self.curves, self.language = look, reply, curves, look.language
        self.title = SHEETS["curves"].of(self.language)
        self.sheet: Any = look.book.get_worksheet_by_name(self.title)
        self.what = WHAT[reply.objective].of(self.language)

    def write(self) -> None:
        """Title and blocks, four to a printed page."""
        put(self.sheet, TITLE, 0, self.title, self.look.title())
        put(self.sheet, HINT, 0, self._say("hint"), self.look.quiet())
        self.sheet.set_row(TITLE, 26)
        self.sheet.set_column(0, 4, 17)
        self.sheet.set_column(5, 5, 18)
        breaks = []
        for number, (row, curve) in enumerate(zip(first_rows(self.curves), self.curves, strict=True)):
            if number and number % MOST_ON_PAGE == 0:
                breaks.append(row)
            self._block(row, curve)
            if number < MOST_CHARTS:
                self._chart(row, curve)
        self.sheet.freeze_panes(FIRST, 0)
        set_up_page(self.sheet, self.language, is_landscape=False)
        self.sheet.set_h_pagebreaks(breaks)

    def _say(self, key: str) -> str:
        return SAID[key].of(self.language).format(what=self.what)

    def _block(self, row: int, curve: CurvePoints) -> None:
        response, ratio = (self.look.response(self.reply.objective), self.look.ratio(self.reply.objective))
        patterns = (self.look.money, response, response, response, ratio)
        put(self.sheet, row, 0, curve.name, self.look.part())
        for place, key in enumerate(("spend", "expected", "low", "high", "next", "mark")):
            put(self.sheet, row + 1, place, self._say(key), self.look.head())
        for number, point in enumerate(curve.points):
            here = row + HEADS + number
            marks = [self._say("planned")] * (number == curve.planned)
            marks += [self._say("last")] * (number == curve.last)
            shade: dict[str, Any] = {"bg_color": "#ECFDF5", "bold": True} if marks else {}
            values = (point.spend, point.response, point.low, point.high, point.marginal)
            for place, (value, pattern) in enumerate(zip(values, patterns, strict=True)):
                put(self.sheet, here, place, value, self.look.result(pattern, **shade))
            put(self.sheet, here, 5, " · ".join(marks), self.look.result(indent=1, **shade))

    def _chart(self, row: int, curve: CurvePoints) -> None:
        chart = self.look.book.add_chart({"type": "scatter", "subtype": "straight"})
        first, last = row + HEADS, row + HEADS + len(curve.points) - 1
        lines = (
            (1, SERIES["plan"], 2.25, "solid"),
            (2, SERIES["range"], 1, "dash"),
            (3, SERIES["range"], 1, "dash"),
        )
        for column, colour, width, dash in lines:
            chart.add_series(
                {
                    "name": [self.title, row + 1, column],
                    "categories": [self.title, first, 0, last, 0],
                    "values": [self.title, first, column, last, column],
                    "line": {"color": colour, "width": width, "dash_type": dash},
                    "marker": {"type": "none"},
                }
            )
        self._mark(chart, "planned", first + curve.planned, ("circle", SERIES["plan"]))
        if curve.last is not None:
            self._mark(chart, "last", first + curve.last, ("diamond", SERIES["reserve"]))
        money = self.look.money.split(".")[0]
        dress(chart, self.look, curve.name, money)
        font = {"size": 9, "color": "#374151"}
        axis = {"name": self._say("spend"), "name_font": {"size": 9, "bold": False}, "num_font": font}
        chart.set_x_axis(axis | {"num_format": money, "min": 0, "line": {"color": "#9CA3AF"}})
        chart.set_size({"width": 560, "height": 20 * (len(curve.points) + 1)})
        self.sheet.insert_chart(row, 7, chart, {"object_position": 2, "y_offset": 5})

    def _mark(self, chart: Any, key: str, row: int, look: tuple[str, str]) -> None:
        shape, colour = look
        chart.add_series(
            {
                "name": self._say(key),
                "categories": [self.title, row, 0, row, 0],
                "values": [self.title, row, 1, row, 1],
                "line": {"none": True},
                "marker": {
                    "type": shape,
                    "size": 10,
                    "fill": {"color": colour},
                    "border": {"color": "#FFFFFF"},
                },
            }
        )


def first_rows(curves: Sequence[CurvePoints]) -> list[int]:
    """The row of each block's name."""
    rows, row = [], FIRST
    for curve in curves:
        rows.append(row)
        row += HEADS + len(curve.points) + GAP
    return rows


def point_rows(curves: Sequence[CurvePoints]) -> list[tuple[int, int]]:
    """The first and last row of each channel's points."""
    firsts = first_rows(curves)
    return [(row + HEADS, row + HEADS + len(c.points) - 1) for row, c in zip(firsts, curves, strict=True)]
