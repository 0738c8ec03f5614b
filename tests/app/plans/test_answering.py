"""A stored plan as it is read: the same bytes as long as it is the same, and never another's."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import PlanRow
from app.plans import repository
from app.plans.answering import Written
from tests.app.cycle import Cycle
from tests.app.shop import Person, Shop


@pytest.fixture
def cycle(shop: Shop) -> Cycle:
    return Cycle(shop)


def test_a_plan_is_read_as_it_was_drafted(cycle: Cycle) -> None:
    """Byte for byte, however often; a change of state is a new revision, and is seen by the next read."""
    wish = {"month": cycle.draft()["month"], "budget": 300_000}
    drafted = cycle.planner.send("POST", "/v1/plans", wish)
    path = drafted.headers["Location"]
    reads = [cycle.planner.send("GET", path) for _ in range(2)]
    assert [read.content for read in reads] == [drafted.content] * 2
    cycle.planner.post(f"{path}:submit")
    after = cycle.planner.send("GET", path)
    assert (after.json()["state"], after.headers["ETag"]) == ("submitted", '"2"')


def test_what_is_known_is_not_sent_again(cycle: Cycle) -> None:
    """304 to the revision's own tag, alone, weak or among others; the whole plan once it has changed."""
    path = f"/v1/plans/{cycle.draft()['id']}"
    tag = cycle.planner.send("GET", path).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"0", {tag}', "*"):
        again = cycle.planner.send("GET", path, If_None_Match=known)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    cycle.planner.post(f"{path}:submit")
    assert cycle.planner.send("GET", path, If_None_Match=tag).status_code == 200


def test_what_is_kept_is_nobody_elses(cycle: Cycle) -> None:
    """A plan that was just read is not there for another workspace, nor for a key that has ended."""
    path = f"/v1/plans/{cycle.draft()['id']}"
    made = cycle.shop.admin.post("/v1/keys", {"name": "guest", "role": "viewer"}, 201)
    guest = Person(cycle.shop.client, made["key"])
    guest.get(path)
    Shop(cycle.shop.client, cycle.shop.database).admin.get(path, 404)
    cycle.shop.admin.post(f"/v1/keys/{made['id']}:revoke")
    guest.get(path, 401)


def test_only_so_much_is_kept() -> None:
    """The bytes kept stay within their bound, the latest among them; one kept again is counted once."""
    written = Written(most_bytes=25)
    for number in (1, 2, 2, 3):
        written.keep(f"plan {number}", 1, bytes(10))
    assert written.size == 20
    assert [written.find(f"plan {number}", 1) is None for number in (1, 2, 3)] == [True, False, False]
    assert written.find("plan 3", 2) is None


def test_a_plan_is_written_out_once(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second read of a revision takes what was written out for the first."""
    drafted, calls, real = cycle.draft(), list[str](), repository.get

    def counted(session: Session, caller: Caller, plan_id: str) -> PlanRow:
        calls.append(plan_id)
        return real(session, caller, plan_id)

    monkeypatch.setattr(repository, "get", counted)
    for _ in range(3):
        cycle.planner.get(f"/v1/plans/{drafted['id']}")
    assert len(calls) == 1
