"""Months drafted by themselves: each once, in order, whatever dies or fails on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app import metrics
from app.db.tables import RunRow, ScheduleRow
from app.schedule import jobs, repository, service
from app.schedule.jobs import Ended
from optimizer import Period
from tests.app.cycle import BUDGET, MONTH, Cycle
from tests.app.shop import Shop


@pytest.fixture
def cycle(shop: Shop) -> Cycle:
    return Cycle(shop)


def due(month: Period) -> datetime:
    """The first moment of a month."""
    return datetime(month.first.year, month.first.month, 1, tzinfo=UTC)


def run(cycle: Cycle, now: datetime) -> list[Ended]:
    """What a look at this moment does to this shop; others of the same database may be due, too."""
    return [
        ended for ended in jobs.run_due(cycle.shop.database, lambda: now) if ended.workspace == cycle.shop.id
    ]


def schedule(cycle: Cycle, **wish: Any) -> Any:
    return cycle.planner.put("/v1/schedule", {"day": 1, "hour": 0} | wish)


def plans(cycle: Cycle) -> list[tuple[str, str]]:
    return [(plan["month"], plan["state"]) for plan in cycle.planner.get("/v1/plans")["items"]]


def test_a_month_is_drafted_once(cycle: Cycle) -> None:
    """Before its hour nothing happens, then the month is drafted by the schedule, then nothing again."""
    schedule(cycle, budget={"rule": "amount", "amount": BUDGET})
    assert run(cycle, due(MONTH) - timedelta(seconds=1)) == []
    (ended,) = run(cycle, due(MONTH))
    assert (ended.period, ended.outcome) == (str(MONTH), "drafted")
    assert run(cycle, due(MONTH) + timedelta(days=1)) == []
    plan = cycle.planner.get(f"/v1/plans/{ended.plan_id}")
    assert (plan["budget"], plan["drafted_by"]) == (BUDGET, "schedule")
    assert plans(cycle) == [(str(MONTH), "draft")]


def test_ended_runs_are_counted(cycle: Cycle) -> None:
    """`/metrics` tells how many runs ended in which way, in the process that ran them."""
    counted = metrics.jobs.labels("drafted")
    before = counted._value.get()
    schedule(cycle, budget={"rule": "amount", "amount": BUDGET})
    (ended,) = run(cycle, due(MONTH))
    assert ended.outcome == "drafted"
    assert counted._value.get() > before


def test_missed_months_are_caught_up_in_order(cycle: Cycle) -> None:
    """After three months without a look, one look drafts the three, first to last, and submits as wished."""
    schedule(cycle, budget={"rule": "amount", "amount": BUDGET}, action="submit")
    ended = run(cycle, due(MONTH.next(2)))
    assert [one.period for one in ended] == [str(MONTH.next(step)) for step in range(3)]
    assert {state for _, state in plans(cycle)} == {"submitted"}


def test_the_budget_is_the_last_approved_ones_own_money(cycle: Cycle) -> None:
    """`same` takes the last approved month's budget, and what rolled in comes on top, not into the rule."""
    first = cycle.run(cycle.draft())
    cycle.close(first)
    second = cycle.run(cycle.draft(MONTH.next()))
    cycle.close(second)
    schedule(cycle)
    ended = run(cycle, due(MONTH.next(2)))
    assert [one.outcome for one in ended] == ["kept", "kept", "drafted"]
    third = cycle.planner.get(f"/v1/plans/{ended[-1].plan_id}")
    assert third["rolled_reserve"] == cycle.ledger(second)["entries"][-1]["amount"] * -1
    assert third["budget"] - third["rolled_reserve"] == pytest.approx(BUDGET, abs=0.001)


def test_the_budget_may_be_a_share_of_last_months_revenue(cycle: Cycle) -> None:
    """A tenth of 3 million is 300,000."""
    rows = [
        {"channel": name, "period": str(MONTH.next(-1)), "spend": 1, "revenue": 1.5e6} for name in ("a", "b")
    ]
    cycle.planner.post("/v1/history", {"rows": rows})
    curves = {"a": [[0, 0], [1e5, 3e5]], "b": [[0, 0], [1e5, 2e5]]}
    for name, points in curves.items():
        cycle.planner.post("/v1/channels", {"id": name, "curve": {"points": points}}, 201)
    schedule(cycle, budget={"rule": "share", "share": 0.1})
    (ended,) = run(cycle, due(MONTH))
    assert cycle.planner.get(f"/v1/plans/{ended.plan_id}")["budget"] == 300_000


