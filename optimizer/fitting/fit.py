"""The story of a fit, from history to one curve per channel for the plan month."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import numpy as np

from optimizer.carryover import carried
from optimizer.curves import FloatArray, ResponseCurve, between
from optimizer.demand import DemandFeatures, demand_features
from optimizer.errors import Fault, HistoryError
from optimizer.festivals import shopping_calendar
from optimizer.findings import Finding
from optimizer.fitting.attributed import Account
from optimizer.fitting.belief import Belief, Effects
from optimizer.fitting.calibration import agreement, caused
from optimizer.fitting.commission import Season, sellers_curves, sellers_panel, without_sellers
from optimizer.fitting.diagnostics import findings, parameters
from optimizer.fitting.fitted import Demand, Fit, FittedCurve, Past, SeenMonth
from optimizer.fitting.given import GivenCurve, given_curve, given_range, straightened
from optimizer.fitting.grid import RETENTION, grid
from optimizer.fitting.kinship import leaning
from optimizer.fitting.lift import lifts, roi_evidence, unused
from optimizer.fitting.looking_back import PastMonths, caused_shares
from optimizer.fitting.month import DRAWS, MonthCurve, month_curve, month_knots, prudent
from optimizer.fitting.panel import Panel, panel
from optimizer.fitting.plan_demand import PlanDemand, unseen
from optimizer.fitting.shared_demand import SharedDemand
from optimizer.fitting.shop import with_shop
from optimizer.fitting.sight import Sight, usual_spend
from optimizer.history import NINE_IN_TEN, History, Incrementality, Series
from optimizer.periods import Period

NO_DEMAND = Demand(1.0, 1.0)
BEYOND = 1.05  # of the reach: so that the slope at the largest spend is known
HALVES, COARSE = 18, 10  # half-saturations on the grid, with and without results per channel


def fit(
    history: History,
    month: Period,
    *,
    reach: Mapping[str, float],
    given: Mapping[str, GivenCurve] | None = None,
    country: str = "CN",
    spendable: float | None = None,
) -> Fit:
    """One response curve per channel of `reach` for the plan month, from one history: see `Study.fit`."""
    return Study(history, month, country).fit(reach, given, spendable)


class Study:
    """What a history up to a month teaches: learnt once, made into curves as often as they are wanted.

    `country` (ISO 3166) chooses the shopping calendar; "" has none.
    """

    def __init__(self, history: History, month: Period, country: str = "CN") -> None:
        self.history, self.month, self.country = history, month, country
        self._learnt: dict[tuple[str, ...], Learnt] = {}

    def fit(
        self,
        reach: Mapping[str, float],
        given: Mapping[str, GivenCurve] | None = None,
        spendable: float | None = None,
    ) -> Fit:
        """One response curve per channel of `reach`, the largest monthly spend (currency) it must cover.

        Channels with a `given` curve take it; the others are fitted from the history up to the month,
        those without any lean on the rest. `spendable` is what all channels may spend together: a plan
        leaves last month's mix, brought to that size, only for a reason (None: last month's own size).
        Channels paid by commission get the line of what they will sell, whatever the reach.
        Raises `HistoryError` when a channel has no curve and there are no results to fit.
        """
        given, month = given or {}, self.month
        wanted = [name for name in reach if name not in given and name not in self.history.sellers]
        known = panel(_with_every(self.history, wanted), month.start)
        last = _last_spend(known, month.days)
        curves = {
            name: _given(name, given[name], reach[name], last.get(name)) for name in given if name in reach
        }
        learnt = self._learn(known, wanted) if wanted else None
        curves |= {name: curve for name, curve in self._sold(learnt).items() if name in reach}
        idle = (*straightened(given), *unused(self.history.experiments, month.start, given))
        if learnt is None:
            return Fit({name: curves[name] for name in reach}, NO_DEMAND, idle)
        paid = sum(curve.commission.value for curve in curves.values() if curve.commission)
        left = None if spendable is None else max(spendable - paid, 0.0)
        size = left / sum(last.values()) if left and sum(last.values()) > 0 else 1.0
        mix = {name: min(last[name] * size, reach[name]) for name in wanted}
        curves |= _fitted(learnt, month, reach, mix)
        curves = {name: learnt.looked_back(curve) for name, curve in curves.items()}
        found = (*findings(learnt, curves, wanted), *learnt.agreement, *idle)
        return Fit(
            curves={name: curves[name] for name in reach},
            demand=without_sellers(learnt.demand.read(), curves),
            findings=found,
            explained_share=learnt.past.explained_share if learnt.past else _explained(learnt.beliefs),
            past=learnt.past,
        )

    def ahead(self, months: Sequence[Period]) -> list[Demand]:
        """How demand compares in months from the plan month on, as learnt for the curves made so far."""
        learnt = next(iter(self._learnt.values()), None)
        if learnt is None:
            return [NO_DEMAND] * len(months)
        last = max(month.end for month in months)
        features = _features(self.history, learnt.panel, self.month, self.country, last)
        return [
            replace(
                learnt.demand.in_month(month, features).read(),
                unseen_events=unseen(features, learnt.panel, month),
            )
            for month in months
        ]

    def _sold(self, learnt: Learnt | None) -> dict[str, FittedCurve]:
        """The lines of channels paid by commission, whose season is near that of all others."""
        known, season = sellers_panel(self.history, self.month.start), None
        if learnt is not None:
            season = Season(learnt.demand.features, learnt.demand.effects)
        elif len(known.start):
            season = Season(_features(self.history, known, self.month, self.country), None)
        return sellers_curves(self.history, known, self.month, season)

    def _learn(self, known: Panel, wanted: list[str]) -> Learnt:
        """What the panel teaches, from memory where it was learnt before."""
        if not (known.is_attributed or known.has_shop):
            names = ", ".join(wanted)
            message = f"There are no results to fit a curve for {names}; give a curve or results."
            if not known.spend.any():
                message = f"Nothing was spent on {names}, so no curve can be fitted; give a curve."
            raise HistoryError([Fault(("history",), message)])
        if known.channels not in self._learnt:
            self._learnt[known.channels] = learn(self.history, known, self.month, self.country)
        return self._learnt[known.channels]


def _last_spend(known: Panel, days: float) -> dict[str, float]:
    """Last month's spend by channel; empty without a history."""
    return dict(zip(known.channels, known.last_spend(days).tolist(), strict=True)) if len(known.start) else {}


