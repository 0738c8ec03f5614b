"""Bodies are read strictly: JSON that every reader would read alike."""

from __future__ import annotations

import json
import threading
from decimal import Decimal
from typing import Any

import httpx
import pytest

from app import bodies
from app.bodies import DEEPEST, read_json
from app.errors import UnreadableError
from app.optimize.examples import TWO_CURVES


def test_numbers_keep_every_digit() -> None:
    """A number with a fraction is read as the decimal that was written."""
    assert read_json(b'{"budget": 123456789012345.67, "n": 3}') == {
        "budget": Decimal("123456789012345.67"),
        "n": 3,
    }


def test_a_byte_order_mark_is_no_fault() -> None:
    """Spreadsheets and PowerShell put a byte order mark before UTF-8 text."""
    assert read_json(b'\xef\xbb\xbf{"a": "\xe6\x8a\x96"}') == {"a": "抖"}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b'{"a": 1} x', "not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"budget": 1, "budget": 2}', "'budget' is given twice"),
        (b'{"a": [{"b": 1, "b": 1}]}', "'b' is given twice"),
        (b'"\xff"', "UTF-8"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "digits"),
        (b'{"a": 1e99999999999999999999}', "digits"),
        (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), "levels deep"),
        (b'{"a": ["x\\u0000"]}', "NUL"),
        (b'{"a\\udc00": 1}', "half a character"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "levels deep"),
    ],
)
def test_what_two_readers_could_read_in_two_ways_is_refused(body: bytes, says: str) -> None:
    """No text that is not JSON, repeats a key, or is deeper or longer than anyone means is read."""
    with pytest.raises(UnreadableError) as refused:
        read_json(body)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 200


def test_letters_of_two_escapes_are_read() -> None:
    """What stands in two escapes, as many programs write it, is one letter; an escaped escape is none."""
    assert read_json(b'{"a": "\\ud83d\\ude00 \\\\u0000"}') == {"a": "\U0001f600 \\u0000"}


def test_brackets_within_text_are_no_nesting() -> None:
    """Only brackets outside quotes count as depth, however the quotes are escaped."""
    assert read_json(b'{"a": "' + b"[{" * 500 + b'\\"[["}')["a"].endswith('"[[')


def test_a_large_body_is_read_beside_the_event_loop(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small bodies are read at once, on the server's own thread; large ones on another."""
    threads = []

    def reading(body: bytes) -> Any:
        threads.append(threading.current_thread().name)
        return read_json(body)

    monkeypatch.setattr(bodies, "read_json", reading)
    for blanks in (0, bodies.LARGE):
        reply = client.post(
            "/v1/optimize",
            content=json.dumps(TWO_CURVES) + " " * blanks,
            headers={"content-type": "application/json"},
        )
        assert reply.status_code == 200
    assert threads[0] != threads[1]
