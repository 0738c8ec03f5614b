"""A report in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.dependencies import Language
from app.optimize.signs import filled
from app.optimize.words import Words
from app.reports.schemas import ChannelReportRead, FiguresRead, PlanReportRead

LEAST_SHARE = 0.05  # of all spend: a channel with less is not named best or worst

SENTENCES: dict[str, dict[Language, str]] = {
    "nothing": {"en": "Nothing is stored of {period}.", "zh": "{period}没有数据。"},
    "spend": {"en": "{spend} was spent{change}.", "zh": "花费{spend}{change}。"},
    "revenue": {
        "en": "Channels were credited with {revenue} of revenue{change}, {roi:.2f} per unit of spend.",
        "zh": "渠道归因收入{revenue}{change}，每单位花费{roi:.2f}。",
    },
    "shop": {"en": "The whole shop took {revenue}.", "zh": "全店收入{revenue}。"},
    "apart": {
        "en": "Per unit of spend {best} brought the most ({most:.2f}), {worst} the least ({least:.2f}).",
        "zh": "每单位花费以{best}最高（{most:.2f}），{worst}最低（{least:.2f}）。",
    },
    "plan": {
        "en": "The plan meant {planned} for these days; {spend} was spent.",
        "zh": "计划在此期间花费{planned}，实际{spend}。",
    },
    "reserve": {
        "en": "Of the reserve of {held}, {left} is left.",
        "zh": "预留{held}，尚余{left}。",
    },
}
CHANGES: dict[str, dict[Language, str]] = {
    "more": {"en": ", {share:.0%} more than in the {grain} before", "zh": "，较上{grain}增加{share:.0%}"},
    "less": {"en": ", {share:.0%} less than in the {grain} before", "zh": "，较上{grain}减少{share:.0%}"},
}
GRAINS: dict[str, dict[Language, str]] = {
    "week": {"en": "week", "zh": "周"},
    "month": {"en": "month", "zh": "月"},
}


class Teller:
    """The sentences of one report."""

    def __init__(self, words: Words, grain: str) -> None:
        self.words, self.grain = words, grain

    def nothing(self, period: str) -> str:
        """When there is nothing to tell."""
        return self._say("nothing", period=period)

    def of_all(self, now: FiguresRead, before: FiguresRead | None) -> Iterator[str]:
        """Spend and revenue of all channels, against the period before."""
        was = None if before is None else before.spend
        yield self._say("spend", spend=self._paid(now.spend), change=self._change(now.spend, was))
        if now.revenue is not None and now.roi is not None:
            change = self._change(now.revenue, before and before.revenue)
            yield self._say("revenue", revenue=self._paid(now.revenue), change=change, roi=now.roi)

    def of_shop(self, shop: FiguresRead | None) -> Iterator[str]:
        """The whole shop's revenue."""
        if shop is not None and shop.revenue is not None:
            yield self._say("shop", revenue=self._paid(shop.revenue))

    def of_channels(self, channels: Sequence[ChannelReportRead]) -> Iterator[str]:
        """Which channel brought most per unit of spend, and which least, among those that count."""
        spent = sum(one.figures.spend for one in channels)
        known = sorted(
            (one.figures.roi, one.name)
            for one in channels
            if one.figures.roi is not None and one.figures.spend >= LEAST_SHARE * float(spent)
        )
        if len(known) > 1:
            (least, worst), (most, best) = known[0], known[-1]
            yield self._say("apart", best=best, most=most, worst=worst, least=least)

    def of_plan(self, plan: PlanReportRead) -> Iterator[str]:
        """Spend against plan, and the reserve."""
        yield self._say("plan", planned=self._paid(plan.planned_spend), spend=self._paid(plan.spend))
        if plan.reserve_held:
            yield self._say("reserve", held=self._paid(plan.reserve_held), left=self._paid(plan.reserve_left))

    def _say(self, name: str, **facts: object) -> str:
        return filled(SENTENCES[name][self.words.language], **facts)

    def _paid(self, amount: object) -> str:
        return self.words.amount(float(str(amount)))

    def _change(self, now: object, before: object) -> str:
        """How much more or less than before; nothing where it is not known or hardly any."""
        is_known = before is not None and float(str(before)) > 0
        share = float(str(now)) / float(str(before)) - 1 if is_known else 0.0
        if abs(share) < 0.005:
            return ""
        language = self.words.language
        told = CHANGES["more" if share > 0 else "less"][language]
        return told.format(share=abs(share), grain=GRAINS[self.grain][language])