@dataclass(frozen=True, eq=False)
class Learnt:
    """What a history says: a belief per channel of the panel, demand, and how tests agree with it.

    `tested` are the channels with a lift test, `stated` those whose caused share the user told, `past`
    where the whole shop's sales came from, `unseen` how much doubt was widened for unseen demand.
    `looking_back` finds the past months of each channel, `caused_share` (channels,) is what it is taken
    to cause of what it is credited with.
    """

    panel: Panel
    beliefs: list[Belief]
    state: FloatArray
    demand: PlanDemand
    agreement: tuple[Finding, ...] = ()
    tested: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    past: Past | None = None
    unseen: float = 0.0
    looking_back: Mapping[str, Callable[[], tuple[SeenMonth, ...]]] = field(default_factory=dict)
    caused_share: FloatArray = field(default_factory=lambda: np.ones(0))

    def looked_back(self, curve: FittedCurve) -> FittedCurve:
        """A curve beside which its channel's past months are found."""
        return replace(curve, look_back=self.looking_back.get(curve.channel, tuple))


def learn(history: History, known: Panel, month: Period, country: str) -> Learnt:
    """Beliefs from each channel's own results, then from the whole shop's and from tests."""
    features = _features(history, known, month, country)
    means, state = carried(known.spend, known.days, RETENTION)
    own, alone = _attributed(known, features, means)
    beliefs, effects, shop = own, alone, None
    if known.has_shop:
        shop = with_shop(known, features, means, own, alone)
        beliefs, effects = shop.beliefs, shop.effects
    before, tested = beliefs, lifts(history.experiments, known, features, effects)
    stated = _stated(history, known)
    if known.has_shop and (tested or stated):
        told = roi_evidence(tested, stated)
        shop = with_shop(known, features, means, own, alone, told=told)
        beliefs, effects = shop.beliefs, shop.effects
    elif tested or stated:
        beliefs = caused(own, tested, stated)
    if not known.is_attributed:
        beliefs = leaning(beliefs, known)
    demand = PlanDemand(features, effects, known, month, shop.base if shop else None)
    found = tuple(agreement(before, beliefs, tested))
    by_test, by_word = (frozenset(known.channels[c] for c in told) for told in (tested, stated))
    learnt = Learnt(known, beliefs, _carried_to(known, state), demand, found, by_test, by_word)
    learnt = _with_past(learnt, history, caused_shares(own, beliefs))
    return replace(learnt, past=shop.past, unseen=shop.unseen) if shop else learnt


