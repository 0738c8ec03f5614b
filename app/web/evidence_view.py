"""What each curve of a plan rests on: past months beside it, tests, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.optimize.curve_view import account, trust
from app.optimize.diagnoses import ADVICE
from app.optimize.evidence import DrawnCurve, Evidence, SeenPoint
from app.optimize.known import ExperimentInput
from app.optimize.replies import AllocationRead, PlanReply
from app.web.charts import Axis, Chart, Cloud, Line, Rule, Shape, Tone, nice_ticks, value_at
from app.web.pictures import curve_chart, response_axis
from app.web.writing import Figures
from optimizer import NINE_IN_TEN, Period

AGREEMENT = {"test_agrees", "test_disagrees"}
MOST_RATIO = 3.0  # a month that brought more of what the curve says is drawn there
ROOM = 0.21  # of the picture's width, for a month's name
NOTABLE = 0.005  # a caused share that near to all is told as all


@dataclass(frozen=True)
class ChannelEvidence:
    """A channel's curve with what it rests on; empty texts where there is nothing to tell."""

    channel: str
    name: str
    place: str
    chart: Chart
    strip: Chart | None
    source: str
    explains: str
    doubt: str
    beyond: str
    months: int
    caused: str
    sentences: list[str]
    tests: list[str]
    agreement: list[str]
    advice: str
    can_test: bool


@dataclass(frozen=True)
class EvidenceView:
    """The page's figures."""

    axis: str
    rows: list[ChannelEvidence]
    together: list[str]


@dataclass(frozen=True)
class Grounds:
    """A channel's line of the plan, its curve, what was noticed of it by code, and its tests."""

    line: AllocationRead
    curve: DrawnCurve
    noticed: Mapping[str, str]
    tests: Sequence[ExperimentInput]


def evidence_view(
    reply: PlanReply, evidence: Evidence, tests: Sequence[ExperimentInput], figures: Figures
) -> EvidenceView:
    """All that the page says of a plan's curves, the largest channel first."""
    curves = {curve.channel: curve for curve in evidence.curves}
    warnings = evidence.warnings[figures.language]
    every = [
        Grounds(
            line,
            curves[line.channel],
            {warning.code: warning.message for warning in warnings if warning.channel == line.channel},
            [test for test in tests if test.channel == line.channel],
        )
        for line in sorted(reply.allocations, key=lambda line: -line.spend)
    ]
    return EvidenceView(
        axis=figures.say("evidence.axis", objective=figures.say(f"month.{reply.objective}")),
        rows=[_row(grounds, f"channel-{number}", figures) for number, grounds in enumerate(every)],
        together=[
            *account(evidence.explained_share, figures.language),
            *(warning.message for warning in warnings if warning.channel is None),
        ],
    )


def _row(grounds: Grounds, place: str, figures: Figures) -> ChannelEvidence:
    line, curve, noticed = grounds.line, grounds.curve, grounds.noticed
    return ChannelEvidence(
        channel=line.channel,
        name=line.name,
        place=place,
        chart=seen_chart(line, curve, figures),
        strip=strip_chart(line, curve, figures),
        source=figures.say(f"evidence.{curve.source or line.source}"),
        explains=_per_cent(curve.explained_share, figures),
        doubt=_doubt(curve.doubt_inside, figures),
        beyond=_doubt(curve.doubt_outside, figures),
        months=len(curve.seen),
        caused=_caused(curve, figures),
        sentences=_sentences(grounds, figures),
        tests=[found_by(test, figures) for test in grounds.tests],
        agreement=[message for code, message in noticed.items() if code in AGREEMENT],
        advice=ADVICE[curve.advice][figures.language],
        can_test=curve.advice == "lift_test",
    )


def _sentences(grounds: Grounds, figures: Figures) -> list[str]:
    """What the history can and cannot tell of a channel."""
    caused = _caused(grounds.curve, figures)
    said = [trust(grounds.curve, figures.language)]
    said += [figures.say("evidence.caused_said", share=caused)] if caused else []
    said += [message for code, message in grounds.noticed.items() if code not in AGREEMENT]
    return [sentence for sentence in said if sentence]


def _caused(curve: DrawnCurve, figures: Figures) -> str:
    """What it is taken to cause of what it is credited with, where that is not all."""
    share = curve.caused_share
    return "" if share is None or abs(share - 1) < NOTABLE else figures.share(share, 0)


def found_by(test: ExperimentInput, figures: Figures) -> str:
    """What a lift test found."""
    return figures.say(
        "evidence.test_found",
        name=test.name or figures.say("evidence.a_test"),
        change=figures.change(test.spend_change),
        days=figures.span(test.start, test.end),
        lift=figures.money(test.incremental_revenue),
        error=figures.money(NINE_IN_TEN * test.standard_error),
    )


