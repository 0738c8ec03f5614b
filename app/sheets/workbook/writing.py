"""The workbook as a file: empty, to be filled in, or with a plan."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.dependencies import Language
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest
from app.sheets.safety import WORKBOOK_OPTIONS
from app.sheets.workbook.compare_sheet import CompareSheet
from app.sheets.workbook.curve_points import curve_points
from app.sheets.workbook.curves_sheet import CurvesSheet
from app.sheets.workbook.fields import INPUT_SHEETS, SHEETS
from app.sheets.workbook.input_sheets import InputSheets
from app.sheets.workbook.inputs import Inputs, inputs_of
from app.sheets.workbook.look import ACCENT, Look
from app.sheets.workbook.own_sheets import OwnSheets, OwnSheetsWriter
from app.sheets.workbook.plan_sheet import PlanSheet
from app.sheets.workbook.text_sheets import write_glossary, write_not_yet, write_start
from optimizer import Fit

TAB_COLOURS = {"start": ACCENT, "plan": ACCENT, "curves": ACCENT, "compare": ACCENT, "glossary": "#9CA3AF"}


def empty_workbook(language: Language, currency: str) -> bytes:
    """The workbook with nothing in it but the currency."""
    return unplanned_workbook(Inputs({"currency": currency, "objective": "revenue"}), language, currency)


def unplanned_workbook(inputs: Inputs, language: Language, currency: str) -> bytes:
    """The workbook with inputs and no plan yet."""
    file = io.BytesIO()
    with _book(file, language, currency) as look:
        write_start(look, None)
        InputSheets(look, inputs).write()
        for key in ("plan", "curves", "compare"):
            write_not_yet(look, key)
        write_glossary(look)
    return file.getvalue()


def filled_workbook(
    request: PlanRequest, reply: PlanReply, fit: Fit, language: Language, own: OwnSheets
) -> bytes:
    """The workbook of a plan: all it was made from, all it says, and the user's own sheets."""
    file, own = io.BytesIO(), own.beside(language)
    with _book(file, language, request.currency) as look:
        curves = curve_points(request, reply, fit)
        write_start(look, reply, own.left_out)
        InputSheets(look, inputs_of(request)).write()
        PlanSheet(look, reply).write()
        CurvesSheet(look, reply, curves).write()
        CompareSheet(look, reply, curves).write()
        write_glossary(look)
        OwnSheetsWriter(look, own).write()
        look.book.get_worksheet_by_name(SHEETS["plan"].of(language)).activate()
    return file.getvalue()


@contextmanager
def _book(file: io.BytesIO, language: Language, currency: str) -> Iterator[Look]:
    """A new workbook with all its sheets, in their order."""
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"in_memory": True, **WORKBOOK_OPTIONS}) as book:
        book.set_calc_mode("auto")
        for key, title in SHEETS.items():
            sheet: Any = book.add_worksheet(title.of(language))
            sheet.set_tab_color("#F5C518" if key in INPUT_SHEETS else TAB_COLOURS[key])
        yield Look(book, language, currency)
