"""What a plan is expected to bring in all, and how surely that is more than last month's mix would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.dependencies import Language
from app.optimize.caution import spends, value_of
from app.optimize.figures import amount, figure
from app.optimize.replies import ExpectedRead
from app.optimize.schemas import PlanRequest
from app.optimize.signs import changed
from app.optimize.words import Words
from optimizer import Allocation, Finding, Fit

RANGE = (0.05, 0.95)
NOTHING = 1e-4  # of what the mix brings: a plan that brings so much less is no worse
LOSS, DOUBTFUL = 0.02, 0.05  # a plan so much below the mix, in so many cases, is told
SURE = 0.995
SENTENCES: dict[str, dict[Language, str]] = {
    "told": {
        "en": "Against last month's mix of the same money: {gain}.",
        "zh": "与按上月比例花同样的钱相比：{gain}。",
    },
    "range": {
        "en": "Against last month's mix of the same money: {gain}, nine times in ten {low} to {high}; in "
        "{cases} of 100 cases it is no worse.",
        "zh": "与按上月比例花同样的钱相比：{gain}，九成可能在{low}至{high}之间；"
        "100次中有{cases}不逊于上月比例。",
    },
}
CASES: dict[Language, tuple[str, str]] = {"en": ("{:.0f}", "more than 99"), "zh": ("{:.0f}次", "99次以上")}


@dataclass(frozen=True)
class Gain:
    """What a plan brings more than last month's mix of the same money, as shares of what that mix brings.

    `cases` (draws,) are equally likely; `doubtful` is the channel that most of the doubt comes from.
    """

    share: float
    cases: NDArray[np.float64]
    doubtful: str

    @property
    def range(self) -> tuple[float, float] | None:
        """What holds it nine times in ten; None where nothing is in doubt."""
        if not self.is_doubted:
            return None
        low, high = np.quantile(self.cases, RANGE)
        return min(float(low), self.share), max(float(high), self.share)

    @property
    def chance(self) -> float | None:
        """How likely the plan is no worse than the mix; None where nothing is in doubt."""
        return float((self.cases >= -NOTHING).mean()) if self.is_doubted else None

    @property
    def is_doubted(self) -> bool:
        """Whether the cases differ at all."""
        return float(np.ptp(self.cases)) > NOTHING


def expected_read(request: PlanRequest, fit: Fit, allocation: Allocation, words: Words) -> ExpectedRead:
    """The sum over channels, its range over the curves' draws, and the gain over last month's mix."""
    spend = spends(request, allocation)
    response, low, high = total_of(request, fit, spend)
    gain = gain_of(request, fit, spend)
    sides, chance = (gain.range, gain.chance) if gain else (None, None)
    return ExpectedRead(
        response=response,
        low=low,
        high=high,
        against_last_mix=figure(gain.share) if gain else None,
        against_last_mix_low=None if sides is None else figure(sides[0]),
        against_last_mix_high=None if sides is None else figure(sides[1]),
        chance_of_gain=None if chance is None else figure(chance),
        message=_told(gain, words) if gain else "",
    )


def total_of(request: PlanRequest, fit: Fit, spend: Mapping[str, float]) -> tuple[float, float, float]:
    """What all spends bring together, and the range that holds it nine times in ten."""
    response = value_of(request, fit, spend)
    low, high = np.quantile(sum(_drawn(request, fit, spend).values(), np.zeros(1)), RANGE)
    return amount(response), amount(min(float(low), response)), amount(max(float(high), response))


def gain_of(request: PlanRequest, fit: Fit, spend: Mapping[str, float]) -> Gain | None:
    """The gain of these spends (currency) over last month's mix; None without such a mix."""
    mix = _last_mix(request, fit, spend)
    before = value_of(request, fit, mix) if mix else 0.0
    if before <= 0:
        return None
    after, kept = _drawn(request, fit, spend), _drawn(request, fit, mix)
    apart = {name: (drawn - kept.get(name, 0.0)) / before for name, drawn in after.items()}
    doubtful = max(apart, key=lambda name: (float(apart[name].std()), name))
    share = value_of(request, fit, spend) / before - 1
    return Gain(share, np.asarray(sum(apart.values(), np.zeros(1))), doubtful)


def doubts(request: PlanRequest, fit: Fit, allocation: Allocation) -> list[Finding]:
    """A plan that may well bring less than last month's mix would."""
    gain = gain_of(request, fit, spends(request, allocation))
    if gain is None or request.risk.measure != "expected":
        return []
    losses = float((gain.cases < -LOSS).mean())
    facts: dict[str, float | str] = {"cases": round(100 * losses), "loss": LOSS}
    return [Finding("doubtful_gain", gain.doubtful, facts)] if losses > DOUBTFUL else []


def _last_mix(request: PlanRequest, fit: Fit, spend: Mapping[str, float]) -> dict[str, float]:
    """The same money in last month's proportions; what is paid by commission stays."""
    last = {c.id: request.last_spend(c, fit) for c in request.every_channel.values()}
    paid = {name: money for name, money in spend.items() if fit.curves[name].commission}
    known = {name: float(money) for name, money in last.items() if money and name not in paid}
    free = sum(spend.values()) - sum(paid.values())
    if not known or free <= 0:
        return {}
    return paid | {name: free * money / sum(known.values()) for name, money in known.items()}


def _drawn(request: PlanRequest, fit: Fit, spend: Mapping[str, float]) -> dict[str, NDArray[np.float64]]:
    """What each channel's spend brings in every draw of its curve, in the objective."""
    found = {}
    for name, money in spend.items():
        fitted, value = fit.curves[name], float(fit.curves[name].curve(money))
        worth, cost = request.worth_of(request.every_channel[name]), request.unit_cost * money
        if fitted.commission and value > 0:  # it costs so much more as it sells more
            worth, cost = worth - cost / value, 0.0
        found[name] = worth * fitted.drawn_at(money) - cost
    return found


def _told(gain: Gain, words: Words) -> str:
    """The gain as a sentence, with its range where there is one."""
    if gain.range is None or gain.chance is None:
        return SENTENCES["told"][words.language].format(gain=changed(gain.share))
    some, all_but = CASES[words.language]
    cases = all_but if gain.chance > SURE else some.format(100 * gain.chance)
    low, high = (changed(side) for side in gain.range)
    return SENTENCES["range"][words.language].format(
        gain=changed(gain.share), low=low, high=high, cases=cases
    )
