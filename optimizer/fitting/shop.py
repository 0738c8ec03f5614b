"""The whole shop's results put to use: alone, or beside what each channel is credited with.

Platforms count sales they did not cause: where the shop's results are known too, a channel's
credited revenue is taken as its curve up to an unknown factor, which the shop's results narrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.demand import DemandFeatures
from optimizer.fitting.belief import Belief, Effects
from optimizer.fitting.fitted import Past
from optimizer.fitting.lift import RoiEvidence
from optimizer.fitting.panel import Panel
from optimizer.fitting.sight import usual_spend
from optimizer.fitting.total import BASE_SHARE, Lever, Posterior, Shop, believed, sample
from optimizer.fitting.unseen import LEAST_TO_TELL, common_spend

CREDIT_SPREAD = 0.3  # of the logarithm of caused over credited revenue, between channels
CREDIT_LEVEL, CREDIT_LEVEL_SPREAD = 0.85, 0.4  # what all are credited with was caused to this part
ROI_LEVEL_SPREAD = 0.5  # of the logarithm of the account's roi where nothing is credited
COMMON_SPREAD = 0.8  # of the effect on demand of the spend that all channels have in common
OWN_SPREAD = 0.2  # how the shop's demand effects differ from the channels', in their spreads
UNTOLD = 0.15  # `unseen` at least, where too few periods tell of it and channels have no results
MASS, MOST_POINTS = 0.9995, 250  # of a belief from a channel's own results


@dataclass(frozen=True, eq=False)
class ShopBelief:
    """Beliefs of channels and effects after the shop's results; samples of its base per day; its past.

    `unseen` is how much doubt had to be widened for demand that nobody sees, 0 for not at all.
    """

    beliefs: list[Belief]
    effects: Effects
    base: FloatArray
    past: Past
    unseen: float


def with_shop(
    known: Panel,
    features: DemandFeatures,
    means: FloatArray,
    beliefs: list[Belief],
    effects: Effects,
    *,
    told: Mapping[int, Sequence[RoiEvidence]] | None = None,
) -> ShopBelief:
    """What is believed after the shop's results.

    `means` (channels, retentions, periods) is the adstock; `beliefs` and `effects` are what the
    channels' own results said, `told` what is known of single channels' roi from outside.
    """
    rows = np.flatnonzero(np.isfinite(known.shop) & (known.shop > 0))
    attributed = known.is_attributed
    if attributed:
        beliefs = [belief.likeliest(MASS, MOST_POINTS) for belief in beliefs]
    doubt = CREDIT_SPREAD if attributed else 0.0
    told = told or {}
    levers = [Lever.of(b, means[c][:, rows], doubt, told.get(c, ())) for c, b in enumerate(beliefs)]
    level, spread = CREDIT_LEVEL, CREDIT_LEVEL_SPREAD
    if not attributed:
        usual = max(float(usual_spend(known).sum()), 1e-9)
        level, spread = (1 - BASE_SHARE) * float(known.shop[rows].mean()) / usual, ROI_LEVEL_SPREAD
    shop = Shop(known.shop[rows], *_demand(known, features, effects, rows))
    posterior = sample(shop, levers, level, spread, known.seed)
    return ShopBelief(
        beliefs=[believed(belief, posterior, c) for c, belief in enumerate(beliefs)],
        effects=_after(effects, posterior),
        base=posterior.base,
        past=_past(known, rows, posterior),
        unseen=max(posterior.widening - 1, UNTOLD if not attributed and len(rows) < LEAST_TO_TELL else 0.0),
    )


def _after(before: Effects, posterior: Posterior) -> Effects:
    """Effects of demand after the shop's results; shocks are as the channels saw them."""
    covariance = np.atleast_2d(np.cov(posterior.effects.T))
    return replace(before, mean=posterior.effects.mean(axis=0), covariance=covariance)


def _past(known: Panel, rows: NDArray[np.intp], posterior: Posterior) -> Past:
    brought, sold = posterior.brought, posterior.sold
    return Past(known.channels, known.start[rows], known.days[rows], brought, sold, known.shop[rows])


def _demand(
    known: Panel, features: DemandFeatures, effects: Effects, rows: NDArray[np.intp]
) -> tuple[FloatArray, Effects]:
    """Slope (T, features + 1) of the shop's log demand, and what is known of it before looking."""
    _, slope = features.over(known.start[rows], known.days[rows], effects.mean)
    common, excess = common_spend(known, usual_spend(known))
    size = len(features.names) + 1
    covariance = np.zeros((size, size))
    covariance[:-1, :-1] = effects.covariance + np.diag((OWN_SPREAD * features.spread) ** 2)
    covariance[-1, -1] = (COMMON_SPREAD * excess) ** 2 + 1e-6
    before = Effects(
        np.append(effects.mean, 0.0),
        covariance,
        effects.shock[rows],
        effects.shock_spread[rows] if known.is_attributed else np.zeros(len(rows)),
    )
    return np.hstack([slope, common[rows, None]]), before
