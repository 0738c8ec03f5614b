"""Files of history, from a platform's export to a planner's own spreadsheet: `read_history` is the door.

A file is CSV (or its kin) or XLSX, told apart by content, not by name. What each column was taken for comes
back with the rows and may be given back changed; a file with a wrong cell gives nothing but the list of all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePath

from app.history.assembly import Assembly
from app.history.cells import Book, Faults, HistoryFileError, Note, Sheet, fault_at, refuse
from app.history.columns import Meaning
from app.history.layout import Table, find_table, is_turned, period_within
from app.history.mapping import ColumnMapping, check_mapping, filled
from app.history.reading import TableReader
from app.history.text_files import read_text_file
from optimizer import HistoryRow, OutcomeRow, Period

MAX_BYTES = 20_000_000
ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NO_TABLE = (
    "no header was found: a row is needed that names a date (date, week, month or 日期), a channel (channel, "
    "渠道) and an amount (spend, 花费; revenue, 成交金额)"
)
TURNED = (
    "time runs to the right here: turn the table, so that each row is a date and each column a channel "
    "(copy, then Paste Special, Transpose)"
)


@dataclass(frozen=True)
class HistoryFile:
    """What a file of history holds: rows per channel, results of the whole shop, and how they were read.

    `places` tells for each of `rows` the sheet, row and column where it was first given, the last two from 1;
    `currency` the code of the one that a column says all amounts are in; `name` is the file's own.
    """

    rows: list[HistoryRow]
    outcomes: list[OutcomeRow]
    mapping: ColumnMapping
    notes: list[Note]
    places: list[tuple[str, int, int | None]] = field(default_factory=list)
    currency: str | None = None
    name: str = "file"


def read_history(data: bytes, filename: str, *, mapping: ColumnMapping | None = None) -> HistoryFile:
    """Read a file of history; `mapping` overrides what its columns are taken for.

    Raises `HistoryFileError` with every fault, each with sheet, row and column; nothing is read by halves.
    """
    name = PurePath(filename).name or "file"
    return read_book(open_file(data, name), name, mapping)


def read_book(book: Book, name: str, mapping: ColumnMapping | None = None) -> HistoryFile:
    """Read what a file holds once it is opened, or what never was a file; raises `HistoryFileError`."""
    given = mapping or ColumnMapping()
    sheets = [sheet for sheet in book.sheets if given.sheet in (None, sheet.name)]
    if not sheets:
        raise refuse(name, f"there is no visible sheet '{given.sheet}'" if given.sheet else "is empty")
    check_mapping(given, sheets, name)
    tables, notes = _tables(sheets, given, name)
    used, notes = _mapping(tables, given), book.notes + notes
    del book, sheets  # a large file's cells go as soon as they are read
    try:
        assembly, currency = _assembled(tables)
    except HistoryFileError as error:
        raise HistoryFileError(error.faults, used) from None
    rows, outcomes = assembly.rows(), assembly.outcomes()
    if not rows and not outcomes:
        raise refuse(name, "no row with an amount was found below the header")
    used = replace(used, names=assembly.names)
    return HistoryFile(rows, outcomes, used, notes + assembly.notes, assembly.places(), currency, name)


def _assembled(tables: list[Table]) -> tuple[Assembly, str | None]:
    """All tables put together, each gone once it is read; and their currency. Raises every fault at once."""
    faults, currency = Faults(), None
    assembly = Assembly(faults, names_sheets=len(tables) > 1)
    for _ in range(len(tables)):
        assembly.add(reader := TableReader(tables.pop(0), faults))
        if currency and reader.currency not in (None, currency):
            faults.add(fault_at(reader.name, f"{reader.currency} here, {currency} on a sheet before"))
        currency = currency or reader.currency
    assembly.check()
    if faults.found:
        raise HistoryFileError(faults.found)
    return assembly, currency


def open_file(data: bytes, name: str) -> Book:
    """The file's sheets, whatever kind of file it is."""
    if len(data) > MAX_BYTES:
        raise refuse(name, f"is larger than {MAX_BYTES // 1_000_000} MB")
    if data.startswith(OLE):
        locked = ENCRYPTED in data
        kind = (
            "is encrypted; save it without a password"
            if locked
            else "is an old .xls workbook; save it as .xlsx"
        )
        raise refuse(name, kind)
    if data.startswith(ZIP):
        from app.history.workbooks import read_workbook

        return read_workbook(data, name)
    if (
        data[:512]
        .lstrip(b"\xef\xbb\xbf \r\n\t")
        .lower()
        .startswith((b"<html", b"<!doctype", b"<table", b"<?xml"))
    ):
        raise refuse(name, "is a web page, whatever its name; open it in a spreadsheet and save it as .xlsx")
    return read_text_file(data, name)


def _tables(sheets: list[Sheet], given: ColumnMapping, name: str) -> tuple[list[Table], list[Note]]:
    """The table of each sheet that holds history, and notes on those that hold none."""
    found = {sheet.name: find_table(sheet, given) for sheet in sheets}
    tables = {title: table for title, table in found.items() if table}
    if not tables:
        raise HistoryFileError([fault_at(s.name, TURNED if is_turned(s) else NO_TABLE) for s in sheets])
    stated = period_within(name)
    dated = [_with_period(table, stated) for table in tables.values()]
    if undated := [fault_at(t.sheet.name, _no_period(t)) for t in dated if not t.has_periods]:
        raise HistoryFileError(undated, _mapping(dated, given))
    left_out = [sheet.name for sheet in sheets if sheet.name not in tables and any(filled(sheet.lines))]
    notes = [
        Note("sheet_left_out", f"Sheet '{title}' holds no history and was not read.") for title in left_out
    ]
    return [
        _with_channel(table, PurePath(name).stem if len(dated) == 1 else table.sheet.name) for table in dated
    ], notes


def _with_period(table: Table, stated: Period | None) -> Table:
    """The table with the period of rows that name none, from the lines above it or the file's name."""
    return table if table.period or table.only(Meaning.PERIOD) else replace(table, period=stated)


def _no_period(table: Table) -> str:
    whose = f"this export of {table.platform.name}" if table.platform else "the table"
    advice = table.platform.advice if table.platform else ""
    return f"{whose} has no column of dates, nor is one day, week or month stated above it. {advice}".strip()


def _with_channel(table: Table, title: str) -> Table:
    """The table with the channel of rows that name none: as given, the platform's, or the title."""
    if table.only(Meaning.CHANNEL) or table.is_wide or table.only(Meaning.SPEND) is None:
        return table
    channel = table.channel or (table.platform.channel if table.platform else None) or title
    note = Note("channel", f"No column names the channel: all rows were read as '{channel}'.")
    return replace(table, channel=channel, notes=[*table.notes, note])


def _mapping(tables: list[Table], given: ColumnMapping) -> ColumnMapping:
    """The mapping that was used, complete."""
    columns = {column.header: column.says for table in tables for column in table.columns}
    table = tables[0]
    platform = table.platform.name if table.platform else None
    period = str(table.period) if table.period and not table.only(Meaning.PERIOD) else None
    return ColumnMapping(columns, table.channel, period, given.sheet, platform, given.names)
