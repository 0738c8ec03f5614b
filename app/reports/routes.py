"""Weekly and monthly reports over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from app.dependencies import ChosenLanguage
from app.pages import Limit
from app.problems import STORED_RESPONSES
from app.reports import service
from app.reports.schemas import ReportList, ReportPeriod, ReportRead, period_of
from app.sessions import ReadSession, WhoCalls
from app.tracking import service as tracking

router = APIRouter(prefix="/v1", tags=["reports"], responses=STORED_RESPONSES)


@router.get("/reports", summary="List reports")
def every(
    caller: WhoCalls,
    session: ReadSession,
    grain: Literal["weekly", "monthly"] = "weekly",
    after: Annotated[ReportPeriod | None, Query(description="`next` of the page before.")] = None,
    limit: Limit = 100,
) -> ReportList:
    """The weeks or months that there is history of, the newest first."""
    return service.listed(session, caller, grain, period_of(after) if after else None, limit)


@router.get("/reports/{period}", summary="Read a report")
def one(
    period: Annotated[ReportPeriod, Path(description="An ISO week, 2026-W49, or a month, 2026-12.")],
    caller: WhoCalls,
    session: ReadSession,
    language: ChosenLanguage,
) -> ReportRead:
    """A week or a month in sentences and figures, against the plan, the period before and a year before."""
    wanted = period_of(period)
    plans = service.plans_of(session, caller, wanted)
    tracked = {plan: tracking.tracked(session, caller, plan, language) for plan in plans}
    return service.report(session, caller, wanted, tracked, language)
