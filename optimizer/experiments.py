"""Which lift test would improve the next plans most: the value of information.

A test changes one channel's spend by a share r for some weeks in a part of the regions, the rest
being the control. Its result, brought to the whole country, is

    y = f(x + r·x) - f(x) + noise,    noise ~ N(0, standard_error²)

with x last month's spend and f one of the equally likely curves. For every curve that may be true
the test is simulated, the curves are weighed by y, and the budget is planned anew; what that plan
is expected to bring above the present one, on average, is the gain (a preposterior analysis).
What a channel is credited with, and nobody ever tested, may not be what it caused: a test tells that too.

Reference: H. Raiffa and R. Schlaifer, Applied Statistical Decision Theory, Harvard 1961, chapter 4.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray
from optimizer.errors import CurveError, Fault
from optimizer.fitting.fitted import FittedCurve
from optimizer.fitting.shop import CREDIT_SPREAD

CHANGES = (-1.0, -0.5, -0.2, 0.2, 0.5, 1.0)  # of last month's spend
WEEKS = (2, 4, 6, 8)
TREATED_SHARE = 0.5  # of the regions: the rest is the control
BEFORE_WEEKS = 26  # from which it is learnt how the control tells the treated regions
NOISE_SHARE = 0.04  # of weekly revenue: how far the control usually misses the treated regions
STEPS, PRICES = 160, 400
WORTH = 1e-4  # of what the month brings: a gain below it is not worth the trouble of a test
TRUTHS = 40  # curves in whose worlds a test is simulated
MOST_CHANNELS = 12  # that are looked at closely: those where knowing everything would help most
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(3)
SHARPEST = 1 / 15  # of the spread of results over the curves: a finer error than the draws can tell


@dataclass(frozen=True)
class Proposal:
    """A test worth making. Amounts are in currency units, of the treated regions alone.

    `change_share` of the channel's spend for `weeks`, `spend_change` in all. `error_per_spend` is
    the expected standard error of the return per unit of spend; `gain` what the plan of one month
    is expected to bring more by knowing the result, `cost` what the test itself brings less than
    the same money elsewhere (negative: it pays for itself), `value` the gain of the months that it
    serves, less the cost where there is one.
    """

    channel: str
    change_share: float
    weeks: int
    spend_change: float
    standard_error: float
    error_per_spend: float
    gain: float
    cost: float
    value: float


@dataclass(frozen=True)
class Setting:
    """What a test is planned in: the month's budget and days, weekly revenue of the whole shop, its
    noise, for how many months the result serves, and each channel's least and most spend."""

    budget: float
    days: int
    weekly_revenue: float
    noise_share: float = NOISE_SHARE
    months: int = 3
    limits: Mapping[str, tuple[float, float]] | None = None

    def limits_of(self, curve: FittedCurve) -> tuple[float, float]:
        """Least and most monthly spend that a channel may be given."""
        low, high = (self.limits or {}).get(curve.channel, (0.0, self.budget))
        return low, max(low, min(high, self.budget, float(curve.curve.spend[-1])))


def design(curves: Sequence[FittedCurve], setting: Setting) -> list[Proposal]:
    """The best test of each channel, the most valuable first; only tests that are worth their cost.

    Raises `CurveError` when the least spends are above the budget.
    """
    if sum(setting.limits_of(curve)[0] for curve in curves) > setting.budget:
        raise CurveError([Fault(("budget",), "The channels' least spends are above the budget.")])
    fields = _fields(curves, setting)
    tested = [c for c, field in enumerate(fields) if field.last > 0 and field.is_doubtful]
    views = {c: _view(c, fields, setting) for c in tested}
    likely = sorted(tested, key=lambda c: (-views[c].perfect, c))[:MOST_CHANNELS]
    best = [
        (max(_proposals(views[c], setting), key=lambda p: p.value), WORTH * views[c].brings) for c in likely
    ]
    return sorted((p for p, least in best if p.value > 0 and p.gain > least), key=lambda p: -p.value)


@dataclass(frozen=True, eq=False)
class Field:
    """A channel on evenly spread spends (STEPS,): expected response, and draws (draws, STEPS) of it."""

    curve: FittedCurve
    spend: FloatArray
    mean: FloatArray
    draws: FloatArray
    last: float

    @property
    def is_doubtful(self) -> bool:
        """Whether its draws differ at all."""
        return bool(np.ptp(self.draws, axis=0).max() > 1e-9 * max(self.mean.max(), 1e-300))

    def response(self, spend: float) -> FloatArray:
        """(draws,): the response to a monthly spend in every draw."""
        return self.curve.drawn_at(spend)


