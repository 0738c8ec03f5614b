"""Rates of other currencies: what a unit of one was worth in a month, week or day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.tables import RateRow
from app.rates import repository, service
from app.rates.schemas import RateInput
from app.web.forms import ATyped, Typed
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from optimizer import Fault

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE, ON_A_PAGE = "/setup/rates", 120
CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True)
class RateLine:
    """A rate in the list."""

    currency: str
    period: str
    rate: str


@router.get(HERE)
def every(
    visit: AVisit,
    session: ReadPage,
    currency: Annotated[str, Query(max_length=3)] = "",
    period: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The stored rates, the latest first, and the form for one, begun where one is to be replaced."""
    return _page(visit, session, Typed({"currency": currency, "period": period}))


@router.post(HERE)
def keep(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """Store a rate, in place of its currency's and period's; or the form again with what is wrong."""
    caller = sender.known()
    caller.check("plan")
    with typed.stored(session):
        service.upsert(session, caller, [wished(typed)])
    return _page(sender, session, typed) if typed.is_refused else goto(HERE)


def wished(typed: Typed) -> RateInput:
    """The rate that the form tells of; raises `InputError`."""
    name = (typed.text("currency") or "").upper()
    if not CURRENCY.fullmatch(name):
        message = f"'{name[:40]}' is no currency: three letters, such as USD."
        typed.add([Fault(("currency",), message)])
    return typed.checked(
        RateInput, {"currency": name, "period": typed.text("period") or "", **typed.given("rate")}
    )


def _page(visit: Visit, session: Session, form: Typed) -> Response:
    caller = visit.known()
    query = repository.of(caller).order_by(RateRow.first.desc(), RateRow.days, RateRow.currency)
    found = [repository.read(row) for row in session.scalars(query.limit(ON_A_PAGE))]
    count = session.scalar(select(func.count()).select_from(repository.of(caller).subquery())) or 0
    lines = [RateLine(one.currency, str(one.period), f"{one.rate:f}") for one in found]
    shown = {"lines": lines, "more": count - len(lines), "form": form}
    return page(visit, "setup/rates.html", form.status, **shown, **setup_view(visit, "rates"))
