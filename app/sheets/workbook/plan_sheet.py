"""The plan: what each channel gets and brings, the money held back, charts, and what is worth knowing.

What the optimiser decided stands there as numbers; what follows from them by arithmetic (shares, changes,
returns, totals) as formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from app.optimize.replies import AllocationRead, PlanReply
from app.optimize.tables import PlanView
from app.optimize.words import Words
from app.sheets.workbook.fields import SHEETS, Text
from app.sheets.workbook.input_sheets import set_up_page
from app.sheets.workbook.look import CHANGE, COUNTED, SHARE, Look, fitting, put, width_of
from app.sheets.workbook.plan_charts import SPEND, PlanCharts

TITLE, FIGURES, HEAD, BODY = 0, 2, 5, 6
"""Rows of the title, the plan in figures, the headings, and the first channel."""
WHY_WIDTH, WHY_LETTERS = 64, 66
"""Width of the reasons, in digits; and letters of their smaller writing that surely fit into a line."""

SAID: dict[str, Text] = {
    "title": Text("Plan for {month}", "{month} 预算方案"),
    "channel": Text("Channel", "渠道"),
    "spend": Text("Spend", "花费"),
    "share": Text("Share", "占比"),
    "last": Text("Last month", "上月"),
    "change": Text("Change", "变动"),
    "change_share": Text("Change %", "变动 %"),
    "expected": Text("Expected {what}", "预期{what}"),
    "low": Text("From (9 times in 10)", "最低（九成区间）"),
    "high": Text("To (9 times in 10)", "最高（九成区间）"),
    "roi": Text("Per 1 spent", "每元带来"),
    "next": Text("The next 1 brings", "再加一元带来"),
    "position": Text("Held by", "受限于"),
    "why": Text("Why", "原因"),
    "all": Text("All channels", "全部渠道"),
    "channels": Text("Channels", "渠道"),
    "reserve": Text("Reserve", "预留"),
    "unallocated": Text("Not allocated", "未分配"),
    "budget": Text("Budget", "预算"),
    "gain": Text("Against last month's mix", "与上月比例相比"),
    "range": Text("{low} to {high}, 9 times in 10", "九成可能在 {low} 到 {high} 之间"),
    "notes": Text("Worth knowing", "请注意"),
    "trials": Text("Test budgets that may be drawn from the reserve", "可从预留中支取的试投预算"),
}
WHAT: dict[str, Text] = {
    "revenue": Text("revenue", "收入"),
    "profit": Text("profit", "利润"),
    "conversions": Text("conversions", "转化数"),
    "new_customers": Text("new customers", "新客数"),
    "lifetime_value": Text("lifetime value", "长期价值"),
    "scorecard": Text("points", "得分"),
}
POSITIONS: dict[str, Text] = {
    "free": Text("nothing", "无"),
    "at_min": Text("its minimum", "下限"),
    "at_max": Text("its maximum", "上限"),
    "at_change_limit": Text("its change limit", "变动限制"),
    "at_group_limit": Text("its group", "分组限额"),
    "commission": Text("what it sells", "销售额佣金"),
    "zero": Text("low return", "回报偏低"),
}


@dataclass(frozen=True)
class Column:
    """One column of the plan's table: heading, width and number format."""

    key: str
    width: float
    pattern: str = "General"