def _with_past(learnt: Learnt, history: History, caused_share: FloatArray) -> Learnt:
    """The same with each channel's past months, as they would have been in the plan month."""
    months, named = PastMonths.of(learnt.demand), zip(learnt.panel.channels, caused_share, strict=True)
    looking_back = {
        name: partial(months.seen, history.channels[name], float(share))
        for name, share in named
        if name in history.channels
    }
    return replace(learnt, looking_back=looking_back, caused_share=caused_share)


def _explained(beliefs: list[Belief]) -> float | None:
    """What channels' own results are explained to, each counting by its periods; None where none tells."""
    told = [(b.explained_share, b.periods) for b in beliefs if b.explained_share is not None]
    return sum(share * count for share, count in told) / sum(count for _, count in told) if told else None


def _stated(history: History, known: Panel) -> dict[int, Incrementality]:
    """Stated incrementality by the channel's place on the panel; it speaks of credited results only."""
    stated = history.incrementality if known.is_attributed else {}
    return {c: stated[name] for c, name in enumerate(known.channels) if name in stated}


def _attributed(known: Panel, features: DemandFeatures, means: FloatArray) -> tuple[list[Belief], Effects]:
    points = grid(HALVES) if known.is_attributed else grid(COARSE, 2)
    usual = usual_spend(known)
    sights = [Sight.of(known, c, points, means[c], usual[c]) for c in range(len(usual))]
    shared = SharedDemand(features, known)
    return Account(sights, shared).learn(), shared.believed()


def _features(
    history: History, known: Panel, month: Period, country: str, end: int | None = None
) -> DemandFeatures:
    """Features of demand up to the plan month's end, or to another `end`."""
    first, end = int(known.start[0]), month.end if end is None else end
    years = date.fromordinal(first).year, date.fromordinal(end).year
    events = (*shopping_calendar(country, *years), *history.events)
    return demand_features(first, end, month.start, events)


def _carried_to(known: Panel, state: FloatArray) -> FloatArray:
    """Adstock at the plan month's start, when the days in between are spent like the last ones."""
    rate = known.last_spend(1.0)[:, None]
    return np.asarray(rate + (state - rate) * RETENTION ** max(known.plan_start - known.end, 0))


