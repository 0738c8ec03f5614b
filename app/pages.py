"""Lists a page at a time: each page says where the next one starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import Field
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.schemas import Output

Item = TypeVar("Item", bound=Output)
Cursor = Annotated[str | None, Query(max_length=100, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Items on a page.")]


class Page(Output, Generic[Item]):
    """Some items of a list."""

    items: list[Item]
    next: str | None = Field(description="Send as `after` to get the next page; null on the last one.")


def page_of(
    session: Session,
    query: Select[Any],
    key: InstrumentedAttribute[Any],
    page: type[Page[Item]],
    *,
    after: object,
    limit: int,
    read: Callable[[Any], Item] | None = None,
) -> Page[Item]:
    """The page of rows whose key comes after the cursor, in the order of the key.

    `read` makes an item of a row; without it the row's own values are the item's.
    """
    beyond = query if after is None else query.where(key > after)
    rows = list(session.scalars(beyond.order_by(key).limit(limit + 1)))
    start_of_next = str(getattr(rows[limit - 1], key.key)) if len(rows) > limit else None
    items = [read(row) for row in rows[:limit]] if read else rows[:limit]
    return page.model_validate({"items": items, "next": start_of_next}, from_attributes=True)
