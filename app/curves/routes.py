"""Curves that other tools fitted, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile

from app.curves import service
from app.curves.schemas import CurvesImported
from app.dependencies import ChosenLanguage
from app.problems import RESPONSES
from optimizer import Period

router = APIRouter(prefix="/v1", tags=["curves"], responses=RESPONSES)
LONGEST_WINDOW = 5000  # days


@router.post("/curves:import", summary="Read another tool's response curves")
def import_curves(
    file: Annotated[
        UploadFile, File(description="CSV or XLSX: channel, spend, response, perhaps low and high.")
    ],
    month: Annotated[str, Query(pattern="^[0-9]{4}-[0-9]{2}$", description="The month to plan, 2026-12.")],
    language: ChosenLanguage,
    days: Annotated[
        float | None,
        Query(
            gt=0,
            le=LONGEST_WINDOW,
            description="How many days the file's spend covers: 7 a week, 728 two years.",
        ),
    ] = None,
) -> CurvesImported:
    """A file of Meridian, Robyn, PyMC-Marketing or your own in; channels with curves for the month out."""
    return service.imported(file.file.read(), file.filename or "file", Period.parse(month), days, language)
