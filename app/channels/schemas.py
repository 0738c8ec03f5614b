"""A stored channel at the door: as `/v1/optimize` takes it."""

from __future__ import annotations

from decimal import Decimal

from app import money
from app.db.tables import ChannelRow
from app.optimize.channels import Channel, CurveInput
from app.schemas import Amount
from optimizer import Fault, InputError

MONEY = ("min_spend", "max_spend", "last_spend")
PLAIN = ("name", "kind", "role", "max_change_share", "margin")
COLUMNS = {"id", "curve", "version", *MONEY, *PLAIN}  # what else a channel has is kept as it was given


class ChannelRead(Channel):
    """A stored channel and its version."""

    version: int


def fill(row: ChannelRow, channel: Channel, currency: str) -> None:
    """Write a channel into its row, money in minor units; raises `InputError` for parts of one."""
    for name in MONEY:
        amount: Decimal | None = getattr(channel, name)
        if amount is not None and not money.is_whole(amount, currency):
            raise InputError([Fault((name,), f"{currency} has {money.digits(currency)} decimals.")])
        setattr(row, name, None if amount is None else money.to_minor(amount, currency))
    for name in PLAIN:
        setattr(row, name, getattr(channel, name))
    row.more = channel.model_dump(mode="json", exclude_defaults=True, exclude=COLUMNS) or None
    row.curve = None if channel.curve is None else channel.curve.model_dump(mode="json", exclude_none=True)


def read(row: ChannelRow, currency: str) -> ChannelRead:
    """A stored channel, money in currency units."""
    amounts: dict[str, Amount | None] = {
        name: None if (minor := getattr(row, name)) is None else money.from_minor(minor, currency)
        for name in MONEY
    }
    plain = {name: getattr(row, name) for name in PLAIN}
    curve = None if row.curve is None else CurveInput.model_validate(row.curve)
    return ChannelRead.model_validate(
        {**(row.more or {}), "id": row.id, "curve": curve, "version": row.version, **plain, **amounts}
    )