def test_a_failing_shop_waits_longer_each_time_and_holds_nobody_up(shop: Shop, cycle: Cycle) -> None:
    """One shop's month fails: another's is drafted; the first is tried again after one minute, then two."""
    schedule(cycle)
    other = Cycle(Shop(shop.client, shop.database))
    schedule(other, budget={"rule": "amount", "amount": BUDGET})
    found = {ended.workspace: ended for ended in jobs.run_due(shop.database, lambda: due(MONTH))}
    assert "approved plan" in (found[cycle.shop.id].message or "")
    assert found[other.shop.id].outcome == "drafted"
    moments = [timedelta(seconds=59), timedelta(seconds=60), timedelta(seconds=179), timedelta(seconds=180)]
    assert [len(run(cycle, due(MONTH) + moment)) for moment in moments] == [0, 1, 0, 1]
    mended = {"day": 1, "hour": 0, "budget": {"rule": "amount", "amount": BUDGET}}
    cycle.planner.put("/v1/schedule", mended, If_Match='"1"')
    (ended,) = run(cycle, due(MONTH) + timedelta(days=1))
    assert (ended.attempt, ended.outcome) == (4, "drafted")
    (listed,) = cycle.planner.get("/v1/schedule/runs")["items"]
    assert (listed["state"], listed["attempt"], listed["message"]) == ("done", 4, None)


def test_a_schedule_that_cannot_be_read_holds_nobody_up(shop: Shop, cycle: Cycle) -> None:
    """A shop in a time zone that this machine does not know is passed over; others' months are drafted."""
    other = Cycle(Shop(shop.client, shop.database))
    for each in (cycle, other):
        schedule(each, budget={"rule": "amount", "amount": BUDGET})
    with shop.database.writing() as session:
        row = session.get_one(ScheduleRow, cycle.shop.id)
        row.wish = row.wish | {"time_zone": "Mars/Olympus"}
    found = {ended.workspace: ended.outcome for ended in jobs.run_due(shop.database, lambda: due(MONTH))}
    assert cycle.shop.id not in found
    assert found[other.shop.id] == "drafted"


def test_a_month_that_fails_holds_the_later_ones_up(cycle: Cycle) -> None:
    """Months go in order: while the first has failed, or waits to be tried again, no later one is tried."""
    schedule(cycle)
    (ended,) = run(cycle, due(MONTH.next()))
    assert (ended.period, ended.outcome) == (str(MONTH), "failed")
    assert run(cycle, due(MONTH.next()) + timedelta(seconds=1)) == []


def test_a_plan_of_a_lost_lease_is_dropped(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose lease was taken over while it thought keeps no plan: there is one plan, not two."""
    schedule(cycle, budget={"rule": "amount", "amount": BUDGET})
    make = service.make

    def slowly(*given: Any) -> Any:
        with cycle.shop.database.writing() as session:
            mine = update(RunRow).where(RunRow.workspace_id == cycle.shop.id)
            session.execute(mine.values(attempt=RunRow.attempt + 1))
        return make(*given)

    monkeypatch.setattr(service, "make", slowly)
    assert run(cycle, due(MONTH)) == []
    assert plans(cycle) == []
    monkeypatch.undo()
    (ended,) = run(cycle, due(MONTH) + repository.LEASE)
    assert ended.attempt == 3
    assert len(plans(cycle)) == 1


def test_a_decided_month_is_kept(cycle: Cycle) -> None:
    """A month that people have approved a plan for is not drafted over."""
    plan = cycle.run(cycle.draft())
    schedule(cycle)
    (ended,) = run(cycle, due(MONTH))
    assert (ended.outcome, ended.plan_id) == ("kept", plan["id"])
    assert len(plans(cycle)) == 1


def test_a_month_decided_in_the_meantime_is_kept(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that people approve while the schedule thinks stays the month's only one."""
    schedule(cycle, budget={"rule": "amount", "amount": BUDGET})
    make, decided = service.make, list[Any]()

    def slowly(*given: Any) -> Any:
        draft = make(*given)
        decided.append(cycle.run(cycle.draft()))
        return draft

    monkeypatch.setattr(service, "make", slowly)
    (ended,) = run(cycle, due(MONTH))
    assert (ended.outcome, ended.plan_id) == ("kept", decided[0]["id"])
    assert plans(cycle) == [(str(MONTH), "active")]
