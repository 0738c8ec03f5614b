"""Plans and their reserves under any sequence of what people may try, against a model of what must happen.

The model is written anew from the rules, not taken from the service: who may do what to a plan in which
state, and what is left of its reserve.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from optimizer import Period
from tests.app.shop import Person, Shop

TODAY = datetime.now(UTC).date()
MONTH = str(Period.month(TODAY.year, TODAY.month).next())
CURVES = {"a": [[0, 0], [100, 300]], "b": [[0, 0], [100, 200]]}
WISH = {
    "month": MONTH,
    "budget": 100,
    "reserve": {"min_share": 0.3, "max_share": 0.3},
    "channels": [{"id": name, "curve": {"points": points}} for name, points in CURVES.items()],
}
HELD = 3000  # cents
NEXT = {
    ("draft", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "reject"): "rejected",
    ("approved", "activate"): "active",
    ("active", "close"): "closed",
}
MOVERS = {"submit": "planner", "activate": "planner", "close": "planner"}
PEOPLE = {"li": "planner", "zhao": "planner", "wang": "approver", "li too": "approver"}
"""By name, with the role of their key; `li too` is li with another key."""


@dataclass
class Plan:
    """What must be true of a plan."""

    id: str
    drafted_by: str
    state: str = "draft"
    submitted_by: str = ""
    left: int = 0
    asked: dict[str, tuple[int, str]] = field(default_factory=dict)  # wishes open: amount, who asked


class Months(RuleBasedStateMachine):
    """Anything that people may try with the plans of one month."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop, self.plans = shop, list[Plan]()
        self.people: dict[str, Person] = {}
        for name, role in PEOPLE.items():
            self.people[name] = shop.person(role, name.removesuffix(" too"))

    def tried(self, who: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and body of what someone tried."""
        reply = self.people[who].send("POST", path, body)
        return reply.status_code, reply.json()

    def one(self, number: int) -> Plan:
        """Any plan."""
        return self.plans[number % len(self.plans)]

    @rule(who=st.sampled_from(list(PEOPLE)))
    def draft(self, who: str) -> None:
        """Planners draft; approvers do not."""
        status, body = self.tried(who, "/v1/plans", WISH)
        assert status == (201 if PEOPLE[who] == "planner" else 403)
        if status == 201:
            self.plans.append(Plan(body["id"], who.removesuffix(" too")))

    @precondition(lambda self: self.plans)
    @rule(
        number=st.integers(0, 9),
        who=st.sampled_from(list(PEOPLE)),
        move=st.sampled_from(["submit", "approve", "reject", "activate", "close"]),
    )
    def move(self, number: int, who: str, move: str) -> None:
        """A move is done exactly if the role has it, the state allows it, and another person decides."""
        plan, person = self.one(number), who.removesuffix(" too")
        expected, then = 200, NEXT.get((plan.state, move))
        if PEOPLE[who] != MOVERS.get(move, "approver"):
            expected = 403
        elif then is None:
            expected = 409
        elif move in {"approve", "reject"} and person in {plan.drafted_by, plan.submitted_by}:
            expected = 403
        status, body = self.tried(who, f"/v1/plans/{plan.id}:{move}")
        assert status == expected, body
        if status == 200 and then is not None:
            self.moved(plan, move, then, person)

    def moved(self, plan: Plan, move: str, then: str, person: str) -> None:
        """What a move that was done must have done."""
        if move == "activate":
            for other in self.plans:
                if other.state == "active":
                    other.state, other.left = "superseded", 0
        plan.state = then
        plan.submitted_by = person if move == "submit" else plan.submitted_by
        plan.left = HELD if move == "activate" else 0 if move == "close" else plan.left

    @precondition(lambda self: self.plans)
    @rule(
        number=st.integers(0, 9),
        who=st.sampled_from(list(PEOPLE)),
        amount=st.sampled_from([1, 700, 1500, 3000, 3001]),
    )
    def ask(self, number: int, who: str, amount: int) -> None:
        """A release may be asked for while the plan is active and has as much left."""
        plan = self.one(number)
        wish = {"amount": amount / 100, "channel": "a", "reason": "because"}
        status, body = self.tried(who, f"/v1/plans/{plan.id}/reserve:release", wish)
        is_possible = plan.state == "active" and amount <= plan.left
        assert status == (403 if PEOPLE[who] != "planner" else 201 if is_possible else 409), body
        if status == 201:
            plan.asked[body["id"]] = amount, who

    @precondition(lambda self: any(plan.asked for plan in self.plans))
    @rule(
        number=st.integers(0, 99),
        who=st.sampled_from(list(PEOPLE)),
        decision=st.sampled_from(["approve", "approve", "reject"]),
    )
    def decide(self, number: int, who: str, decision: str) -> None:
        """Another person decides; granted is what is left, while the plan is active."""
        wishes = [(plan, wish) for plan in self.plans for wish in plan.asked]
        plan, wish = wishes[number % len(wishes)]
        amount, asked_by = plan.asked[wish]
        is_possible = plan.state == "active" and amount <= plan.left
        expected = 200 if is_possible or decision == "reject" else 409
        if PEOPLE[who] != "approver" or who.removesuffix(" too") == asked_by:
            expected = 403
        status, body = self.tried(who, f"/v1/plans/{plan.id}/reserve/{wish}:{decision}")
        assert status == expected, body
        if status == 200:
            del plan.asked[wish]
            plan.left -= amount if decision == "approve" else 0

    @invariant()
    def the_service_is_in_the_models_state(self) -> None:
        """States and ledgers are the model's; one plan of the month is active at most."""
        listed = self.people["wang"].get("/v1/plans?limit=1000")["items"]
        assert {plan["id"]: plan["state"] for plan in listed} == {plan.id: plan.state for plan in self.plans}
        assert sum(plan.state == "active" for plan in self.plans) <= 1
        for plan in self.plans:
            if plan.state in {"active", "closed", "superseded"}:
                ledger = self.people["wang"].get(f"/v1/plans/{plan.id}/reserve")
                assert round(100 * ledger["left"]) == plan.left >= 0
                assert plan.left <= HELD

    def teardown(self) -> None:
        """Whatever was tried, the trail is whole."""
        assert self.people["wang"].get("/v1/audit:verify")["broken"] is None


def walk(client_and_database: tuple[Any, Any], examples: int, steps: int) -> None:
    """So many walks of so many steps, each in a workspace of its own; raises at the first surprise."""
    run_state_machine_as_test(
        lambda: Months(Shop(*client_and_database)),  # type: ignore[arg-type]  # any maker of machines will do
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
        ),
    )
