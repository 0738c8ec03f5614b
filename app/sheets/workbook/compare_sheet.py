"""A sheet to play on: last month, the plan, and one's own spends, read off the curves by formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from app.optimize.replies import AllocationRead, PlanReply
from app.sheets.workbook.curve_points import CurvePoints
from app.sheets.workbook.curves_sheet import point_rows
from app.sheets.workbook.fields import SHEETS, Text
from app.sheets.workbook.input_sheets import set_up_page
from app.sheets.workbook.look import CHANGE, SERIES, Look, fitting, put
from app.sheets.workbook.plan_charts import dress
from app.sheets.workbook.plan_sheet import BODY as PLAN_BODY
from app.sheets.workbook.plan_sheet import WHAT

TITLE, HINT, HEAD, BODY = 0, 1, 3, 4
LAST, PLAN, OWN = 1, 2, 3
"""Columns of the three spends; what each brings stands three columns to the right."""
TO_RESPONSE = 3
SAID: dict[str, Text] = {
    "hint": Text(
        "Change the yellow cells: what your own spends would bring is read off the curves. To have the plan "
        "keep a figure, write it under 'Exactly' on the sheet 'Channels'.",
        "修改黄色单元格：您自定花费的预期成果由曲线读出。若要计划固定某个金额，请填入“渠道”表的“固定”列。",
    ),
    "channel": Text("Channel", "渠道"),
    "last": Text("Last month", "上月"),
    "plan": Text("Plan", "计划"),
    "own": Text("Your own", "自定"),
    "of_last": Text("Last month brings", "上月花费带来"),
    "of_plan": Text("Plan brings", "计划带来"),
    "of_own": Text("Your own brings", "自定带来"),
    "more": Text("Own against plan", "自定与计划之差"),
    "more_share": Text("In per cent", "百分比"),
    "roi": Text("Own, per 1 spent", "自定每元带来"),
    "all": Text("All channels", "全部渠道"),
    "room": Text("Budget less reserve", "预算减预留"),
    "left": Text("Left of it", "剩余"),
    "chart": Text("Expected {what} by channel", "各渠道预期{what}"),
}


class CompareSheet:
    """Writes the sheet that compares."""

    def __init__(self, look: Look, reply: PlanReply, curves: Sequence[CurvePoints]) -> None:
        self.look, self.reply, self.curves, self.language = look, reply, curves, look.language
        self.title = SHEETS["compare"].of(self.language)
        self.sheet: Any = look.book.get_worksheet_by_name(self.title)
        self.total = BODY + len(curves)
        self.response, self.ratio = look.response(reply.objective), look.ratio(reply.objective)

    def write(self) -> None:
        """Table, totals, what is left of the budget, and a chart."""
        put(self.sheet, TITLE, 0, self.title, self.look.title())
        put(self.sheet, HINT, 0, self._say("hint"), self.look.quiet())
        self.sheet.set_row(TITLE, 26)
        keys = ("channel", "last", "plan", "own", "of_last", "of_plan", "of_own", "more", "more_share", "roi")
        for place, key in enumerate(keys):
            put(self.sheet, HEAD, place, self._say(key), self.look.head())
        self.sheet.set_row(HEAD, 32)
        self.sheet.set_column(0, 0, fitting((curve.name for curve in self.curves), 16, 34))
        self.sheet.set_column(1, len(keys) - 1, 16)
        lines = zip(self.reply.allocations, self.curves, point_rows(self.curves), strict=True)
        for number, (line, curve, rows) in enumerate(lines):
            self._line(number, line, curve, rows)
        self._totals()
        self._left()
        self._chart()
        self.sheet.freeze_panes(BODY, 1)
        self.sheet.repeat_rows(HEAD)
        set_up_page(self.sheet, self.language)

    def _say(self, key: str) -> str:
        return SAID[key].of(self.language).format(what=WHAT[self.reply.objective].of(self.language))

    def _line(self, number: int, line: AllocationRead, curve: CurvePoints, rows: tuple[int, int]) -> None:
        row, planned = BODY + number, curve.points[curve.planned]
        last = None if curve.last is None else curve.points[curve.last]
        money, sheet = self.look.result(self.look.money), self.sheet
        put(sheet, row, 0, line.name, self.look.result())
        put(sheet, row, LAST, line.last_spend, money)
        plan = f"='{SHEETS['plan'].of(self.language)}'!{xl_rowcol_to_cell(PLAN_BODY + number, 1)}"
        sheet.write_formula(row, PLAN, plan, money, planned.spend)
        own = f"={xl_rowcol_to_cell(row, PLAN)}"
        sheet.write_formula(row, OWN, own, self.look.input("money"), planned.spend)
        for place, point in ((LAST, last), (PLAN, planned), (OWN, planned)):
            value = "" if point is None else point.response
            formula = self._read_off(xl_rowcol_to_cell(row, place), rows)
            sheet.write_formula(row, place + TO_RESPONSE, formula, self.look.result(self.response), value)
        self._judge(row, planned.response, planned.spend, is_total=False)

    def _read_off(self, cell: str, rows: tuple[int, int]) -> str:
        """What a spend brings: on the straight line between the two points of the curve round it."""
        sheet = SHEETS["curves"].of(self.language)
        first, last = rows[0] + 1, rows[1] + 1
        spends, responses = (f"'{sheet}'!${column}${first}:${column}${last}" for column in "AB")
        left = f"MIN(MATCH({cell},{spends},1),ROWS({spends})-1)"
        ends = [f"INDEX({cells},{left}):INDEX({cells},{left}+1)" for cells in (responses, spends)]
        return f'=IF(ISNUMBER({cell}),FORECAST({cell},{ends[0]},{ends[1]}),"")'

    def _judge(self, row: int, response: float, spend: float, *, is_total: bool) -> None:
        """One's own spends against the plan: more or less, and per unit spent."""
        look = self.look.total if is_total else self.look.result
        places = (PLAN + TO_RESPONSE, OWN + TO_RESPONSE, OWN)
        plan, own, spent = (xl_rowcol_to_cell(row, place) for place in places)
        more = f"+{self.response};-{self.response};0"
        self.sheet.write_formula(row, 7, f"={own}-{plan}", look(more), 0)
        share = 0 if response else ""
        self.sheet.write_formula(row, 8, f'=IF({plan}=0,"",{own}/{plan}-1)', look(CHANGE), share)
        value = response / spend if spend else ""
        self.sheet.write_formula(row, 9, f'=IF({spent}=0,"",{own}/{spent})', look(self.ratio), value)

    def _totals(self) -> None:
        put(self.sheet, self.total, 0, self._say("all"), self.look.total())
        planned = [curve.points[curve.planned] for curve in self.curves]
        last = [curve.points[curve.last] for curve in self.curves if curve.last is not None]
        sums = {
            LAST: (sum(point.spend for point in last), self.look.money),
            PLAN: (sum(point.spend for point in planned), self.look.money),
            OWN: (sum(point.spend for point in planned), self.look.money),
            LAST + TO_RESPONSE: (sum(point.response for point in last), self.response),
            PLAN + TO_RESPONSE: (sum(point.response for point in planned), self.response),
            OWN + TO_RESPONSE: (sum(point.response for point in planned), self.response),
        }
        for place, (value, pattern) in sums.items():
            span = f"{xl_rowcol_to_cell(BODY, place)}:{xl_rowcol_to_cell(self.total - 1, place)}"
            self.sheet.write_formula(self.total, place, f"=SUM({span})", self.look.total(pattern), value)
        spend, response = sums[PLAN][0], sums[PLAN + TO_RESPONSE][0]
        self._judge(self.total, response, spend, is_total=True)

    def _left(self) -> None:
        """What may be spent, and what is left of it beside one's own spends; red when overspent."""
        room = float(self.reply.budget - self.reply.reserve.amount)
        look = self.look.result(self.look.money)
        put(self.sheet, self.total + 1, 0, self._say("room"), self.look.result())
        put(self.sheet, self.total + 1, OWN, room, look)
        put(self.sheet, self.total + 2, 0, self._say("left"), self.look.result())
        own, available = (xl_rowcol_to_cell(self.total + step, OWN) for step in (0, 1))
        spent = sum(curve.points[curve.planned].spend for curve in self.curves)
        formula = f"=ROUND({available}-{own},4)"
        self.sheet.write_formula(self.total + 2, OWN, formula, look, round(room - spent, 4))
        red = self.look.book.add_format({"font_color": "#B91C1C", "bold": True})
        rule = {"type": "cell", "criteria": "<", "value": 0, "format": red}
        self.sheet.conditional_format(self.total + 2, OWN, self.total + 2, OWN, rule)

    def _chart(self) -> None:
        chart = self.look.book.add_chart({"type": "column"})
        for place, colour in ((LAST, "last"), (PLAN, "plan"), (OWN, "own")):
            column = place + TO_RESPONSE
            chart.add_series(
                {
                    "name": [self.title, HEAD, place],
                    "categories": [self.title, BODY, 0, self.total - 1, 0],
                    "values": [self.title, BODY, column, self.total - 1, column],
                    "fill": {"color": SERIES[colour]},
                    "gap": 80,
                }
            )
        dress(chart, self.look, self._say("chart"), self.response)
        chart.set_size({"width": 1100, "height": 340})
        self.sheet.insert_chart(self.total + 5, 0, chart, {"object_position": 2})
