"""The four sheets of inputs: budget and rules, channels, history, events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.sheets.workbook.fields import SHEETS, Field, Row, Table, Text
from app.sheets.workbook.inputs import Inputs
from app.sheets.workbook.limits import LIMITS
from app.sheets.workbook.lists import CHANNELS, EVENTS, HISTORY, OUTCOMES, POINTS, TESTS
from app.sheets.workbook.look import Look, fitting, put
from app.sheets.workbook.rules import COUNTS, GROUPS, MORE, NO_FESTIVALS, SETTINGS
from app.sheets.workbook.validation import range_on, validation
from app.sheets.workbook.values import written_periods

TITLE, HINT, FIRST_PART = 0, 1, 3
"""Rows of a sheet's title, of its hint, and of the title of its first part."""
NOTE, HEAD, BODY = 1, 2, 3
"""Rows of a table's notes, headings and first line, counted from its title."""
REPEATS = 5
"""Cells of a repeated field that stand ready; more are made when a row holds more."""
MOST_REPEATS = 400
"""Cells of a repeated field at most; further values share them."""
PAGE_BREAKS = {"channels": 15}
"""Columns before which a new page begins, on sheets too wide for one."""
HINTS: dict[str, Text] = {
    "rules": Text(
        "Fill in the yellow cells. What is left blank is left to the service.",
        "请填写黄色单元格；留空的由系统决定。",
    ),
    "channels": Text(
        "One channel a row. Limits hold for the month to plan; blank is no limit.",
        "每行一个渠道。限制针对计划月份；留空即无限制。",
    ),
    "history": Text(
        "One row per channel and period: month, week or day. Leave unknown results blank, not zero.",
        "每个渠道每期一行（月、周或日）。未知的成果请留空，不要填零。",
    ),
    "events": Text(
        "Days on which demand is unlike other days. Big public festivals are known already.",
        "需求与平日不同的日子。主要的公共节日系统已知。",
    ),
}


