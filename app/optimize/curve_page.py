"""The curves as one HTML page that needs nothing else: inline SVG, no script, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from app.dependencies import Language
from app.optimize.curve_view import account, titled, trust
from app.optimize.replies import CurveRead, CurvesReply, ForesightRead
from app.optimize.words import Words

WIDTH, HEIGHT, LEFT, BOTTOM = 560, 260, 90, 30  # of a picture, and its room for labels, in pixels
TICKS = 4

LABELS: dict[str, dict[Language, str]] = {
    "title": {"en": "Response curves for {month}", "zh": "{month} 响应曲线"},
    "last": {"en": "last month", "zh": "上月"},
    "most": {"en": "most ever spent", "zh": "历史最高"},
    "foresight": {"en": "How well the last months were foreseen", "zh": "最近几个月的预测有多准"},
    "foreseen": {
        "en": "{name}: in its range {held} of {months} times; typically {error} off",
        "zh": "{name}：{months}次中{held}次落在区间内，一般误差{error}",
    },
    "all": {"en": "All channels", "zh": "全部渠道"},
    "warnings": {"en": "Worth knowing", "zh": "请注意"},
}
STYLE = """
:root{color-scheme:light dark;--line:#0b62c4;--band:#0b62c433;--faint:#8888}
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:2rem}
svg{width:100%;height:auto}svg text{font-size:12px;fill:currentColor}
.band{fill:var(--band)}.curve{fill:none;stroke:var(--line);stroke-width:2.5}
.tick{stroke:var(--faint)}.mark{stroke:currentColor;stroke-dasharray:4 4}
"""


def curves_page(reply: CurvesReply, language: Language) -> str:
    """All curves of a reply, each with its picture and what it is worth."""
    words = Words(language, reply.currency, reply.objective)
    title = escape(LABELS["title"][language].format(month=reply.month))
    figures = "".join(_figure(curve, words, language) for curve in reply.curves)
    explained = "".join(f"<p>{escape(sentence)}</p>" for sentence in account(reply.explained_share, language))
    foreseen = _list("foresight", [_foreseen(line, language) for line in reply.foresight], language)
    warnings = _list("warnings", [warning.message for warning in reply.warnings], language)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>'
        f"{title}</title><style>{STYLE}</style><h1>{title}</h1><main>{figures}</main>{explained}{foreseen}{warnings}</html>\n"
    )


def picture(curve: CurveRead, words: Words, language: Language) -> str:
    """The curve over the band of its range, with last month's and the largest spend marked, as SVG."""
    end, top = curve.table[-1].spend, max(point.high for point in curve.table) or 1.0

    def at(spend: float, response: float) -> str:
        x, y = LEFT + spend / end * (WIDTH - LEFT), (1 - response / top) * (HEIGHT - BOTTOM)
        return f"{x:.1f},{y:.1f}"

    band = [at(p.spend, p.high) for p in curve.table] + [at(p.spend, p.low) for p in reversed(curve.table)]
    line = [at(point.spend, point.response) for point in curve.table]
    marks = [("last", curve.last_spend, 24), ("most", curve.observed_max_spend, 40)]
    marked = [
        _mark(at(float(spend), 0.0).partition(",")[0], LABELS[label][language], height)
        for label, spend, height in marks
        if spend is not None and float(spend) <= end
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(curve.channel)}">'
        f'{_ticks(end, top, words)}<polygon class="band" points="{" ".join(band)}"/>'
        f'<polyline class="curve" points="{" ".join(line)}"/>{"".join(marked)}</svg>'
    )


def _figure(curve: CurveRead, words: Words, language: Language) -> str:
    said = escape(f"{trust(curve, language)} {curve.advice.message}")
    name = escape(titled(curve, language))
    return f"<figure><h2>{name}</h2>{picture(curve, words, language)}<figcaption>{said}</figcaption></figure>"


def _mark(x: str, label: str, height: int) -> str:
    """A dashed upright with its name beside it."""
    bottom = HEIGHT - BOTTOM
    anchor = "end" if float(x) > WIDTH * 0.75 else "start"
    return (
        f'<line class="mark" x1="{x}" x2="{x}" y1="0" y2="{bottom}"/>'
        f'<text x="{x}" y="{bottom - height}" text-anchor="{anchor}">{escape(label)}</text>'
    )


def _ticks(end: float, top: float, words: Words) -> str:
    """Lines of equal response, with their amounts; and the amounts of spend below."""
    parts = []
    for k in range(TICKS + 1):
        y, x = (1 - k / TICKS) * (HEIGHT - BOTTOM), LEFT + k / TICKS * (WIDTH - LEFT)
        anchor = "end" if k == TICKS else "start" if k == 0 else "middle"
        parts.append(
            f'<line class="tick" x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 6}" y="{max(y, 12):.1f}" text-anchor="end">'
            f"{escape(words.response(top * k / TICKS))}</text>"
            f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">'
            f"{escape(words.amount(end * k / TICKS))}</text>"
        )
    return "".join(parts)


def _foreseen(line: ForesightRead, language: Language) -> str:
    error = "–" if line.typical_error is None else f"{line.typical_error:.0%}"
    name = line.channel or LABELS["all"][language]
    return LABELS["foreseen"][language].format(name=name, held=line.held, months=line.months, error=error)


def _list(title: str, lines: Iterable[str], language: Language) -> str:
    """A heading with its lines below; nothing when there is none."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(LABELS[title][language])}</h2><ul>{items}</ul>" if items else ""
