"""What in a running month asks to be looked at, and the words for it.

A channel is told to stray only when the whole range of where it is heading lies beyond its plan: a noisy
week is no alarm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.dependencies import Language
from app.optimize.words import Words
from app.tracking.actuals import Sums
from app.tracking.months import ChannelMonth
from app.tracking.schemas import AlertRead
from optimizer import Period, Projection

TOLERATED = 0.05  # of the planned spend
FROM_DAYS = 7  # covered, before results are judged
FALLEN = 0.3  # of a rate, against the weeks before
FAR_BELOW = 0.5  # of the plan's return
STALE_DAYS = 10

ALERTS: dict[str, dict[Language, str]] = {
    "overspend": {
        "en": "{who} heading for {projected} of spend, {share:.0%} over the plan's {planned}.",
        "zh": "{who}预计花费{projected}，超出计划{planned}约{share:.0%}。",
    },
    "underspend": {
        "en": "{who} heading for {projected} of spend, {share:.0%} under the plan's {planned}.",
        "zh": "{who}预计花费{projected}，比计划{planned}少约{share:.0%}。",
    },
    "commission": {
        "en": "{who} heading for {projected} of commission against the plan's {planned}: it is paid on what "
        "is sold, and what it costs more comes out of the reserve.",
        "zh": "{who}预计佣金{projected}，计划为{planned}：佣金随销售额变化，超出部分由预留支付。",
    },
    "unplanned": {
        "en": "{channel} has spent {spend}, though the plan gives it nothing.",
        "zh": "{channel}已花费{spend}，而计划未给它预算。",
    },
    "roi_below_plan": {
        "en": "{channel} has returned {roi} for each {unit} of spend so far; the plan counted on {planned}, "
        "and on {low} at least.",
        "zh": "{channel}目前每花费{unit}带来{roi}；计划为{planned}，最低{low}。",
    },
    "above_range": {
        "en": "{who} heading to bring {projected}, above the {low} to {high} that the plan stated.",
        "zh": "{who}预计成果{projected}，高于计划给出的{low}至{high}。",
    },
    "below_range": {
        "en": "{who} heading to bring {projected}, below the {low} to {high} that the plan stated.",
        "zh": "{who}预计成果{projected}，低于计划给出的{low}至{high}。",
    },
    "pause": {
        "en": "Consider pausing {channel}: it has returned {roi} for each {unit} of spend, under half of "
        "what the plan counted on, and {rates}.",
        "zh": "可考虑暂停{channel}：每花费{unit}仅带来{roi}，不到计划的一半，且{rates}。",
    },
    "no_actuals": {
        "en": "{channel} has no stored figures for {month} yet, while others have.",
        "zh": "其他渠道已有{month}的数据，{channel}还没有。",
    },
    "stale": {
        "en": "The last stored day is {day}: newer figures would show where {month} stands.",
        "zh": "数据只到{day}；补充最新数据才能看出{month}的进展。",
    },
}
RATES: dict[str, dict[Language, str]] = {
    "ctr": {"en": "its click rate fell by {share:.0%}", "zh": "点击率下降{share:.0%}"},
    "cvr": {"en": "its conversion rate fell by {share:.0%}", "zh": "转化率下降{share:.0%}"},
    "cpa": {"en": "a conversion costs {share:.0%} more", "zh": "单次转化成本上升{share:.0%}"},
    "roi": {"en": "its return fell by {share:.0%}", "zh": "投资回报下降{share:.0%}"},
}
ALL: dict[Language, str] = {"en": "All channels are", "zh": "全部渠道"}
ONE: dict[Language, str] = {"en": "{name} is", "zh": "{name}"}
AND: dict[Language, str] = {"en": " and ", "zh": "、"}


class Teller:
    """The alerts of one tracked month, in one language."""

    def __init__(self, words: Words, month: Period) -> None:
        self.words, self.month = words, month

    def of_channel(self, one: ChannelMonth, others_days: int) -> Iterator[AlertRead]:
        """What to look at in one channel in the plan's own days; the longest covered has `others_days`."""
        found, planned = one.by_plan, one.own_spend
        if not found.days:
            if planned > 0 and others_days >= FROM_DAYS:
                yield self._alert("no_actuals", one.channel)
            return
        if planned <= 0:
            if found.spend > 0:
                yield self._alert("unplanned", one.channel, spend=self.words.amount(found.spend))
            return
        is_paid = one.allocation.get("commission") is not None
        yield from self.of_spend(one.channel, one.projected_spend(), one.planned_spend, is_paid=is_paid)
        if found.days >= FROM_DAYS and (ends := one.projected_response()) is not None:
            yield from self._of_return(one, found)
            yield from self.of_response(one.channel, ends, one.planned_response)

    def of_spend(
        self, channel: str | None, ends: Projection, planned: float, *, is_paid: bool = False
    ) -> Iterator[AlertRead]:
        """Where spend is heading beyond its plan; `channel` None stands for all together.

        One that `is_paid` by commission is told as such.
        """
        if ends.low > (1 + TOLERATED) * planned or ends.high < (1 - TOLERATED) * planned:
            code = "commission" if is_paid else "overspend" if ends.value > planned else "underspend"
            share, words = abs(ends.value / planned - 1), self.words
            told = {"projected": words.amount(ends.value), "planned": words.amount(planned), "share": share}
            yield self._alert(code, channel, **told)

    def of_response(self, channel: str | None, ends: Projection, planned: Projection) -> Iterator[AlertRead]:
        """Where results are heading out of the range that the plan stated, if it stated one."""
        if planned.low == planned.high:
            return
        if ends.low > planned.high or ends.high < planned.low:
            code = "above_range" if ends.low > planned.high else "below_range"
            told = {"projected": ends.value, "low": planned.low, "high": planned.high}
            yield self._alert(code, channel, **{key: self.words.response(v) for key, v in told.items()})

    def of_age(self, as_of: date | None, today: date) -> Iterator[AlertRead]:
        """Figures that are too old to tell where the month stands."""
        last = as_of or date.fromordinal(self.month.start - 1)
        until = min(today.toordinal(), self.month.end)
        if until - last.toordinal() - 1 >= STALE_DAYS:
            yield self._alert("stale", None, day=last.isoformat())

    def _of_return(self, one: ChannelMonth, found: Sums) -> Iterator[AlertRead]:
        spend, planned = float(one.allocation["spend"]), one.own_response
        roi = (one.response_of(found) or 0.0) / found.spend if found.spend > 0 else None
        if roi is None or not spend or roi >= planned.low / spend:
            return
        told = {"roi": roi, "planned": planned.value / spend, "low": planned.low / spend}
        said = {name: self.words.gain(value) for name, value in told.items()}
        yield self._alert("roi_below_plan", one.channel, **said)
        fallen = dict(fallen_rates(found, one.usual))
        if fallen and roi < FAR_BELOW * planned.value / spend:
            parts = [RATES[name][self.words.language].format(share=by) for name, by in fallen.items()]
            yield self._alert(
                "pause", one.channel, roi=said["roi"], rates=AND[self.words.language].join(parts)
            )

    def _alert(self, code: str, channel: str | None, **facts: Any) -> AlertRead:
        language = self.words.language
        name = self.words.names.get(channel or "", channel or "")
        who = ONE[language].format(name=name) if channel else ALL[language]
        known = {"channel": name, "who": who, "month": self.words.month(self.month), "unit": self.words.unit}
        told: Mapping[str, Any] = known | facts
        return AlertRead(code=code, channel=channel, message=ALERTS[code][language].format(**told))


def fallen_rates(now: Sums, usual: Sums) -> Iterator[tuple[str, float]]:
    """The rates that are worse than usual by `FALLEN` or more, and by what share."""
    for name in RATES:
        rate, before = getattr(now, name), getattr(usual, name)
        if rate is not None and before is not None and before > 0:
            change = rate / before - 1 if name == "cpa" else 1 - rate / before
            if change >= FALLEN:
                yield name, change
