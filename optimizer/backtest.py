"""The allocator tried on the past: each month planned from what was known then.

For each of the last months, curves are fitted to the history up to that month, and the money that
was really spent in it is planned anew, each channel within limits round last month's mix. The plan
is judged against that mix, against the usual rule of shifting money by last month's ROI, and
against what was done.

What a plan would have brought was never seen, so it is judged by curves fitted on the *whole*
history, with their range: a better-informed opinion, no experiment. Forecasts are held against
what came, which is evidence:

    gain = Σ_months value(plan) / Σ_months value(mix) - 1        in each draw of the curves
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from optimizer.allocation import allocate
from optimizer.curves import FloatArray
from optimizer.errors import Fault, HistoryError
from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import Estimate, Fit
from optimizer.forecast import Forecast
from optimizer.foresight import LEAST_DAYS, foresee, measured, month_of, typical_error, whole_months
from optimizer.history import History
from optimizer.periods import Period
from optimizer.problem import AllocationProblem, ChannelTerms, Reserve

MINOR_UNITS = 100
RULES = ("plan", "roi_rule", "done")
Mix = dict[str, float]


@dataclass(frozen=True)
class PastMonth:
    """A month as it might have been planned: spend by channel, in currency units.

    `mix` is last month's mix at this month's total, `done` what was really spent, `roi_rule` None
    where channels have no results of their own. `gains` over the mix are shares of its value, by
    rule. `channels` are the forecasts of each channel's credited results, none for a whole shop.
    """

    month: Period
    total: float
    plan: Mix
    mix: Mix
    roi_rule: Mix | None
    done: Mix
    gains: dict[str, Estimate]
    forecast: Forecast
    channels: dict[str, Forecast]


@dataclass(frozen=True)
class Backtest:
    """All months together; `measured` is what was forecast: attributed results or the shop's total.

    `gains` over keeping the mix are shares of its value, by rule, over all months; `chance` is how
    likely the plans were worth more than the mix.
    """

    measured: str
    months: tuple[PastMonth, ...]
    gains: dict[str, Estimate]
    chance: float

    @property
    def coverage(self) -> float:
        """The share of months in which what came lay in the range stated before."""
        return float(np.mean([past.forecast.holds for past in self.months]))

    @property
    def typical_error(self) -> float:
        """The median distance between forecast and what came, as a share of the latter."""
        return typical_error([past.forecast for past in self.months])

    def of_channel(self, name: str) -> list[Forecast]:
        """The forecasts of one channel's credited results."""
        return [past.channels[name] for past in self.months if name in past.channels]


def replan(
    history: History,
    *,
    months: int = 6,
    change_share: float = 0.5,
    worth: Mapping[str, float] | None = None,
    country: str = "CN",
    on_month: Callable[[int, int], None] = lambda done, of: None,
) -> Backtest:
    """Plan each of the last `months` months that the history allows, oldest first.

    `change_share` is how far a channel may move from last month's mix; `worth` the objective per
    unit of each channel's response, 1 where not named. `on_month` is told after every fit how many
    are done, of how many. Raises `HistoryError` when no month has enough history before it.
    """
    tested = past_months(history, months)
    judge_month = month_of(int(measured(history)[0].end.max()) - 1).next()
    whole = fit(history, judge_month, reach=_reach(history, judge_month), country=country)
    on_month(1, len(tested) + 1)
    trial = Trial(history, whole, judge_month.days, change_share, worth or {}, country)
    past, values = [], []
    for done, month in enumerate(tested):
        one, value = trial.of(month)
        past.append(one)
        values.append(value)
        on_month(done + 2, len(tested) + 1)
    rules = [rule for rule in RULES if all(rule in value for value in values)]
    total = {rule: np.sum([value[rule] for value in values], axis=0) for rule in ("mix", *rules)}
    gains = {rule: _gain(total[rule], total["mix"]) for rule in rules}
    what = "total" if history.shop is not None else "attributed"
    return Backtest(what, tuple(past), gains, _chance(total["plan"], total["mix"]))


def past_months(history: History, most: int) -> list[Period]:
    """The last months that can be tried, oldest first; raises `HistoryError` when there is none."""
    if not measured(history):
        raise HistoryError([Fault(("history",), "There are no results to hold a forecast against.")])
    found = whole_months(history, most)
    if not found:
        message = f"A backtest needs {LEAST_DAYS} days of results before a whole month with results."
        raise HistoryError([Fault(("history",), message)])
    return found


