"""Which lift test to make next, and what a finished one found."""

from __future__ import annotations

from app.dependencies import Language
from app.experiments.schemas import (
    DesignReply,
    DesignRequest,
    ExperimentRead,
    ProposalRead,
    ReadReply,
    ReadRequest,
)
from app.optimize.service import Studies
from app.optimize.signs import changed, minus
from app.optimize.telling import words_of
from app.optimize.words import Words
from optimizer import NINE_IN_TEN, Proposal, Readout, Setting, design, read_test

TREATED_SHARE = 0.5  # of the regions of a proposed test
RECENT_DAYS = 91  # whose revenue is taken for usual
WELL_TOLD = 0.5  # of the treated part's ups and downs before the test: a control that tells less is poor

WHY: dict[Language, str] = {
    "en": "Spend {change} on {channel} in half of the regions for {weeks} weeks ({spend} in all). "
    "What {unit} brings will be known to within {error}; planning with it is worth {gain} a month.",
    "zh": "在一半地区将{channel}的花费调整{change}，持续{weeks}周（共{spend}）。"
    "每{unit}带来多少可测准到{error}以内；据此规划每月约多得{gain}。",
}
FOUND: dict[str, dict[Language, str]] = {
    "clear": {
        "en": "The change brought {lift} (9 times in 10 {low} to {high}): {roi} per unit of spend.",
        "zh": "该变动带来{lift}（九成把握在{low}至{high}之间）：每单位花费{roi}。",
    },
    "unclear": {
        "en": "The change brought {lift}, but chance alone might have (9 times in 10 {low} to {high}). "
        "Test longer, or change more.",
        "zh": "该变动带来{lift}，但也可能只是偶然（九成把握在{low}至{high}之间）。请延长测试或加大变动。",
    },
}

CAUTION: dict[str, dict[Language, str]] = {
    "regression": {"en": "", "zh": ""},
    "poor": {
        "en": " The control told only {explained:.0%} of the treated part's ups and downs before the test; "
        "one that is more alike would make the result surer.",
        "zh": "测试前对照组只能说明测试组波动的{explained:.0%}；更相似的对照组会更可靠。",
    },
    "ratio": {
        "en": " Too little is known from before to learn how the control moves with the treated part: they "
        "are taken to keep their ratio.",
        "zh": "测试前的数据太少，无法得知对照组如何随测试组变化，因此假定两者比例不变。",
    },
    "split": {
        "en": " Nothing is known from before: the treated part is taken to be {size:.0%} of both "
        "(`treated_share`).",
        "zh": "没有测试前的数据：假定测试组占两组合计的{size:.0%}（treated_share）。",
    },
}

NO_TEST: dict[str, dict[Language, str]] = {
    "alone": {
        "en": "No test is worth its cost: with one channel there is nothing to move money between.",
        "zh": "没有值得做的测试：只有一个渠道，无从调整分配。",
    },
    "sure": {
        "en": "No test is worth its cost: its result would hardly change the next plans.",
        "zh": "没有值得做的测试：结果几乎不会改变之后的方案。",
    },
}


def proposed(request: DesignRequest, language: Language, studies: Studies | None = None) -> DesignReply:
    """The tests that would improve the next plans most."""
    month = request.plan_month()
    fit = (studies or Studies()).curves(request, month, request.to_reach())
    limits = {
        channel.id: (
            float(channel.min_spend),
            float(request.budget if channel.max_spend is None else channel.max_spend),
        )
        for channel in request.every_channel.values()
    }
    weekly = float(request.weekly_revenue) if request.weekly_revenue else _weekly_revenue(request)
    setting = Setting(float(request.budget), month.days, weekly, request.noise_share, request.months, limits)
    words = words_of(request, language)
    proposals = [_told(one, words) for one in design(list(fit.curves.values()), setting)]
    why = "alone" if len(fit.curves) == 1 else "sure"
    return DesignReply(proposals=proposals, message="" if proposals else NO_TEST[why][language])


def read(request: ReadRequest, language: Language) -> ReadReply:
    """What a finished test found."""
    treated = (request.treated.before, request.treated.during)
    found = read_test(treated, [(c.before, c.during) for c in request.controls], request.treated_share)
    lift, error = found.incremental_revenue, found.standard_error
    low, high, roi = lift - NINE_IN_TEN * error, lift + NINE_IN_TEN * error, lift / request.spend_change
    template = FOUND["clear" if found.is_clear else "unclear"][language]
    told = {"lift": f"{lift:,.0f}", "low": f"{low:,.0f}", "high": f"{high:,.0f}", "roi": f"{roi:.2f}"}
    figures = {name: minus(figure) for name, figure in told.items()}
    message = template.format(**figures) + _caution(found, request.treated_share, language)
    return ReadReply(
        incremental_revenue=round(lift, 2),
        standard_error=round(error, 4),
        low=round(low, 2),
        high=round(high, 2),
        return_per_spend=round(roi, 6),
        is_clear=found.is_clear,
        method=found.method,
        explained_share=None if found.explained_share is None else round(found.explained_share, 4),
        experiment=_experiment(request, found),
        message=message,
    )


def _caution(found: Readout, treated_share: float, language: Language) -> str:
    """What the reading rests on, where that is little."""
    poor = found.explained_share is not None and found.explained_share < WELL_TOLD
    case = "poor" if poor else found.method
    return CAUTION[case][language].format(size=treated_share, explained=found.explained_share or 0.0)


def _experiment(request: ReadRequest, found: Readout) -> ExperimentRead:
    """The test as if everybody had been treated: spend, revenue and error over the treated share."""
    share = request.treated_share
    return ExperimentRead(
        channel=request.channel,
        start=request.start,
        end=request.end,
        spend_change=round(request.spend_change / share, 2),
        incremental_revenue=round(found.incremental_revenue / share, 2),
        standard_error=round(found.standard_error / share, 4),
    )


def _told(one: Proposal, words: Words) -> ProposalRead:
    why = WHY[words.language].format(
        change=changed(one.change_share, 0),
        channel=words.names.get(one.channel, one.channel),
        weeks=one.weeks,
        spend=words.amount(one.spend_change),
        unit=words.unit,
        error=words.gain(NINE_IN_TEN * one.error_per_spend),
        gain=words.response(one.gain),
    )
    facts = {name: value if isinstance(value, str) else round(value, 4) for name, value in vars(one).items()}
    return ProposalRead(**facts, treated_share=TREATED_SHARE, why=why)


def _weekly_revenue(request: DesignRequest) -> float:
    """The shop's usual revenue in a week: its own where known, else what channels are credited with."""
    known = [(row.period, row.revenue) for row in request.outcomes if row.revenue is not None]
    known = known or [(row.period, row.revenue) for row in request.history if row.revenue is not None]
    if not known:
        return float(request.budget)
    last = max(period.end for period, _ in known)
    first = max(min(period.start for period, _ in known), last - RECENT_DAYS)
    recent = [(period, revenue) for period, revenue in known if period.start >= first]
    days = last - min(period.start for period, _ in recent) if recent else 1
    return max(sum(revenue for _, revenue in recent) / days * 7, 1.0)
