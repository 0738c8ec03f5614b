"""An impossible request in words: which rules clash, and what to change, in the caller's own terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app import money
from app.dependencies import Language
from app.optimize.replies import ClashRead, RemedyRead
from app.optimize.rule_words import (
    CLASHES,
    COMMISSION,
    OF_SOMEONE,
    OUTCOME_CLASHES,
    OUTCOME_REMEDIES,
    REMEDIES,
    WHOLE,
)
from app.optimize.rules import told_by
from app.optimize.schemas import PlanRequest
from app.optimize.words import Words
from optimizer import FURTHEST, Clash, InfeasibleError, Remedy

MONEY_KINDS = {"budget", "min_spend", "max_spend"}  # told in minor units by the core
AMOUNTS = {"max_cost_per_conversion", "max_cost_per_new_customer", "min_revenue", "max_revenue"}
OWNERS = {"channels": "channel", "groups": "group"}


@dataclass(frozen=True)
class Owner:
    """Whose limit it is, in the caller's terms: plan, channel, group, count or rule; its name; the field.

    `is_outcome` tells a limit on what spend brings from one on spend itself.
    """

    of: str
    whose: str
    field: str
    is_outcome: bool


def in_words(
    request: PlanRequest, error: InfeasibleError, language: Language, most: Clash | None = None
) -> InfeasibleError:
    """The core's refusal with amounts in the request's currency and a sentence per fact.

    `most` is what a limit on results could be at most with the largest budget that was looked at.
    """
    clashes = [clash_read(request, clash, language) for clash in error.clashes if isinstance(clash, Clash)]
    remedies = [
        remedy_read(request, remedy, language)
        for remedy in error.remedies
        if isinstance(remedy, Remedy) and _is_for_the_caller(request, remedy)
    ]
    if not clashes:
        return error
    message = sentence(clashes, remedies, language) + (_furthest(request, most, language) if most else "")
    return InfeasibleError(message, tuple(clashes), tuple(remedies))


def _furthest(request: PlanRequest, most: Clash, language: Language) -> str:
    """That no budget is enough, and how far the largest one goes."""
    reached = _written(request, _owner(request, most), _value(request, most, most.limit), language)
    budget = Words(language, request.currency, request.objective).amount(FURTHEST * float(request.budget))
    return WHOLE["most"][language].format(budget=budget, most=reached)


def sentence(clashes: Sequence[ClashRead], remedies: Sequence[RemedyRead], language: Language) -> str:
    """What clashes, and which single changes are enough."""
    message = WHOLE["clash"][language].format(
        clashes=WHOLE["and"][language].join(clash.message for clash in clashes)
    )
    if remedies:
        ways = WHOLE["or"][language].join(remedy.message for remedy in remedies)
        message += WHOLE["remedy"][language].format(remedies=ways)
    return message


def clash_read(request: PlanRequest, clash: Clash, language: Language) -> ClashRead:
    owner = _owner(request, clash)
    limit = _value(request, clash, clash.limit)
    phrases = OUTCOME_CLASHES[owner.field] if owner.is_outcome else _clash_of_spend(owner)
    message = _of(request, owner, phrases[language], language).format(
        limit=_written(request, owner, limit, language)
    )
    return ClashRead(of=owner.of, whose=owner.whose, kind=owner.field, limit=limit, message=message)


def _clash_of_spend(owner: Owner) -> dict[Language, str]:
    """The words for a limit on spend; a commission is none that anybody set."""
    return COMMISSION if owner.field == "commission_share" else CLASHES[f"{owner.of}.{owner.field}"]


def remedy_read(request: PlanRequest, remedy: Remedy, language: Language) -> RemedyRead:
    owner = _owner(request, remedy)
    now, needed = (_value(request, remedy, limit) for limit in (remedy.now, remedy.needed))
    phrase = (OUTCOME_REMEDIES[owner.field] if owner.is_outcome else REMEDIES[f"{owner.of}.{owner.field}"])[
        language
    ]
    message = _of(request, owner, phrase, language).format(needed=_written(request, owner, needed, language))
    return RemedyRead(
        of=owner.of, whose=owner.whose, kind=owner.field, now=now, needed=needed, message=message
    )


def _is_for_the_caller(request: PlanRequest, remedy: Remedy) -> bool:
    """Whether a change is the caller's to make: nobody decides what a commission costs."""
    return remedy.of != "channel" or request.every_channel[remedy.whose].is_decided


def _owner(request: PlanRequest, fact: Clash | Remedy) -> Owner:
    """Whose limit a fact speaks of; a rule of the whole plan is its own field."""
    if fact.of == "channel":
        return Owner(fact.of, fact.whose, _own_field(request, fact), is_outcome=False)
    if fact.of != "rule":
        return Owner(fact.of, fact.whose, fact.kind, is_outcome=False)
    of, whose, field = told_by(fact.whose)
    return Owner(OWNERS.get(of, "rule"), whose or field, field, is_outcome=True)


def _own_field(request: PlanRequest, fact: Clash | Remedy) -> str:
    """The field that sets a channel's limit: of a commitment, or a commission, least and most are one."""
    channel = request.every_channel[fact.whose]
    if fact.kind not in {"min_spend", "max_spend"}:
        return fact.kind
    if not channel.is_decided:
        return "commission_share"
    return fact.kind if channel.fixed_spend is None else "fixed_spend"


def _of(request: PlanRequest, owner: Owner, phrase: str, language: Language) -> str:
    """The phrase with its owner's name in it, the limit still open."""
    is_someones = owner.is_outcome and owner.of != "rule"
    template = OF_SOMEONE[language].format(phrase=phrase, whose="{whose}") if is_someones else phrase
    return template.replace("{whose}", _name(request, owner).replace("{", "{{").replace("}", "}}"))


def _name(request: PlanRequest, owner: Owner) -> str:
    """Whose rule it is, by the name that the caller gave."""
    if owner.of != "channel":
        return owner.whose
    return request.every_channel[owner.whose].name or owner.whose


def _value(request: PlanRequest, fact: Clash | Remedy, limit: float) -> Decimal:
    """A limit in the request's units: money in its currency, a return as such and not as a cost."""
    if fact.kind in MONEY_KINDS:
        return money.from_minor(round(limit), request.currency)
    if fact.kind == "min_marginal_return":
        return Decimal(f"{limit - request.unit_cost:.6g}")
    return Decimal(f"{1 / limit if _owner(request, fact).field == 'min_roi' else limit:.6g}")


def _written(request: PlanRequest, owner: Owner, value: Decimal, language: Language) -> str:
    """A limit as it is read: money with its symbol, a share in per cent, else a number."""
    words, kind = Words(language, request.currency, request.objective), owner.field
    if kind in MONEY_KINDS | AMOUNTS | {"fixed_spend", "commission_share"}:
        return words.amount(float(value))
    if kind == "target":
        return words.response(float(value))
    if kind.endswith("share") or kind == "max_spend_to_revenue":
        return f"{100 * float(value):.4g}%"
    return f"{float(value):,.6g}"
