"""What if: another budget, reserve, minimum or maximum, solved at once beside the present plan.

What is asked stands in the address, so that a what-if can be sent to someone; nothing is stored by looking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from app import money
from app.dependencies import Language
from app.optimize import service
from app.optimize.channels import Channel
from app.optimize.replies import PlanReply, RemedyRead
from app.optimize.schemas import PlanRequest
from app.optimize.wishes import ReserveInput
from app.web.forms import Typed, amount, share, written
from app.web.kept import Ground
from app.web.plan_view import Difference, differences
from app.web.writing import Figures
from optimizer import Fault, InfeasibleError, InputError


@dataclass(frozen=True)
class Setting:
    """One channel's line of the form: what it has now, and what it would get.

    `held` names what decides its spend in place of the plan (HELD); it then has no limits to type.
    """

    number: int
    channel: str
    name: str
    now: str
    then: str
    change: str
    direction: str
    held: str


HELD = {  # what decides a channel's spend, and what is said to a limit typed for it
    "commission": "{name} is paid by commission: its spend follows what it sells, whatever limits it has.",
    "fixed": "{name} has a commitment: exactly that is spent, whatever limits it has.",
    "paused": "{name} is paused: it gets nothing, whatever limits it has.",
}


def held(channel: Channel) -> str:
    """What decides a channel's spend in place of the plan; "" where the plan does."""
    if channel.paused:
        return "paused"
    if not channel.is_decided:
        return "commission"
    return "" if channel.fixed_spend is None else "fixed"


@dataclass(frozen=True)
class Fix:
    """A change that makes a plan possible, and the address where it is made; "" when it is made elsewhere."""

    text: str
    query: str


@dataclass(frozen=True)
class WhatIfView:
    """The form as it was filled in, and what comes of it."""

    form: Typed
    settings: list[Setting]
    figures: Figures
    now: PlanReply
    then: PlanReply | None
    changed: list[Difference]
    is_same: bool
    clashes: list[str]
    fixes: list[Fix]


def fields_of(request: PlanRequest) -> dict[str, str]:
    """The form's fields as the request has them."""
    terms = request.reserve.to_terms(0.0)
    fields = {
        "budget": written(request.budget),
        "reserve_min": f"{100 * terms.min_share:.4g}",
        "reserve_max": f"{100 * terms.max_share:.4g}",
    }
    for number, channel in enumerate(request.every_channel.values()):
        low, high = (None, None) if held(channel) else (channel.min_spend or None, channel.max_spend)
        fields[f"min{number}"] = "" if low is None else written(low)
        fields[f"max{number}"] = "" if high is None else written(high)
    return fields


def changed_request(request: PlanRequest, asked: Mapping[str, str]) -> PlanRequest:
    """The request with what the form asks for; raises `InputError` with every fault of it."""
    faults: list[Fault] = []

    def read(name: str) -> Decimal | None:
        try:
            value = amount(asked.get(name, ""), name)
        except InputError as error:
            faults.extend(error.faults)
            return None
        if value is not None and (value < 0 or not money.is_whole(value, request.currency)):
            faults.append(Fault((name,), f"'{asked[name][:40]}' is no amount that can be paid."))
        return value

    def limited(number: int, channel: Channel) -> Channel:
        low, most = read(f"min{number}"), read(f"max{number}")
        if why := held(channel):
            if low is not None or most is not None:
                message = HELD[why].format(name=channel.name or channel.id)
                faults.append(Fault((f"min{number}",), message))
            return channel
        least = low or Decimal(0)
        if most is not None and most < least:
            called = channel.name or channel.id
            faults.append(Fault((f"min{number}",), f"{called}: {least:,f} is above the maximum."))
            faults.append(Fault((f"max{number}",), f"{called}: {most:,f} is below the minimum."))
        return channel.model_copy(update={"min_spend": least, "max_spend": most})

    budget = read("budget")
    channels = [limited(number, channel) for number, channel in enumerate(request.every_channel.values())]
    reserve = _reserve(request, asked, faults)
    if not faults and not budget:
        faults.append(Fault(("budget",), "Say what the budget is."))
    if faults:
        raise InputError(faults)
    known = {name: getattr(request, name) for name in PlanRequest.model_fields}
    return PlanRequest.model_construct(
        **known | {"budget": budget, "reserve": reserve, "channels": channels, "target": None}
    )


