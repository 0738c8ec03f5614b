"""The zip of XML parts that a workbook is, opened so that no workbook can hurt.

Names and unzipped sizes are checked before anything is unpacked. Parts are parsed as a stream; document
types, and with them XML entities, are refused; depth and number of elements are bounded.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Protocol
from xml.parsers import expat

from app.history.cells import refuse

MAX_PARTS = 2_000
MAX_UNZIPPED = 100_000_000
SMALL_PART = 2_000_000
MAX_RATIO = 150
"""How often its packed size a part that is not small may be unpacked; sheets of figures come to 5 to 30."""
MAX_ELEMENTS = 6_000_000
MAX_TEXT_CHUNKS = 20
"""Of expat's 8,192 letters each; a spreadsheet's longest text is 32,767."""
MAX_DEPTH = 50
CHUNK = 1 << 16

NAMES_ITS_DAMAGE = "the workbook is damaged; open it in a spreadsheet and save it anew"


class Damaged(Exception):  # noqa: N818 - never leaves this folder: it becomes a refusal with the file's name
    """A part is missing or holds what no workbook holds."""


class PartReader(Protocol):
    """What a part's elements are told to: tags without namespace, text of elements without children."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str, text: str) -> None:
        """An element ends; `text` is what stood in it after the last tag within."""


class Package:
    """An opened workbook file; raises `HistoryFileError` where it is damaged, encrypted or hostile."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise refuse(name, NAMES_ITS_DAMAGE) from None
        self.parts = {part.filename.lower(): part for part in self.zip.infolist()}
        self.elements_left = MAX_ELEMENTS
        self._check()

    def _check(self) -> None:
        parts = self.zip.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise refuse(self.name, "the file is encrypted; save it without a password")
        if len(parts) > MAX_PARTS or len(self.parts) < len(parts):
            raise refuse(self.name, "the workbook holds more parts than a workbook has, or one twice")
        if any(part.filename.startswith(("/", "\\")) or ".." in part.filename for part in parts):
            raise refuse(self.name, "the workbook holds a part whose name leads out of it")
        if sum(part.file_size for part in parts) > MAX_UNZIPPED:
            raise refuse(self.name, f"unpacked, the workbook is larger than {MAX_UNZIPPED // 1_000_000} MB")
        if any(p.file_size > max(SMALL_PART, MAX_RATIO * p.compress_size) for p in parts):
            raise refuse(self.name, f"a part of the workbook unpacks to over {MAX_RATIO} times its size")
        if "xl/workbook.bin" in self.parts:
            raise refuse(self.name, "is a binary workbook (.xlsb); save it as .xlsx")
        if not any(name.startswith("xl/") for name in self.parts):
            raise refuse(self.name, "is a zip file but no .xlsx workbook; save the table as .xlsx or CSV")

    def holds(self, beginning: str) -> bool:
        """Whether a part's name begins with this."""
        return any(name.startswith(beginning) for name in self.parts)

    def read(self, part: str, reader: PartReader) -> None:
        """Tell every element of a part to the reader."""
        info = self.parts.get(part.lower())
        if info is None:
            raise refuse(self.name, NAMES_ITS_DAMAGE)
        try:
            with self.zip.open(info) as stream:
                feed = Feed(reader, self.elements_left)
                while chunk := stream.read(CHUNK):
                    feed.parser.Parse(chunk, False)
                feed.parser.Parse(b"", True)
                self.elements_left = feed.elements_left
        except EntitiesDeclared:
            raise refuse(self.name, "the workbook declares XML entities, which none needs") from None
        except (Damaged, ValueError, IndexError, KeyError, expat.ExpatError):
            raise refuse(self.name, NAMES_ITS_DAMAGE) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            raise refuse(self.name, NAMES_ITS_DAMAGE) from None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Kind and target of each relation of a part, by id; links that lead out of the file are left out."""
        folder, name = posixpath.split(part)
        reader = Relations(folder)
        self.read(posixpath.join(folder, "_rels", f"{name}.rels"), reader)
        return reader.found


class EntitiesDeclared(Exception):  # noqa: N818 - as above
    """A part brings a document type of its own, the home of XML entities."""


class Feed:
    """Drives expat: strips namespaces, gathers text, and keeps to the bounds."""

    def __init__(self, reader: PartReader, elements_left: int) -> None:
        self.reader, self.elements_left = reader, elements_left
        self.names: dict[str, str] = {}
        self.text: list[str] = []
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._keep
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements_left -= 1
        if self.depth > MAX_DEPTH or self.elements_left < 0:
            raise Damaged
        self.text.clear()
        tag = self.names.get(name) or self.names.setdefault(name, name.rpartition("}")[2])
        self.reader.start(tag, attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.reader.end(self.names[name], "".join(self.text))
        self.text.clear()

    def _keep(self, text: str) -> None:
        self.text.append(text)
        if len(self.text) > MAX_TEXT_CHUNKS:
            raise Damaged

    def _refuse(self, *_: object) -> None:
        raise EntitiesDeclared


class Relations:
    """Reads a part's relations."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Keep a relation that stays within the file."""
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes["Target"]
            path = (
                target[1:]
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(self.folder, target))
            )
            self.found[attributes["Id"]] = (attributes["Type"], path)

    def end(self, tag: str, text: str) -> None:
        """Nothing to do."""
