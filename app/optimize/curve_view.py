"""Curves drawn in a terminal of plain text, with how far each can be trusted, in English or Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.dependencies import Language
from app.optimize.replies import CurveRead, CurvesReply, ForesightRead
from app.optimize.tables import listed, table_of
from app.optimize.words import Words

COLUMNS, ROWS = 60, 12  # of a drawing
DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # of a braille letter: by column, from the top
BLANK = 0x2800

LABELS: dict[str, dict[Language, str]] = {
    "curve": {"en": "{channel} ({source})", "zh": "{channel}（{source}）"},
    "spend": {"en": "Spend", "zh": "花费"},
    "expected": {"en": "Expected", "zh": "预期"},
    "range": {"en": "9 times in 10", "zh": "九成可能在此区间"},
    "next": {"en": "Next {unit}", "zh": "再加{unit}"},
    "legend": {
        "en": "⠤ expected   ░ 9 times in 10   ▲ last month   ┆ most ever spent",
        "zh": "⠤ 预期   ░ 九成可能在此区间   ▲ 上月   ┆ 历史最高",
    },
    "explained": {
        "en": "It explains {share:.0%} of its results' ups and downs.",
        "zh": "能解释其成果波动的{share:.0%}。",
    },
    "goes_with": {
        "en": "{share:.0%} of the shop's ups and downs go with it.",
        "zh": "全店波动中约{share:.0%}与其同步。",
    },
    "account": {
        "en": "Curves, season and events together explain {share:.0%} of the ups and downs of results.",
        "zh": "曲线、季节与活动合计能解释成果波动的{share:.0%}。",
    },
    "inside": {
        "en": "Range: ±{doubt:.0%} up to the most ever spent",
        "zh": "区间：历史最高花费以内±{doubt:.0%}",
    },
    "outside": {"en": ", ±{doubt:.0%} beyond.", "zh": "，以外±{doubt:.0%}。"},
    "end": {"en": ".", "zh": "。"},
    "foresight": {"en": "How well the last months were foreseen", "zh": "最近几个月的预测有多准"},
    "channel": {"en": "Channel", "zh": "渠道"},
    "held": {"en": "In its range", "zh": "落在区间内"},
    "typical": {"en": "Typically off", "zh": "一般误差"},
    "all": {"en": "All channels", "zh": "全部渠道"},
}
SOURCES: dict[str, dict[Language, str]] = {
    "attributed": {"en": "its own results", "zh": "自有归因成果"},
    "total": {"en": "the whole shop's results", "zh": "全店成果"},
    "combined": {"en": "its own and the shop's results", "zh": "自有成果与全店成果"},
    "pooled": {"en": "judged by other channels", "zh": "参照其他渠道"},
    "given": {"en": "the curve you gave", "zh": "您提供的曲线"},
    "commission": {"en": "paid by commission", "zh": "按佣金付费"},
}


def titled(curve: CurveRead, language: Language) -> str:
    """A channel, and what its curve rests on."""
    source = SOURCES[curve.source][language]
    return LABELS["curve"][language].format(channel=curve.channel, source=source)


def curves_view(reply: CurvesReply, language: Language) -> RenderableType:
    """Each curve drawn, in figures, and in words; then how well the last months were foreseen."""
    words = Words(language, reply.currency, reply.objective)
    parts: list[RenderableType] = [Text(LABELS["legend"][language], style="dim"), Text()]
    for curve in reply.curves:
        title = titled(curve, language)
        parts += [Text(title, style="bold"), drawing(curve, words), figures(curve, words, language)]
        parts += [Text(sentence) for sentence in (trust(curve, language), curve.advice.message)] + [Text()]
    parts += [Text(sentence) for sentence in account(reply.explained_share, language)]
    if reply.foresight:
        parts.append(foresight_table(reply.foresight, language))
    return Group(*parts, listed(warning.message for warning in reply.warnings))


def drawing(curve: CurveRead, words: Words) -> Text:
    """The curve as dots over the shade of its range; spend to the right, response upwards."""
    end, top = curve.table[-1].spend, max(point.high for point in curve.table) or 1.0
    cells = _shade(curve, end, top)
    for column, row, dot in _dots(curve, end, top):
        drawn = max(ord(cells[row][column]), BLANK)  # shades and dashes come before braille
        cells[row][column] = chr(drawn | dot)
    label = max(len(words.response(top)), 2)
    scale = [words.response(top), *[""] * (ROWS - 2), "0"]
    lines = [f"{text:>{label}} │{''.join(row)}" for text, row in zip(scale, cells, strict=True)]
    ruler = [*"─" * COLUMNS]
    if curve.last_spend is not None and float(curve.last_spend) <= end:
        ruler[_column(float(curve.last_spend), end)] = "▲"
    foot = f"{'0':<{COLUMNS // 2}}{words.amount(end):>{COLUMNS // 2}}"
    return Text("\n".join([*lines, f"{'':>{label}} └{''.join(ruler)}", f"{'':>{label}}  {foot}"]))


def figures(curve: CurveRead, words: Words, language: Language) -> Table:
    """What some spends bring, the range, and what the next unit brings there."""
    table = table_of("")
    for label in ("spend", "expected", "range", "next"):
        table.add_column(LABELS[label][language].format(unit=words.unit), justify="right", no_wrap=True)
    for point in curve.table[::4]:
        spread = f"{words.response(point.low)} – {words.response(point.high)}"
        cells = [words.response(point.response), spread, words.gain(point.marginal)]
        table.add_row(words.amount(point.spend), *cells)
    return table


class Trusted(Protocol):
    """A curve with how far it can be trusted."""

    @property
    def source(self) -> str: ...
    @property
    def explained_share(self) -> float | None: ...
    @property
    def doubt_inside(self) -> float | None: ...
    @property
    def doubt_outside(self) -> float | None: ...


def trust(curve: Trusted, language: Language) -> str:
    """How well the curve explains the past, and how wide it is inside and outside what was spent."""
    said = ""
    if curve.explained_share is not None:
        label = "goes_with" if curve.source == "total" else "explained"
        said += LABELS[label][language].format(share=curve.explained_share)
    if curve.doubt_inside is not None:
        said += " " * (language == "en" and bool(said))
        said += LABELS["inside"][language].format(doubt=curve.doubt_inside)
        beyond = LABELS["end" if curve.doubt_outside is None else "outside"][language]
        said += beyond.format(doubt=curve.doubt_outside or 0.0)
    return said


def account(explained_share: float | None, language: Language) -> list[str]:
    """How well all curves together explain the past; nothing where that cannot be told."""
    if explained_share is None:
        return []
    return [LABELS["account"][language].format(share=explained_share)]


def foresight_table(foresight: Sequence[ForesightRead], language: Language) -> Table:
    """Per channel, and for all together, how often ranges held and how far forecasts were off."""
    table = table_of(LABELS["foresight"][language])
    table.add_column(LABELS["channel"][language], no_wrap=True)
    for label in ("held", "typical"):
        table.add_column(LABELS[label][language], justify="right", no_wrap=True)
    for line in [*foresight[1:], *foresight[:1]]:
        off = "" if line.typical_error is None else f"{line.typical_error:.0%}"
        name = line.channel or LABELS["all"][language]
        table.add_row(name, f"{line.held}/{line.months}", off)
    return table


def _shade(curve: CurveRead, end: float, top: float) -> list[list[str]]:
    """The range as shaded cells (rows, columns), and the most ever spent as a dashed line."""
    spend = [point.spend for point in curve.table]
    middle = (np.arange(COLUMNS) + 0.5) * end / COLUMNS
    low, high = (
        np.interp(middle, spend, [getattr(point, side) for point in curve.table]) / top * ROWS
        for side in ("low", "high")
    )
    above = ROWS - 1 - np.arange(ROWS)[:, None]  # what lies below each row, in rows
    shaded = (above + 1 > low) & (above < high)
    cells = [["░" if inside else " " for inside in row] for row in shaded]
    if curve.observed_max_spend is not None and float(curve.observed_max_spend) < end:
        column = _column(float(curve.observed_max_spend), end)
        for row in cells:
            row[column] = "┆"
    return cells


def _dots(curve: CurveRead, end: float, top: float) -> list[tuple[int, int, int]]:
    """Column, row and dot of the expected response, at two spends a column."""
    at = (np.arange(2 * COLUMNS) + 0.5) * end / (2 * COLUMNS)
    response = np.interp(at, [p.spend for p in curve.table], [p.response for p in curve.table])
    height = np.clip(np.round(response / top * (4 * ROWS - 1)), 0, 4 * ROWS - 1).astype(int)
    from_top = 4 * ROWS - 1 - height
    return [(i // 2, int(y) // 4, DOTS[i % 2][int(y) % 4]) for i, y in enumerate(from_top)]


def _column(spend: float, end: float) -> int:
    return min(int(spend / end * COLUMNS), COLUMNS - 1)
