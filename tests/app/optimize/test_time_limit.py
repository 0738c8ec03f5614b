"""No plan within the time limit is no plan: 503, and when to try again."""

from __future__ import annotations

import httpx
import pytest

from app.optimize import examples
from optimizer import linear_program


@pytest.mark.parametrize("path", ["/v1/optimize", "/v1/optimize:sensitivity", "/v1/outlook"])
def test_no_proven_plan_in_time(client: httpx.Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that is stopped at once is answered with 503 and Retry-After; afterwards all is as before."""
    body = examples.FROM_HISTORY
    monkeypatch.setattr(linear_program, "SECONDS", 0.0)
    refusal = client.post(path, json=body)
    assert (refusal.status_code, refusal.json()["type"]) == (503, "/problems/solver-timeout")
    assert int(refusal.headers["retry-after"]) > 0
    monkeypatch.undo()
    assert client.post(path, json=body).status_code == 200