def _reserve(request: PlanRequest, asked: Mapping[str, str], faults: list[Fault]) -> ReserveInput:
    band = {}
    for name in ("reserve_min", "reserve_max"):
        try:
            band[name] = share(asked.get(name, ""), name)
        except InputError as error:
            faults.extend(error.faults)
    low, high = band.get("reserve_min"), band.get("reserve_max")
    if low is not None and high is not None and high < low:
        faults.append(Fault(("reserve_min",), "The reserve's minimum is above its maximum."))
        faults.append(Fault(("reserve_max",), "The reserve's maximum is below its minimum."))
        high = low
    return ReserveInput(min_share=low, max_share=high, unit_value=request.reserve.unit_value)


def what_if(ground: Ground, now: PlanReply, asked: Mapping[str, str], language: Language) -> WhatIfView:
    """The plan that the form asks for, beside the present one; or what keeps it from being made."""
    fields = fields_of(ground.request) | dict(asked)
    form, then, clashes, fixes = Typed(fields), None, list[str](), list[Fix]()
    try:
        request = changed_request(ground.request, fields)
        then = service.made(request, language, ground.studies).reply(language)
    except InfeasibleError as error:
        clashes = [str(getattr(clash, "message", clash)) for clash in error.clashes] or [str(error)]
        remedies = [remedy for remedy in error.remedies if isinstance(remedy, RemedyRead)]
        fixes = [_fix(remedy, fields, ground.request) for remedy in remedies]
    except InputError as error:
        form.add(error.faults)
    figures = Figures(language, now.currency, now.objective)
    return WhatIfView(
        form=form,
        settings=_settings(ground.request, now, then, figures),
        figures=figures,
        now=now,
        then=then,
        changed=differences(now, then, figures, with_channels=False) if then else [],
        is_same=then is not None and not differences(now, then, figures),
        clashes=clashes,
        fixes=fixes,
    )


def _settings(
    request: PlanRequest, now: PlanReply, then: PlanReply | None, figures: Figures
) -> list[Setting]:
    """The form's lines in the order of the present plan, the largest spend first."""
    before = {line.channel: line.spend for line in now.allocations}
    after = {line.channel: line.spend for line in then.allocations} if then else {}
    lines = []
    for number, channel in enumerate(request.every_channel.values()):
        spend, other = before.get(channel.id, Decimal(0)), after.get(channel.id)
        move = Decimal(0) if other is None else other - spend
        lines.append((spend, Setting(
            number=number, channel=channel.id, name=channel.name or channel.id, now=figures.money(spend),
            then="–" if other is None else figures.money(other), change=figures.change(move) if then else "",
            direction="up" if move > 0 else "down" if move < 0 else "same", held=held(channel),
        )))  # fmt: skip
    return [setting for _, setting in sorted(lines, key=lambda line: -line[0])]


def _fix(remedy: RemedyRead, fields: Mapping[str, str], request: PlanRequest) -> Fix:
    """The form with one remedy taken."""
    numbers = {c.id: number for number, c in enumerate(request.every_channel.values()) if not held(c)}
    field, value = "", written(remedy.needed)
    if (remedy.of, remedy.kind) == ("plan", "budget"):
        field = "budget"
    elif (remedy.of, remedy.kind) == ("plan", "min_share"):
        field, value = "reserve_min", f"{100 * float(remedy.needed):.6g}"
    elif remedy.of == "channel" and remedy.kind in {"min_spend", "max_spend"} and remedy.whose in numbers:
        field = f"{remedy.kind[:3]}{numbers[remedy.whose]}"
    query = urlencode(dict(fields) | {field: value}) if field else ""
    return Fix(remedy.message[:1].upper() + remedy.message[1:], query)
