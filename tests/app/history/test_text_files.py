"""Text files are decoded and split as they were written; damage is refused with its row."""

from __future__ import annotations

import pytest

from app.history.cells import Cell, HistoryFileError
from app.history.text_files import decode, read_text_file


def table(data: bytes | str) -> list[list[Cell]]:
    """The cells of a text file."""
    return [
        line.cells
        for line in read_text_file(data.encode() if isinstance(data, str) else data, "f").sheets[0].lines
    ]


def refused(data: bytes) -> str:
    """What a text file is refused for."""
    with pytest.raises(HistoryFileError) as error:
        read_text_file(data, "f")
    return str(error.value)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding: str) -> None:
    """Chinese text is read in every encoding that exports come in."""
    text = "日期,渠道,花费\n2026-01-05,小红书,5\n"
    assert decode(text.encode(encoding), "f")[0] == text


def test_western_encoding() -> None:
    """Accents of an old Western file are not mistaken for Chinese."""
    assert table("Régie;Coût\nété;5\n".encode("cp1252")) == [["Régie", "Coût"], ["été", "5"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(separator: str) -> None:
    """The separator is found, also where amounts hold another one's mark."""
    text = f'a{separator}b\n"1,5"{separator}"x;y"\n"2,5"{separator}z\n'
    assert table(text) == [["a", "b"], ["1,5", "x;y"], ["2,5", "z"]]


def test_named_separator_and_old_line_ends() -> None:
    """`sep=;` names the separator, and a lone carriage return ends a line."""
    assert table("sep=;\ra;b,c\r1;2\r")[1:] == [["a", "b,c"], ["1", "2"]]


def test_cells_of_several_lines() -> None:
    """A quoted line break stays within its cell, and rows keep the number of the line they begin in."""
    lines = read_text_file(b'a,b\n"x\ny",2\nz,3\n', "f").sheets[0].lines
    assert [(line.number, line.cells) for line in lines] == [
        (1, ["a", "b"]),
        (2, ["x\ny", "2"]),
        (4, ["z", "3"]),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b'a,b\n"1,2\n3,4\n5,6\n',
        b'a,b\n"1,2\n3,4\n5,"6\n',
        b'a,b\n"1,2\n3,4\n5",6\n',
        b'a,b\n"1' + b"\n" * 99 + b'",2\n',
    ],
)
def test_an_unclosed_quote_is_refused_with_its_row(data: bytes) -> None:
    """A quote that swallows rows is named by the row that opens it, even if a later quote closes it."""
    assert refused(data).startswith("'f', row 2: a quote")


def test_damaged_text_is_refused_with_its_row() -> None:
    """Bytes that are no text in any encoding known, and binary files, are refused."""
    assert refused("日期\n花费\n".encode() + b"\xff\x81\x20").startswith("'f', row 3: is neither")
    assert "no text file" in refused(b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert "columns" in refused(b"a," * 2000)
