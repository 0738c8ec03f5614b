"""Request bodies, read strictly: JSON that every reader would read alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from decimal import Decimal
from email.message import Message
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from app.errors import UnreadableError, UnsupportedTypeError

DEEPEST = 32  # levels of nesting; the deepest body of the API has 5
LONGEST_NUMBER = 400  # digits; longer ones are no number anybody means
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def read_json(body: bytes) -> Any:
    """The body as Python values, with numbers that have a fraction as Decimal.

    Raises `UnreadableError` for anything but one JSON text in UTF-8 whose keys are unique, whose
    nesting is at most `DEEPEST`, and which has no NaN or Infinity (JSON knows neither).
    """
    try:
        text = body.decode("utf-8-sig")
        _check_depth(text)
        return json.loads(
            text, object_pairs_hook=_unique, parse_float=_decimal, parse_int=_integer, parse_constant=_refuse
        )
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"The body is not UTF-8 text: byte {error.start} belongs to no letter."
        ) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"The body is not JSON: {error.msg} at {place}.") from error


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", QUOTED.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise UnreadableError(f"The body is nested more than {DEEPEST} levels deep.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UnreadableError(f"The key '{twice[:100]}' is given twice in one object.")
    return found


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(_short(digits))
    except ArithmeticError as error:
        raise UnreadableError(f"The number {digits[:40]} is too large to read.") from error


def _integer(digits: str) -> int:
    return int(_short(digits))


def _short(digits: str) -> str:
    if len(digits) > LONGEST_NUMBER:
        raise UnreadableError(f"A number has more than {LONGEST_NUMBER} digits.")
    return digits


def _refuse(constant: str) -> NoReturn:
    raise UnreadableError(f"The body is not JSON: {constant} is no number.")


class StrictRoute(APIRoute):
    """A route whose JSON body is read by `read_json`, and refused when it is of another type."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def read_then_handle(request: Request) -> Response:
            if self.body_field is not None:
                _check_type(request.headers.get("content-type"))
                request._json = read_json(await request.body())
            return await handle(request)

        return read_then_handle


def _check_type(content_type: str | None) -> None:
    message = Message()
    message["content-type"] = content_type or "application/octet-stream"
    kind = message.get_content_type()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedTypeError(f"The body must be application/json, not {kind[:100]}.")
