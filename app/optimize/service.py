"""One plan from one request: the same few steps for the API and for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app import metrics
from app.dependencies import Language
from app.optimize.curve_requests import CurvesRequest
from app.optimize.curve_telling import curves_reply
from app.optimize.evidence import Evidence, evidence
from app.optimize.further import further
from app.optimize.known import Known
from app.optimize.refusals import in_words
from app.optimize.replies import CurvesReply, PlanReply
from app.optimize.schemas import PlanRequest
from app.optimize.telling import plan_reply
from app.optimize.weighing import traded_off
from app.optimize.wishes import TargetInput
from optimizer import (
    Allocation,
    AllocationProblem,
    Demand,
    Fit,
    InfeasibleError,
    Period,
    Study,
    allocate,
    asking,
    foresee,
    least_budget,
    scored,
    trade_off,
    whole_months,
)


class Studies:
    """What histories teach: each is learnt once, however many plans are made from it."""

    def __init__(self) -> None:
        self._studies: dict[tuple[object, ...], Study] = {}

    def curves(
        self,
        request: Known,
        month: Period,
        reach: Mapping[str, float],
        *,
        metric: str | None = None,
        spendable: float | None = None,
    ) -> Fit:
        """The curve of every channel for the month, of the metric that counts unless another is asked for."""
        metric = metric or request.metric
        study = self._study(request, month, metric)
        with metrics.fitting():
            return study.fit(reach, request.to_given(metric), spendable)

    def ahead(self, request: Known, months: Sequence[Period]) -> list[Demand]:
        """How demand compares in months from the first on, once its curves have been made."""
        return self._study(request, months[0], request.metric).ahead(months)

    def _study(self, request: Known, month: Period, metric: str) -> Study:
        told = request.every_channel.values()
        stated = tuple((c.id, c.kind, c.incrementality, c.commission()) for c in told)
        key = (request.past_hash, stated, request.customer_values, month, request.calendar, metric)
        if key not in self._studies:
            self._studies[key] = Study(request.to_history(metric), month, request.calendar)
        return self._studies[key]


@dataclass(frozen=True, eq=False)
class Planned:
    """A request with its curves and its plan, before anything is put into words."""

    request: PlanRequest
    fit: Fit
    allocation: Allocation
    alone: Mapping[str, Allocation] = field(default_factory=dict)

    def reply(self, language: Language) -> PlanReply:
        """The plan as it is answered."""
        reply = plan_reply(self.request, self.fit, self.allocation, language)
        traded = traded_off(self.request, self.allocation, self.alone, language)
        return reply.model_copy(update={"trade_off": traded})

    @cached_property
    def evidence(self) -> Evidence:
        """What its pictures are drawn from."""
        return evidence(self.request, self.fit, self.allocation)


def plan(request: PlanRequest, language: Language, studies: Studies | None = None) -> PlanReply:
    """The plan of a month, in words."""
    return made(request, language, studies).reply(language)


def made(request: PlanRequest, language: Language, studies: Studies | None = None) -> Planned:
    """The plan of a month: curves from history, then the linear program."""
    studies = studies or Studies()
    fitted, problem = posed(request, studies)
    try:
        with metrics.planning(request.objective):
            allocation = planned(request, fitted, problem)
        metrics.solves.observe(allocation.certificate.seconds)
        alone = trade_off(problem, {str(name): {str(name): 1.0} for name in request.weights or {}})
        return Planned(request, fitted, allocation, alone)
    except InfeasibleError as error:
        found = further(request, error, lambda other: _asked(other, *posed(other, studies)))
        raise in_words(request, found.error, language, found.most) from error


def posed(request: PlanRequest, studies: Studies) -> tuple[Fit, AllocationProblem]:
    """The curves of what counts, and the core's problem with those of what rules speak of."""

    def curves(metric: str) -> Fit:
        reach, spendable = request.to_reach(metric), request.spendable
        return studies.curves(request, request.span, reach, metric=metric, spendable=spendable)

    others = {metric: curves(metric) for metric in request.other_metrics}
    fitted = curves(request.metric) if request.weights is None else _scored(request, others)
    return fitted, request.to_problem(fitted, others)


def _scored(request: PlanRequest, fits: Mapping[str, Fit]) -> Fit:
    """The curves of a scorecard; raises `ProblemError` when today's spend brings nothing of a result."""
    weights = {str(name): weight for name, weight in (request.weights or {}).items()}
    weighed = {name: fits[name] for name in weights}
    return scored(weighed, weights, request.usual_spend(next(iter(weighed.values()))))


def planned(request: PlanRequest, fitted: Fit, problem: AllocationProblem) -> Allocation:
    """The best plan, or the cheapest one that reaches the target."""
    if request.target is None:
        return allocate(problem)
    return least_budget(problem, request.target.response, _baseline(request.target, fitted))


def _asked(request: PlanRequest, fitted: Fit, problem: AllocationProblem) -> AllocationProblem:
    """The problem with the target, if there is one, among its rules."""
    if request.target is None:
        return problem
    return asking(problem, request.target.response, _baseline(request.target, fitted))


def _baseline(target: TargetInput, fitted: Fit) -> float:
    """What of the target comes without ads."""
    known = fitted.demand.baseline if target.of_shop else None
    return known.value if known else 0.0


def curves(request: CurvesRequest, language: Language) -> CurvesReply:
    """The curves alone, and how well the last months would have been foreseen with such."""
    fitted = fitted_curves(request, request.plan_month(), request.to_reach())
    known = request.to_history().before(request.plan_month().start)
    foreseen = [
        foresee(known, past, request.calendar) for past in whole_months(known, request.foreseen_months)
    ]
    return curves_reply(request, fitted, foreseen, language)


def fitted_curves(request: Known, month: Period, reach: Mapping[str, float]) -> Fit:
    """The curve of every channel, given or fitted, for the month."""
    return Studies().curves(request, month, reach)
