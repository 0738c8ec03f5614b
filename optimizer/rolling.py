"""The months ahead in one program: the first is the decision, the others are the outlook.

Pose all months with what ties them, solve and refine, round month by month, each against the
rounded month before it, judge the rounded plans on the true curves, and let them out only if every
rule holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import isclose

import numpy as np

from optimizer.allocation import ROUNDING_ATTEMPTS, has_plan, is_possible
from optimizer.answer import Certificate, Line, certificate_of, position_of
from optimizer.apart import has_fractions, refuse_together
from optimizer.branching import Effort, branch
from optimizer.curves import FloatArray
from optimizer.errors import SelfCheckError, SolverTimeoutError
from optimizer.horizon import Horizon
from optimizer.horizon_proof import broken_months, returns, spend_of, value_of
from optimizer.infeasibility import refuse
from optimizer.joint_program import JointlyPosed, pose_jointly
from optimizer.ordering import in_canonical_order
from optimizer.problem import AllocationProblem
from optimizer.proof import FLOAT
from optimizer.refinement import Aim, Refined, refine
from optimizer.rounding import Amounts, round_plan

APART = 0.02  # returns in one month that differ by more are held apart by what ties months
OWN_LIMITS = {"zero", "at_min", "at_max", "at_change_limit"}
GAP = 9e-5  # the gap that branching closes where curves bend up or channels are all or nothing
WORK = 3_000  # programs solved while branching, times their size: a few seconds on one core
TOGETHER = Aim(5e-7, steady=False)  # where many rules bind at once, their prices may trade places


@dataclass(frozen=True)
class MonthAhead:
    """One month's plan: `lines`, `reserve` and `unallocated` add up to its `budget`, all in minor units.

    `moved` is what other months gave to its budget. `response` is what comes in the month, from its
    own spend and from the month before; `budget_price` what one more unit of its budget would bring.
    """

    budget: int
    moved: int
    lines: tuple[Line, ...]
    reserve: int
    unallocated: int
    response: float
    budget_price: float


@dataclass(frozen=True)
class Outlook:
    """All months, oldest first; `response` is what comes in them together.

    The certificate is about all months at once; its value counts the reserves and what the last
    month's spend brings after it. `phases` are the prices of the phases' limits.
    """

    months: tuple[MonthAhead, ...]
    response: float
    phases: dict[str, float]
    certificate: Certificate


def plan_ahead(horizon: Horizon) -> Outlook:
    """The best plan of all months together, with its proof.

    Raises `InfeasibleError` when the months allow no plan, `SolverTimeoutError` when none was found
    in the work allowed.
    """
    ordered = _in_order(horizon)
    for month in range(len(ordered.months)):
        _refuse_crossed(ordered, month)
    posed = pose_jointly(ordered)
    found = _planned(posed)
    if found is None:
        refuse_together(ordered, has_fractions(_solved), _has_plan)
    outlook = _described(posed, *found)
    _verify(ordered, found[1], outlook)
    return _as_asked(horizon, outlook)


def _planned(posed: JointlyPosed) -> tuple[Refined, list[Amounts]] | None:
    """The best plans in whole amounts; None when there are none."""
    refined = _solved(posed)
    return None if refined is None else _in_whole_amounts(posed, refined)


def _has_plan(horizon: Horizon) -> bool:
    return _planned(pose_jointly(horizon)) is not None


def _in_order(horizon: Horizon) -> Horizon:
    """The channels in their canonical order, the same in every month."""
    ids = [terms.id for terms in in_canonical_order(horizon.months[0]).channels]
    return replace(
        horizon,
        months=tuple(
            replace(month, channels=tuple(month.channels[month.places((name,))[0]] for name in ids))
            for month in horizon.months
        ),
    )


def _as_asked(horizon: Horizon, outlook: Outlook) -> Outlook:
    """The lines in the order of the question."""
    ids = [terms.id for terms in horizon.channels]
    months = (
        replace(month, lines=tuple(sorted(month.lines, key=lambda line: ids.index(line.channel))))
        for month in outlook.months
    )
    return replace(outlook, months=tuple(months))


def _refuse_crossed(horizon: Horizon, month: int) -> None:
    """Raise `InfeasibleError` when a channel's own limits in a month leave it nothing to choose."""
    problem = horizon.unchained[month]
    if any(low > high for low, high in problem.bounds):
        refuse(problem, is_possible, has_plan)


