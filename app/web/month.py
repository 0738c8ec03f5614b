"""The month as it is looked at: every figure of a plan, written out, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from app.dependencies import Language
from app.optimize.caution import told
from app.optimize.evidence import DrawnCurve, Evidence
from app.optimize.replies import AllocationRead, ExpectedRead, PlanReply, WarningRead
from app.web.charts import Chart
from app.web.cures import Warned, warned
from app.web.pictures import Step, curve_chart, steps_of
from app.web.writing import Figures

TEST_BUDGET = "test_budget"
PROVEN = 1e-6  # a gap below this share of the plan's value is told as none


@dataclass(frozen=True)
class Row:
    """A channel's line of the table, and its curve."""

    channel: str
    name: str
    last: str
    plan: str
    change: str
    direction: str
    share: str
    width: float
    rank: int
    response: str
    spread: str
    marginal: str
    position: str
    position_text: str
    is_extrapolated: bool
    why: str
    chart: Chart | None


@dataclass(frozen=True)
class TrialLine:
    """Money that may be drawn from the reserve to find out what a channel brings."""

    name: str
    spend: str
    spread: str
    message: str


@dataclass(frozen=True)
class BadCase:
    """What the plan brings when it goes badly, beside the plan of most expected response."""

    level: str
    sentence: str
    plans: list[tuple[str, str, str, str]]


@dataclass(frozen=True)
class MonthView:
    """A plan on its page."""

    title: str
    figures: Figures
    objective: str
    budget: str
    spend: str
    level: str
    reserve: str
    reserve_share: str
    reserve_width: float
    reserve_price: str
    first_release: str
    expected: str
    expected_range: str
    against_mix: str
    against_range: str
    distance: str
    demand: str
    rows: list[Row]
    steps: list[Step]
    unallocated: str
    warnings: list[Warned]
    bad_case: BadCase | None
    test_budgets: list[TrialLine]
    solver: str
    inputs_hash: str
    model_version: str


def month_view(reply: PlanReply, evidence: Evidence | None, language: Language) -> MonthView:
    """All that the page says of a plan."""
    figures = Figures(language, reply.currency, reply.objective)
    spent = sum(line.spend for line in reply.allocations)
    reserve, expected, proof = reply.reserve, reply.expected, reply.certificate
    noticed = evidence.warnings[language] if evidence else reply.warnings
    return MonthView(
        title=figures.month(reply.month),
        figures=figures,
        objective=figures.say(f"month.{reply.objective}"),
        budget=figures.money(reply.budget),
        spend=figures.money(spent),
        level=figures.words.level(
            reply.shadow_prices.budget, reply.allocations, may_go=bool(reserve.release_order)
        ),
        reserve=figures.money(reserve.amount),
        reserve_share=figures.told_share(reserve.share),
        reserve_width=float(100 * reserve.amount / reply.budget),
        reserve_price=figures.response(reserve.response_forgone),
        first_release=_first_release(reply),
        expected=figures.response(expected.response),
        expected_range=f"{figures.response(expected.low)} – {figures.response(expected.high)}",
        against_mix=figures.move(expected.against_last_mix),
        against_range=_against_range(expected, figures),
        distance=_distance(reply, figures),
        demand=figures.words.demand(reply.demand),
        rows=rows_of(reply, evidence, figures),
        steps=steps_of(reply, figures),
        unallocated=figures.money(reply.unallocated) if reply.unallocated else "",
        warnings=warned([w for w in noticed if w.code != TEST_BUDGET], figures),
        bad_case=_bad_case(reply, figures),
        test_budgets=_test_budgets(reply, noticed, figures),
        solver=proof.solver,
        inputs_hash=reply.inputs_hash,
        model_version=reply.model_version,
    )


def _bad_case(reply: PlanReply, figures: Figures) -> BadCase | None:
    """The bad case that the plan was made for; None when the expectation counts."""
    risk, say = reply.risk, figures.say
    if risk is None:
        return None
    other = risk.expected_plan
    plans = [
        (say("month.this_plan"), reply.expected.response, risk.bad_case, reply.reserve.amount),
        (say("month.expected_plan"), other.response, other.bad_case, other.reserve),
    ]
    return BadCase(
        level=figures.share(1 - risk.level, 0),
        sentence=told(risk, figures.words),
        plans=[
            (name, figures.response(expected), figures.response(bad), figures.money(held))
            for name, expected, bad, held in plans
        ],
    )


def _test_budgets(reply: PlanReply, noticed: Sequence[WarningRead], figures: Figures) -> list[TrialLine]:
    """What may be drawn from the reserve for channels that never spent."""
    messages = {warning.channel: warning.message for warning in noticed if warning.code == TEST_BUDGET}
    names = {line.channel: line.name for line in reply.allocations}
    return [
        TrialLine(
            name=names.get(trial.channel, trial.channel),
            spend=figures.money(trial.spend),
            spread=f"{figures.response(trial.response_low)} – {figures.response(trial.response_high)}",
            message=messages.get(trial.channel, trial.message),
        )
        for trial in reply.reserve.trials
    ]


def rows_of(reply: PlanReply, evidence: Evidence | None, figures: Figures) -> list[Row]:
    """The table's lines, the largest spend first."""
    curves = {curve.channel: curve for curve in evidence.curves} if evidence else {}
    by_size = sorted(reply.allocations, key=lambda line: -line.spend)
    return [_row(reply, line, rank, curves.get(line.channel), figures) for rank, line in enumerate(by_size)]


def _row(
    reply: PlanReply, line: AllocationRead, rank: int, curve: DrawnCurve | None, figures: Figures
) -> Row:
    change = None if line.last_spend is None else line.spend - line.last_spend
    return Row(
        channel=line.channel,
        name=line.name,
        last="" if line.last_spend is None else figures.money(line.last_spend),
        plan=figures.money(line.spend),
        change=figures.move(line.change_share) if line.change_share is not None else figures.say("month.new"),
        direction="up" if change and change > 0 else "down" if change and change < 0 else "same",
        share=figures.share(line.share),
        width=float(100 * line.spend / reply.budget),
        rank=rank,
        response=figures.response(line.response),
        spread=f"{figures.response(line.response_low)} – {figures.response(line.response_high)}",
        marginal=figures.gain(line.marginal_roi),
        position=line.position,
        position_text=figures.say(f"month.{line.position}"),
        is_extrapolated=line.extrapolated,
        why=figures.words.why(line, reply.shadow_prices.budget, line.held_by),
        chart=None if curve is None else curve_chart(line, curve, figures),
    )


def _against_range(expected: ExpectedRead, figures: Figures) -> str:
    """What the gain over last month's mix is nine times in ten; nothing where no curve is in doubt."""
    if expected.against_last_mix_low is None:
        return ""
    low, high = expected.against_last_mix_low, expected.against_last_mix_high
    return f"{figures.move(low)} – {figures.move(high)}"


def _first_release(reply: PlanReply) -> str:
    first = next((release.channel for release in reply.reserve.release_order), "")
    return next((line.name for line in reply.allocations if line.channel == first), "")


def _distance(reply: PlanReply, figures: Figures) -> str:
    """How far the plan is from the best possible one, in words."""
    proof, say = reply.certificate, figures.say
    if proof.gap_share < PROVEN:
        return say("month.best")
    more = figures.response(float(ceil(proof.ceiling - proof.value)))
    return say("month.near_best", more=more, share=f"{proof.gap_share:.2%}")
