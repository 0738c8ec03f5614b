"""A copy of a workbook in which wrong cells are red and carry a comment that says what is wrong.

Nothing is parsed and written anew: marks are conditional formats and comments, spliced into the parts as
text, so that all else (formulas, charts, other sheets) stays as it was. Marks of an earlier round, known by
their author and by their rule, are taken out.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable

from app.history.cells import CellFault, HistoryFileError
from app.history.packages import Package
from app.history.workbooks import Contents
from app.sheets.workbook.comments import Comments, prefix_of
from optimizer import Fault

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument"
NO_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
RULE = '"fault"="fault"'
"""Always true; by it a mark is known again."""
OLD_MARKS = re.compile(
    r"<(\w+:)?conditionalFormatting\b(?:(?!</(?:\w+:)?conditionalFormatting>).)*?"
    r"(?:\"|&quot;)fault(?:\"|&quot;)=(?:\"|&quot;)fault(?:\"|&quot;).*?</(?:\w+:)?conditionalFormatting>",
    re.DOTALL,
)
RED = (
    '<dxf><font><b/><color rgb="FF9C0006"/></font><fill><patternFill patternType="solid">'
    '<fgColor rgb="FFFFC7CE"/><bgColor rgb="FFFFC7CE"/></patternFill></fill></dxf>'
)
LATE = "legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst"
AFTER_FORMATS = (
    "conditionalFormatting|dataValidations|hyperlinks|printOptions|pageMargins|pageSetup|headerFooter|rowBreaks"
    "|colBreaks|customProperties|cellWatches|ignoredErrors|smartTags|drawing|legacyDrawing|" + LATE
)


def marked_copy(data: bytes, name: str, faults: Iterable[Fault]) -> bytes | None:
    """The workbook with these cells marked; None where no fault has a cell, or the file is no workbook."""
    cells: defaultdict[str, list[CellFault]] = defaultdict(list)
    for fault in faults:
        if isinstance(fault, CellFault) and fault.row and fault.column:
            cells[fault.sheet].append(fault)
    if not cells:
        return None
    try:
        return Marking(data, name).write(cells)
    except (HistoryFileError, UnicodeDecodeError, LookupError, zipfile.BadZipFile, zlib.error):
        return None


class Marking:
    """The parts of a workbook, and those of them that change."""

    def __init__(self, data: bytes, name: str) -> None:
        self.package = Package(data, name)
        self.names = {part.lower(): part for part in self.package.zip.namelist()}
        self.changed: dict[str, str] = {}
        self.main = self._target("", "/officeDocument")
        contents = Contents()
        self.package.read(self.main, contents)
        relations = self.package.relations(self.main)
        self.sheets = {title: relations[relation][1] for title, relation in contents.sheets}

    def write(self, cells: dict[str, list[CellFault]]) -> bytes:
        """The workbook with marks at the faults of each sheet."""
        style = self._style()
        for title, part in self.sheets.items():
            self._mark(part, style, cells.get(title, []))
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as copy:
            for old in self.package.zip.namelist():
                changed = self.changed.pop(old, None)
                copy.writestr(old, self.package.zip.read(old) if changed is None else changed.encode())
            for part, text in self.changed.items():
                copy.writestr(part, text.encode())
        return file.getvalue()

    def text(self, part: str) -> str:
        """A part as it stands now, "" where there is none."""
        name = self.names.get(part.lower(), part)
        if name in self.changed:
            return self.changed[name]
        return self.package.zip.read(name).decode("utf-8-sig") if name in self.names.values() else ""

    def set(self, part: str, text: str) -> None:
        """Change a part, or add one."""
        self.changed[self.names.get(part.lower(), part)] = text

    def _target(self, part: str, kind: str) -> str:
        relations = self.package.relations(part).values()
        return next((target for name, target in relations if name.endswith(kind)), "")

    def _style(self) -> int:
        """The number of the red format among the workbook's differential formats, where it is added."""
        part = self._target(self.main, "/styles")
        text = self.text(part)
        prefix = prefix_of(text, "styleSheet")
        red = re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", RED)
        empty = re.compile(rf"<{prefix}dxfs\b[^>]*/>")
        text = empty.sub(f'<{prefix}dxfs count="0"></{prefix}dxfs>', text)
        if f"<{prefix}dxfs" not in text:
            formats = f"<{prefix}dxfs></{prefix}dxfs>"
            text = _before(text, "tableStyles|colors|extLst", prefix, formats, "styleSheet")
        formats = text[text.index(f"<{prefix}dxfs") : text.index(f"</{prefix}dxfs>")]
        if red in formats:
            return len(re.findall(rf"<{prefix}dxf\b", formats[: formats.index(red)]))
        count = len(re.findall(rf"<{prefix}dxf\b", formats))
        grown = re.sub(rf"^<{prefix}dxfs\b[^>]*>", f'<{prefix}dxfs count="{count + 1}">', formats) + red
        self.set(part, text.replace(formats, grown))
        return count

    def _mark(self, part: str, style: int, faults: list[CellFault]) -> None:
        """Mark the faults of one sheet, and take out former marks."""
        text = self.text(part)
        prefix = prefix_of(text, "worksheet")
        head, end, tail = text.rpartition(f"</{prefix}sheetData>")
        tail = OLD_MARKS.sub("", tail)
        if faults:
            places = " ".join(dict.fromkeys(fault.address for fault in faults))
            formula = f"<{prefix}formula>{RULE}</{prefix}formula>"
            rule = (
                f'<{prefix}cfRule type="expression" dxfId="{style}" priority="1">{formula}</{prefix}cfRule>'
            )
            marks = f'<{prefix}conditionalFormatting sqref="{places}">{rule}</{prefix}conditionalFormatting>'
            tail = _before(tail, AFTER_FORMATS, prefix, marks, "worksheet")
        drawing = self._comment(part, faults)
        if drawing and f"<{prefix}legacyDrawing " not in tail:
            link = f'<{prefix}legacyDrawing xmlns:r="{RELATIONS}" r:id="{drawing}"/>'
            tail = _before(tail, LATE, prefix, link, "worksheet")
        self.set(part, head + end + tail)

    def _comment(self, sheet: str, faults: list[CellFault]) -> str | None:
        """Write the comments of a sheet; gives the id of the drawing with their boxes, None without one."""
        folder, name = posixpath.split(sheet)
        links = posixpath.join(folder, "_rels", f"{name}.rels")
        has_links = links.lower() in self.names
        known = self.package.relations(sheet) if has_links else {}
        found = {kind.rpartition("/")[2]: (key, target) for key, (kind, target) in known.items()}
        if not faults and "comments" not in found:
            return None
        stem = name.removesuffix(".xml")
        _, texts = found.get("comments", ("", f"xl/comments_{stem}.xml"))
        key, boxes = found.get("vmlDrawing", ("faultBoxes", f"xl/drawings/faults_{stem}.vml"))
        comments = Comments(self.text(texts), self.text(boxes))
        comments.replace(_notes(faults))
        self.set(texts, comments.texts)
        self.set(boxes, comments.boxes)
        if "comments" not in found:
            self._link(links, "faultComments", "comments", texts)
            self._declare(f'<Override PartName="/{texts}" ContentType="{TYPES}.spreadsheetml.comments+xml"/>')
        if "vmlDrawing" not in found:
            self._link(links, key, "vmlDrawing", boxes)
            self._declare(f'<Default Extension="vml" ContentType="{TYPES}.vmlDrawing"/>')
        return key

    def _link(self, links: str, key: str, kind: str, target: str) -> None:
        link = f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="/{target}"/>'
        text = self.text(links) or NO_RELATIONS
        text = re.sub(r"(<Relationships\b[^>]*)/>", r"\1></Relationships>", text)
        self.set(links, text.replace("</Relationships>", link + "</Relationships>"))

    def _declare(self, declaration: str) -> None:
        part = "[Content_Types].xml"
        text = self.text(part)
        if "<Default" in declaration and re.search(r'Extension="vml"', text, re.IGNORECASE):
            return
        if declaration not in text:
            self.set(part, text.replace("</Types>", declaration + "</Types>"))


def _before(text: str, tags: str, prefix: str, new: str, root: str) -> str:
    """The text with something new before the first of these tags, or before the end of the root."""
    match = re.search(rf"<{prefix}(?:{tags})\b|</{prefix}{root}>", text)
    return text[: match.start()] + new + text[match.start() :] if match else text


def _notes(faults: list[CellFault]) -> dict[str, tuple[CellFault, str]]:
    """What is wrong with each cell, without its place: all of it in one comment."""
    notes: dict[str, tuple[CellFault, str]] = {}
    for fault in faults:
        reason = re.sub(r"^.*?\([A-Z]+[0-9]+\): |^.*?（[A-Z]+[0-9]+）：", "", fault.message)
        said = notes.get(fault.address)
        notes[fault.address] = (fault, f"{said[1]}\n{reason}" if said else reason)
    return notes
