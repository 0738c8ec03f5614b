"""What channels of one kind have in common: a channel that says little of itself leans on its kin.

    log_roi_c ~ N(kind, spread²),    kind ~ N(account, KIND_SPREAD²)

A kind of few channels leans on the account in turn; where there is one kind only, it is the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.fitting.belief import Belief
from optimizer.fitting.panel import Panel

KIND_SPREAD = 0.5  # of the logarithm of roi between kinds of channels


def kind_centres(
    log_roi: FloatArray, heard: NDArray[np.bool_], kinds: Sequence[str], variance: float
) -> FloatArray:
    """(C,): the log roi that each channel's kind is expected to have.

    `heard` (C,) tells whose `log_roi` counts, `variance` how far one may be from its kind's.
    """
    account = float(log_roi[heard].mean())
    centres = np.full(len(log_roi), account)
    for kind in set(kinds):
        mine = np.array([k == kind for k in kinds])
        count = int((mine & heard).sum())
        if 0 < count < heard.sum():
            trust = count * KIND_SPREAD**2 / (count * KIND_SPREAD**2 + variance)
            centres[mine] += trust * (log_roi[mine & heard].mean() - account)
    return centres


def leaning(beliefs: list[Belief], panel: Panel) -> list[Belief]:
    """Beliefs from the shop's results, in which channels that never spent return what their kind does."""
    heard = panel.spend.max(axis=1, initial=0.0) > 0
    if heard.all() or not heard.any():
        return beliefs
    log_roi = np.array([belief.mean_log_roi for belief in beliefs])
    variance = float(np.mean([b.spread_log_roi**2 for b in beliefs])) + float(log_roi[heard].var())
    shift = kind_centres(log_roi, heard, panel.kinds, variance) - log_roi
    return [b if heard[c] else _moved(b, float(shift[c])) for c, b in enumerate(beliefs)]


def _moved(belief: Belief, shift: float) -> Belief:
    """The belief at another level of roi."""
    samples = belief.samples
    if samples is not None:
        samples = samples[0], samples[1] * np.exp(shift)
    return replace(belief, log_roi=belief.log_roi + shift, samples=samples)
