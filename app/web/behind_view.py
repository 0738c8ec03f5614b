"""The months behind as they are looked at: forecasts against what came, plans against keeping the mix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.backtest.schemas import BacktestReply, GainRead, PastMonthRead
from app.web.charts import Axis, Chart, Dot, Line, Shape, Span, nice_ticks
from app.web.pictures import response_axis
from app.web.writing import Figures

APART = 0.22  # of a month: how far beside its middle a second and a third mark stand
WIDE = (720, 300)


@dataclass(frozen=True)
class PastRow:
    """A past month: its forecast, what came, and what each way of planning would have gained."""

    name: str
    spent: str
    forecast: str
    forecast_range: str
    came: str
    off: str
    holds: bool
    plan: str
    plan_range: str
    plan_tone: str
    roi_rule: str
    done: str
    shares: list[tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class Foreseen:
    """How well one channel was foreseen."""

    name: str
    held: str
    part: float
    off: str


@dataclass(frozen=True)
class BehindView:
    """The page's figures."""

    rows: list[PastRow]
    together: PastRow
    chance: str
    held: str
    off: str
    measured: str
    has_rule: bool
    forecasts: Chart
    gains: Chart
    foreseen: list[Foreseen]
    summary: list[str]


def behind_view(reply: BacktestReply, names: dict[str, str], figures: Figures) -> BehindView:
    """What the page says of a backtest."""
    all_together, *channels = reply.foresight
    months = {"held": all_together.held, "months": all_together.months}
    return BehindView(
        rows=[_row(past, names, figures) for past in reply.months],
        together=_together(reply, figures),
        chance=figures.share(min(reply.chance, 0.99), 0),
        held=figures.say("behind.held_value", **months),
        off=_per_cent(all_together.typical_error, figures),
        measured=figures.say(f"behind.forecast_{reply.measured}"),
        has_rule=any(gain.rule == "roi_rule" for gain in reply.gains),
        forecasts=forecast_chart(reply.months, figures.say("behind.forecast_said", **months), figures),
        gains=gain_chart(reply, figures),
        foreseen=[
            Foreseen(
                names.get(line.channel or "", line.channel or ""),
                figures.say("behind.held_value", held=line.held, months=line.months),
                round(line.coverage, 3),
                _per_cent(line.typical_error, figures),
            )
            for line in channels
        ],
        summary=reply.summary,
    )


def _row(past: PastMonthRead, names: dict[str, str], figures: Figures) -> PastRow:
    forecast, gains = past.forecast, _by_rule(past.gains)
    plan = gains["plan"]
    return PastRow(
        name=figures.month(past.month),
        spent=figures.money(past.spent),
        forecast=figures.response(forecast.value),
        forecast_range=f"{figures.response(forecast.low)} – {figures.response(forecast.high)}",
        came=figures.response(forecast.actual),
        off=figures.move(forecast.error_share),
        holds=forecast.holds,
        plan=figures.move(plan.value),
        plan_range=_range(plan, figures),
        plan_tone=_tone(plan.value),
        roi_rule=_gain(gains.get("roi_rule"), figures),
        done=_gain(gains.get("done"), figures),
        shares=[
            (
                names.get(line.channel, line.channel),
                figures.money(line.mix),
                figures.money(line.plan),
                "" if line.roi_rule is None else figures.money(line.roi_rule),
                figures.money(line.done),
            )
            for line in past.spends
        ],
    )


def _together(reply: BacktestReply, figures: Figures) -> PastRow:
    """All months as one line; forecasts are not added up."""
    gains = _by_rule(reply.gains)
    plan = gains["plan"]
    return PastRow(
        name=figures.say("behind.together"),
        spent=figures.money(sum(past.spent for past in reply.months)),
        forecast="",
        forecast_range="",
        came="",
        off="",
        holds=True,
        plan=figures.move(plan.value),
        plan_range=_range(plan, figures),
        plan_tone=_tone(plan.value),
        roi_rule=_gain(gains.get("roi_rule"), figures),
        done=_gain(gains.get("done"), figures),
        shares=[],
    )


