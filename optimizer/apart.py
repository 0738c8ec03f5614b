"""Months that have no plan together: which limits clash, and the smallest change of each.

The elastic program lets every rule of all months give way; the rules, and the bounds, that carry a price
at its optimum cannot hold together. Then each limit alone is eased, in all months that have it, until the
months have a plan: by doubling and halving, so that a hundredth less of the change is not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np

from optimizer.curves import FloatArray
from optimizer.easing import Eased, least_change
from optimizer.errors import InfeasibleError
from optimizer.horizon import Horizon
from optimizer.infeasibility import PRICED, Clash, Remedy
from optimizer.joint import POOL, TIE
from optimizer.joint_program import JointlyPosed, pose_jointly
from optimizer.limits import WHOLE, limit_of, with_limit
from optimizer.program import Extras, Program, lagrangian
from optimizer.refinement import Aim, Refined, refine

MOST, MANY = {False: 6, True: 3}, 100  # limits tried, where there are few lines and where there are many
ORDER = ("phase", "pool", "month", "plan", "group", "count", "rule", "channel")  # the widest first
ELASTIC = Aim(1e-6, steady=False, least_value=1.0)

Possible = Callable[[Horizon], bool]


@dataclass(frozen=True)
class Lever:
    """A limit that may be eased: of a month or pool (`whose` its number), the plan, a phase, a channel, …"""

    of: str
    whose: str
    kind: str


def refuse_together(horizon: Horizon, has_fractions: Possible, has_plan: Possible) -> NoReturn:
    """Raise `InfeasibleError` with the limits that clash across months and the smallest change of each.

    `has_fractions` tells whether months have a plan before rounding, `has_plan` whether they have one.
    """
    posed = pose_jointly(horizon)
    levers = sorted(dict.fromkeys(_clashing(horizon, posed)), key=lambda lever: ORDER.index(lever.of))
    clashes = tuple(Clash(one.of, one.whose, one.kind, value_of(horizon, one)) for one in levers)
    tried = levers[: MOST[posed.joint.lines > MANY]]
    found = ((one, _least_change(horizon, one, has_fractions, has_plan)) for one in tried)
    remedies = tuple(
        Remedy(one.of, one.whose, one.kind, value_of(horizon, one), needed)
        for one, needed in found
        if needed is not None
    )
    named = ", ".join(f"{c.kind} of {c.of} {c.whose} {c.limit:g}" for c in clashes)
    raise InfeasibleError(
        f"No plan of all months obeys every rule; these cannot hold together: {named}.",
        clashes,
        remedies,
    )


def value_of(horizon: Horizon, lever: Lever) -> float:
    """The limit as it is; of a pool's budget the sum."""
    if lever.of == "month":
        return horizon.months[int(lever.whose)].budget
    if lever.of == "pool":
        pool = horizon.pools[int(lever.whose)]
        return sum(month.budget for month in horizon.months[pool.first : pool.last + 1])
    if lever.kind == "move_share":
        return max((pool.share for pool in horizon.pools), default=0.0)
    if lever.of == "phase":
        return float(getattr(_phase(horizon, lever), lever.kind))
    month = next(m for m in horizon.months if _is_in(m, lever))
    return limit_of(month, lever)


def eased(horizon: Horizon, lever: Lever, value: float) -> Horizon:
    """The same months with this one limit set anew, in every month that has it."""
    if lever.of in {"month", "pool"}:
        return _with_budget(horizon, lever, value)
    if lever.kind == "move_share":
        return replace(horizon, pools=tuple(replace(pool, share=value) for pool in horizon.pools))
    if lever.of == "phase":
        limit: dict[str, Any] = {lever.kind: int(value) if lever.kind in WHOLE else value}
        phases = (replace(p, **limit) if p.name == lever.whose else p for p in horizon.phases)
        return replace(horizon, phases=tuple(phases))
    months = (with_limit(m, lever, value) if _is_in(m, lever) else m for m in horizon.months)
    return replace(horizon, months=tuple(months))


def _with_budget(horizon: Horizon, lever: Lever, value: float) -> Horizon:
    """A month's budget set anew; of a pool each month's by the same factor, the last takes what is left."""
    months, place = list(horizon.months), int(lever.whose)
    if lever.of == "month":
        months[place] = replace(months[place], budget=int(value))
        return replace(horizon, months=tuple(months))
    pool, left = horizon.pools[place], int(value)
    factor = value / value_of(horizon, lever)
    for m in range(pool.first, pool.last + 1):
        budget = left if m == pool.last else int(months[m].budget * factor)
        months[m], left = replace(months[m], budget=budget), left - budget
    return replace(horizon, months=tuple(months))


def _is_in(month: Any, lever: Lever) -> bool:
    """Whether a month has this limit."""
    try:
        return lever.of == "plan" or limit_of(month, lever) is not None
    except (StopIteration, TypeError):
        return False


