"""A shop whose past is stored, and the steps of its months, driven over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.optimize.examples import HISTORY
from optimizer import Period
from tests.app.shop import Shop

TODAY = datetime.now(UTC).date()
MONTH = Period.month(TODAY.year, TODAY.month).next()  # plans of a month that is over cannot be activated
SHIFT = (MONTH.first.year - 2026) * 12 + MONTH.first.month - 12
ROWS = [row | {"period": str(Period.parse(str(row["period"])).next(SHIFT))} for row in HISTORY]
BUDGET = 400_000
WISH = {"month": str(MONTH), "budget": BUDGET}


CURVES = {
    "douyin": {"family": "hill", "scale": 2400000, "half_saturation": 500000, "shape": 1},
    "jd": {"points": [[0, 0], [100000, 300000], [200000, 520000], [400000, 860000]]},
}


class Cycle:
    """The months of a shop: drafted by li, decided by wang; from given curves, or from its past."""

    def __init__(self, shop: Shop, *, fits: bool = False) -> None:
        self.shop, self.admin = shop, shop.admin
        self.planner, self.approver = shop.person("planner", "li"), shop.person("approver", "wang")
        if fits:
            self.planner.post("/v1/history", {"rows": ROWS})
        for name, curve in () if fits else CURVES.items():
            self.planner.post("/v1/channels", {"id": name, "curve": curve}, 201)

    def draft(self, month: Period = MONTH, status: int = 201, **wish: Any) -> Any:
        """A draft of the month's plan."""
        return self.planner.post("/v1/plans", {"month": str(month), "budget": BUDGET} | wish, status)

    def run(self, plan: Any) -> Any:
        """The plan submitted, approved and active."""
        self.planner.post(f"/v1/plans/{plan['id']}:submit")
        self.approver.post(f"/v1/plans/{plan['id']}:approve")
        return self.planner.post(f"/v1/plans/{plan['id']}:activate")

    def close(self, plan: Any) -> Any:
        """The plan closed."""
        return self.planner.post(f"/v1/plans/{plan['id']}:close")

    def ledger(self, plan: Any) -> Any:
        """The plan's reserve."""
        return self.planner.get(f"/v1/plans/{plan['id']}/reserve")

    def spend_as_planned(self, plan: Any, roi: float = 2.5) -> None:
        """What came of the plan's month, as one row of history per channel."""
        lines = [(line["channel"], line["spend"]) for line in plan["allocations"]]
        rows = [
            {"channel": name, "period": plan["month"], "spend": spend, "revenue": round(roi * spend, 2)}
            for name, spend in lines
        ]
        self.planner.post("/v1/history", {"rows": rows})
