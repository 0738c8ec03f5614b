"""A channel's form: its fields filled from what is stored, and read back; what has no field is kept."""

from __future__ import annotations

import re
from typing import Any

from app.channels.schemas import ChannelRead
from app.optimize.channels import Channel
from app.web.forms import Typed, amount, per_cent, written
from optimizer import InputError

AMOUNTS = ("min_spend", "max_spend", "fixed_spend", "min_if_used", "last_spend")
CHANGES = ("max_change_share", "max_increase_share", "max_decrease_share")
SHARES = (*CHANGES, "margin", "commission_share")
NUMBERS: tuple[str, ...] = (
    "min_roi",
    "max_cost_per_conversion",
    "max_cost_per_new_customer",
    "min_marginal_roi",
)
NUMBERS += ("min_revenue", "max_revenue", "min_conversions", "max_conversions")
NUMBERS += ("min_new_customers", "max_new_customers")
NUMBERS += ("expected_revenue", "expected_revenue_low", "expected_revenue_high")
CREDIT = ("low", "value", "high")
LARGEST_CHANGE = 100_000  # per cent
GAP = re.compile(r"[\s;:→]+")
HOMES = {"incrementality": "credit_value", "curve": "points"}


def texts_of(channel: ChannelRead) -> dict[str, str]:
    """The form's fields as a stored channel fills them."""
    texts = {"version": str(channel.version), "id": channel.id, "name": channel.name or ""}
    texts |= {"kind": channel.kind, "role": channel.role}
    for name in AMOUNTS:
        value = getattr(channel, name)
        texts[name] = "" if value is None or (name == "min_spend" and not value) else written(value)
    texts |= {name: per_cent(getattr(channel, name)) for name in SHARES}
    texts |= {name: "" if (v := getattr(channel, name)) is None else f"{v:.10g}" for name in NUMBERS}
    if channel.incrementality:
        texts |= {f"credit_{side}": per_cent(getattr(channel.incrementality, side)) for side in CREDIT}
    if channel.curve and channel.curve.points:
        texts["points"] = "\n".join("  ".join(f"{n:,.10g}" for n in p) for p in channel.curve.points)
    if channel.curve and channel.curve.family:
        texts["family"] = channel.curve.family
    return texts | ({"paused": "yes"} if channel.paused else {})


def channel_of(typed: Typed, before: ChannelRead | None) -> Channel:
    """The channel as typed; raises `InputError` with every fault, each by its field."""
    body: dict[str, Any] = (
        before.model_dump(exclude={"version"}) if before else {"id": typed.text("id") or ""}
    )
    body |= {"name": typed.text("name"), "paused": typed.is_ticked("paused")}
    body |= {name: typed.texts[name] for name in ("kind", "role") if name in typed.texts}
    body |= {name: typed.amount(name) for name in AMOUNTS}
    body["min_spend"] = body["min_spend"] or 0
    body |= {name: typed.share(name, LARGEST_CHANGE if name in CHANGES else 100) for name in SHARES}
    body |= {name: typed.number(name) for name in NUMBERS}
    credit = {side: typed.share(f"credit_{side}", 1000) for side in CREDIT}
    body["incrementality"] = credit if any(value is not None for value in credit.values()) else None
    if typed.text("points") or not (before and before.curve and before.curve.family):
        points = _points(typed)
        body["curve"] = {"points": points} if points else None
    return typed.checked(Channel, body)


def _points(typed: Typed) -> list[list[float]]:
    """The curve's points, one a line: spend and response, or both and the range of the response."""
    points = []
    for line in (typed.text("points") or "").splitlines():
        try:
            figures = [amount(text, "points") for text in GAP.split(line.strip())]
            points.append([float(figure) for figure in figures if figure is not None])
        except InputError as error:
            typed.add(error.faults)
    return [point for point in points if point]
