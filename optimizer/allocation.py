"""Next month's plan: the story in order.

Check that the rules can be met, pose the linear program, solve and refine it, round to whole
cents, judge the rounded plan on the true curves, and let it out only if it passes its own check.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.answer import Allocation, describe
from optimizer.branching import Effort, branch
from optimizer.curves import FloatArray
from optimizer.errors import SolverTimeoutError
from optimizer.goals import bringing_most, is_reached, missing, only_goal
from optimizer.infeasibility import refuse
from optimizer.ordering import in_canonical_order
from optimizer.posing import Posed, pose
from optimizer.problem import AllocationProblem, Risk
from optimizer.program import Program
from optimizer.proof import broken_rules, verify
from optimizer.refinement import Aim, Refined, refine, water_levels
from optimizer.risk import for_bad_case
from optimizer.rounding import Amounts, round_plan
from optimizer.rules import RESERVE

PLAN = Aim(1e-7)
CAUTIOUS = Aim(1e-7, steady=False)  # prices of the sums that a bad case is made of may trade places
BRANCH_GAP = 1e-5  # the gap that branching closes, where curves bend up or channels are all or nothing
WORK = 9_000  # programs solved while branching, times their size: a second or two on one core
ROUNDING_ATTEMPTS = 6
RELEASE = Aim(1e-4, steady=False)


def allocate(problem: AllocationProblem) -> Allocation:
    """The best plan that obeys every rule, with its proof.

    Raises `InfeasibleError` when no plan obeys every rule, `SolverTimeoutError` when none was found
    in the work allowed.
    """
    ordered = in_canonical_order(problem)
    if any(low > high for low, high in ordered.bounds):
        refuse(ordered, is_possible, has_plan)
    if ordered.risk is None:
        allocation = _planned(ordered)
    else:
        allocation = _planned_for_bad_case(ordered, ordered.risk, allocate(replace(problem, risk=None)))
    verify(ordered, allocation)
    lines = {line.channel: line for line in allocation.lines}
    return replace(allocation, lines=tuple(lines[terms.id] for terms in problem.channels))


def _planned(problem: AllocationProblem) -> Allocation:
    """The plan of most expected worth."""
    posed = pose(problem)
    refined = _best(problem, posed.program, posed.guess)
    found = None if refined is None else _in_whole_amounts(problem, posed, refined)
    if found is None:
        refuse(problem, is_possible, has_plan)
    return describe(problem, posed, *found, released=_released(posed.program, found[0].spend))


def _planned_for_bad_case(problem: AllocationProblem, risk: Risk, expected: Allocation) -> Allocation:
    """The plan of most worth in its bad case, beside the one of most `expected` worth."""
    cautious, refined = for_bad_case(problem, pose(problem), risk, partial(_best, problem))
    found = None if refined is None else _in_whole_amounts(problem, cautious.posed, refined)
    if found is None:
        refuse(problem, is_possible, has_plan)
    released = _released(cautious.posed.program, found[0].spend)
    judged = cautious.judged(*found, expected)
    return describe(problem, cautious.posed, *found, released=released, bad_case=judged)


def _best(
    problem: AllocationProblem, program: Program, guess: FloatArray, wanted: float | None = None
) -> Refined | None:
    """The best plan in fractions: by one program where curves bend down, by branching elsewhere.

    Where a value is `wanted`, any plan that has it will do, and where none has, any plan.
    """
    refined = refine(program, guess, _aim(program))
    if refined is None or (refined.gap_share <= BRANCH_GAP and _is_plain(problem, refined)):
        return refined
    least = np.array(problem.least_if_used) / problem.budget
    try:
        work = WORK if wanted is None else WORK // 4
        effort = Effort(BRANCH_GAP, work // (len(least) + 20), wanted)
        return branch(program, least, refined, np.eye(1, len(program.rows)), effort)
    except TimeoutError:
        raise SolverTimeoutError(refined.seconds) from None


def _aim(program: Program) -> Aim:
    return PLAN if program.least is None else CAUTIOUS


def is_possible(problem: AllocationProblem) -> bool:
    """Whether some plan obeys every rule, before rounding."""
    found = _fractions(problem)
    goal = only_goal(problem)
    return found is not None and (goal is None or is_reached(problem, goal, found[1].spend))


def has_plan(problem: AllocationProblem) -> bool:
    """Whether some plan in whole amounts obeys every rule."""
    found = _fractions(problem)
    return found is not None and _in_whole_amounts(problem, *found) is not None


def _fractions(problem: AllocationProblem) -> tuple[Posed, Refined] | None:
    """Some plan before rounding, with the program that it is of; None when there is none.

    Where the only rule on results asks for so much of one, it is a plan that brings that much, or else
    nearly the most of it.
    """
    if any(low > high for low, high in problem.bounds):
        return None
    goal = only_goal(problem)
    asked = problem if goal is None else bringing_most(problem, goal)
    posed = pose(asked)
    wanted = -np.inf if goal is None else missing(goal) / float(posed.units[0])
    refined = _best(asked, posed.program, posed.guess, wanted)
    return None if refined is None else (posed, refined)


def _is_plain(problem: AllocationProblem, refined: Refined) -> bool:
    """Whether no channel is all or nothing, and the chords' rules hold on the curves, too."""
    return refined.is_sound and not any(problem.least_if_used)


def _in_whole_amounts(
    problem: AllocationProblem, posed: Posed, refined: Refined
) -> tuple[Refined, Amounts] | None:
    """The plan in minor units, keeping the first plan's ceiling; None when no whole amounts obey the rules.

    Where rounding breaks a rule, the rule is drawn tighter by what it was broken by, and solved again:
    within the ranges of the plan if that gives one, else everywhere. Where results are asked that only
    the least of every channel brings, no tighter rule can be kept, but that plan may.
    """
    plan: Refined | None = refined
    margins = np.zeros(len(posed.rules))
    for attempt in range(ROUNDING_ATTEMPTS):
        if plan is None:
            break
        amounts = round_plan(
            problem, plan.spend * problem.budget, float(plan.extras[RESERVE]) * problem.budget
        )
        if not any(broken_rules(problem, amounts)):
            return replace(plan, ceiling=refined.ceiling, method=refined.method), amounts
        excess = posed.program.excess(np.array(amounts.spend) / problem.budget)
        margins += 2.0**attempt * (excess + (excess > 0) * problem.step / problem.budget)
        tight = posed.program.tightened(margins)
        inside = replace(tight, low=refined.program.low, high=refined.program.high)
        plan = refine(inside, refined.prices, _aim(tight))
        if plan is None or not plan.is_sound:
            plan = _best(problem, tight, posed.guess)
    lows, most = np.array([float(low) for low, _ in problem.bounds]), float(problem.reserve_bounds[1])
    least = round_plan(problem, lows, most)
    return None if any(broken_rules(problem, least)) else (refined, least)


def _released(program: Program, spend: FloatArray) -> FloatArray:
    """Spend (lines,) were the whole reserve released; the plan's own `spend` when that breaks the rules."""
    low, high = program.extras.low.copy(), program.extras.high.copy()
    low[RESERVE] = high[RESERVE] = 0.0
    free = replace(program, extras=replace(program.extras, low=low, high=high))
    level = water_levels(free, 1)
    if len(program.rows) == 1 and program.as_segments.all():
        filled = free.curves.best(free.weights, level[0] * free.rows[0].spend, free.low, free.high)
        if abs(filled.sum() - free.rows[0].limit) < RELEASE.gap_share:
            return filled
    refined = refine(free, level, RELEASE)
    return spend if refined is None else refined.spend