class PlanSheet:
    """Writes the sheet of the plan."""

    def __init__(self, look: Look, reply: PlanReply) -> None:
        self.look, self.reply, self.language = look, reply, look.language
        self.words = Words(self.language, reply.currency, reply.objective)
        self.sheet: Any = look.book.get_worksheet_by_name(SHEETS["plan"].of(self.language))
        response, ratio = look.response(reply.objective), look.ratio(reply.objective)
        names = fitting((line.name for line in reply.allocations), 22, 34)
        self.columns = (
            Column("channel", names),
            Column("spend", 16, look.money),
            Column("share", 9, SHARE),
            Column("last", 16, look.money),
            Column("change", 15, f"+{look.money};-{look.money};0"),
            Column("change_share", 11, CHANGE),
            Column("expected", 17, response),
            Column("low", 17, response),
            Column("high", 17, response),
            Column("roi", 11, ratio),
            Column("next", 11, ratio),
            Column("position", 16),
            Column("why", WHY_WIDTH),
        )
        self.last = BODY + len(reply.allocations) - 1
        self.total = self.last + 1

    def write(self) -> None:
        """Title, figures, table, totals, charts, notes."""
        sheet = self.sheet
        title = self._say("title", month=self.reply.month)
        put(sheet, TITLE, 0, title, self.look.title())
        sheet.set_row(TITLE, 26)
        self._figures()
        for place, column in enumerate(self.columns):
            heading = self._say(column.key, what=WHAT[self.reply.objective].of(self.language))
            put(sheet, HEAD, place, heading, self.look.head())
            sheet.set_column(place, place, column.width)
        sheet.set_row(HEAD, 32)
        for place, line in enumerate(self.reply.allocations):
            self._line(BODY + place, line)
        self._totals()
        charts = PlanCharts(self.look, self.reply, HEAD, self.total)
        row = charts.write(self.total + 5)
        self._notes(self._trials(charts.write_release(row)))
        sheet.freeze_panes(BODY, 1)
        sheet.repeat_rows(HEAD)
        set_up_page(sheet, self.language)

    def _say(self, key: str, **facts: object) -> str:
        return SAID[key].of(self.language).format(**facts)

    def _place(self, key: str) -> int:
        return next(place for place, column in enumerate(self.columns) if column.key == key)

    def _cell(self, row: int, key: str) -> str:
        return str(xl_rowcol_to_cell(row, self._place(key)))

    def _span(self, key: str) -> str:
        return f"{self._cell(BODY, key)}:{self._cell(self.last, key)}"

    def _formula(self, row: int, key: str, formula: str, value: object, look: Any) -> None:
        self.sheet.write_formula(row, self._place(key), formula, look, value)

    def _figures(self) -> None:
        """The month in one line: budget, channels, reserve, what is expected."""
        reply, money = self.reply, self.look.money_with_symbol
        whole = "#,##0" if reply.objective in COUNTED else money.split(".")[0]
        spent = sum(float(line.spend) for line in reply.allocations)
        rows = {"budget": self.total + 3, "channels": self.total, "reserve": self.total + 1}
        figures = [
            ("budget", f"={self._cell(rows['budget'], 'spend')}", float(reply.budget), money),
            ("channels", f"={self._cell(rows['channels'], 'spend')}", spent, money),
            ("reserve", f"={self._cell(rows['reserve'], 'spend')}", float(reply.reserve.amount), money),
            ("expected", f"={self._cell(self.total, 'expected')}", reply.expected.response, whole),
        ]
        for place, (key, formula, value, pattern) in enumerate(figures):
            column = (0, 1, 3, 6)[place]
            label = self._say(key, what=WHAT[reply.objective].of(self.language))
            put(self.sheet, FIGURES, column, label, self.look.quiet())
            look = self.look.of(num_format=pattern, bold=True, font_size=14, align="left")
            if column:
                self.sheet.merge_range(FIGURES + 1, column, FIGURES + 1, column + 1, "", look)
            self.sheet.write_formula(FIGURES + 1, column, formula, look, value)
        put(self.sheet, FIGURES, 7, self._range(), self.look.quiet())
        if reply.expected.against_last_mix is not None:
            put(self.sheet, FIGURES, 10, self._say("gain"), self.look.quiet())
            look = self.look.of(num_format="+0.0%;-0.0%;0.0%", bold=True, font_size=14, align="left")
            put(self.sheet, FIGURES + 1, 10, reply.expected.against_last_mix, look)

    def _range(self) -> str:
        low, high = (self.words.response(x) for x in (self.reply.expected.low, self.reply.expected.high))
        return self._say("range", low=low, high=high)

    def _line(self, row: int, line: AllocationRead) -> None:
        look = {column.key: self.look.result(column.pattern) for column in self.columns}
        look["position"] = self.look.result(indent=1)
        spend, last = float(line.spend), None if line.last_spend is None else float(line.last_spend)
        values = {
            "channel": line.name,
            "spend": line.spend,
            "last": line.last_spend,
            "expected": line.response,
            "low": line.response_low,
            "high": line.response_high,
            "next": line.marginal_roi,
            "position": POSITIONS.get(line.position, Text(line.position, line.position)).of(self.language),
        }
        for key, value in values.items():
            put(self.sheet, row, self._place(key), value, look[key])
        put(
            self.sheet,
            row,
            self._place("why"),
            line.why,
            self.look.result(text_wrap=True, font_size=9, indent=1),
        )
        lines = -(-width_of(line.why) // WHY_LETTERS)
        self.sheet.set_row(row, max(20, 4 + 13 * lines))
        cell, total = {c.key: self._cell(row, c.key) for c in self.columns}, self._absolute(self.total)
        self._formula(row, "share", f"=IF({total}=0,0,{cell['spend']}/{total})", line.share, look["share"])
        known = None if last is None else spend - last
        formula = f'=IF(ISNUMBER({cell["last"]}),{cell["spend"]}-{cell["last"]},"")'
        self._formula(row, "change", formula, "" if known is None else known, look["change"])
        formula = f'=IF(N({cell["last"]})=0,"",{cell["spend"]}/{cell["last"]}-1)'
        self._formula(
            row, "change_share", formula, _or_blank(spend / last - 1 if last else None), look["change_share"]
        )
        ratio = _or_blank(line.response / spend if spend else None)
        self._formula(row, "roi", self._ratio(row), ratio, look["roi"])

    def _absolute(self, row: int) -> str:
        return str(xl_rowcol_to_cell(row, self._place("spend"), row_abs=True, col_abs=True))

    def _totals(self) -> None:
        """All channels together: sums as formulas, the range as the optimiser has it."""
        lines, expected = self.reply.allocations, self.reply.expected
        spent = float(sum(line.spend for line in lines))
        response = sum(line.response for line in lines)
        sums = {
            "spend": spent,
            "share": 1.0 if spent else 0.0,
            "last": sum(float(line.last_spend) for line in lines if line.last_spend is not None),
            "expected": response,
        }
        given = {"channel": self._say("all"), "low": expected.low, "high": expected.high}
        for place, column in enumerate(self.columns):
            look = self.look.total(column.pattern)
            if column.key in sums:
                self._formula(
                    self.total, column.key, f"=SUM({self._span(column.key)})", sums[column.key], look
                )
            elif column.key == "roi":
                formula = self._ratio(self.total)
                self._formula(
                    self.total, "roi", formula, _or_blank(response / spent if spent else None), look
                )
            else:
                put(self.sheet, self.total, place, given.get(column.key), look)
        self._budget()

    def _budget(self) -> None:
        """Below the channels: the reserve, what is not allocated, and the budget as the sum of all."""
        money = self.look.money
        parts = {"reserve": self.reply.reserve.amount, "unallocated": self.reply.unallocated}
        for row, (key, amount) in enumerate(parts.items(), self.total + 1):
            put(self.sheet, row, 0, self._say(key), self.look.result())
            put(self.sheet, row, SPEND, amount, self.look.result(money))
        row = self.total + 1 + len(parts)
        put(self.sheet, row, 0, self._say("budget"), self.look.total())
        formula = f"=SUM({self._cell(self.total, 'spend')}:{self._cell(row - 1, 'spend')})"
        self._formula(row, "spend", formula, float(self.reply.budget), self.look.total(money))

    def _ratio(self, row: int) -> str:
        """What a row brings per unit spent."""
        spend, expected = (self._cell(row, key) for key in ("spend", "expected"))
        return f'=IF({spend}=0,"",{expected}/{spend})'

    def _trials(self, row: int) -> int:
        """What may be spent to learn what new channels bring; gives the row below."""
        trials, response = self.reply.reserve.trials, self.look.response(self.reply.objective)
        if not trials:
            return row
        names = {line.channel: line.name for line in self.reply.allocations}
        put(self.sheet, row, 0, self._say("trials"), self.look.part())
        columns = ("channel", "spend", "expected", "low", "high")
        what = WHAT[self.reply.objective].of(self.language)
        for key in columns:
            put(self.sheet, row + 1, self._place(key), self._say(key, what=what), self.look.head())
        self.sheet.set_row(row + 1, 32)
        for below, trial in enumerate(trials, row + 2):
            name = names.get(trial.channel, trial.channel)
            brought = (trial.response, trial.response_low, trial.response_high)
            for key, value in zip(columns, (name, trial.spend, *brought), strict=True):
                pattern = self.look.money if key == "spend" else response
                put(self.sheet, below, self._place(key), value, self.look.result(pattern))
        return row + 3 + len(trials)

    def _notes(self, row: int) -> None:
        put(self.sheet, row, 0, self._say("notes"), self.look.part())
        sentences = [*PlanView(self.reply, self.language).sentences()]
        sentences += [warning.message for warning in self.reply.warnings]
        for place, sentence in enumerate(sentences, row + 1):
            put(self.sheet, place, 0, f"· {sentence}", self.look.of())


def _or_blank(value: float | None) -> float | str:
    return "" if value is None else value
