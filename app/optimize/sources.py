"""Which channels there are, and what is known of each: results, curves, margins."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from app.optimize.channels import Channel, CurveInput
from optimizer import Fault

if TYPE_CHECKING:
    from app.optimize.known import Objective


def curve_of(channel: Channel, metric: str, own: str) -> CurveInput | None:
    """The curve of a metric that was given for a channel; `curve` is that of the one that counts."""
    if metric == own and channel.curve is not None:
        return channel.curve
    return {str(name): curve for name, curve in channel.curves.items()}.get(metric)


def channel_ids(known: dict[str, Any]) -> set[str] | None:
    """Every channel there is, or None while faults elsewhere leave that open."""
    if "channels" not in known or "history" not in known:
        return None
    return {channel.id for channel in known["channels"]} | {row.channel for row in known["history"]}


def metric_of(objective: Objective) -> str:
    """The result that an objective counts: profit is made of revenue."""
    return "revenue" if objective == "profit" else objective


def has_metric(known: dict[str, Any], metric: str) -> bool:
    """Whether any row, of a channel or of the whole shop, has this result."""
    needed = ("conversions", "new_customers") if metric == "lifetime_value" else (metric,)
    rows = chain(known["history"], known["outcomes"])
    return any(all(getattr(row, name) is not None for name in needed) for row in rows)


def given_twice(channels: list[Channel]) -> list[Fault]:
    """Channels whose id is taken."""
    first = {channel.id: i for i, channel in reversed(list(enumerate(channels)))}
    return [Fault((i, "id"), f"{c.id} is given twice.") for i, c in enumerate(channels) if first[c.id] != i]


def without_a_source(channels: list[Channel], known: dict[str, Any]) -> list[Fault]:
    """Channels that nothing is known about: no curve of their own, and nobody's results."""
    if not {"history", "outcomes", "objective"} <= known.keys():
        return []
    if not channels and not known["history"]:
        return [Fault((), "Give channels, history, or both.")]
    faults = _untold_sales(channels, known)
    if weights := known.get("weights"):
        given = [i for i, channel in enumerate(channels) if channel.curve is not None]
        faults += [Fault((i, "curve"), "For a scorecard give `curves`, one of each result.") for i in given]
        return faults + [fault for metric in weights for fault in _untold(channels, known, metric, "")]
    metric = metric_of(known["objective"])
    return faults + _untold(channels, known, metric, metric)


def _untold(channels: list[Channel], known: dict[str, Any], metric: str, own: str) -> list[Fault]:
    """Channels that neither a row nor a curve tells this metric of; `curve` is that of `own`."""
    if known["history"] and has_metric(known, metric):
        return []
    reason = f"needs a curve, as no row of history or outcomes has {metric}."
    field = ("curve",) if metric == own else ("curves", metric)
    decided = [(i, channel) for i, channel in enumerate(channels) if channel.is_decided]
    without = [i for i, channel in decided if curve_of(channel, metric, own) is None]
    faults = [Fault((i, *field), f"{channels[i].id} {reason}") for i in without]
    return faults + [Fault((), f"{name} {reason}") for name in _unlisted(channels, known)]


def _untold_sales(channels: list[Channel], known: dict[str, Any]) -> list[Fault]:
    """Channels paid by commission whose sales neither the caller nor a row tells."""
    seen = {row.channel for row in known["history"]}
    return [
        Fault((i, "expected_revenue"), f"Neither this nor a row of history tells what {channel.id} sells.")
        for i, channel in enumerate(channels)
        if not channel.is_decided and channel.expected_revenue is None and channel.id not in seen
    ]


def without_margin(channels: list[Channel], known: dict[str, Any]) -> list[Fault]:
    """Channels whose margin is unknown though profit counts."""
    if known.get("objective") != "profit":
        return []
    faults = [
        Fault((i, "margin"), f"Profit needs the margin of {channel.id}.")
        for i, channel in enumerate(channels)
        if channel.margin is None
    ]
    return faults + [Fault((), f"Profit needs the margin of {name}.") for name in _unlisted(channels, known)]


def _unlisted(channels: list[Channel], known: dict[str, Any]) -> list[str]:
    """Channels seen only in history, in the order they are seen."""
    listed = {channel.id for channel in channels}
    return list(dict.fromkeys(row.channel for row in known.get("history", []) if row.channel not in listed))
