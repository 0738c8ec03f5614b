"""A backtest as tables for a terminal, in English or Chinese."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from app.backtest.schemas import BacktestReply, GainRead, PastMonthRead
from app.dependencies import Language
from app.optimize.curve_view import foresight_table
from app.optimize.signs import changed
from app.optimize.tables import listed, table_of
from app.optimize.words import Words

LABELS: dict[str, dict[Language, str]] = {
    "title": {
        "en": "Past months, planned from what was known then",
        "zh": "历史各月：按当时已知的信息重新规划",
    },
    "month": {"en": "Month", "zh": "月份"},
    "spent": {"en": "Spent", "zh": "花费"},
    "plan": {"en": "Plan", "zh": "规划"},
    "range": {"en": "9 in 10", "zh": "九成区间"},
    "roi_rule": {"en": "ROI rule", "zh": "ROI法"},
    "done": {"en": "Done", "zh": "实际做法"},
    "forecast": {"en": "Forecast", "zh": "预测"},
    "came": {"en": "Came", "zh": "实际"},
    "off": {"en": "Off", "zh": "误差"},
    "all": {"en": "All", "zh": "合计"},
    "against": {
        "en": "Plan, ROI rule and what was done: gain over keeping last month's mix of the same money.",
        "zh": "规划、ROI法与实际做法：与按上月比例花同样的钱相比的增益。",
    },
}


def backtest_tables(reply: BacktestReply, language: Language) -> RenderableType:
    """The months, how well each channel was foreseen, and what to take from it."""
    months = table_of(LABELS["title"][language])
    months.add_column(LABELS["month"][language], no_wrap=True)
    for label in ("spent", "plan", "range", "roi_rule", "done", "forecast", "came", "off"):
        months.add_column(LABELS[label][language], justify="right", no_wrap=True)
    words = Words(language, reply.currency, reply.objective)
    for past in reply.months:
        months.add_row(*_cells(past, words))
    months.add_section()
    gains = {gain.rule: gain for gain in reply.gains}
    together = [changed(gains[rule].value) if rule in gains else "" for rule in ("roi_rule", "done")]
    spread = _spread(gains["plan"])
    months.add_row(LABELS["all"][language], "", changed(gains["plan"].value), spread, *together, style="bold")
    return Group(
        months,
        Text(LABELS["against"][language]),
        foresight_table(reply.foresight, language),
        listed(reply.summary),
    )


def _cells(past: PastMonthRead, words: Words) -> list[str]:
    """One month's row; a result outside its range is marked."""
    forecast = past.forecast
    off = "" if forecast.error_share is None else changed(forecast.error_share, 0)
    return [
        str(past.month),
        words.amount(float(past.spent)),
        *_gains(past.gains),
        words.response(forecast.value),
        words.response(forecast.actual),
        off + (" " if forecast.holds else "!"),
    ]


def _gains(read: list[GainRead]) -> list[str]:
    """The plan's gain and its range, the ROI rule's (if there is one), and that of what was done."""
    gains = {gain.rule: gain for gain in read}
    spread = _spread(gains["plan"])
    plan, rule, done = (changed(gains[r].value) if r in gains else "" for r in ("plan", "roi_rule", "done"))
    return [plan, spread, rule, done]


def _spread(gain: GainRead) -> str:
    """Where a gain lies nine times in ten."""
    return f"{changed(gain.low)} – {changed(gain.high)}"
