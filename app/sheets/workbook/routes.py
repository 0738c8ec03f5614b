"""The workbook over HTTP: empty, with a stored plan, or sent in to be planned from."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.datastructures import UploadFile

from app import problems
from app.dependencies import ChosenLanguage, Language
from app.errors import UnreadableError, UnsupportedTypeError
from app.optimize.exports import plan_csv
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest
from app.plans import repository as plans
from app.problems import RESPONSES, STORED_RESPONSES
from app.sessions import ReadSession, WhoCalls
from app.sheets.workbook import service
from app.sheets.workbook.marking import marked_copy
from app.sheets.workbook.refusals import WorkbookClashError, WorkbookError
from app.sheets.workbook.writing import empty_workbook

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RAW_TYPES = (MEDIA_TYPE, "application/octet-stream")
BINARY = {"schema": {"type": "string", "format": "binary"}}
A_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {"description": "The workbook", "content": {MEDIA_TYPE: BINARY}}
}
A_TABLE: dict[int | str, dict[str, Any]] = {200: {"description": "The plan", "content": {"text/csv": {}}}}
MARKED: dict[str, Any] = {
    "description": RESPONSES[422]["description"],
    "content": {**RESPONSES[422]["content"], MEDIA_TYPE: BINARY},
}
FORM = {"schema": {"type": "object", "properties": {"file": BINARY["schema"]}, "required": ["file"]}}
BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": FORM, MEDIA_TYPE: BINARY}}}

router = APIRouter(prefix="/v1", tags=["workbook"], responses=RESPONSES, default_response_class=Response)
Wish = Annotated[Language | None, Query(alias="lang", description="By default the workbook's own language.")]


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    data: bytes
    name: str


async def upload(request: Request) -> Upload:
    """The workbook: the field `file` of a form, or the whole body."""
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    if header.get_content_type() == "multipart/form-data":
        async with request.form() as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise UnreadableError("The form has no file in its field 'file'.")
            return Upload(await file.read(), file.filename or "workbook.xlsx")
    if header.get_content_type() not in RAW_TYPES:
        raise UnsupportedTypeError(f"Send a form with a file, or the workbook itself as {MEDIA_TYPE}.")
    return Upload(await request.body(), "workbook.xlsx")


@router.get("/workbook", summary="The empty workbook", responses=A_WORKBOOK)
def empty(
    language: ChosenLanguage,
    currency: Annotated[str, Query(pattern="^[A-Z]{3}$", description="ISO 4217 code.")] = "CNY",
) -> Response:
    """A workbook to fill in: budget, rules, channels, history and events, each in cells of its own."""
    return _file(empty_workbook(language, currency), "budget.xlsx", language)


@router.post(
    "/workbook", summary="Plan from a workbook", responses=A_WORKBOOK | {422: MARKED}, openapi_extra=BODY
)
def plan(
    request: Request,
    upload: Annotated[Upload, Depends(upload)],
    lang: Wish = None,
    marked: Annotated[bool, Query(description="Answer faults with a copy that marks their cells.")] = False,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """The filled-in workbook comes back with the plan, its charts and curves.

    Where cells are wrong the answer is 422 and names every one of them; with `marked=true`, or when a
    workbook is what is accepted, it is the workbook itself with these cells marked and commented.
    """
    try:
        made = service.plan_workbook(upload.data, upload.name, lang)
    except (WorkbookError, WorkbookClashError) as error:
        is_wanted = marked or "spreadsheetml" in accept
        copy = marked_copy(upload.data, upload.name, error.faults) if is_wanted else None
        if copy is None:
            return problems.answer(request, error)
        return _file(copy, f"marked-{upload.name}", None, 422)
    return _file(made.data, f"plan-{made.reply.month}.xlsx", made.language)


@router.get("/plans/{plan_id}.xlsx", summary="A plan as a workbook", responses=STORED_RESPONSES | A_WORKBOOK)
def stored(plan_id: str, caller: WhoCalls, session: ReadSession, lang: Wish = None) -> Response:
    """The workbook of a stored plan: all it was made from, and all it says."""
    row = plans.get(session, caller, plan_id)
    request, reply = PlanRequest.model_validate(row.request), PlanReply.model_validate(row.reply)
    language = lang or cast(Language, row.language)
    return _file(service.workbook_of(request, reply, language), f"{plan_id}.xlsx", language)


@router.get("/plans/{plan_id}.csv", summary="A plan as CSV", responses=STORED_RESPONSES | A_TABLE)
def table(plan_id: str, caller: WhoCalls, session: ReadSession) -> Response:
    """A line per channel, then the reserve, what is unallocated, and the budget; UTF-8 that Excel knows."""
    reply = PlanReply.model_validate(plans.get(session, caller, plan_id).reply)
    headers = {
        "Content-Disposition": f'attachment; filename="{_safe(plan_id)}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(plan_csv(reply), headers=headers, media_type="text/csv")


def _file(data: bytes, name: str, language: Language | None, status: int = 200) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{_safe(name)}"', "Cache-Control": "no-store"}
    if language:
        headers["Content-Language"] = language
    return Response(data, status, headers, media_type=MEDIA_TYPE)


def _safe(name: str) -> str:
    """A name that may stand in a header."""
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name
    )
