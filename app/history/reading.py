"""The rows of a table as records: period, channel and amounts read, every cell that cannot be read named."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from app.history.cells import (
    Cell,
    Faults,
    Line,
    Merge,
    Note,
    Unreadable,
    fault_at,
    plain,
    refuse,
)
from app.history.columns import MEASURES, TOTALS, Column, Meaning
from app.history.dates import Dating, Key, read_periods, read_span
from app.history.layout import Table
from app.history.numbers import decimal_mark, is_blank, is_plain, read_number
from app.sheets.safety import as_meant
from optimizer import Period

PROBED = 20_000
LONGEST_NAME = 100
CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
OF_A_YEAR = re.compile(r"第?([0-9]{1,2})(?:月份?|周)?")
AMOUNTS = (*MEASURES, *TOTALS.values(), Meaning.ROI)
OF_THE_SHOP = {total: measure for measure, total in TOTALS.items()}
CODE = re.compile(r"[A-Z]{3}")
CURRENCIES = {"RMB": "CNY", "人民币": "CNY", "人民币元": "CNY", "元": "CNY", "美元": "USD", "US$": "USD"}
CURRENCIES |= {"港币": "HKD", "日元": "JPY", "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP"}
REPEATS_FROM = 3
"""In so many periods must the same revenue stand on every channel's row to be taken for the whole shop's."""


class Record(NamedTuple):
    """What one row says of one channel, or of the whole shop (channel None), in one period.

    `detail` is what tells rows of one channel and period apart: names of campaigns, products, ids. `column`
    is where a fault of the record is shown. What `repeats` stands on every channel's row and counts once.
    """

    channel: str | None
    period: Period
    geo: str
    detail: tuple[str, ...]
    amounts: dict[Meaning, float]
    sheet: str
    row: int
    column: int | None
    repeats: bool = False


class TableReader:
    """Reads one table into `records`; every cell that cannot be read is added to `faults`.

    `currency` is the code of the one that all amounts are in, where a column says so.
    """

    currency: str | None

    def __init__(self, table: Table, faults: Faults) -> None:
        self.table, self.name, self.faults = table, table.sheet.name, faults
        self.notes: list[Note] = []
        self.names = dict(table.names)
        self.blank_spends = 0
        self.amounts = table.all(*AMOUNTS)
        self.is_plain = all(column.meaning in MEASURES and not column.channel for column in self.amounts)
        self.period, self.end = table.only(Meaning.PERIOD), table.only(Meaning.PERIOD_END)
        self.channel, self.geo = table.only(Meaning.CHANNEL), table.only(Meaning.GEO)
        self.year = table.only(Meaning.YEAR)
        self.details = table.all(Meaning.DETAIL)
        self.lines = _unmerged(
            table, [c for c in (self.period, self.end, self.year, self.channel, self.geo) if c]
        )
        cells = (line.cell(column.index) for line in self.lines for column in self.amounts)
        self.mark = decimal_mark(islice(cells, PROBED), table.sheet.separator)
        self.periods = self._periods()
        self.is_hourly = (
            any(_clock(line.cell(self.period.index)) for line in self.lines) if self.period else False
        )
        self.records = [record for line in self.lines for record in self._records(line)]
        self._find_merged_amounts()
        self._find_second_currency()
        self._find_repeated_total()
        if self.blank_spends:
            self.notes.append(Note("blank_spend", f"Blank spends that were read as 0: {self.blank_spends}."))
        self.lines = []  # the records have what the cells said
        self.table = replace(table, lines=[], sheet=replace(table.sheet, lines=[]))

    def _records(self, line: Line) -> Iterator[Record]:
        """One record of a long table's row, one per channel of a wide one's, and one of the whole shop."""
        period, channel = self._period(line), self._channel(line)
        amounts = self._amounts(line)
        if period is None or channel == "":
            return
        geo = _name(line.cell(self.geo.index)) if self.geo else ""
        detail = tuple(_name(line.cell(column.index)) for column in self.details)
        if self.is_hourly and self.period:
            detail += (_clock(line.cell(self.period.index)),)
        place = (self.name, line.number, self.period.index + 1 if self.period else None)
        if self.is_plain:
            if amounts:
                mine = {column.meaning: amount for column, amount in amounts}
                owner, apart = self._owner(channel, detail)
                yield Record(owner, period, geo, apart, mine, *place)
            return
        by_owner: defaultdict[str | None, dict[Meaning, float]] = defaultdict(dict)
        shop: dict[Meaning, float] = {}
        for column, amount in amounts:
            if column.meaning in OF_THE_SHOP:
                shop[OF_THE_SHOP[column.meaning]] = amount
            else:
                by_owner[column.channel or channel][column.meaning] = amount
        for named, mine in by_owner.items():
            owner, apart = self._owner(named, detail)
            yield Record(owner, period, geo, apart, _with_revenue(mine), *place)
        if shop:
            yield Record(None, period, geo, detail, shop, *place, repeats=True)

    def _owner(self, named: str | None, detail: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
        """The channel that a name stands for; another name than its own is a detail of its rows."""
        if named is None:
            return None, detail
        owner = self.names.setdefault(named, named)
        return owner, detail if owner == named else (*detail, named)

    def _fault(self, line: Line, column: Column, reason: str) -> None:
        what = f"{column.header}: {reason}"
        self.faults.add(fault_at(self.name, what, line.number, column.index + 1))

    def _channel(self, line: Line) -> str | None:
        """The channel of a row: "" where it is missing, None where rows name none and none is known."""
        if self.channel is None:
            return self.table.channel
        name = _name(line.cell(self.channel.index))
        if not name or len(name) > LONGEST_NAME:
            self._fault(
                line, self.channel, "the channel is missing" if not name else "longer than 100 letters"
            )
            return ""
        return name

    def _periods(self) -> dict[Key, Period | Unreadable]:
        if self.period is None:
            return {}
        given = self.period.dating
        dating = Dating(given.grain, given.is_last_day, self.table.sheet.starts_1904)
        cells = (self._dated(line, self.period) for line in self.lines)
        return read_periods((cell for cell in cells if not is_blank(cell)), dating)

    def _period(self, line: Line) -> Period | None:
        if self.period is None:
            return self.table.period
        cell = self._dated(line, self.period)
        if cell is None or is_blank(cell):
            self._fault(line, self.period, "the date is missing")
            return None
        period = (self._span(line, cell) if self.end else None) or self.periods[cell]
        if isinstance(period, Unreadable):
            self._fault(line, self.period, f"'{period.text}' {period.reason}")
            return None
        return period

    def _dated(self, line: Line, column: Column) -> Cell:
        """What a row says of its period: `7` or `7月` beside a column of years is a month of its year."""
        cell = line.cell(column.index)
        match = OF_A_YEAR.fullmatch(_name(cell)) if self.year else None
        if not match or not self.year:
            return cell
        year = _name(line.cell(self.year.index)).rstrip("年")
        return f"{year}-W{match[1]}" if column.dating.grain == "week" else f"{year}-{match[1]}"

    def _span(self, line: Line, first: Key) -> Period | Unreadable | None:
        """The period from a row's first to its last day, where two columns give them."""
        last = line.cell(self.end.index) if self.end else None
        if last is None or is_blank(last):
            return None
        ends = [
            read_periods([day], Dating(starts_1904=self.table.sheet.starts_1904))[day]
            for day in (first, last)
        ]
        days = [end for end in ends if isinstance(end, Period) and end.days == 1]
        return read_span(days[0].first, days[1].first) if len(days) == 2 else None

    def _amounts(self, line: Line) -> list[tuple[Column, float]]:
        """The amounts of a row; nearly every cell is a plain number, and is read without further ado."""
        cells, mark, found = line.cells, self.mark, []
        for column in self.amounts:
            cell = cells[column.index] if column.index < len(cells) else None
            amount = float(cell) if is_plain(cell, mark) else self._amount(line, column, cell)
            if amount is not None:
                found.append((column, amount * column.factor))
        return found

    def _amount(self, line: Line, column: Column, cell: Cell) -> float | None:
        amount = read_number(cell, self.mark)
        if isinstance(amount, Unreadable):
            self._fault(line, column, f"'{amount.text}' {amount.reason}")
            return None
        if amount is None and column.meaning is Meaning.SPEND:
            self.blank_spends += 1
            return 0.0
        if amount is not None and amount < 0 and column.meaning is Meaning.SPEND and not self.details:
            self._fault(line, column, f"{amount:g} is negative")
            return None
        return amount

    def _find_merged_amounts(self) -> None:
        """An amount in a cell merged over several rows belongs to none of them."""
        held = {line.number: line for line in self.lines}
        for merge in self.table.sheet.merges:
            for column in self.amounts:
                across = merge.first_column <= column.index + 1 <= merge.last_column
                top = held.get(merge.first_row)
                if top and across and merge.last_row > merge.first_row and column.meaning not in OF_THE_SHOP:
                    self._fault(top, column, f"merged over rows {merge.first_row} to {merge.last_row}")

    def _find_second_currency(self) -> None:
        """Amounts in two currencies do not add up."""
        column = self.table.only(Meaning.CURRENCY)
        named = [(line, _name(line.cell(column.index))) for line in self.lines] if column else []
        first = next((name for _, name in named if name), "")
        self.currency = CURRENCIES.get(first, first.upper()) or None
        for line, name in named:
            if column and name not in (first, ""):
                self._fault(line, column, f"{name} here, {first} above: give all amounts in one currency")
        if column and self.currency and not CODE.fullmatch(self.currency):
            line = next(line for line, name in named if name == first)
            self._fault(line, column, f"'{first}' is no currency code such as CNY or USD")

    def _find_repeated_total(self) -> None:
        """Take a revenue that is the same on every channel's row, period by period, for the whole shop's."""
        if self.channel is None or any(record.repeats for record in self.records):
            return
        by_period: defaultdict[tuple[Period, str], list[float | None]] = defaultdict(list)
        for record in self.records:
            by_period[record.period, record.geo].append(record.amounts.get(Meaning.REVENUE))
        shared = [set(amounts) for amounts in by_period.values() if len(amounts) > 1]
        if len(shared) < REPEATS_FROM or any(len(amounts) > 1 or not any(amounts) for amounts in shared):
            return
        message = (
            "The revenue is the same on every channel's row: it was read as the whole shop's, not summed."
        )
        self.notes.append(Note("revenue_total", message))
        for record in list(self.records):
            total = {Meaning.REVENUE: record.amounts.pop(Meaning.REVENUE)}
            place = (record.sheet, record.row, record.column)
            self.records.append(Record(None, record.period, record.geo, (), total, *place, repeats=True))


