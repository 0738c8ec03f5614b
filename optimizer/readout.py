"""A finished test read: what the treated part did against what the control tells it would have done.

The treated series y is predicted from the control x by the periods before the test,

    y(t) = a + b · x(t) + noise

and the lift is the sum over the test of y less its prediction. Several controls are first put
together with weights that are not negative and fit the time before (a synthetic control; Abadie,
Diamond and Hainmueller, J. Am. Stat. Assoc. 105, 2010). With too short a time before, b is the
ratio of the means (difference in differences in ratio), and without any, that of the parts' sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from optimizer.curves import FloatArray
from optimizer.errors import Fault, HistoryError
from optimizer.history import NINE_IN_TEN

FEWEST_TO_REGRESS = 6  # periods before the test
FEWEST_FOR_MEMORY = 10  # periods from which it can be told whether noise lasts
MOST_MEMORY = 0.8


@dataclass(frozen=True)
class Readout:
    """What a test found in the treated part: `incremental_revenue` over the whole test, ± `standard_error`.

    `explained_share` is how much of the treated series the control told before the test (None
    without a time before); `method` is regression, ratio or split.
    """

    incremental_revenue: float
    standard_error: float
    method: str
    explained_share: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would hardly give it (less than one in ten)."""
        return abs(self.incremental_revenue) > NINE_IN_TEN * self.standard_error


def read_test(
    treated: tuple[Sequence[float], Sequence[float]],
    controls: Sequence[tuple[Sequence[float], Sequence[float]]],
    treated_share: float = 0.5,
) -> Readout:
    """Read series before and during a test, each as (before, during), of one or more controls.

    `treated_share` is the treated part's size and is used only when nothing is known from before.
    Raises `HistoryError` where series do not match in length or say nothing.
    """
    _check(treated, controls)
    before, during = (np.array(series, dtype=float) for series in treated)
    x_before, x_during = _synthetic(before, controls)
    if not len(before):
        return _by_size(during, x_during, treated_share)
    if len(before) >= FEWEST_TO_REGRESS and x_before.std() > 1e-9 * max(abs(x_before.mean()), 1e-300):
        return _by_regression(before, during, x_before, x_during, parts=len(controls))
    return _by_ratio(before, during, x_before, x_during)


def _by_regression(
    before: FloatArray, during: FloatArray, x_before: FloatArray, x_during: FloatArray, parts: int
) -> Readout:
    """Least squares; the error has the line's own doubt in it, and noise that lasts."""
    design = np.column_stack([np.ones(len(before)), x_before - x_before.mean()])
    line, *_ = np.linalg.lstsq(design, before, rcond=None)
    rest = before - design @ line
    freedom = max(len(before) - 1 - parts, 1)
    variance = float(rest @ rest) / freedom
    ahead = np.array([len(during), float((x_during - x_before.mean()).sum())])
    spread = len(during) * _memory(rest) + float(ahead @ np.linalg.solve(design.T @ design, ahead))
    lift = float((during - line[0] - line[1] * (x_during - x_before.mean())).sum())
    total = float(((before - before.mean()) ** 2).sum())
    explained = 1 - float(rest @ rest) / total if total > 0 else 0.0
    return _readout(lift, variance * spread, freedom, "regression", explained)


def _by_ratio(before: FloatArray, during: FloatArray, x_before: FloatArray, x_during: FloatArray) -> Readout:
    """The treated part keeps its ratio to the control."""
    if x_before.sum() <= 0:
        raise HistoryError([Fault(("controls",), "The control brought nothing before the test.")])
    ratio = before.sum() / x_before.sum()
    rest = np.concatenate([before - ratio * x_before, _centred(during - ratio * x_during)])
    freedom = max(len(rest) - 2, 1)
    variance = float(rest @ rest) / freedom
    spread = len(during) + (x_during.sum() / x_before.sum()) ** 2 * len(before)
    return _readout(float((during - ratio * x_during).sum()), variance * spread, freedom, "ratio", None)


def _by_size(during: FloatArray, x_during: FloatArray, treated_share: float) -> Readout:
    """A random split: the parts differ in size alone."""
    apart = during - treated_share / (1 - treated_share) * x_during
    if len(apart) < 2:
        raise HistoryError([Fault(("treated",), "Without a time before, a test needs two periods or more.")])
    variance = float(apart.var(ddof=1))
    return _readout(float(apart.sum()), variance * len(apart), len(apart) - 1, "split", None)


def _readout(lift: float, variance: float, freedom: int, method: str, explained: float | None) -> Readout:
    """With few periods the noise itself is not known for sure: the error is widened to Student's t."""
    widened = float(stdtrit(freedom, 0.95)) / NINE_IN_TEN
    error = max(float(np.sqrt(max(variance, 0.0))) * widened, 1e-9 * max(abs(lift), 1.0))
    return Readout(lift, error, method, explained)


def _synthetic(
    before: FloatArray, controls: Sequence[tuple[Sequence[float], Sequence[float]]]
) -> tuple[FloatArray, FloatArray]:
    """The controls as one series: weighed to fit the time before where it is long enough, else summed."""
    earlier = np.column_stack([np.array(c[0], dtype=float) for c in controls])
    later = np.column_stack([np.array(c[1], dtype=float) for c in controls])
    weight = np.ones(len(controls))
    if len(controls) > 1 and len(before) >= FEWEST_TO_REGRESS + len(controls):
        from scipy.optimize import nnls

        found, _ = nnls(earlier, before)
        weight = found if found.any() else weight
    return earlier @ weight, later @ weight


def _memory(rest: FloatArray) -> float:
    """By how much the variance of a sum grows because noise lasts from one period to the next."""
    if len(rest) < FEWEST_FOR_MEMORY or rest @ rest <= 0:
        return 1.0
    lasting = float(np.clip(rest[1:] @ rest[:-1] / (rest @ rest), 0.0, MOST_MEMORY))
    return (1 + lasting) / (1 - lasting)


def _centred(values: FloatArray) -> FloatArray:
    return np.asarray(values - values.mean())


def _check(
    treated: tuple[Sequence[float], Sequence[float]],
    controls: Sequence[tuple[Sequence[float], Sequence[float]]],
) -> None:
    """Every series that does not match the treated one."""
    if not len(treated[1]) or not controls:
        raise HistoryError([Fault(("treated",), "Give the test's periods, treated and control.")])
    faults = [
        Fault(
            ("controls", i),
            f"A control has {len(c[0])} and {len(c[1])} periods, the treated part "
            f"{len(treated[0])} and {len(treated[1])}.",
        )
        for i, c in enumerate(controls)
        if (len(c[0]), len(c[1])) != (len(treated[0]), len(treated[1]))
    ]
    if faults:
        raise HistoryError(faults)
