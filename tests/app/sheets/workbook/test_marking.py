"""Wrong cells come back red and commented, in a workbook that is otherwise the one that was sent."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import httpx
import openpyxl
import pytest
from openpyxl.comments import Comment

from app.optimize import examples
from app.sheets.workbook.comments import AUTHOR
from app.sheets.workbook.marking import RULE
from app.sheets.workbook.routes import MEDIA_TYPE
from tests.app.history.odd_files import unpacked
from tests.app.sheets.workbook.books import book_of, changed

RAW = {"content-type": MEDIA_TYPE}
WRONG: dict[tuple[str, str], Any] = {("Budget and rules", "B6"): "a lot", ("Channels", "F8"): -5}
BOOK = book_of(examples.FROM_HISTORY)


def marked(client: httpx.Client, data: bytes) -> bytes:
    """The marked copy that the service answers to a wrong workbook."""
    reply = client.post("/v1/workbook?marked=true", content=data, headers=RAW)
    assert (reply.status_code, reply.headers["content-type"]) == (422, MEDIA_TYPE), reply.text[:500]
    return reply.content


def comments(data: bytes) -> dict[tuple[str, str], str]:
    """The comments of a workbook by sheet and cell."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def marks(data: bytes) -> set[tuple[str, str]]:
    """The cells that are red by a rule of this service."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        (sheet.title, place)
        for sheet in book
        for area, rules in sheet.conditional_formatting._cf_rules.items()  # type: ignore[attr-defined]
        for rule in rules
        if RULE in rule.formula
        for place in str(area.sqref).split()
    }


def test_wrong_cells_are_red_and_say_why(client: httpx.Client) -> None:
    """Exactly the wrong cells are marked, each with what is wrong; the rest of the file is as it was sent."""
    sent = changed(BOOK, WRONG)
    copy = marked(client, sent)
    assert marks(copy) == set(WRONG)
    said = comments(copy)
    assert set(said) == set(WRONG)
    assert "'a lot' is not a number" in said["Budget and rules", "B6"]
    before, after = unpacked(sent), unpacked(copy)
    untouched = [name for name in before if "sheet2" not in name and "sheet3" not in name]
    altered = {name for name in untouched if before[name] != after[name]}
    assert altered == {"[Content_Types].xml", "xl/styles.xml"}


def test_a_workbook_of_this_service_keeps_its_charts(client: httpx.Client) -> None:
    """What was downloaded and then spoilt has all its charts and drawings in the marked copy."""
    parts = unpacked(BOOK)
    spoilt = io.BytesIO()
    with zipfile.ZipFile(spoilt, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(b"<v>400000.0</v>", b"<v>-1</v>"))
    copy = marked(client, spoilt.getvalue())
    assert marks(copy) == {("Budget and rules", "B6")}
    charts = {name: part for name, part in parts.items() if "chart" in name or "drawing" in name}
    assert len(charts) > 5
    assert {name: unpacked(copy)[name] for name in charts} == charts


def test_marks_of_the_round_before_are_gone(client: httpx.Client) -> None:
    """One of two faults mended in the marked copy and sent again: one mark is left, and it is said once."""
    first = marked(client, changed(BOOK, WRONG))
    second = marked(client, changed(first, {("Budget and rules", "B6"): 400000}))
    assert marks(second) == set(comments(second)) == {("Channels", "F8")}
    third = marked(client, second)
    assert marks(third) == set(comments(third)) == {("Channels", "F8")}
    mended = client.post(
        "/v1/workbook?marked=true", content=changed(third, {("Channels", "F8"): 100000}), headers=RAW
    )
    assert mended.status_code == 200


def test_a_users_own_comment_is_kept(client: httpx.Client) -> None:
    """Comments of others stay: on other cells as they are, on a wrong cell below what is wrong."""
    book = openpyxl.load_workbook(io.BytesIO(changed(BOOK, WRONG)))
    for address in ("F8", "A8"):
        book["Channels"][address].comment = Comment("ask <Li> & co", "me")
    file = io.BytesIO()
    book.save(file)
    said = comments(marked(client, file.getvalue()))
    assert said["Channels", "A8"] == "ask <Li> & co"
    assert said["Channels", "F8"].endswith("\n\nask <Li> & co")
    assert said["Channels", "F8"].startswith("At least: ")


def test_the_copy_is_given_to_who_accepts_workbooks(client: httpx.Client) -> None:
    """A client that accepts only workbooks gets one; by default faults are a problem in JSON."""
    wrong = changed(BOOK, WRONG)
    reply = client.post("/v1/workbook", content=wrong, headers=RAW | {"accept": MEDIA_TYPE})
    assert (reply.status_code, reply.headers["content-type"]) == (422, MEDIA_TYPE)
    reply = client.post("/v1/workbook", content=wrong, headers=RAW)
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"a,b\n", b""])
def test_what_cannot_be_marked_is_a_problem(client: httpx.Client, data: bytes) -> None:
    """A file that is no workbook is refused in JSON, marked or not."""
    reply = client.post("/v1/workbook?marked=true", content=data, headers=RAW)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")


def test_the_service_signs_its_comments(client: httpx.Client) -> None:
    """Whose the comments are can be seen, and is how they are found again."""
    book = openpyxl.load_workbook(io.BytesIO(marked(client, changed(BOOK, WRONG))))
    comment = book["Channels"]["F8"].comment
    assert comment is not None
    assert comment.author == AUTHOR
