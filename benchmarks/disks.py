"""A disk that forgets: what SQLite writes is recorded, and any moment of it can be lost.

A recording file system is registered with SQLite beside its own. It passes everything on and keeps a log of
writes and syncs. A power cut after n entries leaves what was synced, and of what was written since any part:
each sector of 512 bytes arrived or did not, in any order. That is what disks promise, and no more.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

SECTOR = 512
NAME = b"recording"
POINTER, INT, LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
OPEN = ctypes.CFUNCTYPE(INT, POINTER, POINTER, POINTER, INT, POINTER)
DELETE = ctypes.CFUNCTYPE(INT, POINTER, ctypes.c_char_p, INT)
WRITE = ctypes.CFUNCTYPE(INT, POINTER, POINTER, INT, LONG)
TRUNCATE = ctypes.CFUNCTYPE(INT, POINTER, LONG)
SYNC = ctypes.CFUNCTYPE(INT, POINTER, INT)


class FileSystem(ctypes.Structure):
    """SQLite's `sqlite3_vfs`, as far as it is touched here; the rest is copied as it is."""

    _fields_ = [
        ("version", INT),
        ("file_size", INT),
        ("longest_path", INT),
        ("next", POINTER),
        ("name", ctypes.c_char_p),
        ("data", POINTER),
        ("open", POINTER),
        ("delete", POINTER),
        ("rest", POINTER * 14),
    ]


class Methods(ctypes.Structure):
    """SQLite's `sqlite3_io_methods`, likewise."""

    _fields_ = [
        ("version", INT),
        ("close", POINTER),
        ("read", POINTER),
        ("write", POINTER),
        ("truncate", POINTER),
        ("sync", POINTER),
        ("rest", POINTER * 13),
    ]


class Entry(NamedTuple):
    """One thing that happened to a file: `data` written at `place`, cut to `place`, synced or deleted."""

    kind: str
    file: str
    place: int = 0
    data: bytes = b""


class Recorder:
    """Records what SQLite does to files opened with `?vfs=recording`; one for the process."""

    def __init__(self) -> None:
        self.log: list[Entry] = []
        self._names: dict[int, str] = {}
        self._tables: dict[int, Methods] = {}
        library = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
        library.sqlite3_vfs_find.restype = ctypes.POINTER(FileSystem)
        self._own = library.sqlite3_vfs_find(None).contents
        self._real_open, self._real_delete = OPEN(self._own.open), DELETE(self._own.delete)
        self._open, self._delete = OPEN(self._opened), DELETE(self._deleted)  # kept, or they would be freed
        self.system = FileSystem.from_buffer_copy(self._own)
        self.system.name, self.system.open = NAME, ctypes.cast(self._open, POINTER).value
        self.system.delete = ctypes.cast(self._delete, POINTER).value
        library.sqlite3_vfs_register(ctypes.byref(self.system), 0)

    def _opened(self, _: int, path: int | None, file: int, flags: int, given: int) -> int:
        # `path` stays an address: SQLite's own file system keeps it
        status = self._real_open(ctypes.addressof(self._own), path, file, flags, given)
        methods = ctypes.cast(file, ctypes.POINTER(POINTER))
        if status == 0 and path and methods[0]:
            self._names[file] = Path(ctypes.string_at(path).decode()).name
            methods[0] = ctypes.addressof(self._table(methods[0]))
        return int(status)

    def _deleted(self, _: int, path: bytes, syncs: int) -> int:
        self.log.append(Entry("delete", Path(path.decode()).name))
        return int(self._real_delete(ctypes.addressof(self._own), path, syncs))

    def _table(self, real: int) -> Methods:
        """The methods of a file with those that change it recorded; one table for each of SQLite's own."""
        if real not in self._tables:
            table = Methods.from_buffer_copy(Methods.from_address(real))
            write, cut, sync = WRITE(table.write), TRUNCATE(table.truncate), SYNC(table.sync)

            def written(file: int, data: int, size: int, place: int) -> int:
                self._note("write", file, place, ctypes.string_at(data, size))
                return int(write(file, data, size, place))

            def truncated(file: int, size: int) -> int:
                self._note("truncate", file, size)
                return int(cut(file, size))

            def synced(file: int, flags: int) -> int:
                status = int(sync(file, flags))
                self._note("sync", file)
                return status

            callbacks: list[Any] = [WRITE(written), TRUNCATE(truncated), SYNC(synced)]
            table.write, table.truncate, table.sync = (ctypes.cast(c, POINTER).value for c in callbacks)
            table.callbacks = callbacks  # kept, or they would be freed
            self._tables[real] = table
        return self._tables[real]

    def _note(self, kind: str, file: int, place: int = 0, data: bytes = b"") -> None:
        self.log.append(Entry(kind, self._names.get(file, ""), place, data))


class Disk:
    """What is on the disk as a log goes on: what arrived for sure, and what is on its way."""

    def __init__(self) -> None:
        self.kept: dict[str, bytearray] = {}
        self.waiting: dict[str, list[Entry]] = {}

    def go_on(self, entries: Sequence[Entry]) -> None:
        """Let these things happen."""
        for entry in entries:
            waiting = self.waiting.setdefault(entry.file, [])
            if entry.kind == "delete":
                waiting.clear()
                self.kept.pop(entry.file, None)
                continue
            if entry.kind != "sync":
                waiting.append(entry)
                continue
            for one in waiting:
                _apply(self.kept.setdefault(entry.file, bytearray()), one)
            waiting.clear()

    def after_a_cut(self, chance: random.Random) -> Iterator[tuple[str, bytes]]:
        """Each file as it may be found after the power went: of what was on its way, any sectors."""
        share = chance.choice((0.0, 0.5, 0.9, 1.0))
        for name in self.kept.keys() | self.waiting.keys():
            found = bytearray(self.kept.get(name, b""))
            for entry in self.waiting.get(name, []):
                if entry.kind == "truncate":
                    if chance.random() < share:
                        _apply(found, entry)
                    continue
                for start in range(0, len(entry.data), SECTOR):
                    if chance.random() < share:
                        part = entry.data[start : start + SECTOR]
                        _apply(found, entry._replace(place=entry.place + start, data=part))
            yield name, bytes(found)


def _apply(content: bytearray, entry: Entry) -> None:
    if entry.kind == "truncate":
        del content[entry.place :]
        return
    end = entry.place + len(entry.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[entry.place : end] = entry.data
