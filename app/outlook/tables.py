"""The months ahead as a table for a terminal: a row per channel, a column per month."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.dependencies import Language
from app.optimize.tables import listed, table_of
from app.optimize.words import Words
from app.outlook.schemas import MonthRead, OutlookReply

LABELS: dict[str, dict[Language, str]] = {
    "outlook": {"en": "{months} months from {first}", "zh": "自 {first} 起 {months} 个月"},
    "channel": {"en": "Channel", "zh": "渠道"},
    "reserve": {"en": "Reserve", "zh": "预留"},
    "unallocated": {"en": "Unallocated", "zh": "未分配"},
    "budget": {"en": "Budget", "zh": "预算"},
    "moved": {"en": "of it moved in", "zh": "其中调入"},
    "response": {"en": "Expected", "zh": "预期"},
    "demand": {"en": "Demand", "zh": "需求"},
    "decision": {
        "en": "{month} is the decision, the rest is the outlook. All months bring {response}.",
        "zh": "{month} 为本次决定，其余为展望。全部月份预期带来 {response}。",
    },
    "proof": {
        "en": "Distance from the best possible months: {gap}, proven ({solver}).",
        "zh": "与最优方案的差距：{gap}，已证明（{solver}）。",
    },
    "warnings": {"en": "Worth knowing", "zh": "请注意"},
}
AT_ONCE = 4  # months side by side


def outlook_tables(reply: OutlookReply, language: Language) -> RenderableType:
    """Four months side by side, and what to know of them."""
    words = Words(language, reply.currency, reply.objective)
    parts: list[RenderableType] = [
        _table(reply, reply.months[m : m + AT_ONCE], words) for m in range(0, len(reply.months), AT_ONCE)
    ]
    gap = "< 0.0001%" if reply.certificate.gap_share < 1e-6 else f"{reply.certificate.gap_share:.2%}"
    parts += [
        Text(_say("decision", words, month=reply.months[0].month, response=words.response(reply.response))),
        Text(_say("proof", words, gap=gap, solver=reply.certificate.solver)),
    ]
    if reply.warnings:
        notes = listed(warning.message for warning in reply.warnings)
        parts.append(Panel(notes, border_style="yellow", title=_say("warnings", words)))
    return Group(*parts)


def _table(reply: OutlookReply, months: list[MonthRead], words: Words) -> Table:
    table = table_of(_say("outlook", words, months=len(reply.months), first=reply.months[0].month))
    table.add_column(_say("channel", words), no_wrap=True)
    for month in months:
        table.add_column(str(month.month), justify="right", no_wrap=True)
    for place, line in enumerate(months[0].allocations):
        table.add_row(line.name, *(words.amount(float(m.allocations[place].spend)) for m in months))
    table.add_section()
    for field in ("reserve", "unallocated", "budget", "moved"):
        amounts = [float(getattr(month, field)) for month in months]
        if field not in {"unallocated", "moved"} or any(amounts):
            table.add_row(_say(field, words), *(words.amount(amount) for amount in amounts))
    table.add_section()
    table.add_row(_say("response", words), *(words.response(month.response) for month in months))
    table.add_row(_say("demand", words), *(f"{month.demand:.0%}" for month in months))
    return table


def _say(label: str, words: Words, **facts: object) -> str:
    return LABELS[label][words.language].format(**facts)
