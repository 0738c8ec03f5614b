"""Lift tests proposed by what they are worth: more where more is unknown, nothing where all is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.experiments import Setting, design
from optimizer.fitting.fitted import FittedCurve
from tests.builders import hill_curve

SETTING = Setting(budget=100_000.0, days=30, weekly_revenue=60_000.0, noise_share=0.01)


def channel(name: str, doubt: float, last: float = 50_000.0, seed: int = 1) -> FittedCurve:
    """A channel that is expected to bring a hill curve, times a factor with this log-spread."""
    curve = hill_curve(300_000.0, 60_000.0, 0.9, 100_000.0)
    factor = np.exp(doubt * np.random.default_rng(seed).normal(size=(200, 1)))
    draws = curve.response * factor / factor.mean()
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    return FittedCurve(name, "attributed", curve, low, high, draws, curve, last)


def test_the_doubtful_channel_is_tested() -> None:
    """Of two channels alike but for how well they are known, the less known comes first."""
    found = design([channel("known", 0.02), channel("doubtful", 0.6)], SETTING)
    assert found[0].channel == "doubtful"
    assert found[0].gain > 0


def test_what_is_known_needs_no_test() -> None:
    """Without doubt about any curve no test is proposed."""
    assert design([channel("a", 0.0), channel("b", 0.0)], SETTING) == []


def test_credit_that_nobody_verified_is_a_doubt() -> None:
    """A channel whose results are known for sure is tested until somebody says what of them it caused."""
    curves = [replace(channel(name, 0.0), caused_share=1.0) for name in ("a", "b")]
    assert [p.channel for p in design(curves, SETTING)] != []
    assert design([replace(curve, caused_share=0.7) for curve in curves], SETTING) == []
    assert design([replace(curve, source="combined") for curve in curves], SETTING) == []


def test_a_trifle_is_not_tested() -> None:
    """What would gain less than a ten-thousandth of the month is not proposed; what gains more is."""
    curves = [channel("sure", 0.0), channel("doubtful", 0.6)]
    found = [
        p
        for noise in np.geomspace(0.01, 1.0, 12)
        for p in design(curves, replace(SETTING, noise_share=noise))
    ]
    assert found
    brings = 2 * float(curves[0].curve(np.array([50_000.0]))[0])
    assert min(p.gain for p in found) > 1e-4 * brings


def test_noise_makes_tests_worth_less() -> None:
    """The noisier the revenue, the less a test brings, down to nothing."""
    curves = [channel("a", 0.3), channel("b", 0.6, seed=2)]
    gains = [
        max((p.gain for p in design(curves, replace(SETTING, noise_share=noise))), default=0.0)
        for noise in (0.001, 0.05, 50.0)
    ]
    assert gains[0] > gains[1] > gains[2]
    assert gains[2] < 0.02 * gains[0]


def test_a_precise_test_comes_near_to_knowing() -> None:
    """Almost without noise the gain is that of planning with the true curve, worked out draw by draw."""
    curves = [channel("sure", 0.0), channel("doubtful", 0.6)]
    (found,) = design(curves, replace(SETTING, noise_share=1e-6))
    spend = np.linspace(0, 100_000, 401)
    rest = curves[0].curve(100_000 - spend)
    worlds = np.array([np.interp(spend, curves[1].curve.spend, d) for d in curves[1].draws]) + rest
    now = int((worlds.mean(axis=0)).argmax())
    perfect = float((worlds.max(axis=1) - worlds[:, now]).mean())
    assert 0.8 * perfect < found.gain < 1.1 * perfect


def test_a_channel_that_cannot_move_is_not_tested() -> None:
    """Where limits fix every channel's spend, knowing more would change nothing."""
    fixed = {"a": (50_000.0, 50_000.0), "b": (50_000.0, 50_000.0)}
    curves = [channel("a", 0.5), channel("b", 0.5, seed=2)]
    assert design(curves, replace(SETTING, limits=fixed)) == []
