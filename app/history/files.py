"""Files of history, from a platform's export to a planner's own spreadsheet: `read_history` is the door.

A file is CSV (or its kin) or XLSX, told apart by content, not by name. What each column was taken for comes
back with the rows and may be given back changed; a file with a wrong cell gives nothing but the list of all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from app.history.assembly import Assembly
from app.history.cells import Book, HistoryFileError, Note, Sheet, fault_at, refuse
from app.history.columns import Meaning
from app.history.layout import Table, find_table, period_within
from app.history.mapping import ColumnMapping, check_mapping, filled, headers_of
from app.history.reading import TableReader
from app.history.text_files import read_text_file
from optimizer import HistoryRow, OutcomeRow

MAX_BYTES = 50_000_000
ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NO_TABLE = (
    "no header was found: a row is needed that names a date (date, week, month or 日期), a channel (channel, "
    "渠道) and an amount (spend, 花费; revenue, 成交金额)"
)


@dataclass(frozen=True)
class HistoryFile:
    """What a file of history holds: rows per channel, results of the whole shop, and how they were read."""

    rows: list[HistoryRow]
    outcomes: list[OutcomeRow]
    mapping: ColumnMapping
    notes: list[Note]


def read_history(data: bytes, filename: str, *, mapping: ColumnMapping | None = None) -> HistoryFile:
    """Read a file of history; `mapping` overrides what its columns are taken for.

    Raises `HistoryFileError` with every fault, each with sheet, row and column; nothing is read by halves.
    """
    given = mapping or ColumnMapping()
    name = PurePath(filename).name or "file"
    book = _open(data, name)
    sheets = [sheet for sheet in book.sheets if given.sheet in (None, sheet.name)]
    if not sheets:
        raise refuse(name, f"there is no visible sheet '{given.sheet}'" if given.sheet else "is empty")
    check_mapping(given, _headers(sheets), name)
    tables, notes = _tables(sheets, given, name)
    assembly = Assembly()
    for table in tables:
        assembly.add(TableReader(table))
    rows, outcomes = assembly.rows(), assembly.outcomes()
    assembly.check()
    if not assembly.faults and not rows and not outcomes:
        raise refuse(name, "no row with an amount was found below the header")
    if assembly.faults:
        raise HistoryFileError(list(assembly.faults))
    return HistoryFile(rows, outcomes, _mapping(tables, given), book.notes + notes + assembly.notes)


def _open(data: bytes, name: str) -> Book:
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


def _headers(sheets: list[Sheet]) -> set[str]:
    """Every text that may be a header."""
    return {
        header
        for sheet in sheets
        for _, line in list(filled(sheet.lines))[:100]
        for header in headers_of(line)
    }


def _tables(sheets: list[Sheet], given: ColumnMapping, name: str) -> tuple[list[Table], list[Note]]:
    """The table of each sheet that holds history, and notes on those that hold none."""
    tables, notes = [], []
    for sheet in sheets:
        table = find_table(sheet, given)
        if table:
            tables.append(_completed(table, name))
        elif not all(line.is_blank for line in sheet.lines):
            notes.append(Note("sheet_left_out", f"Sheet '{sheet.name}' holds no history and was not read."))
    if not tables:
        raise HistoryFileError([fault_at(sheet.name, NO_TABLE) for sheet in sheets])
    return tables, notes


def _completed(table: Table, name: str) -> Table:
    """The table with the channel and period of rows that name none; raises where no period can be had."""
    period = table.period or period_within(name)
    if period is None and table.only(Meaning.PERIOD) is None:
        advice = table.platform.advice if table.platform else ""
        whose = f"this export of {table.platform.name}" if table.platform else "the table"
        reason = (
            f"{whose} has no column of dates, and no single day, week or month is stated above it. {advice}"
        )
        raise refuse(table.sheet.name, reason.strip())
    if table.only(Meaning.CHANNEL) or table.is_wide or table.only(Meaning.SPEND) is None:
        return replace(table, period=period)
    stem = PurePath(table.sheet.name).stem
    known = table.channel or (table.platform.channel if table.platform else None)
    note = Note("channel", f"No column names the channel: all rows were read as '{known or stem}'.")
    return replace(table, period=period, channel=known or stem, notes=[*table.notes, note])


def _mapping(tables: list[Table], given: ColumnMapping) -> ColumnMapping:
    """The mapping that was used, complete."""
    columns = {column.header: column.says for table in tables for column in table.columns}
    table = tables[0]
    platform = table.platform.name if table.platform else None
    period = str(table.period) if table.period and table.only(Meaning.PERIOD) is None else None
    return ColumnMapping(columns, table.channel, period, given.sheet, platform)
