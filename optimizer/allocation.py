"""Next month's plan: the story in order.

Check that the rules can be met, pose the linear program, solve and refine it, round to whole
cents, judge the rounded plan on the true curves, and let it out only if it passes its own check.
"""

from __future__ import annotations

from dataclasses import replace

from optimizer.answer import Allocation, describe
from optimizer.infeasibility import refuse, refuse_if_plainly_impossible
from optimizer.linear_program import Program
from optimizer.problem import AllocationProblem
from optimizer.proof import verify
from optimizer.refinement import refine, water_level
from optimizer.rounding import round_plan
from optimizer.rules import RESERVE, pose

TARGET_GAP = 1e-7
RELEASE_GAP = 1e-4


def allocate(problem: AllocationProblem) -> Allocation:
    """The best plan that obeys every rule, with its proof.

    Raises `InfeasibleError` when no plan obeys every rule.
    """
    ordered = _in_canonical_order(problem)
    refuse_if_plainly_impossible(ordered)
    posed = pose(ordered)
    refined = refine(posed.program, posed.level, TARGET_GAP)
    if refined is None:
        refuse(ordered)
    free = _without_reserve(posed.program)
    released = refine(free, water_level(free), RELEASE_GAP) or refined
    in_minor_units = refined.spend * ordered.budget
    amounts = round_plan(ordered, in_minor_units[:RESERVE], float(in_minor_units[RESERVE]))
    released_response = (
        posed.program.curves.at(released.spend[:, None])[0, :RESERVE].sum() * posed.response_unit
    )
    allocation = describe(ordered, posed, refined, amounts, float(released_response))
    verify(ordered, allocation)
    lines = {line.channel: line for line in allocation.lines}
    return replace(allocation, lines=tuple(lines[terms.id] for terms in problem.channels))


def _in_canonical_order(problem: AllocationProblem) -> AllocationProblem:
    """Channels and groups sorted by what they are, so that neither name nor place changes the plan.

    Only channels alike in everything are told apart by their names.
    """
    limits: list[list[str]] = [[] for _ in problem.channels]
    for group, members in zip(problem.groups, problem.members, strict=True):
        for place in members:
            limits[place].append(repr(replace(group, name="", channels=())))

    def content(place: int) -> tuple[object, ...]:
        terms = problem.channels[place]
        tables = (terms.curve.spend, terms.curve.response, terms.curve.marginal)
        curve = tuple(table.tobytes() for table in tables)
        return (*curve, problem.bounds[place], terms.last_spend or 0, sorted(limits[place]), terms.id)

    channels = tuple(problem.channels[place] for place in sorted(range(len(problem.channels)), key=content))
    rank = {terms.id: place for place, terms in enumerate(channels)}
    groups = sorted(
        problem.groups,
        key=lambda g: (repr(replace(g, name="", channels=())), sorted(rank[name] for name in g.channels)),
    )
    return replace(problem, channels=channels, groups=tuple(groups))


def _without_reserve(program: Program) -> Program:
    """The same program with nothing held back."""
    low, high = program.low.copy(), program.high.copy()
    low[RESERVE] = high[RESERVE] = 0.0
    return replace(program, low=low, high=high)
