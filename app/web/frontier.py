"""The budget's frontier: what the best plan of each budget brings."""

from __future__ import annotations

from dataclasses import dataclass

from app.dependencies import Language
from app.optimize.schemas import PlanRequest
from app.scenarios import service
from app.scenarios.replies import SweepReply
from app.scenarios.schemas import SweepRequest
from app.web.charts import Band, Chart, Dot, Line, Rule, Shape, value_at
from app.web.kept import Ground
from app.web.pictures import response_axis, spend_axis
from app.web.writing import Figures


@dataclass(frozen=True)
class FrontierView:
    """The picture, and what it says in words."""

    chart: Chart
    summary: list[str]


def frontier(ground: Ground, language: Language) -> FrontierView:
    """What budgets from half to one and a half times the plan's bring at best."""
    known = {name: getattr(ground.request, name) for name in PlanRequest.model_fields}
    request = SweepRequest.model_construct(**known | {"target": None, "budgets": []})
    swept = service.swept(request, language, ground.studies)
    figures = Figures(language, swept.currency, swept.objective)
    return FrontierView(frontier_chart(swept, float(ground.request.budget), figures), swept.summary)


def frontier_chart(swept: SweepReply, budget: float, figures: Figures) -> Chart:
    """Response over budget with its range; the plan's own and the best budget are marked."""
    say, points = figures.say, swept.points
    middle = [(float(point.budget), point.response) for point in points]
    end = max(spend for spend, _ in middle)
    top = max(point.response_high for point in points)
    shapes: list[Shape] = [
        Band(tuple((float(p.budget), p.response_low, p.response_high) for p in points), say("month.range")),
        Line(tuple(middle), say("month.seen")),
    ]
    if swept.best:
        best = float(swept.best.budget)
        shapes.append(Rule(best, f"{say('what_if.best_budget')} {figures.money(best)}"))
    name = f"{say('month.this_plan')} {figures.money(budget)}"
    shapes.append(Dot(budget, value_at(middle, budget), name, "plan"))
    return Chart(
        title=say("what_if.frontier"),
        said=" ".join(swept.summary) or say("what_if.frontier"),
        x=spend_axis(end, figures, start=middle[0][0]),
        y=response_axis(0.0, top, figures),
        shapes=tuple(shapes),
        width=720,
        height=300,
    )
