"""What columns and numbers are called: by the API's own name unless a language is asked for."""

from __future__ import annotations

from app.dependencies import Language

HEADINGS: dict[str, dict[Language, str]] = {
    "month": {"en": "Month", "zh": "月份"},
    "kind": {"en": "Kind", "zh": "类别"},
    "channel": {"en": "Channel", "zh": "渠道"},
    "name": {"en": "Name", "zh": "名称"},
    "spend": {"en": "Spend", "zh": "花费"},
    "share": {"en": "Share", "zh": "占比"},
    "last_spend": {"en": "Last month", "zh": "上月花费"},
    "change_share": {"en": "Change", "zh": "变动"},
    "response": {"en": "Expected response", "zh": "预期成果"},
    "response_low": {"en": "Response, low", "zh": "预期成果下限"},
    "response_high": {"en": "Response, high", "zh": "预期成果上限"},
    "roi": {"en": "ROI", "zh": "投产比"},
    "marginal_roi": {"en": "ROI of the next unit", "zh": "边际投产比"},
    "last_marginal_roi": {
        "en": "ROI of the next unit after last month's spend",
        "zh": "上月花费处的边际投产比",
    },
    "shadow_price": {"en": "Worth of one more unit", "zh": "再多一单位的价值"},
    "observed_max_spend": {"en": "Most ever spent", "zh": "历史最高花费"},
    "position": {"en": "Position", "zh": "所处位置"},
    "why": {"en": "Why", "zh": "原因"},
    "plan": {"en": "Plan", "zh": "方案编号"},
    "version": {"en": "Version", "zh": "版本"},
    "state": {"en": "State", "zh": "状态"},
    "currency": {"en": "Currency", "zh": "币种"},
    "budget": {"en": "Budget", "zh": "预算"},
    "reserve": {"en": "Reserve", "zh": "预留"},
    "reserve_share": {"en": "Reserve share", "zh": "预留占比"},
    "unallocated": {"en": "Unallocated", "zh": "未分配"},
    "against_last_mix": {"en": "Gain over last month's mix", "zh": "较上月配比增益"},
    "chance_of_gain": {"en": "Chance of no less", "zh": "不逊于上月配比的概率"},
    "low": {"en": "Low", "zh": "下限"},
    "high": {"en": "High", "zh": "上限"},
    "marginal": {"en": "Next unit", "zh": "边际成果"},
    "period": {"en": "Period", "zh": "周期"},
    "revenue": {"en": "Revenue", "zh": "收入"},
    "conversions": {"en": "Conversions", "zh": "转化数"},
    "new_customers": {"en": "New customers", "zh": "新客数"},
    "impressions": {"en": "Impressions", "zh": "展现量"},
    "clicks": {"en": "Clicks", "zh": "点击量"},
    "planned_spend": {"en": "Planned spend", "zh": "计划花费"},
    "planned_spend_so_far": {"en": "Planned so far", "zh": "截至目前计划"},
    "projected_spend": {"en": "Spend at month end", "zh": "月末预计花费"},
    "planned_response": {"en": "Planned response", "zh": "计划成果"},
    "projected_response": {"en": "Response at month end", "zh": "月末预计成果"},
}


def heading(name: str, language: Language | None) -> str:
    """A column's heading in a language; without one its name, which formulas can rely on."""
    return name if language is None else HEADINGS[name][language]


def name_of(word: str) -> str:
    """The name that a word stands for: the name itself, or its heading in either language."""
    meant = word.strip().casefold()
    known = (name for name, headings in HEADINGS.items() if meant in map(str.casefold, headings.values()))
    return meant if meant in HEADINGS else next(known, meant)
