"""Figures as people type them into forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from app import problems
from app.errors import ConflictError, ForbiddenError, StaleError, UnconditionalError
from app.versions import Match
from app.web.visits import Visit, check_key
from optimizer import Fault, InfeasibleError, InputError

Model = TypeVar("Model", bound=BaseModel)
LONGEST = 500_000  # characters of one field: pasted rows

SPACING = str.maketrans("−", "-", ",， \u00a0\u202f'¥￥$€£%％")


def amount(text: str, field: str) -> Decimal | None:
    """An amount such as 1,000,000 or ¥1 000 000; None where nothing was typed. Raises `InputError`."""
    plain = text.translate(SPACING)
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise InputError([Fault((field,), f"'{text[:40]}' is no number.")]) from None
    if not value.is_finite() or abs(value) > 10**15:
        raise InputError([Fault((field,), f"'{text[:40]}' is no number that can be used.")])
    return value


def share(text: str, field: str, most: int = 100) -> float | None:
    """A share typed in per cent. Raises `InputError`."""
    value = amount(text, field)
    if value is None:
        return None
    if not 0 <= value <= most:
        raise InputError([Fault((field,), f"{value:f} % is not between 0 and {most} %.")])
    return float(value / 100)


def written(value: Decimal) -> str:
    """An amount as it stands in a field."""
    return f"{value:,f}" if value != value.to_integral_value() else f"{value:,.0f}"


def per_cent(share: float | None) -> str:
    """A share as it stands in a field; nothing for None."""
    return "" if share is None else f"{100 * share:.6g}"


@dataclass
class Typed:
    """A form as it was typed: its fields read one by one, every fault kept beside its field.

    A fault of the form as a whole stands under ""; `homes` tells which field shows what has another name
    where it is stored. `is_stale`: someone else changed the thing since the form
    was opened, so that nothing was stored. `place` tells the forms of one page apart, in their fields' ids.
    """

    texts: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    is_stale: bool = False
    homes: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    def text(self, name: str) -> str | None:
        """A text without outer spaces; None where nothing was typed."""
        return self.texts.get(name, "").strip() or None

    def amount(self, name: str) -> Decimal | None:
        """An amount; None where there is none, or a fault."""
        try:
            return amount(self.texts.get(name, ""), name)
        except InputError as error:
            self.add(error.faults)
            return None

    def share(self, name: str, most: int = 100) -> float | None:
        """A share typed in per cent; None where there is none, or a fault."""
        try:
            return share(self.texts.get(name, ""), name, most)
        except InputError as error:
            self.add(error.faults)
            return None

    def number(self, name: str) -> float | None:
        """A plain number; None where there is none, or a fault."""
        value = self.amount(name)
        return None if value is None else float(value)

    def whole(self, name: str) -> int | None:
        """A whole number; None where there is none, or a fault."""
        value = self.amount(name)
        if value is not None and value != value.to_integral_value():
            self.add([Fault((name,), f"'{self.texts[name][:40]}' is no whole number.")])
            return None
        return None if value is None else int(value)

    def is_ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.texts

    def given(self, *names: str) -> dict[str, object]:
        """The amounts that were typed, so that those left out are found missing."""
        read = {name: self.amount(name) for name in names}
        return {name: value for name, value in read.items() if value is not None}

    @property
    def version(self) -> Match:
        """The version that the form was opened with; none where nothing was stored yet."""
        seen = self.texts.get("version")
        return Match(f'"{seen}"' if seen else None)

    @property
    def is_refused(self) -> bool:
        """Whether anything keeps it from being stored."""
        return bool(self.faults) or self.is_stale

    @property
    def status(self) -> int:
        """The status of the page that shows the form."""
        return 412 if self.is_stale else 422 if self.faults else 200

    def add(self, faults: Iterable[Fault]) -> None:
        """Keep faults, the first of each field; one that belongs to no field is the whole form's."""
        for fault in faults:
            steps = [self.homes.get(str(step), str(step)) for step in reversed(fault.path)]
            field = next((step for step in steps if step in self.texts), "")
            self.faults.setdefault(field, fault.message)

    def checked(self, model: type[Model], body: Mapping[str, object]) -> Model:
        """What the fields make together; raises `InputError` when any of them is at fault."""
        made = None
        try:
            made = model.model_validate(body)
        except ValidationError as error:
            self.add(problems.schema_faults(error.errors()))
        if made is None or self.faults:
            raise InputError([Fault((name,), message) for name, message in self.faults.items()])
        return made

    @contextmanager
    def heard(self) -> Iterator[None]:
        """What the block refuses is kept beside its field, or as the whole form's."""
        try:
            yield
        except InputError as error:
            self.add(error.faults)
        except RequestValidationError as error:
            self.add(problems.schema_faults(error.errors()))
        except (StaleError, UnconditionalError):
            self.is_stale = True
        except (ConflictError, InfeasibleError) as error:
            self.add([Fault((), str(error))])

    @contextmanager
    def stored(self, session: Session) -> Iterator[None]:
        """Store what the block stores, all of it or nothing; what is refused is kept beside its field."""
        with self.heard(), session.begin_nested():
            yield

    def check_key(self, sender: Visit, session: Session) -> None:
        """Raise `InputError` at the field `key` unless it holds the sender's own."""
        try:
            check_key(sender, session, self.texts.get("key", ""))
        except ForbiddenError as error:
            raise InputError([Fault(("key",), str(error))]) from error


async def typed(request: Request) -> Typed:
    """The texts of the form that was sent."""
    sent = await request.form()
    texts = {name: value[:LONGEST] for name, value in sent.items() if isinstance(value, str)}
    return Typed({name: text.replace("\x00", "") for name, text in texts.items()})


ATyped = Annotated[Typed, Depends(typed)]
