"""Text files (CSV and its kin) as a sheet of cells: encoding, separator, quotes.

Exports come in UTF-8 with or without mark, UTF-16, or GBK; separated by comma, semicolon, tab or bar.
A quote that is opened and never closed would swallow the rows after it: it is refused with its row.
"""

from __future__ import annotations

import csv
import re
from collections import Counter

from app.history.cells import LONGEST_TEXT, MAX_CELLS, MAX_COLUMNS, MAX_LINES, Book, Line, Note, Sheet, refuse

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t|"
SAMPLE_LINES = 200
SWALLOWED_LINES = 50
HANZI_LEADS = range(0xB0, 0xD8)
"""First bytes of the 3,755 most used characters in GB2312: text that is truly GBK is mostly these."""


def read_text_file(data: bytes, name: str) -> Book:
    """The file as one sheet named after it; raises `HistoryFileError` where it is no such text."""
    text, encoding = decode(data, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        raise refuse(name, f"more than {MAX_LINES:,} rows; send them in several files")
    separator, text = _separator(text)
    lines = _lines(text, separator, name)
    notes = [] if encoding == "utf-8" else [Note("encoding", f"Read as {encoding.upper()} text.")]
    return Book([Sheet(name, lines, separator=separator)], notes)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and the encoding it was in."""
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return _decode(data, encoding, name), encoding.removesuffix("-sig")
    if b"\x00" in data[:4096]:
        wide = "utf-16-be" if data[:4096:2].count(0) > data[1:4096:2].count(0) else "utf-16-le"
        return _decode(data, wide, name), "utf-16"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        fault = error
    if _looks_like_gbk(data):
        return _decode(data, "gb18030", name), "gb18030"
    if any(0x80 <= byte < 0xA0 for byte in data):
        row = data.count(b"\n", 0, fault.start) + 1
        raise refuse(name, "is neither UTF-8 nor GBK text; save the file as UTF-8", row)
    return data.decode("cp1252"), "cp1252"


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise refuse(name, f"the text is damaged: it is not {encoding.upper()} here", row) from None
    if "\x00" in text:
        raise refuse(name, "is no text file; save it as CSV (UTF-8) or XLSX")
    return text


def _looks_like_gbk(data: bytes) -> bool:
    """Whether the bytes above ASCII are, taken in pairs, mostly common Chinese characters or punctuation."""
    pairs = re.findall(rb"[\x81-\xfe][\x30-\xfe]", data[:200_000])
    common = sum(pair[0] in HANZI_LEADS or pair[0] in (0xA1, 0xA3) for pair in pairs if pair[1] >= 0xA1)
    return bool(pairs) and common >= 0.7 * len(pairs)


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without the line that may name it (`sep=;`)."""
    if match := re.match(r"sep=(.)\n", text, re.IGNORECASE):
        return match[1], "\n" + text[match.end() :]
    lines = [line for line in text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES] if line.strip()]
    return max(SEPARATORS, key=lambda mark: _evenness(lines, mark)), text


def _evenness(lines: list[str], mark: str) -> tuple[int, int]:
    """How many lines have the same number (above 0) of this mark outside quotes, and that number."""
    counts = Counter(re.sub(r'"[^"]*"', "", line).count(mark) for line in lines)
    counts.pop(0, None)
    if not counts:
        return 0, 0
    number, times = counts.most_common(1)[0]
    return times, number


def _lines(text: str, separator: str, name: str) -> list[Line]:
    """Every record with the row it starts in."""
    physical = (line[0] for line in re.finditer(r"[^\n]*\n|[^\n]+", text))
    reader = csv.reader(physical, delimiter=separator, strict=True)
    lines: list[Line] = []
    row, cells = 1, 0
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise refuse(
                name, f"a quote or a cell opened here is never properly closed ({error})", row
            ) from None
        if record is None:
            return lines
        if reader.line_num > row and _swallowed(record, separator, reader.line_num - row):
            raise refuse(name, f"a quote opened here swallows the rows up to {reader.line_num}", row)
        cells += len(record)
        if len(record) > MAX_COLUMNS or cells > MAX_CELLS:
            raise refuse(name, f"more than {MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells", row)
        lines.append(Line(row, [cell[:LONGEST_TEXT] or None for cell in record]))
        row = reader.line_num + 1


def _swallowed(record: list[str], separator: str, extra_lines: int) -> bool:
    """Whether a cell of several lines holds what must be rows of their own."""
    if extra_lines > SWALLOWED_LINES:
        return True
    several = [cell for cell in record if "\n" in cell]
    return any(
        line.count(separator) >= max(1, len(record) - 1) for cell in several for line in cell.split("\n")[1:]
    )