def _with_revenue(amounts: dict[Meaning, float]) -> dict[Meaning, float]:
    """The amounts, with revenue worked out from spend and return where only that is given."""
    roi = amounts.pop(Meaning.ROI, None)
    if roi is not None and Meaning.REVENUE not in amounts:
        amounts[Meaning.REVENUE] = roi * amounts.get(Meaning.SPEND, 0.0)
    return amounts


def _clock(cell: Cell) -> str:
    """The time of day in a date's cell, "" at midnight: hours are details of their day."""
    if isinstance(cell, datetime):
        return f"{cell:%H:%M}" if cell.hour or cell.minute else ""
    match = CLOCK.search(cell) if isinstance(cell, str) else None
    return match[0] if match and match[0].strip("0:") else ""


@lru_cache(maxsize=10_000)
def _name(cell: Cell) -> str:
    """A cell as a name: text without line breaks, a whole number without its point."""
    if cell is None or is_blank(cell):
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return (
        " ".join(as_meant(plain(cell)).split()) if isinstance(cell, str) else str(getattr(cell, "text", cell))
    )


def _unmerged(table: Table, columns: list[Column]) -> list[Line]:
    """The table's rows, with periods and names that are merged over several rows written into each."""
    places = {line.number: place for place, line in enumerate(table.lines)}
    lines = list(table.lines)
    for column in columns:
        filled_to = 0
        mine = [m for m in table.sheet.merges if m.first_column <= column.index + 1 <= m.last_column]
        for merge in sorted(mine, key=lambda merge: merge.first_row):
            if merge.first_row <= filled_to:
                raise refuse(table.sheet.name, "merged ranges overlap", merge.first_row, column.index + 1)
            filled_to = merge.last_row
            if merge.first_row in places:
                _fill(lines, places[merge.first_row], merge, column.index)
    return lines


def _fill(lines: list[Line], top: int, merge: Merge, index: int) -> None:
    """Write the value of a merged range into this column of each of its rows."""
    value = lines[top].cell(merge.first_column - 1)
    for place in range(top, len(lines)):
        line = lines[place]
        if line.number > merge.last_row:
            return
        cells = line.cells + [None] * (index + 1 - len(line.cells))
        cells[index] = value
        lines[place] = Line(line.number, cells)
