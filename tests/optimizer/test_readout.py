"""Tests with a control: the lift is found, and its error is honest."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.errors import HistoryError
from optimizer.readout import Readout, read_test

LIFT = 6.0


def made(seed: int, before: int, controls: int = 1, noise: float = 3.0) -> Readout:
    """A test of eight periods that lifts each by LIFT, on a treated part that is twice its control."""
    rng = np.random.default_rng(seed)
    season = 100 + 10 * rng.normal(size=before + 8)
    parts = [season + noise * rng.normal(size=before + 8) for _ in range(controls)]
    treated = 2 * season + noise * rng.normal(size=before + 8)
    treated[before:] += LIFT
    split = [(part[:before].tolist(), part[before:].tolist()) for part in parts]
    return read_test((treated[:before].tolist(), treated[before:].tolist()), split, treated_share=2 / 3)


@pytest.mark.parametrize(("before", "method"), [(26, "regression"), (3, "ratio"), (0, "split")])
def test_without_noise_the_lift_is_exact(before: int, method: str) -> None:
    """Eight periods lifted by six are 48, by each way of reading."""
    found = made(0, before, noise=0.0)
    assert found.method == method
    assert found.incremental_revenue == pytest.approx(8 * LIFT)


@pytest.mark.parametrize(("before", "controls"), [(26, 1), (26, 4), (8, 1), (3, 1), (0, 1)])
def test_the_error_is_honest(before: int, controls: int) -> None:
    """The stated range holds the true lift nine times in ten, with much or little to go by."""
    found = [made(seed, before, controls) for seed in range(300)]
    held = [abs(f.incremental_revenue - 8 * LIFT) < 1.645 * f.standard_error for f in found]
    assert 0.82 < np.mean(held) < 0.98


def test_more_controls_are_surer() -> None:
    """Four controls tell the treated part better than one."""
    errors = [np.mean([made(s, 40, n).standard_error for s in range(30)]) for n in (1, 4)]
    assert errors[1] < 0.8 * errors[0]


def test_chance_is_called_chance() -> None:
    """A small lift in much noise is not clear; the same lift without noise is."""
    assert not made(1, 26, noise=40.0).is_clear
    assert made(1, 26, noise=0.1).is_clear


def test_series_must_match() -> None:
    """A control of another length is refused, by its place."""
    with pytest.raises(HistoryError) as caught:
        read_test(([1, 2], [3, 4]), [([1, 2], [3, 4]), ([1], [3, 4])])
    assert caught.value.faults[0].path == ("controls", 1)
