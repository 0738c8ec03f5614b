"""Log lines: JSON, one an answer, and never a secret in one, whatever goes wrong."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from app.history import repository
from app.observability import JsonLines
from tests.app.shop import Person, Shop

SECRETS = {"person": "王小明", "note": "our secret margin", "channel": "secret channel"}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that is logged by anyone, at every level, as the server writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    loggers = [logging.getLogger(name) for name in ("", "budget", "uvicorn", "sqlalchemy")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO if logger.name == "sqlalchemy" else logging.DEBUG)
    yield text
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def secrets_in(text: str, *more: str) -> list[str]:
    """The secrets that can be read in the lines, as they are or as JSON writes them."""
    every = [*SECRETS.values(), *more]
    return [secret for secret in every if secret in text or json.dumps(secret)[1:-1] in text]


def speak(person: Person) -> None:
    """Say every secret in every place of a request: header, path, query, body, file, wrong key."""
    person.post("/v1/channels", {"id": SECRETS["channel"]}, 201)
    person.send("GET", f"/v1/channels/{SECRETS['channel']}?note={SECRETS['note']}&key={person.key}")
    person.send("GET", f"/{person.key}")
    person.send("POST", "/v1/history", {"rows": [{"channel": SECRETS["channel"], "note": SECRETS["note"]}]})
    person.send("POST", "/v1/events", SECRETS, Idempotency_Key=person.key[:100])
    Person(person.client, person.key[:-1] + "0").send("GET", "/v1/plans")
    files = {"file": (f"{SECRETS['note']}.csv", SECRETS["note"].encode())}
    person.client.post("/v1/history:upload", files=files, headers={"Authorization": f"Bearer {person.key}"})


def test_no_secret_is_ever_logged(shop: Shop, written: io.StringIO) -> None:
    """Keys, names, notes, queries, bodies and file names stay out of every line; each line is JSON."""
    person = shop.person("planner", SECRETS["person"])
    speak(person)
    lines = written.getvalue()
    assert not secrets_in(lines, person.key, person.key[7:])
    assert len([json.loads(line) for line in lines.splitlines()]) > 8


def test_a_failing_database_tells_no_values(
    shop: Shop, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that the database refuses is logged with its traceback, and without what it held."""

    def twice(session: Any, caller: Any, given: Any) -> None:
        for _ in range(2):
            add(session, caller, given)

    add = repository.add
    monkeypatch.setattr(repository, "add", twice)
    person = shop.person("planner", SECRETS["person"])
    row = {"channel": SECRETS["channel"], "period": "2026-10", "spend": 1}
    assert person.send("POST", "/v1/history", {"rows": [row]}).status_code == 500
    assert "IntegrityError" in written.getvalue()
    assert not [
        secret for secret in secrets_in(written.getvalue(), person.key) if secret != SECRETS["person"]
    ]


def test_a_logged_secret_would_be_found(shop: Shop, written: io.StringIO) -> None:
    """The search sees a name in a line's facts and a note in a traceback; a key is blotted out even there."""
    log = logging.getLogger("budget")
    log.info("%s", shop.admin.key)
    log.info("request", extra={"facts": {"who": SECRETS["person"]}})
    try:
        raise ValueError(SECRETS["note"])
    except ValueError:
        log.exception("unhandled error")
    found = secrets_in(written.getvalue(), shop.admin.key, "unhandled error")
    assert set(found) == {SECRETS["person"], SECRETS["note"], "unhandled error"}
