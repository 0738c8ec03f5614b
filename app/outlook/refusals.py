"""Months that cannot hold together, in words: what clashes across them, and the smallest change of each."""

from __future__ import annotations

from decimal import Decimal

from app import money
from app.dependencies import Language
from app.optimize.refusals import MONEY_KINDS, clash_read, remedy_read, sentence
from app.optimize.replies import ClashRead, RemedyRead
from app.optimize.words import Words
from app.outlook.schemas import QUARTER, OutlookRequest
from optimizer import Clash, InfeasibleError, Remedy

CLASHES: dict[str, dict[Language, str]] = {
    "plan.budget": {"en": "the budget of {limit} a month", "zh": "每月预算{limit}"},
    "month.budget": {"en": "{whose}'s budget of {limit}", "zh": "{whose}的预算{limit}"},
    "pool.budget": {"en": "the {limit} of {whose} together", "zh": "{whose}合计预算{limit}"},
    "plan.move_share": {"en": "at most {limit} moving between months", "zh": "各月之间最多调剂{limit}"},
    "phase.min_spend": {"en": "at least {limit} spent in {whose}", "zh": "{whose}至少花{limit}"},
    "phase.max_spend": {"en": "at most {limit} spent in {whose}", "zh": "{whose}至多花{limit}"},
    "phase.min_total": {"en": "at least {limit} brought by {whose}", "zh": "{whose}至少带来{limit}"},
}
REMEDIES: dict[str, dict[Language, str]] = {
    "plan.budget": {"en": "set the budget to {limit} a month", "zh": "把每月预算改为{limit}"},
    "month.budget": {"en": "set {whose}'s budget to {limit}", "zh": "把{whose}的预算改为{limit}"},
    "pool.budget": {"en": "give {whose} {limit} together", "zh": "把{whose}的合计预算改为{limit}"},
    "plan.move_share": {"en": "let {limit} move between months", "zh": "允许各月之间调剂{limit}"},
    "phase.min_spend": {"en": "ask for only {limit} in {whose}", "zh": "{whose}只要求花{limit}"},
    "phase.max_spend": {"en": "allow {limit} in {whose}", "zh": "允许{whose}花到{limit}"},
    "phase.min_total": {"en": "ask {whose} to bring only {limit}", "zh": "{whose}只要求带来{limit}"},
}
FIELDS = {"min_total": "min_response"}  # of a phase, as the request calls it
TO: dict[Language, str] = {"en": "{first} to {last}", "zh": "{first}至{last}"}


def told(request: OutlookRequest, error: InfeasibleError, language: Language) -> InfeasibleError:
    """The core's refusal of months, with amounts in the request's currency and a sentence per fact."""
    clashes = [_clash(request, clash, language) for clash in error.clashes if isinstance(clash, Clash)]
    remedies = [_remedy(request, remedy, language) for remedy in error.remedies if isinstance(remedy, Remedy)]
    return InfeasibleError(sentence(clashes, remedies, language), tuple(clashes), tuple(remedies))


def _clash(request: OutlookRequest, clash: Clash, language: Language) -> ClashRead:
    phrases, name = CLASHES.get(f"{clash.of}.{clash.kind}"), clash.kind
    if phrases is None:
        return clash_read(request, clash, language)
    whose, limit = _whose(request, clash, language), _value(request, name, clash.limit)
    message = phrases[language].format(whose=whose, limit=_written(request, name, limit, language))
    return ClashRead(of=clash.of, whose=whose, kind=FIELDS.get(name, name), limit=limit, message=message)


def _remedy(request: OutlookRequest, remedy: Remedy, language: Language) -> RemedyRead:
    phrases, name = REMEDIES.get(f"{remedy.of}.{remedy.kind}"), remedy.kind
    if phrases is None:
        return remedy_read(request, remedy, language)
    whose = _whose(request, remedy, language)
    now, needed = (_value(request, name, limit) for limit in (remedy.now, remedy.needed))
    message = phrases[language].format(whose=whose, limit=_written(request, name, needed, language))
    kind = FIELDS.get(name, name)
    return RemedyRead(of=remedy.of, whose=whose, kind=kind, now=now, needed=needed, message=message)


def _whose(request: OutlookRequest, fact: Clash | Remedy, language: Language) -> str:
    """The month, or the months that share money, by their dates; else the name."""
    if fact.of == "month":
        return str(request.periods[int(fact.whose)])
    if fact.of != "pool":
        return fact.whose
    size = QUARTER if request.quarters else request.months
    months = request.periods[int(fact.whose) * size :][:size]
    return TO[language].format(first=months[0], last=months[-1])


def _value(request: OutlookRequest, kind: str, limit: float) -> Decimal:
    """A limit in the request's units."""
    if kind in MONEY_KINDS:
        return money.from_minor(round(limit), request.currency)
    return Decimal(f"{limit:.6g}")


def _written(request: OutlookRequest, kind: str, value: Decimal, language: Language) -> str:
    """A limit as it is read."""
    words = Words(language, request.currency, request.objective)
    if kind == "move_share":
        return f"{100 * float(value):.4g}%"
    return words.response(float(value)) if kind == "min_total" else words.amount(float(value))