def _solved(posed: JointlyPosed) -> Refined | None:
    """The best plans in fractions, by branching where curves bend up or channels are all or nothing."""
    refined = refine(posed.program, posed.guess, TOGETHER)
    if refined is None:
        return None
    if refined.gap_share <= GAP and refined.is_sound and not posed.least.any():
        return refined
    try:
        effort = Effort(GAP, WORK // (len(posed.least) + 20))
        return branch(posed.program, posed.least, refined, posed.directions, effort)
    except TimeoutError:
        raise SolverTimeoutError(refined.seconds) from None


def _in_whole_amounts(posed: JointlyPosed, refined: Refined) -> tuple[Refined, list[Amounts]] | None:
    """All months in minor units; where rounding breaks a rule it is drawn tighter and solved again.

    Within the ranges of the first plan, if those have one.
    """
    plan: Refined | None = refined
    margins = np.zeros(len(posed.dated))
    for attempt in range(ROUNDING_ATTEMPTS):
        if plan is None:
            break
        months = list(_rounded(posed, plan))
        if not any(broken_months(posed.joint.horizon, months)):
            return replace(plan, ceiling=refined.ceiling, method=refined.method), months
        excess = posed.excess(months)
        cent = 1 / (posed.spend_unit * posed.joint.horizon.minor_units)
        margins += 2.0**attempt * (excess + (excess > 0) * cent)
        tight = posed.program.tightened(margins)
        inside = replace(tight, low=refined.program.low, high=refined.program.high)
        plan = refine(inside, refined.prices, TOGETHER)
        if plan is None or not plan.is_sound:
            plan = _solved(replace(posed, program=tight))
    return None


def _rounded(posed: JointlyPosed, plan: Refined) -> Iterator[Amounts]:
    """Month by month, each within the change limits from the rounded month before it."""
    joint = posed.joint
    minor = posed.spend_unit * joint.horizon.minor_units
    spend, before = joint.spend_of(plan.spend, plan.extras) * minor, None
    for month, budget in enumerate(_budgets(posed, plan)):
        problem = joint.horizon.month_after(month, budget, before)
        amounts = round_plan(problem, spend[month], float(plan.extras[joint.reserve(month)]) * minor)
        before = amounts.spend
        yield amounts


def _budgets(posed: JointlyPosed, plan: Refined) -> list[int]:
    """Each month's budget with what moved into it, in whole minor units with the same sum."""
    joint, minor = posed.joint, posed.spend_unit * posed.joint.horizon.minor_units
    moved = [float(plan.extras[joint.moved(m)]) * minor for m in range(joint.size[0])]
    reached = np.rint(np.append(0.0, np.cumsum(moved))).astype(int)
    months = zip(joint.horizon.months, np.diff(reached), strict=True)
    return [month.budget + int(more) for month, more in months]


def _described(posed: JointlyPosed, refined: Refined, months: list[Amounts]) -> Outlook:
    """The rounded plans judged on the true curves."""
    horizon, spend = posed.joint.horizon, spend_of(posed.joint.horizon, months)
    response, marginal = returns(horizon, spend)
    ahead: list[MonthAhead] = []
    for m, amounts in enumerate(months):
        before = months[m - 1].spend if m else None
        problem = horizon.month_after(m, amounts.total, before)
        price = posed.price(refined, m)
        lines = _lines(problem, amounts, (response[m], marginal[m]), posed.binding_groups(refined, m), price)
        moved, brought = amounts.total - horizon.months[m].budget, float(response[m].sum())
        ahead.append(
            MonthAhead(
                amounts.total, moved, tuple(lines), amounts.reserve, amounts.unallocated, brought, price
            )
        )
    proof = certificate_of(refined, value_of(horizon, months), float(posed.units[0]))
    return Outlook(tuple(ahead), float(response.sum()), posed.phase_prices(refined), proof)


def _lines(
    problem: AllocationProblem,
    amounts: Amounts,
    returned: tuple[FloatArray, FloatArray],
    groups: set[str],
    price: float,
) -> Iterator[Line]:
    """One line per channel from its response and marginal response, (channels,) each.

    The shadow price of its bound is what a further unit there brings more than one elsewhere.
    """
    limited = {name for group in problem.groups if group.name in groups for name in group.channels}
    for place, (terms, amount) in enumerate(zip(problem.channels, amounts.spend, strict=True)):
        response, marginal = (float(each[place]) for each in returned)
        low, high = problem.bounds[place]
        bounds = (max(low, problem.least_if_used[place]), high)
        position = position_of(terms, amount, bounds, terms.id in limited)
        if position == "free" and abs(marginal - price) > APART * price:
            position = "at_phase_limit"
        own = marginal - price if position in OWN_LIMITS else 0.0
        yield Line(terms.id, amount, response, marginal, position, own)


def _verify(horizon: Horizon, months: list[Amounts], outlook: Outlook) -> None:
    """Raise `SelfCheckError` when a rule or the promised value is broken."""
    broken, value = list(broken_months(horizon, months)), value_of(horizon, months)
    if not isclose(value, outlook.certificate.value, rel_tol=FLOAT, abs_tol=FLOAT):
        broken.append(f"the plans are worth {value}, not {outlook.certificate.value}")
    if broken:
        dump: dict[str, object] = {"broken": broken, "horizon": repr(horizon), "outlook": asdict(outlook)}
        raise SelfCheckError(f"The outlook failed its own check: {broken[0]}", dump)
