"""An impossible request in words: which rules clash, and what to change, in the caller's own terms."""

from __future__ import annotations

from decimal import Decimal

from app import money
from app.dependencies import Language
from app.optimize.replies import ClashRead, RemedyRead
from app.optimize.schemas import PlanRequest
from app.optimize.words import Words
from optimizer import Clash, InfeasibleError, Remedy

MONEY_KINDS = {"budget", "min_spend", "max_spend"}

CLASHES: dict[str, dict[Language, str]] = {
    "plan.budget": {"en": "the budget of {limit}", "zh": "预算{limit}"},
    "plan.min_share": {"en": "the reserve of at least {limit}", "zh": "预留至少{limit}"},
    "channel.min_spend": {"en": "{whose}'s minimum of {limit}", "zh": "{whose}的下限{limit}"},
    "channel.max_spend": {"en": "{whose}'s maximum of {limit}", "zh": "{whose}的上限{limit}"},
    "channel.max_increase_share": {"en": "{whose} rising by {limit} at most", "zh": "{whose}最多增加{limit}"},
    "channel.max_decrease_share": {
        "en": "{whose} falling by {limit} at most",
        "zh": "{whose}最多减少{limit}",
    },
    "channel.min_marginal_return": {
        "en": "{whose}'s least return of {limit} on the next unit",
        "zh": "{whose}的最低边际回报{limit}",
    },
    "group.min_share": {"en": "at least {limit} for {whose}", "zh": "{whose}至少占{limit}"},
    "group.max_share": {"en": "at most {limit} for {whose}", "zh": "{whose}至多占{limit}"},
    "group.min_spend": {"en": "at least {limit} for {whose}", "zh": "{whose}至少{limit}"},
    "group.max_spend": {"en": "at most {limit} for {whose}", "zh": "{whose}至多{limit}"},
    "count.min_channels": {"en": "at least {limit} channels of {whose}", "zh": "{whose}至少{limit}个渠道"},
    "count.max_channels": {"en": "at most {limit} channels of {whose}", "zh": "{whose}至多{limit}个渠道"},
    "rule.min_total": {"en": "{whose} of at least {limit}", "zh": "{whose}至少{limit}"},
    "rule.max_total": {"en": "{whose} of at most {limit}", "zh": "{whose}至多{limit}"},
    "rule.max_cost": {"en": "{whose} of {limit}", "zh": "{whose} {limit}"},
}

REMEDIES: dict[str, dict[Language, str]] = {
    "plan.budget": {"en": "set the budget to {needed}", "zh": "把预算改为{needed}"},
    "plan.min_share": {"en": "hold back no more than {needed}", "zh": "预留不超过{needed}"},
    "channel.min_spend": {"en": "lower {whose}'s minimum to {needed}", "zh": "把{whose}的下限降到{needed}"},
    "channel.max_spend": {"en": "raise {whose}'s maximum to {needed}", "zh": "把{whose}的上限提高到{needed}"},
    "channel.max_increase_share": {"en": "let {whose} rise by {needed}", "zh": "允许{whose}增加{needed}"},
    "channel.max_decrease_share": {"en": "let {whose} fall by {needed}", "zh": "允许{whose}减少{needed}"},
    "channel.min_marginal_return": {
        "en": "accept a return of {needed} on {whose}'s next unit",
        "zh": "接受{whose}的边际回报{needed}",
    },
    "group.min_share": {"en": "let {whose} take only {needed}", "zh": "允许{whose}只占{needed}"},
    "group.max_share": {"en": "let {whose} take {needed}", "zh": "允许{whose}占到{needed}"},
    "group.min_spend": {"en": "let {whose} take only {needed}", "zh": "允许{whose}只花{needed}"},
    "group.max_spend": {"en": "let {whose} take {needed}", "zh": "允许{whose}花到{needed}"},
    "count.min_channels": {"en": "ask for {needed} channels of {whose}", "zh": "{whose}只要求{needed}个渠道"},
    "count.max_channels": {"en": "allow {needed} channels of {whose}", "zh": "{whose}允许{needed}个渠道"},
    "rule.min_total": {"en": "ask for {whose} of {needed}", "zh": "{whose}只要求{needed}"},
    "rule.max_total": {"en": "allow {whose} of {needed}", "zh": "{whose}允许{needed}"},
    "rule.max_cost": {"en": "allow {whose} of {needed}", "zh": "{whose}允许{needed}"},
}

WHOLE: dict[str, dict[Language, str]] = {
    "clash": {
        "en": "No plan obeys every rule. These cannot hold together: {clashes}.",
        "zh": "没有方案能满足所有规则。以下规则相互冲突：{clashes}。",
    },
    "remedy": {"en": " One change is enough: {remedies}.", "zh": "任选一项修改即可：{remedies}。"},
    "and": {"en": ", ", "zh": "、"},
    "or": {"en": ", or ", "zh": "，或"},
}


def in_words(request: PlanRequest, error: InfeasibleError, language: Language) -> InfeasibleError:
    """The core's refusal with amounts in the request's currency and a sentence per fact."""
    clashes = [_clash(request, clash, language) for clash in error.clashes if isinstance(clash, Clash)]
    remedies = [_remedy(request, remedy, language) for remedy in error.remedies if isinstance(remedy, Remedy)]
    if not clashes:
        return error
    message = WHOLE["clash"][language].format(
        clashes=WHOLE["and"][language].join(clash.message for clash in clashes)
    )
    if remedies:
        ways = WHOLE["or"][language].join(remedy.message for remedy in remedies)
        message += WHOLE["remedy"][language].format(remedies=ways)
    return InfeasibleError(message, tuple(clashes), tuple(remedies))


def _clash(request: PlanRequest, clash: Clash, language: Language) -> ClashRead:
    template = CLASHES[f"{clash.of}.{clash.kind}"][language]
    limit = _value(request, clash.kind, clash.limit)
    written = _written(request, clash.kind, limit, language)
    message = template.format(whose=_name(request, clash), limit=written)
    return ClashRead(of=clash.of, whose=clash.whose, kind=clash.kind, limit=limit, message=message)


def _remedy(request: PlanRequest, remedy: Remedy, language: Language) -> RemedyRead:
    template = REMEDIES[f"{remedy.of}.{remedy.kind}"][language]
    now, needed = (_value(request, remedy.kind, value) for value in (remedy.now, remedy.needed))
    written = _written(request, remedy.kind, needed, language)
    message = template.format(whose=_name(request, remedy), needed=written)
    return RemedyRead(
        of=remedy.of, whose=remedy.whose, kind=remedy.kind, now=now, needed=needed, message=message
    )


def _name(request: PlanRequest, fact: Clash | Remedy) -> str:
    """Whose rule it is, by the name that the caller gave."""
    if fact.of != "channel":
        return fact.whose
    return request.every_channel[fact.whose].name or fact.whose


def _value(request: PlanRequest, kind: str, value: float) -> Decimal:
    """A limit in the request's units: money in its currency, everything else as it is."""
    if kind in MONEY_KINDS:
        return money.from_minor(round(value), request.currency)
    return Decimal(f"{value:.6g}")


def _written(request: PlanRequest, kind: str, value: Decimal, language: Language) -> str:
    """A limit as it is read: money with its symbol, a share in per cent, else a number."""
    if kind in MONEY_KINDS:
        return Words(language, request.currency, request.objective).amount(float(value))
    return f"{100 * float(value):.4g}%" if kind.endswith("share") else f"{float(value):g}"
