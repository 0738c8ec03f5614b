"""The month on two pages of A4, for the meeting: a page that prints well, and PDF; in either language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from app.access.callers import Caller
from app.db.tables import PlanRow, WorkspaceRow
from app.dependencies import ChosenLanguage, Language
from app.errors import NotFoundError, NotInstalledError
from app.plans import repository
from app.problems import STORED_RESPONSES
from app.sessions import ReadSession, WhoCalls
from app.web.desk import SAMPLE
from app.web.month import MonthView, month_view
from app.web.opening import ADesk, trial_at
from app.web.plan_view import evidence_of, reply_of, rest_told
from app.web.rendering import HEADERS, PageRoute, environment
from app.web.texts import Say
from app.web.visits import AVisit, ReadPage
from app.web.writing import Figures

PDF = "application/pdf"
SIGNED = ("did_draft", "did_submit", "did_approve")  # what people put their names to
SHEET = Path(__file__).parent / "static" / "paper.css"
INK = (  # a picture on paper carries its own colours: the sheet's do not reach into it
    "text{font:13px sans-serif;fill:#56605b}path{fill:none}.grid{stroke:#eeece5}.axis{stroke:#c9c7bd}"
    ".line{stroke:#14594a;stroke-width:2.2}.dashed{stroke-dasharray:5 5}"
    ".rule{stroke:#56605b;stroke-dasharray:2 4}"
    ".band{fill:#14594a;opacity:.16}.dot.last{fill:#6b7280}.dot.plan{fill:#8f5606}"
)

pages = APIRouter(route_class=PageRoute, include_in_schema=False)
router = APIRouter(prefix="/v1", tags=["plans"], responses=STORED_RESPONSES, default_response_class=Response)


@dataclass(frozen=True)
class Paper:
    """What is printed: a month, whose it is, and who has signed; `address` is its page, if it has one."""

    month: MonthView
    language: Language
    shop: str
    foot: str
    signed: list[tuple[str, str]]
    address: str = ""
    rest: str = ""

    def html(self, *, has_sheet: bool = False) -> str:
        """The page; with the style sheet in it where it must stand alone."""
        return (
            environment()
            .get_template("paper.html")
            .render(
                **vars(self),
                say=Say(self.language),
                title=self.title,
                ink=INK,
                sheet=Markup(SHEET.read_text("utf-8")) if has_sheet else "",
            )
        )

    @property
    def title(self) -> str:
        """What the pages are about."""
        return title_of(self.month)

    def page(self) -> Response:
        """As a page of the product."""
        return HTMLResponse(self.html(), headers={**HEADERS, "Content-Language": self.language})

    def pdf(self) -> Response:
        """As PDF, made from the same page; nothing is fetched for it."""
        headers = {"Content-Language": self.language, "Cache-Control": "private, no-store"}
        return Response(as_pdf(self.alone()), headers=headers, media_type=PDF)

    def alone(self) -> str:
        """The page without anything outside itself, so that it can be sent on."""
        return replace(self, address="").html(has_sheet=True)


def as_pdf(html: str) -> bytes:
    """A page as PDF, from nothing but itself; raises `NotInstalledError` where Pango is missing."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise NotInstalledError("PDF needs Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0).") from error
    pdf: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf()
    return pdf


def title_of(month: MonthView) -> str:
    """Plan for December 2026."""
    return month.figures.say("month.plan_for", month=month.title)


def of_trial(place: str, visit: AVisit, desk: ADesk) -> Paper:
    """A plan that is not stored: the sample shop's, or one from a dropped file."""
    trial, say = trial_at(place, desk), visit.say
    if trial.planned is None:
        raise NotFoundError("This file has no plan to print.")
    month = month_view(trial.planned.reply(visit.language), trial.planned.evidence, visit.language)
    shop = say("paper.sample") if place == SAMPLE else trial.name
    foot = say("paper.trial_foot", shop=shop, title=title_of(month))
    signed = [(say(f"plans.{what}"), "") for what in SIGNED]
    address = "/sample" if place == SAMPLE else f"/desk/{place}"
    return Paper(month, visit.language, shop, foot, signed, address)


def of_sample(visit: AVisit, desk: ADesk) -> Paper:
    """The sample shop's."""
    return of_trial(SAMPLE, visit, desk)


def of_plan(plan: PlanRow, workspace: WorkspaceRow, language: Language) -> Paper:
    """A stored plan, with who drafted, submitted and approved it."""
    month, say = month_view(reply_of(plan), evidence_of(plan), language), Say(language)
    figures = Figures(language, workspace.currency)
    state = say(f"plans.{plan.state}")
    title = title_of(month)
    foot = say("paper.foot", shop=workspace.name, title=title, version=plan.version, state=state)
    names = [
        f"{plan.drafted_by} · {figures.moment(plan.drafted_at)}",
        plan.submitted_by or "",
        plan.approved_by or "",
    ]
    signed = [(say(f"plans.{what}"), who) for what, who in zip(SIGNED, names, strict=True)]
    rest = rest_told(plan, Figures(language, plan.reply["currency"]))
    return Paper(month, language, workspace.name, foot, signed, f"/plans/{plan.id}", rest)


def kept(plan_id: str, session: ReadPage, visit: AVisit) -> Paper:
    """A stored plan for whoever has signed in."""
    return _stored(plan_id, session, visit.known(), visit.language)


def called(plan_id: str, session: ReadSession, caller: WhoCalls, language: ChosenLanguage) -> Paper:
    """A stored plan for whoever has a key."""
    return _stored(plan_id, session, caller, language)


def _stored(plan_id: str, session: ReadSession, caller: Caller, language: Language) -> Paper:
    plan = repository.get(session, caller, plan_id)
    return of_plan(plan, session.get_one(WorkspaceRow, caller.workspace_id), language)


OfSample = Annotated[Paper, Depends(of_sample)]
OfTrial = Annotated[Paper, Depends(of_trial)]
Kept = Annotated[Paper, Depends(kept)]
Called = Annotated[Paper, Depends(called)]


@pages.get("/sample/paper")
def sample_page(paper: OfSample) -> Response:
    """The sample shop's month, to print."""
    return paper.page()


@pages.get("/sample/paper.pdf")
def sample_pdf(paper: OfSample) -> Response:
    """The sample shop's month as PDF."""
    return paper.pdf()


@pages.get("/desk/{place}/paper")
def trial_page(paper: OfTrial) -> Response:
    """A dropped file's month, to print."""
    return paper.page()


@pages.get("/desk/{place}/paper.pdf")
def trial_pdf(paper: OfTrial) -> Response:
    """A dropped file's month as PDF."""
    return paper.pdf()


@pages.get("/plans/{plan_id}/paper")
def plan_page(paper: Kept) -> Response:
    """A stored month, to print."""
    return paper.page()


@pages.get("/plans/{plan_id}/paper.pdf")
def plan_pdf(paper: Kept) -> Response:
    """A stored month as PDF."""
    return paper.pdf()


@router.get("/plans/{plan_id}.html", summary="A plan to print", response_class=HTMLResponse)
def html(paper: Called) -> Response:
    """The month on two pages of A4; the page stands alone, so that it can be sent on."""
    return HTMLResponse(paper.alone(), headers={**HEADERS, "Content-Language": paper.language})


@router.get(
    "/plans/{plan_id}.pdf",
    summary="A plan as PDF",
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}},
)
def pdf(paper: Called) -> Response:
    """The month on two pages of A4, as PDF."""
    return paper.pdf()
