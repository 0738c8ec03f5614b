"""Every error of the core and of the service has one status, and short bodies."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

import optimizer
from app import errors, problems
from app.problems import BUG, KINDS, LONGEST_TEXT, MOST_FAULTS, faults_of, kind_of, pointer
from optimizer import Fault, OptimizerError
from tests.app.shop import Shop


def every_error() -> Iterator[type[Exception]]:
    """The leaves and branches of both error trees, their roots left out."""
    waiting: list[type[Exception]] = [OptimizerError, errors.ServiceError]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        yield from below


@pytest.mark.parametrize("error", sorted(set(every_error()), key=str))
def test_every_error_has_a_status(error: type[Exception]) -> None:
    """No error of either tree is answered as an unknown bug."""
    kind = kind_of(error.__new__(error))
    assert kind is not BUG
    assert 400 <= kind.status < 600


def test_the_tree_that_is_walked_is_the_whole_tree() -> None:
    """Every error that the core exports is among those walked."""
    exported: set[type[Exception]] = {
        value for name, value in vars(optimizer).items() if name.endswith("Error")
    }
    assert exported - {OptimizerError} <= set(every_error())


def test_a_bug_is_a_500() -> None:
    """What belongs to no tree is a bug, and so is an answer that failed its own check."""
    assert kind_of(ZeroDivisionError()).status == 500
    assert KINDS[optimizer.SelfCheckError].status == 500


def test_each_kind_has_a_name_of_its_own() -> None:
    """The type of a problem tells its kind."""
    names = [kind.name for kind in KINDS.values()]
    assert len(set(names)) == len(names)


def test_a_pointer_escapes_what_json_pointers_escape() -> None:
    """RFC 6901: ~ becomes ~0 and / becomes ~1."""
    assert pointer(("channels", 0, "a/b~c")) == "/channels/0/a~1b~0c"


def test_bodies_stay_short() -> None:
    """However many and long the faults are, few and short ones are shown."""
    faults = [Fault(("x" * 10_000,), "y" * 10_000)] * 10_000
    shown = faults_of(faults)
    assert len(shown) == MOST_FAULTS
    assert max(len(fault.message) + len(fault.pointer) for fault in shown) <= 2 * LONGEST_TEXT


def test_half_a_letter_does_not_break_an_answer() -> None:
    """A lone surrogate in a message, which no UTF-8 can carry, is replaced."""
    assert problems.faults_of([Fault((), "\ud800")])[0].message == "?"


def test_405_names_every_method_of_the_path(client: httpx.Client) -> None:
    """`Allow` lists what all routes of the path offer, not only the first one's."""
    assert client.patch("/v1/goals/2026").headers["Allow"] == "DELETE, GET, PUT"
    assert client.delete("/v1/experiments").headers["Allow"] == "GET, POST"
    assert client.patch("/v1/plans/any:replay").headers["Allow"] == "POST"
    assert client.patch("/v1/plans/any").headers["Allow"] == "GET"
    assert client.post("/healthz").headers["Allow"] == "GET"


def test_what_no_name_can_hold_is_refused(shop: Shop) -> None:
    """NUL in a path is nothing's name, and in a query a fault; on both databases, before they are asked."""
    viewer = shop.person("viewer")
    for path in ("/v1/plans/a%00b", "/v1/channels/%00", "/sheets/%00/value"):
        viewer.get(path, 404)
    for query in ("/v1/history?channel=a%00b", "/v1/imports?after=%00", "/sheets/latest/row?channel=%00"):
        assert viewer.get(query, 422)["errors"][0]["pointer"] == "/query"
    assert viewer.send("GET", "/v1/history?channel=a%2500b").status_code == 200
