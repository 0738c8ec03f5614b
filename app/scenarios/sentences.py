"""The sentences of what-ifs, in English and Chinese."""

from __future__ import annotations

from app.dependencies import Language

SENTENCES: dict[Language, dict[str, str]] = {
    "en": {
        "more_spend": "Spends {spend} more",
        "less_spend": "Spends {spend} less",
        "same_spend": "Spends the same",
        "more": " and brings {response} more",
        "less": " and brings {response} less",
        "moved": "; most changes at {channel} ({by}).",
        "unmoved": ".",
        "best": "The best budget is {budget}, {spend} of it spent: beyond it the next {unit} brings less "
        "than the {needed} it must.",
        "no_best": "Even at {budget} the next {unit} brings {marginal}, more than the {needed} it must: "
        "no budget tried is too much.",
        "step": "The last step, from {low} to {high}, spends {spend} more and brings {response} more.",
        "leaning": "{channel} gets {now}. At its curve's low end it would get {low}; at its high end {high}.",
        "lean": "{spend} (keeping the plan would cost {loss})",
        "no_plan": "no plan at all",
    },
    "zh": {
        "more_spend": "多花{spend}",
        "less_spend": "少花{spend}",
        "same_spend": "花费相同",
        "more": "，多带来{response}",
        "less": "，少带来{response}",
        "moved": "；变动最大的是{channel}（{by}）。",
        "unmoved": "。",
        "best": "最佳预算为{budget}，其中花费{spend}：超过之后，再加{unit}带来的不到应有的{needed}。",
        "no_best": "即使预算达到{budget}，再加{unit}仍带来{marginal}，高于应有的{needed}：所试预算都不算多。",
        "step": "最后一档由{low}到{high}，多花{spend}，多带来{response}。",
        "leaning": "{channel}现为{now}。若其曲线处于低端，应为{low}；若处于高端，应为{high}。",
        "lean": "{spend}（维持原方案会少得{loss}）",
        "no_plan": "没有可行方案",
    },
}
