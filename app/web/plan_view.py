"""A stored plan beside its month: where it stands, who did what and when, and how its versions differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.db.tables import AuditRow, PlanRow
from app.optimize.evidence import Evidence
from app.optimize.replies import PlanReply
from app.plans import moves, repository
from app.web.writing import Figures

DECISIONS = {"approve", "reject"}


@dataclass(frozen=True)
class Deed:
    """Something that was done with a plan."""

    what: str
    who: str
    when: str
    note: str


@dataclass(frozen=True)
class Version:
    """One version of a month's plan in a list."""

    id: str
    number: int
    month: str
    state: str
    state_text: str
    budget: str
    reserve: str
    expected: str
    drafted: str
    is_here: bool = False


@dataclass(frozen=True)
class Difference:
    """One figure of two plans."""

    name: str
    before: str
    after: str
    change: str
    direction: str


@dataclass(frozen=True)
class Move:
    """Something that could be done now; `hindrance` says why this visitor may not."""

    name: str
    text: str
    needs_key: bool
    is_main: bool
    hindrance: str = ""


Spent = Mapping[str, Decimal]
NOTHING: Spent = {}


def reply_of(plan: PlanRow) -> PlanReply:
    """What a stored plan says."""
    return PlanReply.model_validate(plan.reply)


def spent_before(plan: PlanRow) -> dict[str, Decimal]:
    """What the channels had spent of the month before a plan of its rest."""
    return {name: money.from_minor(spent, plan.reply["currency"]) for name, spent in plan.spent.items()}


def rest_told(plan: PlanRow, figures: Figures) -> str:
    """What a plan of a month's rest is of, and what is not part of it; nothing for a whole month's."""
    if plan.base_id is None:
        return ""
    spent = figures.money(sum(spent_before(plan).values(), Decimal(0)))
    return figures.say("plans.rest", day=figures.day(repository.span(plan).first), spent=spent)


def evidence_of(plan: PlanRow) -> Evidence | None:
    """What a stored plan's pictures are drawn from; None for plans from before pictures."""
    return None if plan.evidence is None else Evidence.model_validate(plan.evidence)


def deeds(session: Session, caller: Caller, plan: PlanRow, figures: Figures) -> list[Deed]:
    """The plan's part of the audit trail."""
    query = select(AuditRow).where(AuditRow.workspace_id == caller.workspace_id, AuditRow.object == plan.id)
    return [
        Deed(
            figures.say.either(f"plans.did_{row.action.removeprefix('plan.')}", row.action),
            row.person,
            figures.moment(row.at),
            str(row.detail.get("note") or ""),
        )
        for row in session.scalars(query.order_by(AuditRow.number))
    ]


def versions(
    session: Session, caller: Caller, figures: Figures, month: str | None = None, here: str = ""
) -> list[Version]:
    """The plans of a month, or of all, the latest first."""
    rows = sorted(session.scalars(repository.of(caller, month)), key=lambda row: row.id, reverse=True)
    return [_version(row, figures, here) for row in rows]


def _version(row: PlanRow, figures: Figures, here: str) -> Version:
    said = row.reply
    own = Figures(figures.language, said["currency"], said["objective"])
    return Version(
        id=row.id,
        number=row.version,
        month=figures.month(row.month),
        state=row.state,
        state_text=figures.say(f"plans.{row.state}"),
        budget=own.money(said["budget"]),
        reserve=own.money(said["reserve"]["amount"]),
        expected=own.response(said["expected"]["response"]),
        drafted=f"{row.drafted_by} · {figures.moment(row.drafted_at)}",
        is_here=row.id == here,
    )


def possible_moves(plan: PlanRow, caller: Caller, figures: Figures, *, four_eyes: bool) -> list[Move]:
    """What can be done with a plan in its state, and what keeps this visitor from it."""
    found = []
    for name in moves.MOVES[plan.state]:
        hindrance = ""
        if not caller.may(moves.RIGHTS[name]):
            hindrance = figures.say(f"plans.needs_{moves.RIGHTS[name]}")
        elif four_eyes and name in DECISIONS and caller.is_one_of(plan.drafted_by, plan.submitted_by):
            hindrance = figures.say("plans.four_eyes")
        text = figures.say(f"plans.{name}")
        found.append(Move(name, text, name in DECISIONS, name != "reject", hindrance))
    return found


def differences(
    older: PlanReply,
    newer: PlanReply,
    figures: Figures,
    *,
    with_channels: bool = True,
    spent: tuple[Spent, Spent] = (NOTHING, NOTHING),
) -> list[Difference]:
    """What changed between two plans: budget, reserve and every channel that moved, and what they expect.

    Plans of a month's rest are compared as whole months: with what was `spent` before each. What they expect
    is of different days then, and left out.
    """
    spends = [
        {line.channel: line.spend + before.get(line.channel, 0) for line in plan.allocations}
        for plan, before in zip((older, newer), spent, strict=True)
    ]
    gone = [sum(before.values(), Decimal(0)) for before in spent]
    called = {line.channel: line.name for line in (*older.allocations, *newer.allocations)}
    say = figures.say
    names = sorted(called, key=lambda name: -spends[1].get(name, 0)) if with_channels else []
    money = [
        (say("month.budget"), older.budget + gone[0], newer.budget + gone[1]),
        (say("month.held"), older.reserve.amount, newer.reserve.amount),
        *((called[name], spends[0].get(name, 0), spends[1].get(name, 0)) for name in names),
    ]
    found = [
        Difference(name, figures.money(a), figures.money(b), figures.change(b - a), _way(float(b - a)))
        for name, a, b in money
        if a != b
    ]
    before, after = older.expected.response, newer.expected.response
    if before != after and gone[0] == gone[1]:
        change = ("+" if after > before else "") + figures.response(after - before)
        name = say("month.expected", objective=say(f"month.{newer.objective}").lower())
        found.append(Difference(name, figures.response(before), figures.response(after), change,
                                _way(after - before)))  # fmt: skip
    return found


def _way(change: float) -> str:
    return "up" if change > 0 else "down" if change < 0 else "same"
