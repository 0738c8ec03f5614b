"""From the core's backtest to the reply, and to sentences."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import isfinite

from app import money
from app.backtest.schemas import (
    BacktestReply,
    BacktestRequest,
    ForecastRead,
    GainRead,
    PastMonthRead,
    PastSpendRead,
)
from app.dependencies import Language
from app.optimize.diagnoses import foresights
from app.optimize.signs import filled
from optimizer import Backtest, Estimate, Forecast, PastMonth, __version__

SENTENCES: dict[str, dict[Language, str]] = {
    "plan": {
        "en": "Planned from what was known then, the same money would have brought {value:+.1%} against "
        "keeping last month's mix ({low:+.1%} to {high:+.1%}, nine times in ten); more than the mix with a "
        "chance of {chance}.",
        "zh": "按当时已知的信息规划，同样的钱比保持上月比例多带来{value:+.1%}"
        "（九成可能在{low:+.1%}到{high:+.1%}之间），优于保持比例的可能性为{chance}。",
    },
    "roi_rule": {
        "en": "Shifting money by last month's ROI: {value:+.1%} ({low:+.1%} to {high:+.1%}).",
        "zh": "按上月ROI调整：{value:+.1%}（{low:+.1%}到{high:+.1%}）。",
    },
    "done": {
        "en": "What was really done: {value:+.1%} ({low:+.1%} to {high:+.1%}).",
        "zh": "实际的做法：{value:+.1%}（{low:+.1%}到{high:+.1%}）。",
    },
    "opinion": {
        "en": "What another split would have brought was never seen. It is judged by curves fitted on the "
        "whole history, which know more than the plans did: an informed opinion, no experiment.",
        "zh": "其他分配会带来什么从未被观察到；这里用全部历史拟合的曲线评判（比当时知道得更多），"
        "是有依据的判断，而非实验。",
    },
    "foresight": {
        "en": "Forecasts held against what came: in {held} of {months} months it lay in the range stated "
        "before (meant: nine in ten); a forecast was typically {error:.0%} off.",
        "zh": "预测与实际对照：{months}个月中有{held}个月落在事先给出的区间内（目标为九成）；"
        "预测误差一般为{error:.0%}。",
    },
}


def backtest_reply(
    request: BacktestRequest, tried: Backtest, language: Language, inputs_hash: str
) -> BacktestReply:
    """The backtest as it is answered, in the caller's units and language."""
    together = [past.forecast for past in tried.months]
    return BacktestReply(
        currency=request.currency,
        objective=request.objective,
        measured="total" if tried.measured == "total" else "attributed",
        max_change_share=request.max_change_share,
        gains=gains_read(tried.gains),
        chance=_figure(tried.chance),
        foresight=list(foresights(together, [past.channels for past in tried.months])),
        months=[_month(request, past) for past in tried.months],
        summary=list(_summary(tried, language)),
        inputs_hash=inputs_hash,
        model_version=__version__,
    )


def gains_read(gains: dict[str, Estimate]) -> list[GainRead]:
    """Each rule's gain as it is answered."""
    return [
        GainRead.model_validate(
            {"rule": rule, "value": _figure(e.value), "low": _figure(e.low), "high": _figure(e.high)}
        )
        for rule, e in gains.items()
    ]


def forecast_read(forecast: Forecast) -> ForecastRead:
    """A forecast as it is answered."""
    error = forecast.error_share
    return ForecastRead(
        value=round(forecast.value, 2),
        low=round(forecast.low, 2),
        high=round(forecast.high, 2),
        actual=round(forecast.actual, 2),
        holds=forecast.holds,
        error_share=_figure(error) if isfinite(error) else None,
    )


def _month(request: BacktestRequest, past: PastMonth) -> PastMonthRead:
    def paid(spend: dict[str, float], name: str) -> Decimal:
        amount = Decimal(repr(spend.get(name, 0.0)))
        return money.from_minor(money.to_minor(amount, request.currency), request.currency)

    return PastMonthRead(
        month=past.month,
        spent=paid({"all": past.total}, "all"),
        spends=[
            PastSpendRead(
                channel=name,
                mix=paid(past.mix, name),
                plan=paid(past.plan, name),
                roi_rule=None if past.roi_rule is None else paid(past.roi_rule, name),
                done=paid(past.done, name),
            )
            for name in past.done
        ],
        gains=gains_read(past.gains),
        forecast=forecast_read(past.forecast),
    )


def _summary(tried: Backtest, language: Language) -> Iterator[str]:
    """What a planner should take from it."""
    for rule, gain in tried.gains.items():
        yield filled(SENTENCES[rule][language], **vars(gain), chance=_likely(tried.chance))
    yield SENTENCES["opinion"][language]
    held = sum(past.forecast.holds for past in tried.months)
    if isfinite(tried.typical_error):
        yield SENTENCES["foresight"][language].format(
            held=held, months=len(tried.months), error=tried.typical_error
        )


def _likely(chance: float) -> str:
    """A chance in per cent; draws that all agree are no certainty."""
    return "> 99%" if chance > 0.99 else "< 1%" if chance < 0.01 else f"{chance:.0%}"


def _figure(value: float) -> float:
    """Six significant digits: more would be a claim that no fit supports."""
    return float(f"{value:.6g}") + 0.0
