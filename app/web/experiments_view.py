"""Lift tests as they are looked at: what each changed, what it brought, and what is still to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.experiments.schemas import (
    ExperimentRead,
    ProposalRead,
    ReadReply,
    StoredExperimentInput,
    StoredExperimentRead,
)
from app.optimize.signs import changed, minus
from app.web.writing import Figures
from optimizer import NINE_IN_TEN

TONES = {"finished": "", "due": "warn", "running": "good", "planned": "good"}


@dataclass(frozen=True)
class ExperimentRow:
    """A stored test's line of the table."""

    id: str
    channel: str
    name: str
    when: str
    change: str
    brought: str
    per_spend: str
    state: str
    state_text: str
    tone: str


@dataclass(frozen=True)
class FoundView:
    """What series said of a test, and the fields by which it is stored."""

    lift: str
    low_high: str
    per_spend: str
    message: str
    method: str
    told_before: str
    as_all: str
    fields: dict[str, str]


@dataclass(frozen=True)
class ProposalRow:
    """A test worth making, and the fields by which it is planned."""

    channel: str
    change: str
    tone: str
    weeks: int
    spend: str
    precision: str
    gain: str
    cost: str
    start: str
    why: str
    fields: dict[str, str]


def experiment_row(
    test: StoredExperimentRead, names: Mapping[str, str], today: date, figures: Figures
) -> ExperimentRow:
    """A line of the table."""
    state = state_of(test, today)
    lift, error = test.incremental_revenue, test.standard_error
    known = lift is not None and error is not None
    return ExperimentRow(
        id=test.id,
        channel=names.get(test.channel, test.channel),
        name=test.name or "",
        when=figures.span(test.start, test.end),
        change=figures.change(test.spend_change),
        brought=_range(lift or 0.0, error or 0.0, figures) if known else _expected(test, figures),
        per_spend=figures.gain((lift or 0.0) / test.spend_change) if known else "",
        state=state,
        state_text=figures.say(f"experiments.{state}"),
        tone=TONES[state],
    )


def state_of(test: StoredExperimentRead, today: date) -> str:
    """planned, running, due (over, its result unknown) or finished."""
    if test.state == "finished":
        return "finished"
    return "planned" if today < test.start else "running" if today <= test.end else "due"


def fields_of(test: StoredExperimentRead | StoredExperimentInput) -> dict[str, str]:
    """A test as a form's fields."""
    plain = {name: getattr(test, name) for name in ("name", "channel", "start", "end")}
    amounts = {name: getattr(test, name) for name in ("spend_change", "incremental_revenue")}
    errors = {
        "within": None if test.standard_error is None else NINE_IN_TEN * test.standard_error,
        "expected_error": test.expected_error,
    }
    written = {
        name: "" if value is None else minus(f"{value:,.2f}".removesuffix(".00"))
        for name, value in amounts.items()
    }
    written |= {
        name: "" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")
        for name, value in errors.items()
    }
    plain["version"] = getattr(test, "version", None)
    return {name: "" if value is None else str(value) for name, value in plain.items()} | written


def found_view(found: ReadReply, name: str, figures: Figures) -> FoundView:
    """What series said."""
    say, told, whole = figures.say, found.explained_share, found.experiment
    as_all = say(
        "experiments.as_all",
        change=figures.change(whole.spend_change),
        lift=figures.money(whole.incremental_revenue),
        error=figures.money(NINE_IN_TEN * whole.standard_error),
    )
    return FoundView(
        lift=figures.money(found.incremental_revenue),
        low_high=f"{figures.money(found.low)} – {figures.money(found.high)}",
        per_spend=f"{found.return_per_spend:.2f}",
        message=found.message,
        method=say(f"experiments.{found.method}"),
        told_before="" if told is None else say("experiments.told_before", share=figures.share(told, 0)),
        as_all=as_all,
        fields=fields_of(_stored(whole, name)),
    )


def _stored(found: ExperimentRead, name: str) -> StoredExperimentInput:
    return StoredExperimentInput.model_construct(name=name or None, expected_error=None, **found.model_dump())


def proposal_row(found: ProposalRead, names: Mapping[str, str], today: date, figures: Figures) -> ProposalRow:
    """A test worth making; it would start on the Monday after next, and count for all regions."""
    change = changed(found.change_share, 0)
    start = today + timedelta(days=14 - today.weekday())
    name = figures.say("experiments.planned_name", change=change, weeks=found.weeks)
    planned = StoredExperimentInput.model_construct(
        name=name,
        channel=found.channel,
        start=start,
        end=start + timedelta(days=7 * found.weeks - 1),
        spend_change=found.spend_change / found.treated_share,
        expected_error=found.standard_error / found.treated_share,
    )
    error = f"{NINE_IN_TEN * found.error_per_spend:.2f}"
    return ProposalRow(
        channel=names.get(found.channel, found.channel),
        change=change,
        tone="up" if found.change_share > 0 else "down",
        weeks=found.weeks,
        spend=figures.change(found.spend_change),
        precision=f"±{error}",
        gain=figures.response(found.gain),
        cost=figures.response(found.cost) if found.cost > 0 else figures.say("experiments.pays"),
        start=figures.day(start),
        why=found.why,
        fields=fields_of(planned),
    )


def _range(lift: float, error: float, figures: Figures) -> str:
    low, high = (figures.money(lift + side * NINE_IN_TEN * error) for side in (-1, 1))
    return f"{low} – {high}"


def _expected(test: StoredExperimentRead, figures: Figures) -> str:
    if test.expected_error is None:
        return ""
    return figures.say("experiments.expected", error=figures.money(NINE_IN_TEN * test.expected_error))