@dataclass(frozen=True, eq=False)
class Trial:
    """What every month is tried with; `whole` are the curves of all history, for a month of `days`."""

    history: History
    whole: Fit
    days: int
    change_share: float
    worth: Mapping[str, float]
    country: str

    def of(self, month: Period) -> tuple[PastMonth, dict[str, FloatArray]]:
        """One month, and what each rule's spend is worth in every draw, by rule."""
        seen = foresee(self.history, month, self.country)
        then, done, total = seen.fit, seen.spend, sum(seen.spend.values())
        mix = _mix(then, total)
        limits = {name: (x * (1 - self.change_share), x * (1 + self.change_share)) for name, x in mix.items()}
        spends = {"mix": mix, "plan": self._plan(then, limits, total), "done": done}
        if rule := _roi_rule(seen.known, mix, limits, month):
            spends["roi_rule"] = rule
        values = {rule: self._value(spend, month) for rule, spend in spends.items()}
        gains = {rule: _gain(values[rule], values["mix"]) for rule in RULES if rule in values}
        rule_spend = spends.get("roi_rule")
        past = PastMonth(
            month, total, spends["plan"], mix, rule_spend, done, gains, seen.forecast, seen.channels
        )
        return past, values

    def _plan(self, then: Fit, limits: Mapping[str, tuple[float, float]], total: float) -> Mix:
        """The best split of the total within limits, on the curves of that time."""
        terms = tuple(
            ChannelTerms(
                id=name,
                curve=then.curves[name].prudent.scaled(self.worth.get(name, 1.0)),
                min_spend=floor(low * MINOR_UNITS),
                max_spend=ceil(high * MINOR_UNITS),
            )
            for name, (low, high) in limits.items()
        )
        problem = AllocationProblem(
            terms, round(total * MINOR_UNITS), Reserve(0.0, 0.0), minor_units=MINOR_UNITS
        )
        return {line.channel: line.spend / MINOR_UNITS for line in allocate(problem).lines}

    def _value(self, spend: Mix, month: Period) -> FloatArray:
        """(draws,): what a spend of that month is worth on the curves of the whole history."""
        pace = self.days / month.days
        value: FloatArray = np.zeros(1)
        for name, amount in spend.items():
            drawn = self.whole.curves[name].drawn_at(amount * pace) / pace
            value = value + drawn * self.worth.get(name, 1.0)
        return value


def _reach(history: History, month: Period) -> dict[str, float]:
    """The largest spend that a curve of the whole history must cover: all channels' fastest together."""
    fastest = sum(float((s.spend / s.days).max()) for s in history.channels.values() if len(s))
    return dict.fromkeys(history.channels, fastest * month.days)


def _mix(then: Fit, total: float) -> Mix:
    """Last month's mix at another total; an even split where nothing was spent."""
    last = {name: fitted.last_spend or 0.0 for name, fitted in then.curves.items()}
    spent = sum(last.values())
    return {name: total * (x / spent if spent > 0 else 1 / len(last)) for name, x in last.items()}


def _roi_rule(
    known: History, mix: Mix, limits: Mapping[str, tuple[float, float]], month: Period
) -> Mix | None:
    """The mix shifted in proportion to last month's ROI, within the limits; None without any ROI."""
    before = {name: series.within(month.next(-1)) for name, series in known.channels.items()}
    roi = {
        n: max(r.result, 0.0) / r.spend for n, r in before.items() if r.spend > 0 and np.isfinite(r.result)
    }
    if not any(roi.values()):
        return None
    usual = float(np.mean(list(roi.values())))
    low, high = (np.array(side) for side in zip(*(limits[name] for name in mix), strict=True))
    spend, total = np.array([x * max(roi.get(n, usual), 1e-6) for n, x in mix.items()]), sum(mix.values())
    for _ in range(60):
        spend = np.clip(spend * total / spend.sum(), low, high)
    return dict(zip(mix, spend.tolist(), strict=True))


def _gain(value: FloatArray, mix: FloatArray) -> Estimate:
    """The share gained over the mix: expected, and its range over the draws."""
    if mix.mean() <= 0:
        return Estimate(0.0, 0.0, 0.0)
    share = value / np.where(mix > 0, mix, mix.mean()) - 1
    low, high = np.quantile(share, [0.05, 0.95])
    return Estimate(float(value.mean() / mix.mean() - 1), float(low), float(high))


def _chance(value: FloatArray, mix: FloatArray) -> float:
    """How likely the value is above the mix's; half where they are the same."""
    return float(((value > mix).mean() + (value >= mix).mean()) / 2)
