"""The channels that money can be spent on: listed with their limits, added, changed, paused."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.channels import repository, service
from app.channels.schemas import ChannelRead, read
from app.history import repository as history
from app.web.forms import ATyped, Typed
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, goto, page
from app.web.setup.channel_form import channel_of, texts_of
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True)
class ChannelLine:
    """A channel in the list, its limits in words."""

    id: str
    name: str
    kind: str
    role: str
    limits: list[str]
    is_paused: bool
    is_committed: bool


@router.get("/setup/channels")
def every(visit: AVisit, session: ReadPage) -> Response:
    """All channels: those set up, and those that only the history knows."""
    caller = visit.known()
    figures = Figures(visit.language, caller.currency)
    lines = [line(channel, figures) for channel in repository.every(session, caller)]
    seen = sorted(history.channels(session, caller) - {one.id for one in lines})
    return page(visit, "setup/channels.html", lines=lines, seen=seen, **setup_view(visit, "channels"))


@router.get("/setup/channel")
def one(visit: AVisit, session: ReadPage, id: str = "") -> Response:  # noqa: A002  the query's own name
    """The form of a channel; empty for one that is not stored yet."""
    caller = visit.known()
    caller.check("plan")
    row = repository.find(session, caller, id) if id else None
    texts = texts_of(read(row, caller.currency)) if row else {"id": id}
    return _form(visit, Typed(texts), id if row else "")


@router.post("/setup/channel")
def keep(sender: Sender, typed: ATyped, session: WritePage, id: str = "") -> Response:  # noqa: A002
    """Store the channel as typed, or show the form again with what is wrong."""
    caller = sender.known()
    caller.check("plan")
    with typed.stored(session):
        _keep(session, caller, typed, id)
    return _form(sender, typed, id) if typed.is_refused else goto("/setup/channels")


@router.post("/setup/channel/pause")
def pause(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """Let a channel get nothing from the next plan on, or take it up again."""
    caller = sender.known()
    caller.check("plan")
    name = typed.texts.get("id", "")
    before = read(repository.get(session, caller, name), caller.currency)
    with typed.stored(session):
        _keep(session, caller, Typed(_paused(before, is_paused=typed.is_ticked("paused"))), name)
    return goto("/setup/channels")


def _keep(session: Session, caller: Caller, typed: Typed, stored: str) -> None:
    if not stored:
        service.add(session, caller, channel_of(typed, None))
        return
    before = read(repository.get(session, caller, stored), caller.currency)
    service.change(session, caller, stored, channel_of(typed, before), typed.version)


def _paused(before: ChannelRead, *, is_paused: bool) -> dict[str, str]:
    """The channel's form as it stands, with the pause set or taken away; a paused one has no commitment."""
    texts = {name: text for name, text in texts_of(before).items() if name != "paused"}
    return texts | {"paused": "yes", "min_spend": "", "fixed_spend": ""} if is_paused else texts


def line(channel: ChannelRead, figures: Figures) -> ChannelLine:
    """A channel's line in the list."""
    say = figures.say
    return ChannelLine(
        id=channel.id,
        name=channel.name or channel.id,
        kind=say(f"channels.{channel.kind}"),
        role=say(f"channels.{channel.role}"),
        limits=_limits(channel, figures),
        is_paused=channel.paused,
        is_committed=channel.fixed_spend is not None,
    )


def _limits(channel: ChannelRead, figures: Figures) -> list[str]:
    """What a channel is held to, each limit in a few words."""
    amounts: tuple[str, ...] = ("fixed_spend", "min_spend", "max_spend", "min_if_used")
    amounts += ("max_cost_per_conversion", "max_cost_per_new_customer")
    shares = ("max_change_share", "max_increase_share", "max_decrease_share", "margin", "commission_share")
    written = {
        **{name: figures.money(value) for name in amounts if (value := getattr(channel, name))},
        **{name: figures.told_share(v) for name in shares if (v := getattr(channel, name)) is not None},
    }
    if channel.min_roi is not None:
        written["min_roi"] = f"{channel.min_roi:g}"
    said = [
        figures.say("channels.says", what=figures.say(f"channels.{n}"), value=v) for n, v in written.items()
    ]
    return [*said, figures.say("channels.has_curve")] if channel.curve else said


def _form(visit: Visit, form: Typed, stored: str) -> Response:
    return page(
        visit, "setup/channel.html", form.status, form=form, stored=stored, **setup_view(visit, "channels")
    )
