"""The reserve of a month as it is looked at: its ledger, who gets the next unit, what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from app.access.callers import Caller
from app.db.tables import PlanRow
from app.dependencies import Language
from app.reserve.schemas import BEST, LedgerRead
from app.web.charts import Tone
from app.web.plan_view import reply_of
from app.web.writing import Figures


@dataclass(frozen=True)
class Entry:
    """A line of the ledger, and what is left after it."""

    when: str
    what: str
    parts: list[str]
    amount: str
    left: str
    tone: Tone


@dataclass(frozen=True)
class Release:
    """A wish to spend some of the reserve."""

    id: str
    asked: str
    amount: str
    goes_to: list[str]
    brings: str
    reason: str
    state: str
    state_text: str
    decided_by: str
    can_decide: bool


@dataclass(frozen=True)
class Taker:
    """A channel in the order of release."""

    channel: str
    name: str
    gain: str


@dataclass(frozen=True)
class ReserveView:
    """The reserve on its page."""

    title: str
    figures: Figures
    state: str
    is_active: bool
    held: str
    share: str
    left: str
    has_left: bool
    price: str
    bought: str
    entries: list[Entry]
    releases: list[Release]
    takers: list[Taker]

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Where a release can be sent: where it brings most, or to a channel with room."""
        chosen = [(taker.channel, taker.name) for taker in self.takers]
        return [(BEST, self.figures.say("reserve.best")), *chosen]


def reserve_view(
    plan: PlanRow, ledger: LedgerRead, caller: Caller, language: Language, *, four_eyes: bool
) -> ReserveView:
    """All that the page says of a plan's reserve."""
    reply = reply_of(plan)
    figures = Figures(language, caller.currency, reply.objective)
    names = {line.channel: line.name for line in reply.allocations}
    held = ledger.held if ledger.entries else reply.reserve.amount
    price = ledger.response_forgone if ledger.entries else reply.reserve.response_forgone
    return ReserveView(
        title=figures.month(reply.month),
        figures=figures,
        state=figures.say(f"plans.{plan.state}"),
        is_active=plan.state == "active",
        held=figures.money(held),
        share=figures.told_share(reply.reserve.share),
        left=figures.money(ledger.left),
        has_left=ledger.left > 0,
        price=figures.response(price),
        bought=figures.response(ledger.response_bought),
        entries=entries_of(ledger, names, figures),
        releases=releases_of(ledger, names, figures, caller, four_eyes=four_eyes),
        takers=[
            Taker(one.channel, names.get(one.channel, one.channel), figures.gain(one.marginal_response))
            for one in reply.reserve.release_order
        ],
    )


def entries_of(ledger: LedgerRead, names: dict[str, str], figures: Figures) -> list[Entry]:
    """The ledger's lines with a running rest; what one release moved is one line."""
    left, found = ledger.left * 0, []
    for _, group in groupby(ledger.entries, key=lambda line: line.release_id or line.number):
        lines = list(group)
        moved = sum((line.amount for line in lines), ledger.left * 0)
        left += moved
        parts = [(line.channel or "", -line.amount) for line in lines if line.channel]
        found.append(
            Entry(
                when=figures.moment(lines[0].at),
                what=figures.say(f"reserve.{lines[0].kind}"),
                parts=_parts(parts, names, figures),
                amount=figures.change(moved),
                left=figures.money(left),
                tone="up" if moved > 0 else "down",
            )
        )
    return found


def _parts(parts: list[tuple[str, Decimal]], names: dict[str, str], figures: Figures) -> list[str]:
    """Channels and what each gets, the most first."""
    by_size = sorted(parts, key=lambda part: -part[1])
    return [f"{names.get(name, name)} {figures.money(amount)}" for name, amount in by_size]


def releases_of(
    ledger: LedgerRead, names: dict[str, str], figures: Figures, caller: Caller, *, four_eyes: bool
) -> list[Release]:
    """What was asked for, the latest first."""
    return [
        Release(
            id=wish.id,
            asked=f"{wish.asked_by} · {figures.moment(wish.asked_at)}",
            amount=figures.money(wish.amount),
            goes_to=_parts([(part.channel, part.amount) for part in wish.parts], names, figures),
            brings=figures.response(wish.response_bought),
            reason=wish.reason,
            state=wish.state,
            state_text=figures.say(f"reserve.{wish.state}"),
            decided_by=wish.decided_by or "",
            can_decide=wish.state == "asked"
            and caller.may("approve")
            and not (four_eyes and caller.is_one_of(wish.asked_by)),
        )
        for wish in reversed(ledger.releases)
    ]