def forecast_chart(months: Sequence[PastMonthRead], said: str, figures: Figures) -> Chart:
    """Each month's forecast in its range, and what came beside it; what came outside stands out."""
    shapes: list[Shape] = []
    for place, past in enumerate(months):
        told, write = past.forecast, figures.response
        month = figures.month(past.month)
        span = f"{month}: {write(told.low)} – {write(told.high)}"
        shapes += [
            Span(place, told.low, told.high, span),
            Dot(place, told.value, f"{figures.say('behind.foretold')} {write(told.value)}", "curve"),
            Dot(
                place + APART,
                told.actual,
                f"{figures.say('behind.came')} {write(told.actual)}",
                "plan" if told.holds else "down",
            ),
        ]
    top = max(max(past.forecast.high, past.forecast.actual) for past in months) or 1.0
    low = min(0.0, *(min(past.forecast.low, past.forecast.actual) for past in months))
    return Chart(
        title=figures.say("behind.forecast"),
        said=said,
        x=_months_axis(months, figures),
        y=response_axis(low, top * 1.04, figures),
        shapes=tuple(shapes),
        width=WIDE[0],
        height=WIDE[1],
    )


def gain_chart(reply: BacktestReply, figures: Figures) -> Chart:
    """What planning, the ROI rule and what was done gained over keeping the mix, month by month."""
    months, shapes = reply.months, list[Shape]()
    shapes.append(Line(((-0.5, 0.0), (len(months) - 0.5, 0.0)), figures.say("behind.mix"), "last"))
    reached = [0.0]
    for place, past in enumerate(months):
        gains = _by_rule(past.gains)
        plan, month = gains["plan"], figures.month(past.month)
        shapes.append(Span(place - APART, plan.low, plan.high, f"{month}: {_range(plan, figures)}"))
        marks = (("plan", -APART, "curve"), ("roi_rule", 0.0, "last"), ("done", APART, "plan"))
        for rule, beside, tone in marks:
            if rule in gains:
                value = gains[rule].value
                label = figures.say("behind.planned" if rule == "plan" else f"behind.{rule}")
                shapes.append(Dot(place + beside, value, f"{label} {figures.move(value)}", tone))  # type: ignore[arg-type]
                reached.append(value)
        reached += [plan.low, plan.high]
    low, high = min(reached), max(reached)
    edge = 0.06 * (high - low) or 0.01
    ticks = tuple((tick, figures.move(tick)) for tick in nice_ticks(low - edge, high + edge, 6))
    together = figures.move(_by_rule(reply.gains)["plan"].value)
    return Chart(
        title=figures.say("behind.judged"),
        said=figures.say("behind.judged_said", plan=together),
        x=_months_axis(months, figures),
        y=Axis("", low - edge, high + edge, ticks),
        shapes=tuple(shapes),
        width=WIDE[0],
        height=WIDE[1],
    )


def _months_axis(months: Sequence[PastMonthRead], figures: Figures) -> Axis:
    """One place per month, every second named where there are many."""
    step = 1 if len(months) <= 6 else 2
    ticks = tuple((float(k), figures.month_name(m.month)) for k, m in enumerate(months) if k % step == 0)
    return Axis(figures.say("behind.month"), -0.5, len(months) - 0.5, ticks)


def _by_rule(gains: Iterable[GainRead]) -> dict[str, GainRead]:
    return {gain.rule: gain for gain in gains}


def _gain(gain: GainRead | None, figures: Figures) -> str:
    return "" if gain is None else figures.move(gain.value)


def _range(gain: GainRead, figures: Figures) -> str:
    return f"{figures.move(gain.low)} – {figures.move(gain.high)}"


def _tone(value: float) -> str:
    return "up" if value > 0 else "down" if value < 0 else "same"


def _per_cent(share: float | None, figures: Figures) -> str:
    return "" if share is None else figures.share(share, 0)
