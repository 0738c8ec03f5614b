"""Plans, reserves and the schedule under any sequence of tries, against a model of the rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.schedule import jobs
from optimizer import Period
from tests.app.shop import Person, Shop
from tests.journeys.model import Months, Plan, Wish

TODAY = datetime.now(UTC).date()
FIRST = Period.month(TODAY.year, TODAY.month).next()
MONTHS = [FIRST.next(step) for step in range(3)]
CURVES = {"a": [[0, 0], [100, 300]], "b": [[0, 0], [100, 200]]}
BUDGET = 100
PEOPLE = {"li": "planner", "zhao": "planner", "wang": "approver", "li too": "approver"}
"""By name, with the role of their key; `li too` is li with another key."""
MOVERS = {"submit": "planner", "activate": "planner", "close": "planner"}
ON = {"draft": "submit", "submitted": "approve", "approved": "activate", "active": "close"}
SCHEDULE = {"day": 1, "hour": 0, "budget": {"rule": "amount", "amount": BUDGET}, "action": "submit"}
who_ever = st.sampled_from([*["the right one"] * 6, *PEOPLE])
RIGHT = {"planner": "li", "approver": "wang"}
MOST_ALIVE = 4  # drafts are not tried while so many plans wait: walks shall get somewhere
any_plan = st.integers(0, 9)
SELDOM = 7  # from this number on, plans that nobody can move are tried, too


class Tries(RuleBasedStateMachine):
    """Anything that people may try with the plans of three months, and the schedule's clock."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop, self.model, self.runs = shop, Months(), dict[int, str]()
        self.people: dict[str, Person] = {}
        for name, role in PEOPLE.items():
            self.people[name] = shop.person(role, name.removesuffix(" too"))
        for name, points in CURVES.items():
            self.people["li"].post("/v1/channels", {"id": name, "curve": {"points": points}}, 201)
        self.people["li"].put("/v1/schedule", SCHEDULE)

    @property
    def plans(self) -> list[Plan]:
        """The plans that there must be."""
        return self.model.plans

    def tried(self, who: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and body of what someone tried."""
        reply = self.people[who].send("POST", path, body)
        return reply.status_code, reply.json()

    def alive(self) -> list[Plan]:
        """The plans that can still be moved."""
        return [plan for plan in self.plans if plan.state in ON]

    def one(self, number: int, state: str = "") -> Plan:
        """Any plan; those of this state, or that can still be moved, before the others."""
        first = [plan for plan in self.plans if plan.state == state] or self.alive()
        chosen = first if first and number < SELDOM else self.plans
        return chosen[number % len(chosen)]

    def drafted(self, body: Any, month: int, person: str) -> Plan:
        """A plan that was made must count on what rolled in, and hold at least that back."""
        spends = {line["channel"]: cents(line["spend"]) for line in body["allocations"]}
        reserve, rolled = cents(body["reserve"]["amount"]), self.model.rolled_into(month)
        assert cents(body["rolled_reserve"]) == rolled <= reserve
        assert cents(body["budget"]) == 100 * BUDGET + rolled
        assert reserve + sum(spends.values()) + cents(body["unallocated"]) == cents(body["budget"])
        plan = Plan(body["id"], month, person, reserve, rolled, spends)
        self.plans.append(plan)
        return plan

    @precondition(lambda self: len(self.alive()) < MOST_ALIVE)
    @rule(who=who_ever, month=st.sampled_from([0, 0, 1, 1, 2]))
    def draft(self, who: str, month: int) -> None:
        """Planners draft; approvers do not."""
        who = RIGHT["planner"] if who not in PEOPLE else who
        band = {"min_share": 0.3, "max_share": 0.3}
        wish = {"month": str(MONTHS[month]), "budget": BUDGET, "reserve": band}
        status, body = self.tried(who, "/v1/plans", wish)
        assert status == (201 if PEOPLE[who] == "planner" else 403)
        if status == 201:
            self.drafted(body, month, who.removesuffix(" too"))

    @rule(until=st.sampled_from([0, 0, 1, 2]))
    def look(self, until: int) -> None:
        """On a month's first day each due month that is not done is drafted, or kept, in order."""
        first = MONTHS[until].first
        now = datetime(first.year, first.month, first.day, tzinfo=UTC)
        ended = [e for e in jobs.run_due(self.shop.database, lambda: now) if e.workspace == self.shop.id]
        waiting = [month for month in range(until + 1) if month not in self.runs]
        assert [one.period for one in ended] == [str(MONTHS[month]) for month in waiting]
        for month, one in zip(waiting, ended, strict=True):
            self.runs[month] = "kept" if self.model.is_decided(month) else "submitted"
            assert one.outcome == self.runs[month], one
            if one.outcome == "submitted":
                body = self.people["wang"].get(f"/v1/plans/{one.plan_id}")
                plan = self.drafted(body, month, "schedule")
                plan.state, plan.submitted_by = "submitted", "schedule"

    @precondition(lambda self: self.plans)
    @rule(
        number=any_plan,
        who=who_ever,
        move=st.sampled_from(["on", "on", "on", "submit", "approve", "reject", "activate", "close"]),
    )
    def move(self, number: int, who: str, move: str) -> None:
        """A move is done exactly if the role has it, the rules allow it, and another person decides."""
        plan = self.one(number)
        move = ON.get(plan.state, "submit") if move == "on" else move
        who = RIGHT[MOVERS.get(move, "approver")] if who not in PEOPLE else who
        person, expected = who.removesuffix(" too"), 200 if self.model.allows(plan, move) else 409
        if PEOPLE[who] != MOVERS.get(move, "approver"):
            expected = 403
        elif expected == 200 and move in {"approve", "reject"}:
            expected = 403 if person in {plan.drafted_by, plan.submitted_by} else 200
        status, body = self.tried(who, f"/v1/plans/{plan.id}:{move}")
        assert status == expected, body
        if status == 200:
            self.model.do(plan, move, person)

    @precondition(lambda self: self.plans)
    @rule(
        number=any_plan,
        who=who_ever,
        amount=st.sampled_from([1, 700, 1500, 3000, 3001, 9000]),
        way=st.sampled_from([(None, "a"), (None, "b"), ("a", "b"), ("b", "a"), ("a", None), ("b", None)]),
    )
    def ask(self, number: int, who: str, amount: int, way: tuple[str | None, str | None]) -> None:
        """Money may be asked for while the plan is active and as much is where it comes from."""
        who = RIGHT["planner"] if who not in PEOPLE else who
        plan, wish = self.one(number, "active"), Wish(who.removesuffix(" too"), amount, *way)
        kind, ends = "release", {"channel": way[1]}
        if way[0] is not None:
            kind, ends = "transfer", {"from_channel": way[0], "to_channel": way[1]}
        body = {"amount": amount / 100, "reason": "because"} | ends
        status, reply = self.tried(who, f"/v1/plans/{plan.id}/reserve:{kind}", body)
        is_possible = plan.may_be_asked(wish)
        assert status == (403 if PEOPLE[who] != "planner" else 201 if is_possible else 409), reply
        if status == 201:
            plan.asked[reply["id"]] = wish

    @precondition(lambda self: any(plan.asked for plan in self.plans))
    @rule(number=st.integers(0, 99), who=who_ever, decision=st.sampled_from(["approve", "approve", "reject"]))
    def decide(self, number: int, who: str, decision: str) -> None:
        """Another person decides; what is granted is there, and has room, while the plan is active."""
        wishes = [(plan, name) for plan in self.plans for name in plan.asked]
        plan, name = wishes[number % len(wishes)]
        wish = plan.asked[name]
        who = RIGHT["approver"] if who not in PEOPLE else who
        expected = 200 if decision == "reject" or plan.may_be_granted(wish) else 409
        if PEOPLE[who] != "approver" or who.removesuffix(" too") == wish.asked_by:
            expected = 403
        status, body = self.tried(who, f"/v1/plans/{plan.id}/reserve/{name}:{decision}")
        assert status == expected, body
        if status == 200:
            del plan.asked[name]
            if decision == "approve":
                plan.grant(wish)

    @invariant()
    def the_service_is_in_the_models_state(self) -> None:
        """States and open ledgers are the model's; one plan of a month is active at most."""
        listed = self.people["wang"].get("/v1/plans?limit=1000")["items"]
        assert {plan["id"]: plan["state"] for plan in listed} == {plan.id: plan.state for plan in self.plans}
        active = [plan for plan in self.plans if plan.state == "active"]
        assert len({plan.month for plan in active}) == len(active)
        for plan in active:
            self.check_ledger(plan)

    def check_ledger(self, plan: Plan) -> None:
        """What is left and was held is the model's, and the lines add up to it."""
        ledger = self.people["wang"].get(f"/v1/plans/{plan.id}/reserve")
        assert (cents(ledger["left"]), cents(ledger["held"])) == (plan.left, plan.held)
        assert sum(cents(line["amount"]) for line in ledger["entries"]) == plan.left >= 0

    def teardown(self) -> None:
        """Whatever was tried, every ledger and the trail are whole, and each month ran once."""
        for plan in self.plans:
            self.check_ledger(plan)
        runs = self.people["wang"].get("/v1/schedule/runs")["items"]
        assert {run["period"]: run["outcome"] for run in runs} == {
            str(MONTHS[month]): outcome for month, outcome in self.runs.items()
        }
        assert self.people["wang"].get("/v1/audit:verify")["broken"] is None
        self.people["li"].put("/v1/schedule", SCHEDULE | {"is_on": False}, If_Match="*")


def cents(amount: float) -> int:
    """An amount of the service in the model's unit."""
    return round(100 * amount)


def walk(client_and_database: tuple[Any, Any], examples: int, steps: int, start: int = 0) -> None:
    """So many walks of so many steps, each in a workspace of its own; raises at the first surprise.

    Another `start` leads to other walks, the same one to the same.
    """

    @seed(start)
    def tries() -> Tries:
        return Tries(Shop(*client_and_database))

    run_state_machine_as_test(
        tries,  # type: ignore[arg-type]  # any maker of machines will do
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
        ),
    )