class InputSheets:
    """Writes the inputs, each in the cell from which it is read back."""

    def __init__(self, look: Look, inputs: Inputs) -> None:
        self.look, self.inputs = look, inputs
        self.language = look.language
        channels = len(inputs.rows.get("channels", [])) + CHANNELS.rows
        first = FIRST_PART + BODY + 1
        self.channel_names = range_on("channels", f"$A${first}:$A${first + channels - 1}", self.language)

    def write(self) -> None:
        """All four sheets; they must have been added to the book."""
        self._rules()
        self._sheet("channels", (CHANNELS, POINTS))
        self._sheet("history", (HISTORY, OUTCOMES))
        self._sheet("events", (EVENTS, TESTS))

    def _begin(self, key: str) -> Any:
        sheet = self.look.book.get_worksheet_by_name(SHEETS[key].of(self.language))
        put(sheet, TITLE, 0, SHEETS[key].of(self.language), self.look.title())
        put(sheet, HINT, 0, HINTS[key].of(self.language), self.look.quiet())
        sheet.set_row(TITLE, 26)
        set_up_page(sheet, self.language, is_landscape=key != "rules")
        return sheet

    def _rules(self) -> None:
        sheet, row = self._begin("rules"), FIRST_PART
        sheet.set_column(
            0, 0, fitting(one.label.of(self.language) for ones in SETTINGS.values() for one in ones)
        )
        sheet.set_column(1, 4, 18)
        sheet.set_column(5, 5 + MOST_REPEATS, 14)
        for title, fields in SETTINGS.items():
            put(sheet, row, 0, title.of(self.language), self.look.part())
            for one in fields:
                row += 1
                self._setting(sheet, row, one)
            row += 2
        for table in (GROUPS, COUNTS, LIMITS, MORE):
            row = self._table(sheet, table, row, 0) + 1
        sheet.freeze_panes(FIRST_PART, 0)

    def _setting(self, sheet: Any, row: int, one: Field) -> None:
        value = self.inputs.values.get(one.key)
        put(sheet, row, 0, one.label.of(self.language), self.look.of(bold=one.is_required))
        put(sheet, row, 1, self._shown(one, value), self.look.input(one.kind))
        put(sheet, row, 2, one.note.of(self.language), self.look.quiet(indent=1))
        sheet.data_validation(row, 1, row, 1, validation(one, self.language))

    def _sheet(self, key: str, tables: Sequence[Table]) -> None:
        """Tables side by side, with a blank column between them."""
        sheet, column = self._begin(key), 0
        for table in tables:
            self._table(sheet, table, FIRST_PART, column)
            self._widths(sheet, table, column)
            column += len(table.fields)
            sheet.set_column(column, column, 3)
            column += 1
        sheet.freeze_panes(FIRST_PART + BODY, 1)
        sheet.repeat_rows(FIRST_PART + HEAD)
        if key in PAGE_BREAKS:
            sheet.set_v_pagebreaks([PAGE_BREAKS[key]])
            sheet.fit_to_pages(2, 0)

    def _table(self, sheet: Any, table: Table, top: int, left: int) -> int:
        """One table of inputs; gives the row after its last."""
        rows = self.inputs.rows.get(table.key, [])
        put(sheet, top, left, table.title.of(self.language), self.look.part())
        sheet.set_row(top + NOTE, 16 if table.sheet == "rules" else 40)
        last = top + BODY + len(rows) + table.rows - 1
        column = left
        for one in table.fields:
            for number in range(self._repeats(one, rows)):
                self._column(sheet, one, (top, column, last), number, rows)
                column += 1
        return last + 1

    def _repeats(self, one: Field, rows: Sequence[Row]) -> int:
        longest = max((len(row.get(one.key) or []) for row in rows), default=0) if one.is_repeated else 0
        return min(MOST_REPEATS, max(REPEATS, longest + 1)) if one.is_repeated else 1

    def _column(
        self, sheet: Any, one: Field, place: tuple[int, int, int], number: int, rows: Sequence[Row]
    ) -> None:
        top, column, last = place
        label = one.label.of(self.language) + (f" {number + 1}" if one.is_repeated else "")
        note = one.note.of(self.language).rstrip("。") if number == 0 else ""
        put(sheet, top + NOTE, column, note, self.look.quiet(text_wrap=True, valign="bottom"))
        put(sheet, top + HEAD, column, label, self.look.head())
        cells = self._cells(one, number, rows)
        look = self.look.input(one.kind)
        for row in range(top + BODY, last + 1):
            place_in = row - top - BODY
            put(sheet, row, column, cells[place_in] if place_in < len(cells) else None, look)
        rule = validation(one, self.language, self.channel_names)
        sheet.data_validation(top + BODY, column, last, column, rule)

    def _cells(self, one: Field, number: int, rows: Sequence[Row]) -> list[object]:
        """A column's values, as they are shown."""
        values = [row.get(one.key) for row in rows]
        if one.is_repeated:
            return [_shared(names or [], number) for names in values]
        if one.kind == "period":
            return list(written_periods([str(value) for value in values]))
        return [self._shown(one, value) for value in values]

    def _shown(self, one: Field, value: Any) -> object:
        if value is None:
            return None
        if one.kind == "yes_no":
            return one.choices["yes" if value else "no"].of(self.language)
        if one.choices:
            return one.choices[value].of(self.language)
        if one.kind == "country":
            return value or NO_FESTIVALS.of(self.language)
        return date.fromisoformat(value) if one.kind == "day" else value

    def _widths(self, sheet: Any, table: Table, left: int) -> None:
        for place, one in enumerate(table.fields):
            label = one.label.of(self.language)
            shown = [str(row.get(one.key) or "") for row in self.inputs.rows.get(table.key, [])[:500]]
            least = {"text": 14.0, "money": 14.0, "amount": 14.0, "result": 14.0}.get(one.kind, 11.0)
            sheet.set_column(left + place, left + place, fitting([label, *shown], least, 30))


def _shared(names: Sequence[str], number: int) -> object:
    """The value of one of several cells: one name each, or several lines where there are too many."""
    each = -(-len(names) // MOST_REPEATS)
    return "\n".join(names[number * each : (number + 1) * each]) if each else None


def set_up_page(sheet: Any, language: str, *, is_landscape: bool = True) -> None:
    """Paper: A4, one page wide, the sheet's name and page below."""
    if is_landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer("&L&9&A&R&9&P / &N")
    sheet.hide_gridlines(2)
