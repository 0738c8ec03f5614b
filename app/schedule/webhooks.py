"""The outcome of each run, told to the address that the workspace named, signed, until it was heard.

`Budget-Signature: t=<unix seconds>,v1=<hex>` is the HMAC-SHA-256 of "<t>.<body>" under the shared secret. A
message may come twice; its `id` tells. Answers other than 2xx, and none within ten seconds, are tried again.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import logging
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError
from sqlalchemy import select, update

from app.db.engine import Database
from app.db.tables import RunRow, ScheduleRow
from app.schedule.repository import JOB, pause
from app.schedule.schemas import WebhookInput

log = logging.getLogger("budget")
SECONDS, MOST_TELLINGS = 10.0, 12


class PrivateAddressError(Exception):
    """A webhook that would reach into the server's own network."""


UNSENT = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, PrivateAddressError)


def tell(database: Database, now: datetime, *, may_be_private: bool) -> int:
    """Send every outcome that was not heard yet and is not paused; how many were heard."""
    heard = 0
    for run, webhook in _untold(database, now):
        message = message_of(run)
        try:
            reply = send(webhook, message, now, may_be_private=may_be_private)
        except UNSENT as error:
            outcome = type(error).__name__
        else:
            outcome = str(reply.status_code)
            heard += reply.is_success
            if reply.is_success:
                _mark_heard(database, run)
        log.info("webhook", extra={"facts": {"id": message["id"], "answer": outcome}})
    return heard


def send(
    webhook: WebhookInput, message: Mapping[str, Any], now: datetime, *, may_be_private: bool
) -> httpx.Response:
    """Post one message; raises `PrivateAddressError` for an address that is not public.

    It goes to the very address that was looked up and found public: asked again, a name may say another.
    """
    url = httpx.URL(webhook.url)
    host = url.raw_host.decode()
    if not may_be_private:
        url = url.copy_with(host=public_address(webhook.url))
    body = json.dumps(message, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Host": httpx.URL(webhook.url).netloc.decode(),
        "Budget-Signature": signature(webhook.secret, body, int(now.timestamp())),
    }
    with httpx.Client(timeout=SECONDS, follow_redirects=False) as client:
        return client.post(url, content=body, headers=headers, extensions={"sni_hostname": host})


def signature(secret: str, body: bytes, at: int) -> str:
    """What proves to the receiver who sent this body, and when."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def message_of(run: RunRow) -> dict[str, Any]:
    """What is told of a run."""
    return {
        "id": f"{run.workspace_id}.{run.job}.{run.period}.{run.attempt}",
        "type": f"run.{run.state}",
        "workspace": run.workspace_id,
        "period": run.period,
        "attempt": run.attempt,
        "outcome": run.outcome,
        "plan_id": run.plan_id,
        "message": run.message,
    }


def public_address(url: str) -> str:
    """An address of the host; raises `PrivateAddressError` unless all of them are on the public internet."""
    parts = urlsplit(url)
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    addresses = [str(place[4][0]).partition("%")[0] for place in found]
    if not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise PrivateAddressError(url)
    return addresses[0]


def _untold(database: Database, now: datetime) -> list[tuple[RunRow, WebhookInput]]:
    """Outcomes to be told, each taken by this process alone until its pause is over."""
    query = select(RunRow, ScheduleRow).join(ScheduleRow, ScheduleRow.workspace_id == RunRow.workspace_id)
    wanted = (RunRow.told < RunRow.attempt, RunRow.state.in_(("done", "failed")), RunRow.tell_at <= now)
    taken = []
    with database.reading() as session:
        if not session.scalars(select(RunRow.period).where(*wanted).limit(1)).first():
            return []
    with database.writing() as session:
        for run, row in session.execute(query.where(*wanted).with_for_update(of=RunRow, skip_locked=True)):
            webhook = _webhook(row)
            run.tellings += 1
            if webhook is None or run.tellings > MOST_TELLINGS:
                run.told = run.attempt
            else:
                run.tell_at = now + pause(run.tellings)
                taken.append((run, webhook))
    return taken


def _webhook(row: ScheduleRow) -> WebhookInput | None:
    """Who wants to know; nobody where that cannot be read any more."""
    wish = row.wish.get("webhook")
    try:
        return None if wish is None else WebhookInput.model_validate(wish)
    except ValidationError:
        log.exception("webhook broke", extra={"facts": {"workspace": row.workspace_id}})
        return None


def _mark_heard(database: Database, run: RunRow) -> None:
    """The outcome of this attempt was heard; a later one is told for itself."""
    mine = (RunRow.workspace_id == run.workspace_id, RunRow.job == JOB, RunRow.period == run.period)
    with database.writing() as session:
        session.execute(update(RunRow).where(*mine).values(told=run.attempt))
