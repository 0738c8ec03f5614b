"""Lists a page at a time: each page says where the next one starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import NotFoundError
from app.schemas import Output

Item = TypeVar("Item", bound=BaseModel)
Cursor = Annotated[str | None, Query(max_length=100, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Items on a page.")]


class Page(Output, Generic[Item]):
    """Some items of a list."""

    items: list[Item]
    next: str | None = Field(description="Send as `after` to get the next page; null on the last one.")


def _number(text: str) -> int:
    if abs(number := int(text)) > MOST:
        raise ValueError(text)
    return number


MOST = 2**31 - 1  # what a whole number of the database holds
READ: dict[type, Callable[[str], Any]] = {str: str, int: _number, date: date.fromisoformat}


def page_of(
    session: Session,
    query: Select[Any],
    key: InstrumentedAttribute[Any] | tuple[InstrumentedAttribute[Any], ...],
    page: type[Page[Item]],
    *,
    after: object,
    limit: int,
    read: Callable[[Any], Item] | None = None,
) -> Page[Item]:
    """The page of rows whose key comes after the cursor, in the order of the key.

    `read` makes an item of a row; without it the row's own values are the item's. Raises `NotFoundError` for
    a cursor that is none.
    """
    order = key if isinstance(key, tuple) else (key,)
    beyond = query if after is None else query.where(tuple_(*order) > _place(str(after), order))
    rows = list(session.scalars(beyond.order_by(*order).limit(limit + 1)))
    last = rows[limit - 1] if len(rows) > limit else None
    start_of_next = ":".join(str(getattr(last, column.key)) for column in order) if last else None
    items = [read(row) for row in rows[:limit]] if read else rows[:limit]
    return page.model_validate({"items": items, "next": start_of_next}, from_attributes=True)


def _place(after: str, order: tuple[InstrumentedAttribute[Any], ...]) -> tuple[Any, ...]:
    parts = after.split(":", len(order) - 1)
    try:
        return tuple(READ[c.type.python_type](part) for c, part in zip(order, parts, strict=True))
    except ValueError as error:
        raise NotFoundError("There is no such page; start again without `after`.") from error
