"""Planning for the bad case: the mean of the worst outcomes counts instead of the expectation.

With draws d_k of all curves, k = 1 … K, equally likely, the objective is the conditional value at
risk, the mean of the worst share 1 - level of them (Rockafellar and Uryasev, J. Risk 2 (2000) 21-41):

    bad case(s) = min_q Σ_k q_k Σ_c d_ck(s_c)   over   Σ_k q_k = 1,  0 ≤ q_k ≤ 1 / (K (1 - level))

It is the least of many sums of curves. The program starts with one of them, the mean of all draws,
and gets the one that its own plan is judged by (a cutting plane; Künzi-Bay and Mayer, Comput.
Manag. Sci. 3 (2006) 3-27), until what it promises is what its plan brings: a few rows, not K.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.answer import Allocation, BadCase
from optimizer.curves import FloatArray
from optimizer.draws import Draws, worst_share
from optimizer.piecewise import AllOrNothing, Curve, Spline
from optimizer.posing import Posed
from optimizer.problem import AllocationProblem, Risk
from optimizer.program import Extras, Program, Row
from optimizer.refinement import Aim, Refined, refine
from optimizer.rounding import Amounts
from optimizer.rules import Rule

SKETCH = Aim(1e-6, steady=False)
SKETCHES = 60  # programs solved before branching
BRANCHINGS = 6  # times that curves which bend up are branched on anew
KEPT = 1e-6  # a promise this near to the bad case, as a share of it, is kept
BAD_CASE = "bad_case"  # the kind of the rows that hold the promise

Solver = Callable[[Program, FloatArray], Refined | None]


@dataclass(frozen=True, eq=False)
class Cautious:
    """A problem posed for its bad case: the program with the sums of curves found so far.

    `shares` are the weights of the draws, (draws,) each, in every one of them.
    """

    problem: AllocationProblem
    risk: Risk
    draws: Draws
    posed: Posed
    shares: tuple[FloatArray, ...] = ()

    def judged_by(self, share: FloatArray) -> Cautious:
        """With one sum more: that of all curves in the mean of the draws with these weights."""
        posed, program = self.posed, self.posed.program
        lines = [self._line(place, share) for place in range(len(program.low))]
        nothing = np.zeros((1, len(lines)))
        rows = [
            row if row.measures is None else replace(row, measures=np.append(row.measures, nothing, axis=0))
            for row in program.rows
        ]
        promise = np.append(np.zeros(len(program.extras.worth) - 1), 1.0)
        measures = np.append(np.zeros_like(program.weights), nothing - 1, axis=0)
        grown = replace(
            program,
            curves=program.curves.plus(lines),
            weights=np.append(program.weights, nothing, axis=0),
            rows=(*rows, Row(nothing[0], promise, 0.0, measures)),
        )
        posed = replace(
            posed,
            program=grown,
            guess=np.append(posed.guess, 0.0),
            units=np.append(posed.units, posed.units[0]),
            rules=(*posed.rules, Rule("plan", "", BAD_CASE, nothing[0], 0.0, extras=promise)),
            norms=np.append(posed.norms, 1.0),
        )
        return replace(self, posed=posed, shares=(*self.shares, share))

    def worst(self, found: Refined) -> Cautious:
        """With the sum that this plan is judged by, and its prices for a guess."""
        brought = self.draws.outcomes(found.spend * self.posed.spend_unit)
        known = replace(self, posed=replace(self.posed, guess=found.prices))
        return known.judged_by(worst_share(brought, self.risk.level))

    def bad_case(self, found: Refined) -> float:
        """What a plan is worth in its bad case, in the program's units."""
        brought = self.draws.bad_case(found.spend * self.posed.spend_unit, self.risk.level)
        return brought / float(self.posed.units[0]) + float(
            self.posed.program.extras.worth[:-1] @ found.extras[:-1]
        )

    def judged(self, found: Refined, amounts: Amounts, expected: Allocation) -> BadCase:
        """The rounded plan's bad case beside that of the plan of most expected worth."""
        share, channels = self._share(found), self.problem.channels
        other = {line.channel: line.spend for line in expected.lines}
        return BadCase(
            level=self.risk.level,
            response=self._of(amounts.spend),
            expected=expected,
            expected_response=self._of([other[terms.id] for terms in channels]),
            curves={terms.id: self.draws.mean(place, share) for place, terms in enumerate(channels)},
        )

    def _of(self, spend: Sequence[int]) -> float:
        return self.draws.bad_case(np.array(spend) / self.problem.minor_units, self.risk.level)

    def _share(self, found: Refined) -> FloatArray:
        """The weights of the draws, (draws,), by which the plan's prices count a further unit."""
        rows = [i for i, rule in enumerate(self.posed.rules) if rule.kind == BAD_CASE]
        prices = np.maximum(found.prices[rows], 0.0)
        return np.asarray(prices @ np.array(self.shares) / max(float(prices.sum()), 1e-300))

    def _line(self, place: int, share: FloatArray) -> Curve:
        """One channel's curve in the mean of some draws, in the program's units."""
        mean, unit = self.draws.mean(place, share), float(self.posed.units[0])
        by = self.posed.spend_unit
        scaled = Spline(mean.knots / by, mean.slopes * (by / unit), mean.values / unit)
        least = self.problem.least_if_used[place] / self.problem.minor_units
        return AllOrNothing(scaled, least / by) if least else scaled


def for_bad_case(
    problem: AllocationProblem, posed: Posed, risk: Risk, best: Solver
) -> tuple[Cautious, Refined | None]:
    """The best plan for the bad case, valued by it; None when the rules allow none.

    `best` solves one program, branching where it must; every program's ceiling is one of the bad case.
    """
    cautious, ceiling = _sketched(_begun(problem, posed, risk)), np.inf
    kept: tuple[Cautious, Refined] | None = None
    for _ in range(BRANCHINGS):
        found = best(cautious.posed.program, cautious.posed.guess)
        if found is None:
            return cautious, None
        ceiling, value = min(ceiling, found.ceiling), cautious.bad_case(found)
        if kept is None or value > kept[1].value:
            kept = cautious, replace(found, value=value)
        if found.value - value <= KEPT * abs(value):
            break
        cautious = cautious.worst(found)
    return (cautious, None) if kept is None else (kept[0], replace(kept[1], ceiling=ceiling))


def _begun(problem: AllocationProblem, posed: Posed, risk: Risk) -> Cautious:
    """Judged by the mean of all draws; the promise is an extra that is worth what it is."""
    program, draws = posed.program, Draws.of(problem)
    ends = [(table.min(initial=0.0), table.max(initial=0.0)) for table in draws.responses]
    low, high = (float(sum(side)) / float(posed.units[0]) for side in zip(*ends, strict=True))
    extras = program.extras
    begun = replace(
        program,
        weights=0 * program.weights,
        extras=Extras(np.append(extras.worth, 1.0), np.append(extras.low, low), np.append(extras.high, high)),
        rows=tuple(replace(row, extras=np.append(row.extras, 0.0)) for row in program.rows),
        least=len(extras.worth),
    )
    count = len(draws.responses[0])
    return Cautious(problem, risk, draws, replace(posed, program=begun)).judged_by(np.full(count, 1 / count))


def _sketched(cautious: Cautious) -> Cautious:
    """With every sum that the plans of the linear program alone are judged by."""
    for _ in range(SKETCHES):
        found = refine(cautious.posed.program, cautious.posed.guess, SKETCH)
        if found is None or found.value - cautious.bad_case(found) <= KEPT * abs(found.value):
            break
        cautious = cautious.worst(found)
    return cautious
