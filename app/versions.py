"""`ETag` and `If-Match`: a change names the version that it changes, so that nobody overwrites another's."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Response

from app.errors import StaleError, UnconditionalError

UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "As `If-None-Match` says"}}


def show(response: Response, version: int) -> None:
    """Name the version in the answer."""
    response.headers["ETag"] = f'"{version}"'


def is_known(header: str | None, version: int) -> bool:
    """Whether the caller, by `If-None-Match`, has this version already."""
    named = [tag.strip().removeprefix("W/") for tag in (header or "").split(",")]
    return "*" in named or f'"{version}"' in named


class Match:
    """What the caller takes for the current version."""

    def __init__(self, header: str | None) -> None:
        self._header = header

    def require(self, version: int | None) -> None:
        """For what is replaced or changed: as `check`, and `UnconditionalError` when no version is named.

        None stands for what is not stored yet: nobody can have a version of it, nor overwrite any.
        """
        if version is None:
            if self._header is not None:
                raise StaleError("Nothing is stored here yet; send it without If-Match.")
            return
        if self._header is None:
            raise UnconditionalError(f'Name the version in If-Match; the current one is "{version}".')
        self.check(version)

    def check(self, version: int) -> None:
        """Raise `StaleError` when another version is named."""
        if self._header is None:
            return
        named = [tag.strip() for tag in self._header.split(",")]
        if "*" not in named and f'"{version}"' not in named:
            raise StaleError(f'The current version is "{version}"; read it again before changing it.')


def if_match(if_match: Annotated[str | None, Header(max_length=1000)] = None) -> Match:
    """The If-Match header of a request."""
    return Match(if_match)


IfNoneMatch = Annotated[str | None, Header(max_length=1000)]
IfMatch = Annotated[Match, Depends(if_match)]
