"""The comments of one sheet: their texts, and the drawing that holds their boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from app.history.cells import CellFault

AUTHOR = "Budget check"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NO_TEXTS = f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>'
NO_BOXES = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit"'
    ' data="1"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t"'
    ' o:connecttype="rect"/></v:shapetype></xml>'
)
BOX = (
    '<v:shape id="fault_{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    'margin-top:2pt;width:220pt;height:{height}pt;z-index:{number};visibility:hidden" fillcolor="#ffffe1"'
    ' o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/><x:Anchor>{left},15,{top},2,{right},15,{bottom},4</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)
LETTERS_A_LINE = 34
COMMENT = re.compile(r"<((?:\w+:)?)comment\b([^>]*)>(.*?)</\1comment>", re.DOTALL)
SHAPE = re.compile(r"<v:shape\b(?!type).*?</v:shape>", re.DOTALL)
TEXT = re.compile(r"<(?:\w+:)?t\b[^>]*>(.*?)</(?:\w+:)?t>", re.DOTALL)


class Comments:
    """The two parts that hold a sheet's comments, as text."""

    def __init__(self, texts: str, boxes: str) -> None:
        self.texts = self._open(texts or NO_TEXTS)
        self.boxes = boxes or NO_BOXES

    @staticmethod
    def _open(texts: str) -> str:
        """Empty lists as pairs of tags, so that there is something to write between."""
        return re.sub(r"<((?:\w+:)?(?:authors|commentList))\s*/>", r"<\1></\1>", texts)

    def replace(self, notes: Mapping[str, tuple[CellFault, str]]) -> None:
        """Take out what this service said before, and say this above what others say of these cells."""
        own = self._author()
        kept: dict[str, str] = {}
        dropped = set()
        for _, attributes, inner in COMMENT.findall(self.texts):
            place = re.search(r'\bref="([A-Z]+[0-9]+)"', attributes)
            is_own = re.search(rf'\bauthorId="{own}"', attributes) is not None
            if place and (is_own or place[1] in notes):
                dropped.add(place[1])
                kept |= {} if is_own else {place[1]: unescape("".join(TEXT.findall(inner)))}
        self._drop(dropped)
        texts, boxes = list[str](), list[str]()
        for number, (cell, (fault, reason)) in enumerate(notes.items(), 1):
            text = "\n\n".join([reason, *([kept[cell]] if cell in kept else [])])
            texts.append(self._comment(cell, text, own))
            boxes.append(_box(number, fault, text))
        end = f"</{prefix_of(self.texts, 'commentList')}commentList>"
        self.texts = self.texts.replace(end, "".join(texts) + end)
        self.boxes = self.boxes.replace("</xml>", "".join(boxes) + "</xml>")

    def _author(self) -> int:
        """The number of this service among the authors, where it is added."""
        prefix = prefix_of(self.texts, "authors")
        authors = re.findall(rf"<{prefix}author\b[^>]*>(.*?)</{prefix}author>", self.texts)
        if AUTHOR not in authors:
            end = f"</{prefix}authors>"
            self.texts = self.texts.replace(end, f"<{prefix}author>{AUTHOR}</{prefix}author>{end}")
            authors.append(AUTHOR)
        return authors.index(AUTHOR)

    def _drop(self, places: set[str]) -> None:
        """Take out the comments of these cells and their boxes."""

        def text(match: re.Match[str]) -> str:
            place = re.search(r'\bref="([A-Z]+[0-9]+)"', match[2])
            return "" if place and place[1] in places else match[0]

        def box(match: re.Match[str]) -> str:
            row, column = (re.search(rf"<x:{tag}>\s*(\d+)\s*<", match[0]) for tag in ("Row", "Column"))
            here = row is not None and column is not None and (int(row[1]), int(column[1])) in spots
            return "" if here else match[0]

        spots = {_spot(place) for place in places}
        self.texts = COMMENT.sub(text, self.texts)
        self.boxes = SHAPE.sub(box, self.boxes)

    def _comment(self, place: str, text: str, author: int) -> str:
        prefix = prefix_of(self.texts, "commentList")
        t = f'<{prefix}t xml:space="preserve">{escape(text)}</{prefix}t>'
        inner = f"<{prefix}text>{t}</{prefix}text>"
        return f'<{prefix}comment ref="{place}" authorId="{author}">{inner}</{prefix}comment>'


def _box(number: int, fault: CellFault, text: str) -> str:
    """The box of a comment beside its cell, as high as its text is long."""
    lines = 2 + sum(len(line) // LETTERS_A_LINE for line in text.split("\n")) + text.count("\n")
    row, column = (fault.row or 1) - 1, (fault.column or 1) - 1
    top = max(0, row - 1)
    place = {"left": column + 1, "right": column + 4, "top": top, "bottom": top + lines}
    return BOX.format(number=number, height=12 * lines, row=row, column=column, **place)


def _spot(place: str) -> tuple[int, int]:
    """Row and column of an address, counted from 0 as boxes have them."""
    name = place.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(place[len(name) :]) - 1, column - 1


def prefix_of(text: str, tag: str) -> str:
    """The prefix of a tag's namespace, with its colon; "" where that is the default one."""
    match = re.search(rf"<(\w+:)?{tag}\b", text)
    return (match[1] or "") if match else ""