def _fitted(
    learnt: Learnt, month: Period, reach: Mapping[str, float], mix: Mapping[str, float]
) -> dict[str, FittedCurve]:
    """The month's curves of the channels of `mix`, with what is uncertain for all of them alike."""
    rng = np.random.default_rng(learnt.panel.seed)
    factor = learnt.demand.draws(rng, DRAWS)
    months: dict[str, MonthCurve] = {}
    for name, belief, state in zip(learnt.panel.channels, learnt.beliefs, learnt.state, strict=True):
        if name in mix:
            knots = month_knots(BEYOND * reach[name], mix[name])
            average = month_curve(belief, state, month.days, knots, rng)
            months[name] = average.times(factor * learnt.demand.own_draws(rng, DRAWS))
    level, spent = _level(months, mix), learnt.panel.last_spend(month.days)
    fitted = {}
    for c, name in enumerate(learnt.panel.channels):
        if name in months:
            proven = bool(learnt.panel.spend[c].any())
            careful = (
                prudent(months[name], mix[name], level, learnt.unseen)
                if proven
                else _unproven(learnt, c, months[name])
            )
            fitted[name] = _fitted_curve(learnt, c, months[name], careful, float(spent[c]))
    return fitted


def _unproven(learnt: Learnt, channel: int, month: MonthCurve) -> ResponseCurve:
    """The curve to plan a channel with that never spent: as low as its range at a usual month's spend."""
    usual = min(learnt.beliefs[channel].reference * learnt.demand.month.days, float(month.spend[-1]))
    drawn = between(month.spend, month.draws, usual)
    return month.curve.scaled(float(np.quantile(drawn, 0.05) / drawn.mean()))


def _level(months: Mapping[str, MonthCurve], mix: Mapping[str, float]) -> FloatArray:
    """(draws,): what the present mix brings in each draw, against its mean."""
    total = np.zeros(DRAWS)
    for name, month in months.items():
        total += between(month.spend, month.draws, mix[name])
    return total / total.mean() if total.mean() > 0 else np.ones(DRAWS)


def _fitted_curve(
    learnt: Learnt, channel: int, month: MonthCurve, careful: ResponseCurve, last_spend: float
) -> FittedCurve:
    belief = learnt.beliefs[channel]
    low, high = month.range
    days = learnt.demand.month.days
    fastest = float(learnt.panel.spend[channel].max() * days)
    return FittedCurve(
        channel=learnt.panel.channels[channel],
        source=_source(belief) if fastest > 0 else "pooled",
        curve=month.curve,
        low=low,
        high=high,
        draws=month.draws,
        prudent=careful,
        last_spend=last_spend,
        observed_max_spend=fastest or None,
        usual_spend=float(belief.reference * days),
        parameters=parameters(belief, days),
        explained_share=_explained_by(learnt, channel),
        caused_share=float(learnt.caused_share[channel]) if belief.periods else None,
    )


def _explained_by(learnt: Learnt, channel: int) -> float | None:
    """Of the channel's own results where it has any, else of the shop's; None where it never spent."""
    own = learnt.beliefs[channel].explained_share
    if own is not None or learnt.past is None or not learnt.panel.spend[channel].any():
        return own
    return learnt.past.share_of(learnt.panel.channels[channel])


def _source(belief: Belief) -> str:
    if belief.samples is None:
        return "attributed" if belief.periods else "pooled"
    return "combined" if belief.periods else "total"


def _given(name: str, given: GivenCurve, reach: float, last_spend: float | None) -> FittedCurve:
    """A curve the user gave, taken at its word; in each draw all of it is as high or as low in its range.

    How high it is has nothing to do with how high other channels' curves are.
    """
    curve = given_curve(given, BEYOND * reach)
    low, high = given_range(given, curve)
    own = zlib.crc32(np.concatenate([curve.spend, curve.response, low, high]).tobytes())
    height = np.random.default_rng(own).normal(size=(DRAWS, 1)) / NINE_IN_TEN
    side = np.where(height > 0, high - curve.response, curve.response - low)
    draws = np.maximum.accumulate(np.maximum(curve.response + height * side, 0.0), axis=1)
    return FittedCurve(name, "given", curve, low, high, draws, curve, last_spend)


def _with_every(history: History, wanted: list[str]) -> History:
    """The history with an empty series for every wanted channel it does not know."""
    nothing = Series(*(np.zeros(0) for _ in range(4)))
    missing = {name: nothing for name in wanted if name not in history.channels}
    return replace(history, channels={**history.channels, **missing})
