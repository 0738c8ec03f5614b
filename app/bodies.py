"""Request bodies, read strictly: JSON that every reader would read alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from decimal import Decimal
from email.message import Message
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from app.errors import UnreadableError, UnsupportedTypeError

DEEPEST = 32  # levels of nesting; the deepest body of the API has 5
LARGE = 200_000  # bytes from which a body is read on a thread, so that others need not wait meanwhile
UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")  # escapes that may make a text that nothing can store
TOO_DEEP = f"The body is nested more than {DEEPEST} levels deep."


def read_json(body: bytes) -> Any:
    """The body as Python values, with numbers that have a fraction as Decimal.

    Raises `UnreadableError` for anything but one JSON text in UTF-8 whose keys are unique, whose
    nesting is at most `DEEPEST`, which has no NaN or Infinity (JSON knows neither), and whose texts
    can be stored.
    """
    try:
        text = body.decode("utf-8-sig")
        read = json.loads(text, object_pairs_hook=_unique, parse_float=Decimal, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"The body is not UTF-8 text, from byte {error.start} on.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"The body is not JSON: {error.msg} at {place}.") from error
    except (ValueError, ArithmeticError) as error:
        raise UnreadableError("The body has a number with more digits than anyone can mean.") from error
    except RecursionError as error:
        raise UnreadableError(TOO_DEEP) from error
    _check_depth(read, DEEPEST)
    if UNSTORABLE.search(text):
        _check_texts(read)
    return read


def _check_depth(value: object, levels: int) -> None:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        if isinstance(child, dict | list):
            if levels == 0:
                raise UnreadableError(TOO_DEEP)
            _check_depth(child, levels - 1)


def _check_texts(value: object) -> None:
    """Raise `UnreadableError` for a text with NUL or half a character, which no file or database can hold."""
    if isinstance(value, dict | list):
        for child in [*value, *value.values()] if isinstance(value, dict) else value:
            _check_texts(child)
    elif isinstance(value, str):
        if "\x00" in value:
            raise UnreadableError("The body has a text with the character NUL (\\u0000).")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise UnreadableError("The body has a text with half a character (a lone surrogate).") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UnreadableError(f"The key '{twice[:100]}' is given twice in one object.")
    return found


def _refuse(constant: str) -> NoReturn:
    raise UnreadableError(f"The body is not JSON: {constant} is no number.")


class StrictRoute(APIRoute):
    """A route whose JSON body is read by `read_json`, and refused when it is of another type."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def read_then_handle(request: Request) -> Response:
            if self.body_field and (await request.body() or self.body_field.field_info.is_required()):
                _check_type(request.headers.get("content-type"))
                body = await request.body()
                is_large = len(body) > LARGE
                request._json = await run_in_threadpool(read_json, body) if is_large else read_json(body)
            return await handle(request)

        return read_then_handle


def _check_type(content_type: str | None) -> None:
    message = Message()
    message["content-type"] = content_type or "application/octet-stream"
    kind = message.get_content_type()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedTypeError(f"The body must be application/json, not {kind[:100]}.")
