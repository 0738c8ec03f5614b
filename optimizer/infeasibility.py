"""Why no plan is possible: the rules that clash, and the smallest change of each that makes one possible.

The elastic program lets every rule give way at the same price; the rules that carry a price at
its optimum cannot hold together (Chinneck, Feasibility and Infeasibility in Optimization, 2008).
Then each of them alone gives way as little as possible while all others hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

import numpy as np

from optimizer.easing import Eased, least_change
from optimizer.errors import InfeasibleError, SolverTimeoutError
from optimizer.limits import Limited, is_eased, is_money, is_ratio, limit_of, reached, with_limit
from optimizer.piecewise import Curves
from optimizer.posing import draft, row_of
from optimizer.problem import AllocationProblem
from optimizer.program import Extras, Program, Row, lagrangian
from optimizer.refinement import HOLDS, Aim, Refined, refine
from optimizer.rules import RESERVE, Rule, own_rules, rules_of

MOST_REMEDIES, MOST_SOUGHT = 12, 5
RATIO_ROUNDS = 6
ELASTIC = Aim(1e-7, steady=False, least_value=1.0)
PRICED = 1e-7

Possible = Callable[[AllocationProblem], bool]


@dataclass(frozen=True)
class Clash:
    """A rule that cannot hold together with the others named.

    `of` is plan, channel, group, count or rule; `whose` its name; `kind` the field that sets the
    limit, and `limit` its value: minor units for money, shares for shares, else units of the measure.
    """

    of: str
    whose: str
    kind: str
    limit: float


@dataclass(frozen=True)
class Remedy:
    """A change that alone makes a plan possible: set this field, now `now`, to `needed`."""

    of: str
    whose: str
    kind: str
    now: float
    needed: float


def refuse(problem: AllocationProblem, is_possible: Possible, has_plan: Possible) -> NoReturn:
    """Raise `InfeasibleError` with the rules that clash and the smallest change of each.

    Where curves bend up or channels are all or nothing, the linear program sees only part of the
    contradiction: there each change is found by asking `is_possible`, which tells whether there is a
    plan before rounding, and is told once it `has_plan` in whole amounts.
    """
    clashing = _clashing(problem)
    if _is_convex(problem):
        remedies = tuple(_remedies(problem, clashing))
    else:
        tried = clashing or [*rules_of(problem), *own_rules(problem)]
        remedies = tuple(_searched(problem, tried, is_possible, has_plan))
        clashing = clashing or _named(tried, remedies)
    clashes = tuple(Clash(rule.of, rule.whose, rule.kind, limit_of(problem, rule)) for rule in clashing)
    names = ", ".join(_in_words(clash, clash.limit, problem.minor_units) for clash in clashes)
    if not clashes:
        step = problem.step / problem.minor_units
        raise InfeasibleError(f"Plans obey every rule, but none of them in multiples of {step:g}.")
    message = f"No plan obeys every rule; these cannot hold together: {names}."
    if remedies:
        ways = ", or ".join(_in_words(remedy, remedy.needed, problem.minor_units) for remedy in remedies)
        message += f" One change is enough: {ways}."
    raise InfeasibleError(message, clashes, remedies)


def _is_convex(problem: AllocationProblem) -> bool:
    """Whether the linear program alone tells what is possible."""
    named = {rule.measure for rule in problem.rules}
    bends_down = all(terms.measure(name).is_concave for terms in problem.channels for name in named)
    is_chosen = bool(problem.counts) or any(problem.least_if_used)
    return bends_down and not is_chosen and all(r.max_total is None for r in problem.rules)


def _named(tried: list[Rule], remedies: tuple[Remedy, ...]) -> list[Rule]:
    """The rules whose clash only shows on the true curves or in whole channels: those whose change helps.

    Where none would, all that speak of results and of numbers of channels.
    """
    helped = {(remedy.of, remedy.whose, remedy.kind) for remedy in remedies}
    found = [rule for rule in tried if (rule.of, rule.whose, rule.kind) in helped]
    return found or [rule for rule in tried if rule.of in {"count", "rule"} or rule.kind == "budget"]


def _searched(
    problem: AllocationProblem, tried: list[Rule], is_possible: Possible, has_plan: Possible
) -> Iterator[Remedy]:
    """For each of these rules the least change of it alone with which a plan is found, if there is one."""
    found = 0
    for rule in _by_stake(tried):
        needed = least_limit(problem, rule, is_possible, has_plan) if found < MOST_SOUGHT else None
        if needed is not None:
            found += 1
            yield Remedy(rule.of, rule.whose, rule.kind, limit_of(problem, rule), needed)


def least_limit(
    problem: AllocationProblem, rule: Limited, is_possible: Possible, has_plan: Possible
) -> float | None:
    """The nearest value of this limit alone with which a plan is found; None where there is none."""

    def with_it(is_enough: Possible, value: float) -> bool:
        try:
            return is_enough(with_limit(problem, rule, value))
        except SolverTimeoutError:  # none was found in the work allowed: it is not enough
            return False

    limit = Eased(
        rule.kind,
        limit_of(problem, rule),
        money=problem.budget,
        unit=max(problem.minor_units, problem.step),
        channels=len(problem.channels),
    )
    return least_change(limit, partial(with_it, is_possible), partial(with_it, has_plan))


def _by_stake(rules: list[Rule]) -> list[Rule]:
    """The plan's own rules first, then groups and outcome rules, then the channels with most at stake."""
    return sorted(rules, key=lambda rule: (rule.of == "channel", -abs(rule.limit)))