def seen_chart(line: AllocationRead, curve: DrawnCurve, figures: Figures) -> Chart:
    """The curve with the channel's past months; months without results lie on the axis."""
    base, say = curve_chart(line, curve, figures), figures.say
    seen = [point for point in curve.seen if point.spend <= base.x.high]
    heights = [point.response for point in seen if point.response is not None]
    low, high = min([base.y.low, *heights]), max([base.y.high, *heights])
    clouds: list[Shape] = []
    for name, tone, points in _groups(curve, seen):
        spots = tuple((p.spend, low if p.response is None else p.response, _text(p, figures)) for p in points)
        if spots:
            clouds.append(Cloud(spots, say(f"evidence.{name}"), tone))
    band, *above = base.shapes
    return replace(base, y=response_axis(low, high, figures), shapes=(band, *clouds, *above))


def _groups(curve: DrawnCurve, seen: Sequence[SeenPoint]) -> list[tuple[str, Tone, list[SeenPoint]]]:
    """Past months as they are drawn: those before a change of effect, and those without results, apart."""
    since = curve.change.date[:7] if curve.change else ""
    known = [point for point in seen if point.response is not None]
    return [
        ("past_month", "curve", [p for p in known if p.month >= since]),
        ("past_month_before", "muted", [p for p in known if p.month < since]),
        ("no_result", "muted", [p for p in seen if p.response is None]),
    ]


def strip_chart(line: AllocationRead, curve: DrawnCurve, figures: Figures) -> Chart | None:
    """What came month by month over what the curve says; a change of effect is marked by its day."""
    middle = [(spend, response) for spend, response, _, _ in curve.points]
    found = [(p, _ratio(p, value_at(middle, p.spend))) for p in curve.seen]
    ratios = [(p, ratio) for p, ratio in found if ratio is not None]
    if len(ratios) < 3:
        return None
    first = Period.parse(ratios[0][0].month).first
    at = {p.month: _months_since(first.year, first.month, p.month) for p, _ in ratios}
    end, (low, top) = max(at.values()), _reach([ratio for _, ratio in ratios])
    specks = tuple((at[p.month], min(max(r, low), top), _ratio_text(p, r, figures)) for p, r in ratios)
    shapes: list[Shape] = [Line(((-0.5, 1.0), (end + 0.5, 1.0)), figures.say("month.seen"))]
    if curve.change:
        since = _months_since(first.year, first.month, curve.change.date[:7])
        shapes.append(Rule(since - 0.5, figures.say("evidence.changed", date=curve.change.date)))
    shares = [figures.share(ratio, 0) for ratio in (min(r for _, r in ratios), max(r for _, r in ratios))]
    return Chart(
        title=figures.say("evidence.strip"),
        said=figures.say(
            "evidence.strip_said", channel=line.name, months=len(ratios), low=shares[0], high=shares[1]
        ),
        x=Axis("", -0.5, end + 0.5, _year_ticks(first.year, first.month, end, figures)),
        y=Axis("", low, top, tuple((t, figures.share(t, 0)) for t in nice_ticks(low, top))),
        shapes=(*shapes, Cloud(specks, figures.say("evidence.past_month"))),
    )


def _reach(ratios: Sequence[float]) -> tuple[float, float]:
    """From where to where ratios are drawn: at least a half either way; what lies far off is at the edge."""
    far = min(max(abs(ratio - 1) for ratio in ratios), MOST_RATIO - 1)
    return max(0.0, 1 - max(0.5, far * 1.1)), 1 + max(0.5, far * 1.1)


def _ratio(point: SeenPoint, said: float) -> float | None:
    return None if point.response is None or said <= 0 else point.response / said


def _months_since(year: int, month: int, then: str) -> float:
    then_year, then_month = (int(part) for part in then.split("-"))
    return float(12 * (then_year - year) + then_month - month)


def _year_ticks(year: int, month: int, end: float, figures: Figures) -> tuple[tuple[float, str], ...]:
    """The first month, and Januaries and Julys as far apart as their names are wide."""
    told: list[tuple[float, str]] = []
    for k in range(int(end) + 1):
        found = Period.month(year, month).next(k)
        if not told or (found.first.month in {1, 7} and k - told[-1][0] >= ROOM * end):
            told.append((float(k), figures.short_month(found)))
    return tuple(told)


def _ratio_text(point: SeenPoint, ratio: float, figures: Figures) -> str:
    return figures.say("evidence.ratio", month=figures.month(point.month), ratio=figures.share(ratio, 0))


def _text(point: SeenPoint, figures: Figures) -> str:
    """What a past month was, as it was then."""
    month, paid = figures.month(point.month), figures.money(point.paid)
    if point.result is None:
        return figures.say("evidence.point_unknown", month=month, paid=paid)
    return figures.say("evidence.point", month=month, paid=paid, result=figures.response(point.result))


def _per_cent(share: float | None, figures: Figures) -> str:
    return "" if share is None else figures.share(share, 0)


def _doubt(doubt: float | None, figures: Figures) -> str:
    return "" if doubt is None else f"±{figures.share(doubt, 0)}"
