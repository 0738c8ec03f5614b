"""Rates kept; what they were before stays in the audit trail."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.rates import repository
from app.rates.schemas import RateCountsRead, RateInput
from optimizer import Fault, InputError


def upsert(session: Session, caller: Caller, rates: list[RateInput]) -> RateCountsRead:
    """Store rates by currency and period; raises `InputError` for the workspace's own or one given twice."""
    _check(rates, caller.currency)
    known = repository.stored(session, caller, {rate.currency for rate in rates})
    former, added = [], 0
    for given in rates:
        row = known.get((given.currency, given.period.first, given.period.days))
        if row is None:
            repository.add(session, caller, given)
            added += 1
        elif repository.read(row).rate != given.rate:
            former.append(repository.read(row).model_dump(mode="json"))
            row.rate = f"{given.rate:f}"
    session.flush()
    counts = RateCountsRead(added=added, changed=len(former), unchanged=len(rates) - added - len(former))
    audit.record(session, caller, "rates.set", "rates", **counts.model_dump(), former=former)
    return counts


def _check(rates: list[RateInput], own: str) -> None:
    faults, seen = [], set[tuple[str, object]]()
    for place, given in enumerate(rates):
        if given.currency == own:
            faults.append(Fault(("rates", place, "currency"), f"{own} is the workspace's own currency."))
        if (given.currency, given.period) in seen:
            message = f"{given.currency} in {given.period} is given twice."
            faults.append(Fault(("rates", place, "period"), message))
        seen.add((given.currency, given.period))
    if faults:
        raise InputError(faults)