def _in_words(limit: Limited, value: float, minor_units: int) -> str:
    """A limit and its value, e.g. `min_share of group live 0.6` or `budget 1,220.00`."""
    about = f" of {limit.of} {limit.whose}" if limit.whose else ""
    number = f"{value / minor_units:,.2f}" if is_money(limit.kind) else f"{value:g}"
    return f"{limit.kind}{about} {number}"


def _clashing(problem: AllocationProblem) -> list[Rule]:
    """The rules that carry a price when each may give way.

    And every minimum, however small, on a channel whose money all the others would rather have.
    """
    elastic = _Elastic(problem)
    solution = elastic.solved(range(len(elastic.rules)))
    if solution is None:
        return []
    wanted = lagrangian(solution.program, solution.prices)[0] > PRICED
    pairs = zip(elastic.rules, solution.prices, strict=True)
    return [r for r, y in pairs if abs(y) > PRICED or (r.of == "channel" and (wanted @ r.spend) < 0)]


def _remedies(problem: AllocationProblem, clashing: list[Rule]) -> Iterator[Remedy]:
    """For each clashing rule the least change of it alone that makes a plan possible, if there is one."""
    for rule in _by_stake(clashing)[:MOST_REMEDIES]:
        needed = _least_change(problem, rule)
        if needed is not None:
            yield Remedy(rule.of, rule.whose, rule.kind, limit_of(problem, rule), needed)


def _least_change(problem: AllocationProblem, rule: Rule) -> float | None:
    """The nearest limit of this rule that the others allow; shares and costs by Dinkelbach's iteration."""
    needed, now = None, limit_of(problem, rule)
    for _ in range(RATIO_ROUNDS):
        elastic = _Elastic(problem if needed is None else with_limit(problem, rule, needed))
        place = elastic.place_of(rule)
        solution = None if place is None else elastic.solved([place])
        if solution is None or (needed is not None and solution.value < HOLDS):
            break
        needed = elastic.reached(rule, solution)
        if not is_ratio(rule.kind):
            break
    return needed if needed is not None and is_eased(rule.kind, now, needed) else None


class _Elastic:
    """A problem whose rules are all rows that may give way, counted in budgets."""

    def __init__(self, problem: AllocationProblem) -> None:
        self.problem = problem
        self.rules = [*rules_of(problem), *own_rules(problem)]
        self.unit = problem.budget / problem.minor_units
        self.draft = draft(problem)
        self.units = np.ones(len(self.draft.measures))
        self.curves = Curves.of(self.draft.lines).scaled(self.unit, self.units)
        asked = [rule.limit for rule in self.rules if not rule.measures]
        self.top = 2.0 + 2.0 * float(np.abs(asked).sum()) / self.unit

    def place_of(self, rule: Rule) -> int | None:
        """Where this rule stands among the rows; None once its limit limits nothing."""
        names = [(other.of, other.whose, other.kind) for other in self.rules]
        name = (rule.of, rule.whose, rule.kind)
        return names.index(name) if name in names else None

    def reached(self, rule: Rule, solution: Refined) -> float:
        """What the rule's limit must be for this solution."""
        minor = self.problem.budget
        budget = minor * (1 + float(solution.extras[2])) if rule.kind == "budget" else minor
        return reached(
            self.problem, rule, solution.spend * minor, float(solution.extras[RESERVE]) * minor, budget
        )

    def solved(self, giving: Sequence[int]) -> Refined | None:
        """The plan for which the rules in `giving` give way least in sum; None when that is not enough."""
        return refine(self._program(giving), np.zeros(len(self.rules)), ELASTIC)

    def _program(self, giving: Sequence[int]) -> Program:
        lines, count = len(self.problem.channels), len(self.rules)
        worth, low, high = np.zeros(2 + count), np.zeros(2 + count), np.zeros(2 + count)
        high[:2] = self.top
        for place in giving:
            worth[2 + place], high[2 + place] = -1.0, 2 * self.top
            low[2 + place] = -2 * self.top if len(giving) == 1 else 0.0
        paused = np.array([terms.paused for terms in self.problem.channels])
        return Program(
            curves=self.curves,
            weights=np.zeros((len(self.units), lines)),
            low=np.zeros(lines),
            high=np.where(paused, 0.0, self.top),
            extras=Extras(worth, low, high),
            rows=tuple(self._row(place) for place in range(count)),
        )

    def _row(self, place: int) -> Row:
        """The rule with its own slack; a larger budget asks for a larger reserve, too."""
        rule = self.rules[place]
        row, _ = row_of(rule, self.draft.measures, self.unit, self.units)
        size = max(1.0, abs(row.limit))
        slack = np.zeros(len(self.rules))
        slack[place] = -size
        if (rule.of, rule.kind) == ("plan", "min_share"):
            slack[0] = self.problem.reserve.min_share
        return Row(
            row.spend / size,
            np.append(row.extras, slack) / size,
            row.limit / size,
            None if row.measures is None else row.measures / size,
            row.equal,
        )