def _fields(curves: Sequence[FittedCurve], setting: Setting) -> list[Field]:
    fields = []
    for curve in map(_caused, curves):
        spend = np.linspace(*setting.limits_of(curve), STEPS)
        draws = curve.drawn_at(spend)
        fields.append(Field(curve, spend, draws.mean(axis=0), draws, float(curve.last_spend or 0.0)))
    return fields


def _caused(curve: FittedCurve) -> FittedCurve:
    """The curve, each of its draws at a share of credit caused, where nobody ever told it."""
    if curve.source != "attributed" or curve.caused_share != 1.0:
        return curve
    rng = np.random.default_rng(zlib.crc32(curve.draws.tobytes()))
    share = np.exp(CREDIT_SPREAD * rng.normal(size=(len(curve.draws), 1)))
    return replace(curve, draws=curve.draws * share / share.mean())


@dataclass(frozen=True, eq=False)
class View:
    """One channel beside what all others bring with the rest of the budget: `rest` (STEPS,).

    `price` is what the last unit brings in the present plan, whose spend is at place `now`;
    `perfect` is the gain from knowing the channel's curve for sure.
    """

    field: Field
    rest: FloatArray
    price: float
    now: int
    perfect: float

    @property
    def brings(self) -> float:
        """What the present plan brings in all."""
        return float(self.field.mean[self.now] + self.rest[self.now])


def _view(channel: int, fields: Sequence[Field], setting: Setting) -> View:
    field = fields[channel]
    spent, brought, prices = _frontier([f for c, f in enumerate(fields) if c != channel])
    left = setting.budget - field.spend
    rest = np.where(left >= spent[0] - 1e-9, np.interp(left, spent, brought), -np.inf)
    now = int(np.argmax(field.mean + rest))
    price = float(np.interp(left[now], spent, prices)) if len(fields) > 1 else 0.0
    worlds = field.draws + rest
    return View(field, rest, price, now, float((worlds.max(axis=1) - worlds[:, now]).mean()))


def _frontier(fields: Sequence[Field]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Spend, response and price of the others' best plans, spend rising: at each price, every channel
    takes the spend at which its expected response less price times spend is largest."""
    steepest = max(
        (float((np.diff(f.mean) / np.maximum(np.diff(f.spend), 1e-9)).max()) for f in fields), default=1.0
    )
    prices = np.append(np.geomspace(max(steepest, 1e-9) * 1.01, max(steepest, 1e-9) * 1e-5, PRICES), 0.0)
    spent, brought = np.zeros(len(prices)), np.zeros(len(prices))
    for field in fields:
        best = np.argmax(field.mean[None] - prices[:, None] * field.spend, axis=1)
        spent += field.spend[best]
        brought += field.mean[best]
    return spent, brought, prices


def _proposals(view: View, setting: Setting) -> Iterator[Proposal]:
    """Every test of one channel, weighed."""
    last, reach = view.field.last, float(view.field.curve.curve.spend[-1])
    before = view.field.response(last)
    for change in CHANGES:
        if last * (1 + change) > reach:
            continue
        lift = view.field.response(last * (1 + change)) - before
        for weeks in WEEKS:
            yield _weighed(view, setting, change, weeks, lift)


def _weighed(view: View, setting: Setting, change: float, weeks: int, lift: FloatArray) -> Proposal:
    """One test: `lift` (draws,) is what the change does to a month of the whole country."""
    months = 7 * weeks / setting.days
    noise = np.sqrt(weeks * (1 + weeks / BEFORE_WEEKS))
    error = setting.noise_share * setting.weekly_revenue * float(noise)
    spend_change = change * view.field.last * months
    gain = _gain(view, lift * months, error)
    cost = TREATED_SHARE * (view.price * spend_change - float(lift.mean()) * months)
    return Proposal(
        channel=view.field.curve.channel,
        change_share=change,
        weeks=weeks,
        spend_change=TREATED_SHARE * spend_change,
        standard_error=TREATED_SHARE * error,
        error_per_spend=error / abs(spend_change),
        gain=gain,
        cost=cost,
        value=setting.months * gain - max(cost, 0.0),
    )


def _gain(view: View, lift: FloatArray, error: float) -> float:
    """What a plan made with the test's result is expected to bring above the present plan, a month."""
    spread = float(lift.std())
    if spread <= 0:
        return 0.0
    error = max(error, SHARPEST * spread)
    truths = np.sort(lift)[((np.arange(TRUTHS) + 0.5) * len(lift) / TRUTHS).astype(int)]
    seen = (truths[:, None] + error * NODES).ravel()
    log_weight = -0.5 * ((seen[:, None] - lift) / error) ** 2
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    believed = weight @ view.field.draws / weight.sum(axis=1, keepdims=True) + view.rest
    better = believed.max(axis=1) - believed[:, view.now]
    return float((better.reshape(TRUTHS, -1) @ NODE_WEIGHTS).mean() / NODE_WEIGHTS.sum())
