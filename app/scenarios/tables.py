"""What-ifs for a terminal: scenarios side by side, and a picture of what each budget brings."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from app.dependencies import Language
from app.optimize.tables import table_of
from app.optimize.words import Words
from app.scenarios.replies import BudgetRead, CompareReply, ScenarioRead, SweepReply

LABELS: dict[str, dict[Language, str]] = {
    "compare": {"en": "Side by side", "zh": "方案对比"},
    "sweep": {"en": "What each budget brings", "zh": "各档预算的成果"},
    "channel": {"en": "Channel", "zh": "渠道"},
    "budget": {"en": "Budget", "zh": "预算"},
    "reserve": {"en": "Reserve", "zh": "预留"},
    "expected": {"en": "Expected", "zh": "预期"},
    "next": {"en": "Next {unit}", "zh": "再加{unit}"},
    "best": {"en": "best", "zh": "最佳"},
    "told": {"en": "{name}: {message}", "zh": "{name}：{message}"},
    "none": {"en": "At {budget} there is no plan. {detail}", "zh": "预算为{budget}时没有可行方案。{detail}"},
}
EIGHTHS = " ▏▎▍▌▋▊▉"
LONGEST_BAR, BESIDE = 60, 56  # letters of a bar; columns that the figures take


def compare_view(reply: CompareReply, language: Language) -> RenderableType:
    """A column per scenario, then how each differs from the first, or why it has no plan."""
    words = [_words(scenario, reply, language) for scenario in reply.scenarios]
    table = table_of(LABELS["compare"][language])
    table.add_column(LABELS["channel"][language], no_wrap=True)
    for scenario in reply.scenarios:
        table.add_column(scenario.name, justify="right")
    for row in reply.channels:
        cells = zip(row.spends, words, strict=True)
        spends = ["–" if spend is None else say.amount(float(spend)) for spend, say in cells]
        table.add_row(row.name, *spends)
    table.add_section()
    pairs = list(zip([scenario.plan for scenario in reply.scenarios], words, strict=True))
    figures = {
        "reserve": [say.amount(float(plan.reserve.amount)) if plan else "–" for plan, say in pairs],
        "budget": [say.amount(float(plan.budget)) if plan else "–" for plan, say in pairs],
        "expected": [say.response(plan.expected.response) if plan else "–" for plan, say in pairs],
    }
    for label, cells_of in figures.items():
        table.add_row(LABELS[label][language], *cells_of)
    told = [
        Text(sentence) for sentence in (_sentence(each, language) for each in reply.scenarios) if sentence
    ]
    return Group(table, *told)


def _words(scenario: ScenarioRead, reply: CompareReply, language: Language) -> Words:
    return Words(language, reply.currency, scenario.plan.objective if scenario.plan else "revenue")


def _sentence(scenario: ScenarioRead, language: Language) -> str:
    """How a scenario differs, or why it has no plan; nothing of the first."""
    message = scenario.refusal.detail if scenario.refusal else ""
    message = scenario.difference.message if scenario.difference else message
    return LABELS["told"][language].format(name=scenario.name, message=message) if message else ""


def sweep_view(reply: SweepReply, language: Language, width: int) -> RenderableType:
    """A bar per budget, as long as its response; the best budget among them."""
    words = Words(language, reply.currency, reply.objective)
    table = table_of(LABELS["sweep"][language])
    table.add_column(LABELS["budget"][language], justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for label in ("expected", "next"):
        table.add_column(LABELS[label][language].format(unit=words.unit), justify="right", no_wrap=True)
    best = [reply.best] if reply.best else []
    points = sorted([*reply.points, *best], key=lambda point: point.budget)
    most = max((point.response for point in points), default=0.0)
    length = max(8, min(LONGEST_BAR, width - BESIDE))
    for point in points:
        mark = LABELS["best"][language] if point is reply.best else ""
        table.add_row(*_row(point, words, most, length, mark), style="bold" if mark else None)
    told = [Text(sentence) for sentence in reply.summary]
    for each in reply.impossible:
        facts = {"budget": words.amount(float(each.budget)), "detail": each.refusal.detail}
        told.append(Text(LABELS["none"][language].format(**facts)))
    return Group(table, *told)


def _row(point: BudgetRead, words: Words, most: float, length: int, mark: str) -> list[str]:
    share = max(0.0, point.response / most) if most > 0 else 0.0
    eighths = round(8 * length * share)
    bar = "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
    figures = [words.response(point.response), words.gain(point.marginal_roi)]
    return [f"{mark} {words.amount(float(point.budget))}".strip(), bar, *figures]
