"""How far a curve can be trusted, and what would help, in a word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.curves import ResponseCurve
from optimizer.diagnosis import diagnose
from optimizer.findings import Finding
from optimizer.fitting.fitted import Demand, Fit, FittedCurve
from tests.builders import straight_curve

BENT = ResponseCurve(np.array([0.0, 50.0, 100.0]), np.array([0.0, 100.0, 200.0]), np.full(3, 2.0))


def fitted(half_width: float, observed: float | None = 50.0, source: str = "attributed") -> FittedCurve:
    """A straight curve up to 100 with a range of ± this share, known up to `observed`."""
    curve = straight_curve(2.0, 100.0)
    low, high = (curve.response * (1 + sign * half_width) for sign in (-1, 1))
    return FittedCurve(
        "a", source, curve, low, high, np.stack([low, high]), curve, 10.0, observed_max_spend=observed
    )


def fit_of(curve: FittedCurve, *codes: str) -> Fit:
    return Fit({"a": curve}, Demand(1.0, 1.0), tuple(Finding(code, "a") for code in codes))


def test_doubt_is_half_the_range_over_the_response() -> None:
    """A range of ± 10 % everywhere is a doubt of 10 %, inside and outside what was spent."""
    found = diagnose(fit_of(fitted(0.1)))["a"]
    assert found.doubt_inside == pytest.approx(0.1)
    assert found.doubt_outside == pytest.approx(0.1)


def test_a_range_that_opens_is_wider_outside() -> None:
    """Where the range opens beyond the most ever spent, only the doubt outside grows."""
    curve = fitted(0.0)
    wide = replace(curve, curve=BENT, low=np.array([0.0, 100.0, 100.0]))
    wide = replace(wide, high=np.array([0.0, 100.0, 300.0]))
    found = diagnose(fit_of(wide))["a"]
    assert found.doubt_inside == pytest.approx(0.0, abs=1e-9)
    assert found.doubt_outside == pytest.approx(1 / 3, rel=0.05)
    assert found.advice == "go_further"


@pytest.mark.parametrize(
    ("width", "observed", "source", "codes", "advice"),
    [
        (0.1, 50.0, "attributed", [], "none"),
        (0.4, 50.0, "attributed", [], "lift_test"),
        (0.4, 50.0, "attributed", ["constant_spend"], "vary"),
        (0.1, 50.0, "attributed", ["cannot_tell"], "lift_test"),
        (0.9, None, "pooled", ["no_history"], "start"),
        (0.4, 50.0, "attributed", ["short_history"], "wait"),
        (0.4, 50.0, "given", ["short_history"], "none"),
    ],
)
def test_advice_cures_what_was_noticed_first(
    width: float, observed: float | None, source: str, codes: list[str], advice: str
) -> None:
    """What was noticed of a channel names its cure; a wide range without a cause asks for a test."""
    assert diagnose(fit_of(fitted(width, observed, source), *codes))["a"].advice == advice


def test_both_of_a_pair_are_advised_to_part() -> None:
    """The finding names one channel and tells of the other: the advice is for both."""
    curve = replace(fitted(0.4), channel="b")
    together = Finding("moves_together", "a", {"other": "b"})
    found = diagnose(Fit({"a": fitted(0.4), "b": curve}, Demand(1.0, 1.0), (together,)))
    assert {diagnosis.advice for diagnosis in found.values()} == {"separate"}


def test_without_spend_there_is_no_inside() -> None:
    """A channel that never spent has no doubt to state."""
    found = diagnose(fit_of(fitted(0.4, None)))["a"]
    assert found.doubt_inside is None
    assert found.doubt_outside is None
