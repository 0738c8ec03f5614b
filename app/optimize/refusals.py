"""An impossible request in words: which rules clash, and what to change, in the caller's own terms."""

from __future__ import annotations

from decimal import Decimal

from app import money
from app.dependencies import Language
from app.optimize.replies import ClashRead, RemedyRead
from app.optimize.schemas import PlanRequest
from app.optimize.words import Words
from optimizer import Clash, InfeasibleError, Remedy

MONEY_KINDS = {"budget", "min_spend", "max_spend"}  # told in minor units by the core

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
    "rule.max_spend_to_revenue": {"en": "spend of at most {limit} of revenue", "zh": "花费至多占收入{limit}"},
    "rule.min_roi": {"en": "a return of at least {limit}", "zh": "投资回报至少{limit}"},
    "rule.max_cost_per_conversion": {"en": "at most {limit} per conversion", "zh": "每次转化至多{limit}"},
    "rule.target": {"en": "the target of {limit}", "zh": "目标{limit}"},
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
    "rule.max_spend_to_revenue": {"en": "allow spend of {needed} of revenue", "zh": "允许花费占收入{needed}"},
    "rule.min_roi": {"en": "accept a return of {needed}", "zh": "接受投资回报{needed}"},
    "rule.max_cost_per_conversion": {"en": "allow {needed} per conversion", "zh": "允许每次转化{needed}"},
    "rule.target": {"en": "aim at {needed}", "zh": "把目标降到{needed}"},
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
    kind, limit = _kind(clash), _value(request, clash, clash.limit)
    written = _written(request, kind, limit, language)
    message = CLASHES[f"{clash.of}.{kind}"][language].format(whose=_name(request, clash), limit=written)
    return ClashRead(of=clash.of, whose=clash.whose, kind=kind, limit=limit, message=message)


def _remedy(request: PlanRequest, remedy: Remedy, language: Language) -> RemedyRead:
    kind, needed = _kind(remedy), _value(request, remedy, remedy.needed)
    written = _written(request, kind, needed, language)
    message = REMEDIES[f"{remedy.of}.{kind}"][language].format(whose=_name(request, remedy), needed=written)
    now = _value(request, remedy, remedy.now)
    return RemedyRead(of=remedy.of, whose=remedy.whose, kind=kind, now=now, needed=needed, message=message)


def _kind(fact: Clash | Remedy) -> str:
    """The field that sets the limit; a rule of the whole plan is its own field."""
    return fact.whose if fact.of == "rule" else fact.kind


def _name(request: PlanRequest, fact: Clash | Remedy) -> str:
    """Whose rule it is, by the name that the caller gave."""
    if fact.of != "channel":
        return fact.whose
    return request.every_channel[fact.whose].name or fact.whose


def _value(request: PlanRequest, fact: Clash | Remedy, limit: float) -> Decimal:
    """A limit in the request's units: money in its currency, a return as such and not as a cost."""
    if fact.kind in MONEY_KINDS:
        return money.from_minor(round(limit), request.currency)
    return Decimal(f"{1 / limit if _kind(fact) == 'min_roi' else limit:.6g}")


def _written(request: PlanRequest, kind: str, value: Decimal, language: Language) -> str:
    """A limit as it is read: money with its symbol, a share in per cent, else a number."""
    if kind in MONEY_KINDS or kind == "max_cost_per_conversion":
        return Words(language, request.currency, request.objective).amount(float(value))
    if kind == "target":
        return Words(language, request.currency, request.objective).response(float(value))
    is_share = kind.endswith("share") or kind == "max_spend_to_revenue"
    return f"{100 * float(value):.4g}%" if is_share else f"{float(value):.4g}"