def _phase(horizon: Horizon, lever: Lever) -> Any:
    return next(phase for phase in horizon.phases if phase.name == lever.whose)


def _clashing(horizon: Horizon, posed: JointlyPosed) -> Iterator[Lever]:
    """The limits that carry a price when every rule of all months may give way, the plan's own first."""
    solution = refine(_elastic(posed), np.zeros(len(posed.dated)), ELASTIC)
    prices = np.ones(len(posed.dated)) if solution is None else solution.prices
    priced = [d for d, y in zip(posed.dated, prices, strict=True) if abs(y) > PRICED]
    short = [d.month for d in priced if d.rule.kind == "budget" and d.month is not None]
    yield from _budgets(horizon, short)
    if any(dated.rule.kind == "budget" for dated in priced):
        yield from [Lever("plan", "", "move_share")] if any(p.share < 1 for p in horizon.pools) else []
        yield from (
            [Lever("plan", "", "min_share")] if any(m.reserve_bounds[0] for m in horizon.months) else []
        )
    for dated in priced:
        if dated.rule.kind not in {"budget", TIE, POOL, "min_share", "max_share"} or dated.rule.of == "group":
            yield Lever(dated.rule.of, dated.rule.whose, dated.rule.kind)
    yield from _bounds(horizon, posed, prices)


def _budgets(horizon: Horizon, short: list[int]) -> list[Lever]:
    """The budgets that these months are short of: where all months have the same, what a month has."""
    found = [_budget_of(horizon, month) for month in short]
    alike = len({month.budget for month in horizon.months}) == 1
    is_each = alike and len(short) == len(horizon.months) > 1 and all(one.of == "month" for one in found)
    return [Lever("plan", "", "budget")] if is_each else found


def _budget_of(horizon: Horizon, month: int) -> Lever:
    """The budget that a month's money is of: its own, or that of months which share theirs."""
    for i, pool in enumerate(horizon.pools):
        if pool.share > 0 and pool.first < pool.last and pool.first <= month <= pool.last:
            return Lever("pool", str(i), "budget")
    return Lever("month", str(month), "budget")


def _bounds(horizon: Horizon, posed: JointlyPosed, prices: FloatArray) -> Iterator[Lever]:
    """Channels' own bounds that hold a spend where more, or less, of it would help."""
    price, _, toll = lagrangian(posed.program, prices)
    asked = posed.joint.spend_of(price, toll)
    for place, terms in enumerate(horizon.channels):
        sides = (asked[:, place] > PRICED).any(), (asked[:, place] < -PRICED).any()
        for kind, low, high in horizon.months[0].own_bounds(terms):
            if (low and sides[0]) or (high is not None and sides[1]):
                yield Lever("channel", terms.id, kind)


def _elastic(posed: JointlyPosed) -> Program:
    """How little all rules must give way in sum; only what ties spends to what works, and sums, must hold."""
    program, count = posed.program, len(posed.dated)
    gives = np.array([dated.rule.kind not in {TIE, POOL} for dated in posed.dated], dtype=float)
    rows = []
    for i, row in enumerate(program.rows):
        slack = np.zeros(2 * count)
        slack[[i, count + i]] = -gives[i], gives[i] if row.equal else 0.0
        rows.append(replace(row, extras=np.append(row.extras, slack)))
    many = np.ones(2 * count)
    extras = Extras(
        worth=np.append(0 * program.extras.worth, -many),
        low=np.append(program.extras.low, 0 * many),
        high=np.append(program.extras.high, 1e3 * many),
    )
    return replace(program, weights=0 * program.weights, extras=extras, rows=tuple(rows))


def _least_change(
    horizon: Horizon, lever: Lever, has_fractions: Possible, has_plan: Possible
) -> float | None:
    """The nearest value of a limit with which the months have a plan; None where it alone is not enough."""
    limit = Eased(
        lever.kind,
        value_of(horizon, lever),
        money=sum(month.budget for month in horizon.months),
        unit=max(horizon.minor_units, horizon.months[0].step),
        channels=len(horizon.channels),
    )
    return least_change(
        limit,
        helps=lambda value: has_fractions(eased(horizon, lever, value)),
        has_plan=lambda value: has_plan(eased(horizon, lever, value)),
    )


def has_fractions(solved: Callable[[JointlyPosed], Refined | None]) -> Possible:
    """Whether months have a plan before rounding: asked of a program without an objective."""

    def asked(horizon: Horizon) -> bool:
        if any(low > high for month in horizon.unchained for low, high in month.bounds):
            return False
        posed = pose_jointly(horizon)
        program = posed.program
        idle = replace(program.extras, worth=0 * program.extras.worth)
        aimless = replace(program, weights=0 * program.weights, extras=idle)
        return solved(replace(posed, program=aimless)) is not None

    return asked
