"""Advertising works on after the day it is paid for: geometric adstock with a retention per day.

    state(d) = retention · state(d-1) + (1 - retention) · spend(d)

so that a steady spend x is carried to exactly x. A retention of r has a half-life of
log 0.5 / log r days. Reference: S. R. Broadbent, One way TV advertisements work,
J. Market Res. Soc. 21 (1979).
"""

from __future__ import annotations

import numpy as np

from optimizer.curves import FloatArray


def carried(spend: FloatArray, days: FloatArray, retention: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean adstock of each period, and the state after the last, when spend is even within periods.

    `spend` (channels, periods) is a daily rate, `days` (periods,) the lengths, `retention` (r,).
    Returns (channels, r, periods) and (channels, r). The state before the first period is its rate.
    """
    stays = retention[:, None] ** days
    with np.errstate(invalid="ignore"):
        lag = np.where(retention[:, None] > 0, retention[:, None] * (1 - stays), 0.0)
    lag = lag / (days * (1 - retention[:, None]))
    state = np.repeat(spend[:, :1], len(retention), axis=1)
    means = np.empty((len(spend), len(retention), len(days)))
    for t in range(len(days)):
        gap = state - spend[:, t, None]
        means[:, :, t] = spend[:, t, None] + gap * lag[:, t]
        state = spend[:, t, None] + gap * stays[:, t]
    return means, state


def carry_share(half_life_days: float, days: int) -> float:
    """The share of a month's effect that comes after its last day, when it is spent evenly over its days.

    With retention r a day: r (1 - r^days) / (days (1 - r)); nothing at a half-life of nothing.
    """
    if half_life_days <= 0:
        return 0.0
    retention = 0.5 ** (1 / half_life_days)
    return float(retention * (1 - retention**days) / (days * (1 - retention)))
