"""How far the curves can be trusted, in figures and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from app.dependencies import Language
from app.optimize.replies import AdviceRead, ForesightRead
from optimizer import Diagnosis, Forecast, Foreseen, typical_error

ADVICE: dict[str, dict[Language, str]] = {
    "start": {
        "en": "Spend a small amount for some weeks: nothing is known of it yet.",
        "zh": "先小额投放几周：目前对它一无所知。",
    },
    "restart": {
        "en": "Spend again for some weeks: what is known is old.",
        "zh": "重新投放几周：已知的信息较旧。",
    },
    "wait": {
        "en": "A few more weeks of results will narrow it by themselves.",
        "zh": "再积累几周数据，区间自然会收窄。",
    },
    "vary": {
        "en": "Move its spend by a fifth for some weeks, up or down: it hardly ever changed.",
        "zh": "把花费上调或下调两成、持续几周：它几乎从未变化。",
    },
    "separate": {
        "en": "Move it without the channel it always moves with, for some weeks.",
        "zh": "单独调整它几周，不要与总是同步的渠道一起变动。",
    },
    "own_results": {
        "en": "Give the results it is credited with: it is judged by the other channels.",
        "zh": "补充它自己的归因成果：目前参照其他渠道评估。",
    },
    "lift_test": {
        "en": "A lift test: pause it or double it in some regions for some weeks, and compare.",
        "zh": "做一次增量测试：在部分地区暂停或加倍投放几周，再作比较。",
    },
    "go_further": {
        "en": "To plan beyond the most ever spent, try some weeks of it: there the curve is a guess.",
        "zh": "若计划要超出历史最高花费，先试投几周：超出部分的曲线只是推测。",
    },
    "none": {"en": "It is narrow enough to plan with.", "zh": "已足够精确，可用于规划。"},
}


def advice_read(diagnosis: Diagnosis, language: Language) -> AdviceRead:
    """What would narrow a curve's range most, in words."""
    return AdviceRead(code=diagnosis.advice, message=ADVICE[diagnosis.advice][language])


def foresight_read(foreseen: Sequence[Foreseen]) -> list[ForesightRead]:
    """How well months were foreseen: all channels together, then each whose results are known."""
    together = [seen.forecast for seen in foreseen]
    return list(foresights(together, [seen.channels for seen in foreseen])) if foreseen else []


def foresights(together: list[Forecast], channels: list[dict[str, Forecast]]) -> Iterator[ForesightRead]:
    """The same from forecasts: of all together by month, and of each channel by month."""
    yield _foresight(None, together)
    for name in dict.fromkeys(name for each in channels for name in each):
        yield _foresight(name, [each[name] for each in channels if name in each])


def _foresight(channel: str | None, forecasts: list[Forecast]) -> ForesightRead:
    held, error = sum(forecast.holds for forecast in forecasts), typical_error(forecasts)
    return ForesightRead(
        channel=channel,
        months=len(forecasts),
        held=held,
        coverage=float(f"{held / len(forecasts):.6g}"),
        typical_error=float(f"{error:.6g}") if isfinite(error) else None,
    )
