"""The columns and rules of several months in one linear program.

A line is what works in a month: month m, channel c stands at m · channels + c. Where a channel is
carried over, what works is a = (1 - carry) s + carry · (spend of the month before); then the spend
s is an amount of its own, tied to the line, and one line more per such channel stands for the month
after the last, which goes on as the last one and counts as far as it is carried over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from optimizer.curves import FloatArray
from optimizer.horizon import Horizon, Phase
from optimizer.horizon_proof import carries, working
from optimizer.rules import RESERVE, UNALLOCATED, Rule, outcome_rules, rules_of

TIE, POOL = "tie", "pool"  # kinds of rows that are no one's limit


@dataclass(frozen=True, eq=False)
class Dated:
    """A rule over all months' lines and amounts, and the month it belongs to (None: several)."""

    rule: Rule
    month: int | None


@dataclass(frozen=True, eq=False)
class Joint:
    """The columns of all months, in currency units."""

    horizon: Horizon

    @cached_property
    def size(self) -> tuple[int, int]:
        """How many months and channels there are."""
        return len(self.horizon.months), len(self.horizon.channels)

    @cached_property
    def carry(self) -> FloatArray:
        """The share of each channel's effect that comes a month later, (channels,)."""
        return carries(self.horizon)

    @cached_property
    def carried(self) -> list[int]:
        """The channels that are carried over."""
        return [int(place) for place in np.flatnonzero(self.carry)]

    @property
    def lines(self) -> int:
        """How many lines there are, those of the month after the last included."""
        return self.size[0] * self.size[1] + len(self.carried)

    @property
    def amounts(self) -> int:
        """How many amounts without a curve: per month the reserve, what is idle and what moved in; spends."""
        return self.size[0] * (3 + len(self.carried))

    def reserve(self, month: int) -> int:
        """Where a month's reserve stands among the amounts."""
        return 3 * month + RESERVE

    def idle(self, month: int) -> int:
        """Where its unallocated money stands."""
        return 3 * month + UNALLOCATED

    def moved(self, month: int) -> int:
        """Where the money that moved into it stands."""
        return 3 * month + 2

    def spent(self, month: int, place: int) -> int:
        """Where the spend of a channel that is carried over stands."""
        return 3 * self.size[0] + month * len(self.carried) + self.carried.index(place)

    def of_spend(self, each: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Numbers per spend, (months, channels), as numbers per line and per amount."""
        lines, amounts = np.zeros(self.lines), np.zeros(self.amounts)
        lines[: each.size] = np.where(self.carry > 0, 0.0, each).ravel()
        if self.carried:
            amounts[3 * self.size[0] :] = each[:, self.carried].ravel()
        return lines, amounts

    def columns_of(self, spend: FloatArray, others: FloatArray) -> tuple[FloatArray, FloatArray]:
        """A plan's lines and amounts; `others` (months, 3): reserve, idle, moved in."""
        lines = np.append(working(self.horizon, spend).ravel(), spend[-1, self.carried])
        return lines, np.append(others.ravel(), spend[:, self.carried].ravel())

    def spend_of(self, lines: FloatArray, amounts: FloatArray) -> FloatArray:
        """The spend, (months, channels), in a solution's columns."""
        months, channels = self.size
        spend = lines[: months * channels].reshape(months, channels).copy()
        if self.carried:
            spend[:, self.carried] = amounts[3 * months :].reshape(months, -1)
        return spend

    def rules(self) -> Iterator[Dated]:
        """The budgets first, then all rules of the months, and those that tie months together."""
        own = [list(rules_of(replace(month, rules=()))) for month in self.horizon.months]
        for m, rules in enumerate(own):
            budget = self._placed(rules[0], m)
            budget.extras[self.moved(m)] = -1.0
            yield Dated(budget, m)
        for m, rules in enumerate(own):
            yield from (Dated(self._placed(rule, m), m) for rule in rules[1:])
            yield from self._reserve_band(m)
            for outcome in self.horizon.months[m].rules:
                single = Phase("", m, m, outcome.channels)
                yield from (
                    Dated(self._spread(rule, single), m)
                    for rule in outcome_rules(self.horizon.months[m], outcome)
                )
        for m in range(1, self.size[0]):
            yield from (Dated(rule, m) for rule in self._changes(m))
        for phase in self.horizon.phases:
            yield from (Dated(rule, None) for rule in self._of_phase(phase))
        yield from (Dated(rule, None) for rule in self._sums())
        yield from (Dated(rule, None) for rule in self._ties())

    def _placed(self, rule: Rule, month: int) -> Rule:
        """One month's rule over all columns."""
        each = np.zeros(self.size)
        each[month] = rule.spend
        lines, amounts = self.of_spend(each)
        amounts[self.reserve(month)], amounts[self.idle(month)] = rule.extras
        measures = {name: self._on_lines(weights, month, month) for name, weights in rule.measures.items()}
        return replace(rule, spend=lines, extras=amounts, measures=measures)

    def _on_lines(self, weights: FloatArray, first: int, last: int) -> FloatArray:
        """Weights (channels,) of what comes in these months, per line."""
        each = np.zeros(self.size)
        each[first : last + 1] = weights
        return np.append(each.ravel(), np.zeros(len(self.carried)))

    def _spread(self, rule: Rule, phase: Phase) -> Rule:
        """A rule of one month over all months of a phase."""
        each = np.zeros(self.size)
        each[phase.first : phase.last + 1] = rule.spend
        lines, amounts = self.of_spend(each)
        measures = {n: self._on_lines(w, phase.first, phase.last) for n, w in rule.measures.items()}
        return replace(rule, spend=lines, extras=amounts, measures=measures)

    def _of_phase(self, phase: Phase) -> Iterator[Rule]:
        month = self.horizon.months[phase.first]
        inside = np.zeros(self.size[1])
        inside[list(month.places(phase.channels))] = 1.0
        for rule in outcome_rules(month, phase.outcome):
            yield self._spread(replace(rule, of="phase"), phase)
        for kind, sign in (("min_spend", -1.0), ("max_spend", 1.0)):
            limit = getattr(phase, kind)
            if limit is not None:
                amount = sign * limit / self.horizon.minor_units
                yield self._spread(Rule("phase", phase.name, kind, sign * inside, amount), phase)

    def _reserve_band(self, month: int) -> Iterator[Dated]:
        """The reserve as shares of a budget that money may move into or out of."""
        if not self.horizon.room_to_move(month):
            return
        reserve, budget = self.horizon.months[month].reserve, self.horizon.months[month].budget
        for kind, sign, share in (
            ("min_share", -1.0, reserve.min_share),
            ("max_share", 1.0, reserve.max_share),
        ):
            amounts = np.zeros(self.amounts)
            amounts[self.reserve(month)], amounts[self.moved(month)] = sign, -sign * share
            limit = sign * share * budget / self.horizon.minor_units
            yield Dated(Rule("plan", "", kind, np.zeros(self.lines), limit, extras=amounts), month)

    def _changes(self, month: int) -> Iterator[Rule]:
        """How far spend may change against the month before."""
        for place, terms in enumerate(self.horizon.months[month].channels):
            limits = (
                ("max_increase_share", 1.0, terms.max_increase_share),
                ("max_decrease_share", -1.0, terms.max_decrease_share),
            )
            for kind, sign, share in limits:
                if share is None or not self.horizon.is_held(place) or (sign < 0 and share >= 1):
                    continue
                each = np.zeros(self.size)
                each[month, place], each[month - 1, place] = sign, -sign * (1 + sign * share)
                lines, amounts = self.of_spend(each)
                yield Rule("channel", terms.id, kind, lines, 0.0, extras=amounts)

    def _sums(self) -> Iterator[Rule]:
        """What moves into the months of a pool moves out of others of it."""
        for pool in self.horizon.pools:
            amounts = np.zeros(self.amounts)
            amounts[[self.moved(m) for m in range(pool.first, pool.last + 1)]] = 1.0
            yield Rule("plan", "", POOL, np.zeros(self.lines), 0.0, extras=amounts, equal=True)

    def _ties(self) -> Iterator[Rule]:
        """What works in a month is what is spent in it and in the one before."""
        months, channels = self.size
        for m in range(months + 1):
            for j, place in enumerate(self.carried):
                carry = float(self.carry[place])
                lines, amounts, limit = np.zeros(self.lines), np.zeros(self.amounts), 0.0
                lines[m * channels + (place if m < months else j)] = 1.0
                amounts[self.spent(min(m, months - 1), place)] = carry - 1 if m < months else -1.0
                if 0 < m < months:
                    amounts[self.spent(m - 1, place)] = -carry
                elif m == 0:
                    last = self.horizon.channels[place].last_spend
                    amounts[self.spent(0, place)] = -1.0 if last is None else carry - 1
                    limit = carry * (last or 0) / self.horizon.minor_units
                yield Rule("plan", "", TIE, lines, limit, extras=amounts, equal=True)
