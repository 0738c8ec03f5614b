"""The curves as a picture: every curve in its place, what is marked where it belongs."""

from __future__ import annotations

import io
from functools import lru_cache

import pytest
from PIL import Image

from app.dependencies import Language
from app.optimize import examples, service
from app.optimize.curve_picture import HEIGHT, LINE, MOST_CURVES, TOP, WIDTH, curves_picture
from app.optimize.curve_requests import CurvesRequest
from app.optimize.replies import CurvesReply


@lru_cache
def reply(language: Language = "en") -> CurvesReply:
    body = {"history": examples.HISTORY, "foresight_months": 0}
    return service.curves(CurvesRequest.model_validate(body), language)


def drawn(answer: CurvesReply, language: Language = "en") -> Image.Image:
    return Image.open(io.BytesIO(curves_picture(answer, language)))


def places_of_curves(image: Image.Image) -> set[int]:
    """In which places, counted by rows, pixels of a curve's colour lie."""
    wanted = tuple(int(LINE[i : i + 2], 16) for i in (1, 3, 5))
    pixels = image.convert("RGB").load()
    assert pixels is not None
    found = set()
    for x in range(0, image.width, 2):
        for y in range(TOP, image.height):
            if pixels[x, y] == wanted:
                found.add((y - TOP) // HEIGHT * 2 + x // WIDTH)
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_curve_is_drawn_in_its_place(language: Language) -> None:
    """Two curves stand side by side, in a picture of one row."""
    image = drawn(reply(language), language)
    assert (image.format, image.size) == ("PNG", (2 * WIDTH, HEIGHT + TOP))
    assert places_of_curves(image) == {0, 1}


def test_a_third_curve_opens_a_row() -> None:
    """Places fill row by row."""
    three = reply().model_copy(update={"curves": [*reply().curves, reply().curves[0]]})
    assert places_of_curves(drawn(three)) == {0, 1, 2}


def test_of_many_curves_the_largest_are_drawn() -> None:
    """A picture of a thousand channels stays one that can be opened."""
    many = reply().model_copy(update={"curves": reply().curves * 500})
    assert drawn(many).height == MOST_CURVES // 2 * HEIGHT + TOP
