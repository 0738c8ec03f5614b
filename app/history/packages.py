"""The zip of XML parts that a workbook is, opened so that no workbook can hurt.

Names and unzipped sizes are checked before anything is unpacked. Parts are parsed as a stream; document
types, and with them XML entities, are refused; depth and number of elements are bounded.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar
from xml.parsers import expat

from app.history.cells import refuse

MAX_PARTS = 2_000
MAX_UNZIPPED = 100_000_000
SMALL_PART = 2_000_000
MAX_RATIO = 150
"""How often its packed size a part that is not small may be unpacked; sheets of figures come to 5 to 30."""
MAX_ELEMENTS = 4_000_000
MAX_DEPTH = 50
CHUNK = 1 << 18

NAMES_ITS_DAMAGE = "the workbook is damaged; open it in a spreadsheet and save it anew"


T = TypeVar("T")
Starts = dict[str, Callable[[dict[str, str]], None]]
Ends = dict[str, Callable[[str], None]]


class Damaged(Exception):  # noqa: N818 - never leaves this folder: it becomes a refusal with the file's name
    """A part is missing or holds what no workbook holds."""


class PartReader(Protocol):
    """What a part's elements are told to, by tag without namespace; other elements are passed over."""

    starts: Starts
    """Called with the attributes of an element that begins."""
    ends: Ends
    """Called with the text of an element that ends: what stood in it after the last tag within."""


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
        self.feed(part, Feed(reader.starts, reader.ends))

    def feed(self, part: str, feed: Feed) -> None:
        """Drive a part through its parser."""
        info = self.parts.get(part.lower())
        if info is None:
            raise refuse(self.name, NAMES_ITS_DAMAGE)
        try:
            is_plain = self._count_elements(info)
            with self.zip.open(info) as stream:
                while chunk := stream.read(CHUNK):
                    feed.take(chunk, is_plain=is_plain)
                feed.close()
        except EntitiesDeclared:
            raise refuse(self.name, "the workbook declares XML entities, which none needs") from None
        except (Damaged, ValueError, IndexError, KeyError, expat.ExpatError):
            raise refuse(self.name, NAMES_ITS_DAMAGE) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            raise refuse(self.name, NAMES_ITS_DAMAGE) from None

    def _count_elements(self, part: zipfile.ZipInfo) -> bool:
        """Count tags before parsing them: unpacking is ten times as fast. Says whether all `<` are tags."""
        is_plain, last = True, b""
        with self.zip.open(part) as stream:
            while chunk := stream.read(CHUNK):
                self.elements_left -= chunk.count(b"<") - chunk.count(b"</")
                is_plain &= b"<!" not in last + chunk
                last = chunk[-1:]
        if self.elements_left < 0:
            raise refuse(self.name, "the workbook holds more cells than are read; send it in several files")
        return is_plain

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Kind and target of each relation of a part, by id; links that lead out of the file are left out."""
        folder, name = posixpath.split(part)
        reader = Relations(folder)
        self.read(posixpath.join(folder, "_rels", f"{name}.rels"), reader)
        return reader.found


class EntitiesDeclared(Exception):  # noqa: N818 - as above
    """A part brings a document type of its own, the home of XML entities."""


class Feed:
    """Drives expat: strips namespaces, gathers text, and bounds the depth."""

    def __init__(self, starts: Starts, ends: Ends) -> None:
        self.starts, self.ends = ByName(starts), ByName(ends)
        self.text: list[str] = []
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.text.append
        self.parser.StartDoctypeDeclHandler = self._refuse

    def take(self, chunk: bytes, *, is_plain: bool) -> None:
        """Read a piece of the part; `is_plain` tells that it has neither comments nor declarations."""
        self.parser.Parse(chunk, False)

    def close(self) -> None:
        """There is no more."""
        self.parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Damaged
        if self.text:
            self.text.clear()
        if handler := self.starts[name]:
            handler(attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        if handler := self.ends[name]:
            handler("".join(self.text))

    def _refuse(self, *_: object) -> None:
        raise EntitiesDeclared


class ByName(dict[str, T | None]):
    """Handlers by full name, filled from those by tag as names are met: a lookup per element and no more."""

    def __init__(self, by_tag: Mapping[str, T]) -> None:
        super().__init__()
        self.by_tag = by_tag

    def __missing__(self, name: str) -> T | None:
        handler = self[name] = self.by_tag.get(name.rpartition("}")[2])
        return handler


class Relations:
    """Reads a part's relations: kind and target by id, those that lead out of the file left out."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}
        self.starts: Starts = {"Relationship": self._keep}
        self.ends: Ends = {}

    def _keep(self, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            target = attributes["Target"]
            folder = "" if target.startswith("/") else self.folder
            path = posixpath.normpath(posixpath.join(folder, target.lstrip("/")))
            self.found[attributes["Id"]] = (attributes["Type"], path)
