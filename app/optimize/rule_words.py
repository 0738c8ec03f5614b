"""The words for rules that clash, and for what to change, in English and Chinese."""

from __future__ import annotations

from app.dependencies import Language

CLASHES: dict[str, dict[Language, str]] = {
    "plan.budget": {"en": "the budget of {limit}", "zh": "预算{limit}"},
    "plan.min_share": {"en": "the reserve of at least {limit}", "zh": "预留至少{limit}"},
    "channel.min_spend": {"en": "{whose}'s minimum of {limit}", "zh": "{whose}的下限{limit}"},
    "channel.max_spend": {"en": "{whose}'s maximum of {limit}", "zh": "{whose}的上限{limit}"},
    "channel.fixed_spend": {"en": "{whose}'s commitment of {limit}", "zh": "{whose}的既定承诺{limit}"},
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
    "count.min_channels": {"en": "at least {limit} of {whose} in use", "zh": "{whose}至少{limit}个渠道"},
    "count.max_channels": {"en": "at most {limit} of {whose} in use", "zh": "{whose}至多{limit}个渠道"},
}

COMMISSION: dict[Language, str] = {
    "en": "{whose}'s expected commission of {limit}",
    "zh": "{whose}的预计佣金{limit}",
}

REMEDIES: dict[str, dict[Language, str]] = {
    "plan.budget": {"en": "set the budget to {needed}", "zh": "把预算改为{needed}"},
    "plan.min_share": {"en": "hold back no more than {needed}", "zh": "预留不超过{needed}"},
    "channel.min_spend": {"en": "lower {whose}'s minimum to {needed}", "zh": "把{whose}的下限降到{needed}"},
    "channel.max_spend": {"en": "raise {whose}'s maximum to {needed}", "zh": "把{whose}的上限提高到{needed}"},
    "channel.fixed_spend": {
        "en": "change {whose}'s commitment to {needed}",
        "zh": "把{whose}的既定承诺改为{needed}",
    },
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
    "count.min_channels": {"en": "ask for only {needed} of {whose}", "zh": "{whose}只要求{needed}个渠道"},
    "count.max_channels": {"en": "allow {needed} of {whose}", "zh": "{whose}允许{needed}个渠道"},
}

OUTCOME_CLASHES: dict[str, dict[Language, str]] = {
    "max_spend_to_revenue": {"en": "spend of at most {limit} of revenue", "zh": "花费至多占收入{limit}"},
    "min_roi": {"en": "a return of at least {limit}", "zh": "投资回报至少{limit}"},
    "max_cost_per_conversion": {"en": "at most {limit} per conversion", "zh": "每次转化至多{limit}"},
    "max_cost_per_new_customer": {"en": "at most {limit} per new customer", "zh": "每位新客至多{limit}"},
    "min_revenue": {"en": "revenue of at least {limit}", "zh": "收入至少{limit}"},
    "max_revenue": {"en": "revenue of at most {limit}", "zh": "收入至多{limit}"},
    "min_conversions": {"en": "at least {limit} conversions", "zh": "转化至少{limit}次"},
    "max_conversions": {"en": "at most {limit} conversions", "zh": "转化至多{limit}次"},
    "min_new_customers": {"en": "at least {limit} new customers", "zh": "新客至少{limit}位"},
    "max_new_customers": {"en": "at most {limit} new customers", "zh": "新客至多{limit}位"},
    "target": {"en": "the target of {limit}", "zh": "目标{limit}"},
}

OUTCOME_REMEDIES: dict[str, dict[Language, str]] = {
    "max_spend_to_revenue": {"en": "allow spend of {needed} of revenue", "zh": "允许花费占收入{needed}"},
    "min_roi": {"en": "accept a return of {needed}", "zh": "接受投资回报{needed}"},
    "max_cost_per_conversion": {"en": "allow {needed} per conversion", "zh": "允许每次转化{needed}"},
    "max_cost_per_new_customer": {"en": "allow {needed} per new customer", "zh": "允许每位新客{needed}"},
    "min_revenue": {"en": "ask for revenue of only {needed}", "zh": "收入只要求{needed}"},
    "max_revenue": {"en": "make room for revenue of {needed}", "zh": "允许收入达到{needed}"},
    "min_conversions": {"en": "ask for only {needed} conversions", "zh": "只要求{needed}次转化"},
    "max_conversions": {"en": "make room for {needed} conversions", "zh": "允许{needed}次转化"},
    "min_new_customers": {"en": "ask for only {needed} new customers", "zh": "只要求{needed}位新客"},
    "max_new_customers": {"en": "make room for {needed} new customers", "zh": "允许{needed}位新客"},
    "target": {"en": "aim at {needed}", "zh": "把目标降到{needed}"},
}

OF_SOMEONE: dict[Language, str] = {"en": "{phrase} for {whose}", "zh": "{whose}{phrase}"}

WHOLE: dict[str, dict[Language, str]] = {
    "clash": {
        "en": "No plan obeys every rule. These cannot hold together: {clashes}.",
        "zh": "没有方案能满足所有规则。以下规则相互冲突：{clashes}。",
    },
    "remedy": {"en": " One change is enough: {remedies}.", "zh": "任选一项修改即可：{remedies}。"},
    "most": {
        "en": " No budget up to {budget} is enough: with it at most {most} can be reached.",
        "zh": "预算增加到{budget}也不够：届时最多可达{most}。",
    },
    "and": {"en": ", ", "zh": "、"},
    "or": {"en": ", or ", "zh": "，或"},
}
