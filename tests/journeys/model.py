"""What must happen to plans and reserves, written anew from the rules and not taken from the service.

Amounts are in cents, months are counted from the first one that is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, field

NEXT = {
    ("draft", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "reject"): "rejected",
    ("approved", "activate"): "active",
    ("active", "close"): "closed",
}
RAN, DECIDED = {"active", "closed"}, {"approved", "active", "closed"}


@dataclass
class Wish:
    """Money that someone wants moved: out of the reserve, into it, or from channel to channel."""

    asked_by: str
    amount: int
    source: str | None
    target: str | None

    @property
    def out_of_reserve(self) -> int:
        """What the reserve loses when this is granted."""
        return self.amount if self.source is None else -self.amount if self.target is None else 0


@dataclass
class Plan:
    """What must be true of a plan; `left` and `held` are of its reserve, `rolled` is part of its budget."""

    id: str
    month: int
    drafted_by: str
    reserve: int
    rolled: int
    spends: dict[str, int]
    state: str = "draft"
    submitted_by: str = ""
    left: int = 0
    held: int = 0
    asked: dict[str, Wish] = field(default_factory=dict)

    def may_be_asked(self, wish: Wish) -> bool:
        """Whether money may be moved so, as things stand when it is asked for."""
        if self.state != "active":
            return False
        return wish.amount <= (self.left if wish.source is None else self.spends[wish.source])

    def may_be_granted(self, wish: Wish) -> bool:
        """The same when it is granted; and the reserve never holds more than it once held."""
        after = self.left - wish.out_of_reserve
        return self.may_be_asked(wish) and 0 <= after <= self.held

    def grant(self, wish: Wish) -> None:
        """Move the money."""
        self.left -= wish.out_of_reserve
        for channel, part in ((wish.source, -wish.amount), (wish.target, wish.amount)):
            if channel is not None:
                self.spends[channel] += part


@dataclass
class Months:
    """All plans of a shop, and what rolled out of each month."""

    plans: list[Plan] = field(default_factory=list)
    rolled_out: dict[int, int] = field(default_factory=dict)

    def rolled_into(self, month: int) -> int:
        """What a draft gets: what the last month before it that ran left, unless a later one ran."""
        ran = {plan.month for plan in self.plans if plan.state in RAN}
        before = [other for other in ran if other < month]
        if not before or any(other > month for other in ran):
            return 0
        return self.rolled_out.get(max(before), 0)

    def is_decided(self, month: int) -> bool:
        """Whether the month has an approved plan."""
        return any(plan.month == month and plan.state in DECIDED for plan in self.plans)

    def allows(self, plan: Plan, move: str) -> bool:
        """Whether a move is legal now."""
        if (plan.state, move) not in NEXT:
            return False
        if move == "activate":
            return self.rolled_into(plan.month) >= plan.rolled
        earlier = any(other.state == "active" and other.month < plan.month for other in self.plans)
        return move != "close" or not earlier

    def do(self, plan: Plan, move: str, person: str) -> None:
        """What a legal move does."""
        if move == "submit":
            plan.submitted_by = person
        if move == "activate":
            plan.held = plan.left = plan.reserve + self.rolled_into(plan.month) - plan.rolled
            for other in self.plans:
                if other.month == plan.month and other.state == "active":
                    other.state, other.left = "superseded", 0
        plan.state = NEXT[plan.state, move]
        if move == "close":
            self._roll(plan)

    def _roll(self, plan: Plan) -> None:
        """What is left goes to the next month that runs, or waits for the draft of one."""
        self.rolled_out[plan.month] = self.rolled_out.get(plan.month, 0) + plan.left
        later = [other for other in self.plans if other.month > plan.month and other.state == "active"]
        if later:
            heir = min(later, key=lambda other: other.month)
            heir.left, heir.held = heir.left + plan.left, heir.held + plan.left
        plan.left = 0
