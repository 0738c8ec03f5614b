"""Builders of workbooks that no spreadsheet would write, and of those that only odd ones do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STATES = {True: ' state="hidden"', False: ""}
HEADER = ("date", "channel", "spend", "revenue")


def cell(place: str, value: object = None, kind: str = "", inner: str = "", style: int = 0) -> str:
    """One `<c>` element: text inline, numbers plain, or whatever `kind` and `inner` say."""
    if kind or inner:
        return f'<c r="{place}" s="{style}" t="{kind or "n"}">{inner}</c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def rows(table: Sequence[Sequence[object]], first: int = 1) -> str:
    """`<row>` elements of a table of values; a string that begins with `<c ` is taken as it stands."""
    lines = []
    for number, values in enumerate(table, start=first):
        cells = [
            value
            if isinstance(value, str) and value.startswith("<c ")
            else cell(f"{'ABCDEFGH'[i]}{number}", value)
            for i, value in enumerate(values)
            if value is not None
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(lines)


def sheet(inner: str, after: str = "", prolog: str = "") -> str:
    """A worksheet part around `<row>` elements."""
    body = f'<worksheet xmlns="{MAIN}"><sheetData>{inner}</sheetData>{after}</worksheet>'
    return f'<?xml version="1.0"?>{prolog}{body}'


def workbook(
    sheets: Mapping[str, str] | str,
    *,
    hidden: Sequence[str] = (),
    properties: str = "",
    styles: str = "",
    parts: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """An XLSX of these worksheet parts by title (one alone is Sheet1), with further parts as they stand."""
    sheets = {"Sheet1": sheets} if isinstance(sheets, str) else sheets
    listed = "".join(
        f'<sheet name="{title}" sheetId="{i}" r:id="s{i}"{STATES[title in hidden]}/>'
        for i, title in enumerate(sheets, 1)
    )
    links = "".join(
        _link(f"s{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)
    )
    content: dict[str, bytes | str] = {
        "_rels/.rels": _links(_link("m", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _links(links + _link("st", "styles", "styles.xml")),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    content |= {f"xl/worksheets/sheet{i}.xml": part for i, part in enumerate(sheets.values(), 1)}
    return package(content | dict(parts or {}))


def _link(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def _links(inner: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip of these parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return data.getvalue()
