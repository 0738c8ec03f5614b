"""A scorecard's trade-off: what the chosen weights reach of each result, and what they give up."""

from __future__ import annotations

from collections.abc import Mapping

from app.dependencies import Language
from app.optimize.figures import figure
from app.optimize.known import Weighed
from app.optimize.replies import TradeOffRead
from app.optimize.schemas import PlanRequest
from app.optimize.words import Words
from optimizer import Allocation

SENTENCES: dict[Language, str] = {
    "en": "{what}: {reached}. A plan for it alone would bring {alone}; these weights give up {share:.1%} "
    "of that.",
    "zh": "{what}：{reached}。若只为此规划可达{alone}；按此权重少{share:.1%}。",
}
NAMES: dict[Weighed, dict[Language, str]] = {
    "revenue": {"en": "Revenue", "zh": "收入"},
    "conversions": {"en": "Conversions", "zh": "转化"},
    "new_customers": {"en": "New customers", "zh": "新客"},
    "lifetime_value": {"en": "Lifetime value", "zh": "长期价值"},
}


def traded_off(
    request: PlanRequest, allocation: Allocation, alone: Mapping[str, Allocation], language: Language
) -> list[TradeOffRead] | None:
    """Each weighed result, the one that counts most first; None where one thing alone counts."""
    if request.weights is None:
        return None
    order = sorted(request.weights, key=lambda name: (-(request.weights or {})[name], name))
    return [_read(request, name, allocation, alone[name], language) for name in order]


def _read(
    request: PlanRequest, name: Weighed, chosen: Allocation, alone: Allocation, language: Language
) -> TradeOffRead:
    weights, words = request.weights or {}, Words(language, request.currency, name)
    reached, best = chosen.outcomes[name], alone.outcomes[name]
    share = max(0.0, 1 - reached / best) if best > 0 else 0.0
    told = {"reached": words.response(reached), "alone": words.response(best), "share": share}
    return TradeOffRead(
        objective=name,
        weight=figure(weights[name] / sum(weights.values())),
        reached=round(reached, 2),
        alone=round(max(best, reached), 2),
        given_up_share=figure(share),
        message=SENTENCES[language].format(what=NAMES[name][language], **told),
    )
