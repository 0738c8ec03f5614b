"""What routes ask for."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Header, Query, Request, Response

Language = Literal["en", "zh"]


def language(
    response: Response,
    lang: Annotated[
        Language | None, Query(description="Language of sentences; before Accept-Language.")
    ] = None,
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Language:
    """The language that the caller reads: `lang`, otherwise the first known one of Accept-Language."""
    chosen = lang or preferred(accept_language or "")
    response.headers["Content-Language"] = chosen
    response.headers["Vary"] = "Accept-Language"
    return chosen


def asked(request: Request) -> Language:
    """The language that a request wants, whatever else may be wrong with it."""
    chosen = request.query_params.get("lang")
    known: dict[str | None, Language] = {"en": "en", "zh": "zh"}
    return known.get(chosen) or preferred(request.headers.get("accept-language", ""))


def preferred(accept_language: str) -> Language:
    """The best-liked language of an Accept-Language header that this service speaks; English if none."""
    wishes: list[tuple[float, Language]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        known: dict[str, Language] = {"en": "en", "zh": "zh"}
        if (name := tag.split("-")[0].strip().lower()) in known:
            try:
                wishes.append((float(quality or 1), known[name]))
            except ValueError:
                continue
    return max(wishes, key=lambda wish: wish[0], default=(0.0, "en"))[1]


ChosenLanguage = Annotated[Language, Depends(language)]
