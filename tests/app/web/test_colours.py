"""Every colour of letters is told from what it stands on, in the light and in the dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app.web

SHEET = (Path(app.web.__file__).parent / "static" / "style.css").read_text()
LEAST = 4.5  # WCAG 2.2, 1.4.3, for letters of common size
LETTERS = ("ink", "soft", "accent", "reserve", "up", "down", "bad")
PAIRS = [(letters, ground) for ground in ("paper", "sheet") for letters in LETTERS]
PAIRS += [("ink", "faint"), ("soft", "faint"), ("accent", "faint"), ("on-accent", "accent")]
PAIRS += [(name, f"{name}-wash") for name in ("accent", "reserve", "bad")]


def tones(*, is_dark: bool) -> dict[str, str]:
    """The colours by name, as the sheet's first lines have them."""
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light))
    return found | (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark)) if is_dark else {})


def luminance(colour: str) -> float:
    """Relative luminance of sRGB: 0.2126 R + 0.7152 G + 0.0722 B of linear light."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """(lighter + 0.05) / (darker + 0.05): 1 for the same colour, 21 for black on white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_letters_stand_out(is_dark: bool) -> None:
    """Each pair of letters and ground that the pages use has the contrast that readers need."""
    known = tones(is_dark=is_dark)
    weak = {pair: round(found, 2) for pair in PAIRS if (found := contrast(*(known[n] for n in pair))) < LEAST}
    assert weak == {}


def test_contrast_is_the_standards() -> None:
    """Black on white is 21 to 1, a colour on itself 1 to 1; #767676 on white is just enough."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#123456", "#123456") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
