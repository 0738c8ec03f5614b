"""What a planner should know of the curves: how sure they are, what is odd, what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.curves import FloatArray
from optimizer.findings import Finding
from optimizer.fitting.belief import Belief
from optimizer.fitting.fitted import Estimate, FittedCurve
from optimizer.fitting.grid import RETENTION
from optimizer.fitting.shop import CREDIT_LEVEL
from optimizer.history import NINE_IN_TEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from optimizer.fitting.fit import Learnt
    from optimizer.fitting.panel import Panel

FEW_PERIODS = {"month": 6, "week": 13}
STEADY = 0.05  # log-spread of spend below which nothing is learnt of slopes
ALIKE = 0.98  # correlation of spends that always move together
WIDE = 0.5  # of the slope at last month's spend: doubt above it means that the history cannot tell
SURE_BREAK = 0.6
NOTABLE_UNSEEN = 0.15  # of doubt, widened for unseen demand
STOPPED_DAYS, NEW_DAYS = 45, 92
HALF_LIFE_DAYS = np.append(0.0, np.log(0.5) / np.log(RETENTION[1:]))  # of the carry-over, by retention


def parameters(belief: Belief, days: int) -> dict[str, Estimate]:
    """Half-saturation (spend per month), shape, half-life of the carry-over (days) and roi, with ranges."""
    points = belief.grid
    roi = np.exp(belief.log_roi)
    spread = np.exp(NINE_IN_TEN * belief.log_roi_spread)
    return {
        "half_saturation": _estimate(belief.reference * days * np.exp(points.log_half), belief.share),
        "shape": _estimate(points.shape, belief.share),
        "half_life_days": _estimate(HALF_LIFE_DAYS[points.retention], belief.share),
        "roi": Estimate(
            value=float(np.exp(belief.mean_log_roi)),
            low=_quantiles(roi / spread, belief.share, 0.2)[0],
            high=_quantiles(roi * spread, belief.share, 0.8)[0],
        ),
    }


def _estimate(values: FloatArray, share: FloatArray) -> Estimate:
    return Estimate(*_quantiles(values, share, 0.5, 0.05, 0.95))


def _quantiles(values: FloatArray, share: FloatArray, *levels: float) -> list[float]:
    order = np.argsort(values, kind="stable")
    at = np.searchsorted(np.cumsum(share[order]), levels)
    return [float(x) for x in values[order][np.minimum(at, len(order) - 1)]]


def findings(learnt: Learnt, curves: Mapping[str, FittedCurve], wanted: list[str]) -> tuple[Finding, ...]:
    """What was noticed, the account first and then channel by channel in the order asked for."""
    found = list(_of_account(learnt, wanted))
    order = {name: c for c, name in enumerate(learnt.panel.channels)}
    for name in wanted:
        found += _of_channel(learnt, order[name], curves[name])
    return (*found, *_moving_together(learnt.panel, wanted))


def _of_account(learnt: Learnt, wanted: list[str]) -> Iterator[Finding]:
    if not learnt.panel.has_shop:
        yield from _of_credit(learnt, wanted)
    elif learnt.panel.is_attributed:
        caused = _caused_of_credit(learnt)
        yield Finding("credited_and_total", None, {"caused": caused, "usual": CREDIT_LEVEL})
    else:
        yield Finding("total_only")
    if learnt.unseen > NOTABLE_UNSEEN:
        yield Finding("unseen_demand", None, {"widening": 1 + learnt.unseen})
    if unseen := learnt.demand.read().unseen_events:
        yield Finding("unseen_event", events=unseen)
    days = learnt.panel.plan_start - learnt.panel.end
    if days > 31:
        yield Finding("old_history", None, {"days": days})


def _of_credit(learnt: Learnt, wanted: list[str]) -> Iterator[Finding]:
    """How many of the channels with credited results somebody told what they cause; tests speak of others."""
    order = {name: c for c, name in enumerate(learnt.panel.channels)}
    credited = {name for name in wanted if learnt.panel.is_known[order[name]].any()}
    told = len(credited & (learnt.tested | learnt.stated))
    facts: dict[str, float | str] = {"told": told, "channels": len(credited)}
    if not told:
        yield Finding("credited_only")
    elif told < len(credited):
        yield Finding("credited_in_part" if learnt.tested else "credited_unless_stated", None, facts)


def _caused_of_credit(learnt: Learnt) -> float:
    """The share of all that channels were credited with that they are taken to have caused."""
    panel = learnt.panel
    credited = np.where(panel.is_known, panel.result, 0.0) @ panel.days
    return float(credited @ learnt.caused_share / credited.sum())


def _of_channel(learnt: Learnt, c: int, curve: FittedCurve) -> Iterator[Finding]:
    panel, belief, name = learnt.panel, learnt.beliefs[c], curve.channel
    spending = panel.spend[c] > 0
    if not spending.any():
        yield Finding("no_history", name)
        return
    first, last = np.flatnonzero(spending)[[0, -1]]
    began, known = float(panel.plan_start - panel.start[first]), float(panel.end - panel.start[first])
    quiet = float(panel.end - panel.start[last] - panel.days[last])
    grain = "month" if panel.days.max() > 7 else "week"
    if began <= NEW_DAYS:
        yield Finding("new_channel", name, {"days": known})
    elif spending.sum() < FEW_PERIODS[grain]:
        yield Finding("short_history", name, {"periods": int(spending.sum())})
    if quiet > STOPPED_DAYS:
        yield Finding("stopped", name, {"days": quiet})
    if panel.is_attributed and not panel.is_known[c].any():
        yield Finding("no_results", name)
    elif panel.is_attributed and np.nansum(panel.result[c]) <= 0:
        yield Finding("no_revenue", name)
    if (panel.result[c][np.isfinite(panel.result[c])] < 0).any():
        yield Finding("refunds", name, {"periods": int((panel.result[c] < 0).sum())})
    if spending.sum() >= 3 and np.log(panel.spend[c][spending]).std() < STEADY:
        yield Finding("constant_spend", name)
    elif curve.last_spend and _doubt(curve) > WIDE:
        yield Finding("cannot_tell", name, {"doubt": NINE_IN_TEN * _doubt(curve)})
    if belief.change and belief.change.probability > SURE_BREAK:
        change = belief.change
        yield Finding("effect_changed", name, {"factor": change.factor, "date": _day(change.start)})


def _day(number: int) -> str:
    return str(np.datetime64("0001-01-01") + np.timedelta64(number - 1, "D"))


def _doubt(curve: FittedCurve) -> float:
    """Spread of the slope at last month's spend over the draws, as a share of its mean.

    Where the curve ends before that spend, because the channel may not have so much, at its end.
    """
    at = min(float(curve.last_spend or 0.0), float(curve.curve.spend[-1]) / 1.1)
    step = max(0.1 * at, 1e-9)
    rise = curve.drawn_at(at + step) - curve.drawn_at(at - step)
    mean = float(rise.mean())
    return float(rise.std()) / mean if mean > 0 else np.inf


def _moving_together(panel: Panel, wanted: list[str]) -> Iterator[Finding]:
    """Pairs whose spends always moved in step: only results of their own could tell them apart."""
    spend = np.log(np.maximum(panel.spend, 1e-9 * panel.spend.max(initial=1.0)))
    moving = [c for c, name in enumerate(panel.channels) if name in wanted and spend[c].std() > STEADY]
    if len(moving) < 2 or len(panel.start) < 4:
        return
    alike = np.corrcoef(spend[moving])
    for i, j in zip(*np.nonzero(np.triu(alike > ALIKE, 1)), strict=True):
        one, other = moving[i], moving[j]
        if not (panel.is_known[one].any() and panel.is_known[other].any()):
            yield Finding("moves_together", panel.channels[one], {"other": panel.channels[other]})
