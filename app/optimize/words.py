"""The plan in words, English and Chinese: why each channel gets what it gets, and what to beware of.

The core gives facts (positions, findings); here alone they become sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.dependencies import Language
from app.optimize.known import Objective
from app.optimize.noticed import WARNINGS
from app.optimize.replies import AllocationRead, CommissionRead, DemandRead
from app.optimize.signs import MINUS, changed, filled, minus
from optimizer import Finding, Period

SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "KRW": "₩"}

WHY: dict[str, dict[Language, str]] = {
    "free": {
        "en": "{move}: here the next {unit} brings {marginal}, as much as anywhere else money may go.",
        "zh": "{move}：在这里多花{unit}带来{marginal}，与其他可调渠道相同。",
    },
    "free_up": {
        "en": "{move}: after last month's spend the next {unit} would bring {at_last}, more than the {level} "
        "it brings elsewhere.",
        "zh": "{move}：若按上月花费，再加{unit}可带来{at_last}，高于别处的{level}。",
    },
    "free_down": {
        "en": "{move}: after last month's spend the next {unit} would bring only {at_last}, less than the "
        "{level} it brings elsewhere.",
        "zh": "{move}：若按上月花费，再加{unit}只带来{at_last}，低于别处的{level}。",
    },
    "alone": {
        "en": "{move}: money may go nowhere else; here the next {unit} brings {marginal}.",
        "zh": "{move}：没有其他渠道可投；在这里多花{unit}带来{marginal}。",
    },
    "zero": {
        "en": "{move}: its first {unit} would bring {marginal}, while elsewhere {unit} brings {level}.",
        "zh": "{move}：这里的第一笔{unit}只带来{marginal}，而同样的钱在别处带来{level}。",
    },
    "at_min": {
        "en": "{move}, its minimum: the next {unit} brings {marginal} here, {level} elsewhere.",
        "zh": "{move}，即其下限：在这里多花{unit}带来{marginal}，在别处带来{level}。",
    },
    "at_max": {
        "en": "{move}, its maximum: the next {unit} would bring {marginal} here, {level} elsewhere.",
        "zh": "{move}，即其上限：若能多花{unit}可带来{marginal}，在别处带来{level}。",
    },
    "paused": {
        "en": "Paused: its first {unit} would bring {marginal}.",
        "zh": "已暂停：若投放，第一笔{unit}可带来{marginal}。",
    },
    "fixed": {
        "en": "{move}, as committed: the next {unit} would bring {marginal} here.",
        "zh": "{move}，按既定承诺：在这里多花{unit}可带来{marginal}。",
    },
    "commission": {
        "en": "{move}: {share} of the {revenue} it is expected to sell. Nine times in ten it costs {low} to "
        "{high}; what it costs more is paid from the reserve.",
        "zh": "{move}：预计售出{revenue}，按{share}付佣金。九成可能在{low}至{high}之间，超出部分由预留支付。",
    },
    "kept": {
        "en": "{move}, as much of the money as last month: what another split would bring is not known well "
        "enough to move it.",
        "zh": "{move}，占比与上月相当：其他分配的效果把握不足，因此不作调整。",
    },
    "kept_out": {
        "en": "{move}, as last month: what it would bring is not known well enough to start it again.",
        "zh": "{move}，与上月一样：其效果把握不足，因此不重新投放。",
    },
    "ruled": {
        "en": "{move}: as much as the results asked for allow; here the next {unit} would bring {marginal}.",
        "zh": "{move}：以所要求的成果为限；在这里多花{unit}可带来{marginal}。",
    },
    "at_change_limit": {
        "en": "{move}, the most it may change: the next {unit} brings {marginal} here, {level} elsewhere.",
        "zh": "{move}，已到允许的最大变动：多花{unit}在这里带来{marginal}，在别处带来{level}。",
    },
    "at_group_limit": {
        "en": "{move}, held by its group: the next {unit} brings {marginal} here, {level} elsewhere.",
        "zh": "{move}，受所在分组的限额约束：多花{unit}在这里带来{marginal}，在别处带来{level}。",
    },
}

MOVE: dict[str, dict[Language, str]] = {
    "up": {"en": "Up {change:.0%} on last month", "zh": "比上月增加{change:.0%}"},
    "down": {"en": "Down {change:.0%} on last month", "zh": "比上月减少{change:.0%}"},
    "same": {"en": "As last month", "zh": "与上月持平"},
    "starts": {"en": "{spend}, after nothing last month", "zh": "{spend}（上月没有花费）"},
    "first": {"en": "{spend}", "zh": "{spend}"},
    "nothing": {"en": "Nothing", "zh": "不投放"},
}

BESIDE: dict[str, dict[Language, str]] = {
    "extrapolated": {
        "en": " This is more than the {observed} a month ever seen here, so the result is less certain.",
        "zh": "这超过了历史最高的月花费{observed}，效果把握较小。",
    },
    "pooled": {
        "en": " It has no results of its own yet; what it brings is judged by the other channels.",
        "zh": "该渠道还没有自己的数据，其效果参照其他渠道估计。",
    },
    "given": {"en": " Its curve is the one you gave.", "zh": "其曲线由您提供。"},
}

GAINS: dict[Objective, dict[Language, str]] = {
    "revenue": {"en": "{gain} of revenue", "zh": "{gain}收入"},
    "profit": {"en": "{gain} of profit", "zh": "{gain}利润"},
    "conversions": {"en": "{gain} conversions", "zh": "{gain}次转化"},
    "new_customers": {"en": "{gain} new customers", "zh": "{gain}位新客"},
    "lifetime_value": {"en": "{gain} of lifetime value", "zh": "{gain}长期价值"},
    "scorecard": {"en": "{gain} points", "zh": "{gain}分"},
}

IN_BAD_CASE: dict[Language, str] = {"en": "{gain} in the bad case", "zh": "{gain}（不利情形下）"}


LEVEL: dict[str, dict[Language, str]] = {
    "even": {
        "en": "The next {unit} brings {level} everywhere it may go.",
        "zh": "再多{unit}，投到任何还能加的渠道都带来{level}。",
    },
    "placed": {
        "en": "The next {unit} brings {level}, placed as the limits ask.",
        "zh": "再多{unit}，按各项限额分配后带来{level}。",
    },
    "kept": {
        "en": "No channel would earn the next {unit} back: it is kept.",
        "zh": "再多{unit}，任何渠道都赚不回来，因此留着。",
    },
    "waits": {
        "en": "No channel may take the next {unit}: it would wait.",
        "zh": "再多{unit}，没有渠道还能用，只能留着。",
    },
}
SPENT = 1e-3  # of profit: the next unit is worth no more spent than kept
EVEN = 0.02  # returns that differ by less are one level

DEMAND: dict[str, dict[Language, str]] = {
    "demand": {
        "en": "Demand is {factor:.0%} of that of the last {days} days known, to {day}{then}{now}{without}.",
        "zh": "需求为已知最近{days}天（截至{day}）的{factor:.0%}{then}{now}{without}。",
    },
    "then": {"en": "; in those days: {events}", "zh": "；其间：{events}"},
    "now": {"en": "; in the month: {events}", "zh": "；计划月：{events}"},
    "without": {"en": "; without events it would be {share:.0%}", "zh": "；不计活动则为{share:.0%}"},
}
COMMA: dict[Language, str] = {"en": ", ", "zh": "、"}

MONTHS = ["January", "February", "March", "April", "May", "June", "July"]
MONTHS += ["August", "September", "October", "November", "December"]

FESTIVALS: dict[str, dict[Language, str]] = {
    "6.18": {"en": "6.18", "zh": "618"},
    "before 6.18": {"en": "run-up to 6.18", "zh": "618预热"},
    "double 11": {"en": "Double 11", "zh": "双11"},
    "before double 11": {"en": "run-up to Double 11", "zh": "双11预热"},
    "double 12": {"en": "Double 12", "zh": "双12"},
    "spring festival": {"en": "Spring Festival", "zh": "春节"},
    "before spring festival": {"en": "run-up to Spring Festival", "zh": "年货节"},
    "after spring festival": {"en": "after Spring Festival", "zh": "春节后"},
    "women's day": {"en": "Women's Day", "zh": "三八节"},
    "national day": {"en": "National Day", "zh": "国庆"},
    "black friday": {"en": "Black Friday", "zh": "黑色星期五"},
    "christmas": {"en": "Christmas", "zh": "圣诞节"},
    "before christmas": {"en": "run-up to Christmas", "zh": "圣诞前"},
    "after a festival": {"en": "days after a festival", "zh": "节后"},
}


@dataclass(frozen=True)
class Words:
    """The sentences of one reply, in its language, currency and objective.

    `names` are what the caller calls its channels, by id. A plan that `is_cautious` was made for the
    bad case, and its returns are those there.
    """

    language: Language
    currency: str
    objective: Objective
    names: Mapping[str, str] = field(default_factory=dict)
    is_cautious: bool = False

    def why(self, line: AllocationRead, level: float, held_by: str | None = None) -> str:
        """Why a channel gets what it gets, and what its result rests on.

        `level` is what the next currency unit brings wherever money may go; `held_by` what holds the
        channel beside its position: paused, fixed, ruled by what results are asked for, alone where no other
        may take money, kept where it was or kept out for want of knowing better.
        """
        sentence = WHY[_reason(line, level, held_by)][self.language].format(
            move=self._move(line),
            unit=self.unit,
            marginal=self._in_words(line.marginal_roi),
            at_last=self._in_words(line.last_marginal_roi or 0.0),
            level=self._in_words(level),
            **self._of_commission(line.commission),
        )
        beside = BESIDE.get("extrapolated" if line.extrapolated else line.source, {}).get(self.language, "")
        return sentence + beside.format(observed=self.amount(float(line.observed_max_spend or 0)))

    def level(self, price: float, lines: Iterable[AllocationRead], *, may_go: bool) -> str:
        """What the next currency unit brings, wherever it `may_go`."""
        if may_go and self.objective == "profit" and abs(price) < SPENT:
            return LEVEL["kept"][self.language].format(unit=self.unit)
        returns = [(line.marginal_roi, line.position) for line in lines]
        near = EVEN * max((abs(each) for each, _ in returns), default=0.0)
        if any(position == "free" and abs(each - price) <= EVEN * abs(price) for each, position in returns):
            kind = "even"
        else:
            kind = "placed" if may_go and abs(price) > near else "waits"
        return LEVEL[kind][self.language].format(unit=self.unit, level=self._in_words(price))

    def _of_commission(self, paid: CommissionRead | None) -> dict[str, str]:
        """What a channel paid by commission sells and costs."""
        if paid is None:
            return {}
        return {
            "share": f"{100 * paid.share:.4g}%",
            "revenue": self.amount(paid.revenue),
            "low": self.amount(float(paid.spend_low)),
            "high": self.amount(float(paid.spend_high)),
        }

    def warning(self, finding: Finding) -> str:
        """What was noticed, as a sentence; a finding without words shows its code."""
        known = WARNINGS.get(finding.code)
        if known is None:
            return finding.code
        facts = {"channel": finding.channel or "", **finding.facts}
        named = {
            key: self.names.get(fact, fact) if isinstance(fact, str) else fact for key, fact in facts.items()
        }
        return filled(known[self.language], **named, events=self.listed(finding.events))

    def listed(self, events: Iterable[str]) -> str:
        """Events by their names."""
        return COMMA[self.language].join(self.event(name) for name in events)

    def demand(self, read: DemandRead) -> str:
        """How the month's demand compares with the last days known, and why; nothing where none are."""
        if read.last_day is None:
            return ""
        said = {name: template[self.language] for name, template in DEMAND.items()}
        then, now = self._effects(read.last_events), self._effects(read.events)
        return said["demand"].format(
            factor=read.against_last,
            days=read.last_days,
            day=self.day(read.last_day),
            then=then and said["then"].format(events=then),
            now=now and said["now"].format(events=now),
            without=said["without"].format(share=read.without_events) if then or now else "",
        )

    def _effects(self, events: Mapping[str, float]) -> str:
        """What each event does to demand."""
        told = (f"{self.event(name)} {changed(factor - 1)}" for name, factor in events.items())
        return COMMA[self.language].join(told)

    def event(self, name: str) -> str:
        """A festival of the calendar, or the caller's own event, by its name."""
        return FESTIVALS[name][self.language] if name in FESTIVALS else name

    def month(self, month: Period | str) -> str:
        """December 2026, 2026年12月."""
        year, number = str(month).split("-")
        return f"{year}年{int(number)}月" if self.language == "zh" else f"{MONTHS[int(number) - 1]} {year}"

    def day(self, day: date) -> str:
        """5 Dec 2026, 2026年12月5日."""
        if self.language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"

    def amount(self, value: float) -> str:
        """Money as it is written: whole from a hundred on, with decimals below."""
        symbol = SYMBOLS.get(self.currency, self.currency + " ")
        sign = MINUS if value <= -0.005 else ""
        return f"{sign}{symbol}{abs(value):,.0f}" if abs(value) >= 100 else f"{sign}{symbol}{abs(value):,.2f}"

    def _move(self, line: AllocationRead) -> str:
        """The change against last month, in words."""
        change = line.change_share
        if not line.spend:
            kind = "nothing"
        elif change is None:
            kind = "starts" if line.last_spend is not None else "first"
        else:
            kind = "same" if abs(change) < 0.005 else "up" if change > 0 else "down"
        spend = self.amount(float(line.spend))
        return MOVE[kind][self.language].format(change=abs(change or 0.0), spend=spend)

    @property
    def unit(self) -> str:
        """The amount that marginal returns are told for: 1, or 1,000 where results are counted."""
        return self.amount(1000.0) if self._counts else SYMBOLS.get(self.currency, self.currency + " ") + "1"

    def gain(self, marginal: float) -> str:
        """What one such amount brings, as a bare figure."""
        if not self._counts:
            return self.amount(marginal)
        number = 1000 * marginal
        return minus(f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}")

    def response(self, value: float) -> str:
        """A response: money, or a count."""
        if self.objective == "scorecard":
            return minus(f"{value:,.1f}")
        return minus(f"{value:,.0f}") if self._counts else self.amount(value)

    @property
    def _counts(self) -> bool:
        return self.objective in {"conversions", "new_customers", "scorecard"}

    def _in_words(self, marginal: float) -> str:
        gain = GAINS[self.objective][self.language].format(gain=self.gain(marginal))
        return IN_BAD_CASE[self.language].format(gain=gain) if self.is_cautious else gain


def _reason(line: AllocationRead, level: float, held_by: str | None) -> str:
    """Which sentence tells why: a free channel moved because it returned more, or less, than others."""
    if held_by in {"paused", "fixed", "kept_out"} or (held_by and line.position == "free"):
        return str(held_by)
    at_last, change = line.last_marginal_roi, line.change_share or 0.0
    if line.position == "free" and at_last is not None:
        if change >= 0.005 and at_last > level:
            return "free_up"
        if change <= -0.005 and at_last < level:
            return "free_down"
    return line.position
