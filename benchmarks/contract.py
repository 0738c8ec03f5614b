"""Does every answer keep the promises of the API's own description, whatever is sent?

Schemathesis sends generated requests, right and wrong, and makes every one of its checks. It is let loose on
one part of the API after the other, each a run and a shop of its own, so that a run that was ended goes on
with the parts that are left. Most ids that it sends are of things that the shop has, and requests that are
accepted are counted, as a fuzzer that is always refused proves nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from app.db.engine import Database
from app.settings import Settings
from benchmarks.catalogue import stocked
from tests.app.served import served

KNOWN = 0.8  # of the ids and versions that are sent
REFUSED_THOUGH_DESCRIBED = ["2xx", "304", "401", "403", "404", "409", "412", "422", "428", "429"]
"""What may answer a request that is right by the description, which cannot say that a promotion ends after
it starts (422), what is stored (404, 409), or who may do what (403). Not 400, 405, 413, 415 or any 5xx."""
LINKED = "linked"
"""The part that takes what one operation answers to the next."""


def main(
    cases: Annotated[
        int, typer.Option(help="Generated requests for each operation, besides the set ones.")
    ] = 60,
    only: Annotated[str, typer.Option(help="Parts (tags) to try, with commas between; all by default.")] = "",
    resume: Annotated[
        Path | None, typer.Option(help="File of the parts that are done; they are left out.")
    ] = None,
) -> None:
    """Try the parts of the API one by one; ends with 1 when a promise was broken, the request shown."""
    done = dict[str, dict[str, int]]()
    if resume and resume.exists():
        done = json.loads(resume.read_text())
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url := f"sqlite:///{folder}/budget.db")
        given = Settings(database_url=url, failed_keys=1_000_000, threads=4, tick_seconds=0)
        with served(given) as client:
            page = client.get(
                "/openapi.json", timeout=600
            )  # written once, which a busy machine takes its time for
            for part in only.split(",") if only else [*parts(page.json()), LINKED]:
                if part not in done:
                    place = Path(folder, "schemathesis.toml")
                    place.write_text(settings(stocked(client, database), cases))
                    done[part] = tried(client, place, part)
                if resume:
                    resume.write_text(json.dumps(done))
        database.close()
    total = sum((Counter(found) for found in done.values()), Counter[str]())
    typer.echo(f"all: {told(total)}")
    raise typer.Exit(int(total["broken"] > 0))


def parts(description: dict[str, Any]) -> list[str]:
    """The tags of the description, in its order."""
    operations = (one for path in description["paths"].values() for one in path.values())
    return list(dict.fromkeys(tag for one in operations for tag in one["tags"]))


def tried(client: httpx.Client, place: Path, part: str) -> dict[str, int]:
    """One part tried; what was answered, by status, and whether a promise was broken."""
    began, before = time.perf_counter(), answers(client)
    schemathesis = Path(sys.executable).parent / "schemathesis"
    phases = ["--phases", "stateful"] if part == LINKED else ["--include-tag", part]
    command: list[str | Path] = [
        schemathesis,
        "--config-file",
        place,
        "run",
        f"{client.base_url}/openapi.json",
        *phases,
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        typer.echo(ended.stdout + ended.stderr)
    seconds = round(time.perf_counter() - began)
    summary = dict(answers(client) - before) | {"broken": ended.returncode, "seconds": seconds}
    typer.echo(f"{part}: {told(Counter(summary))}")
    return summary


def answers(client: httpx.Client) -> Counter[str]:
    """How many requests this process answered with each status."""
    counted = re.findall(
        r'^budget_requests_total\{.*status="(\d+)"\} (\S+)$', client.get("/metrics").text, re.M
    )
    return sum((Counter({status: int(float(count))}) for status, count in counted), Counter[str]())


def told(found: Counter[str]) -> str:
    """The counts in words."""
    statuses = {name: count for name, count in sorted(found.items()) if name.isdigit()}
    requests = sum(statuses.values())
    accepted = sum(count for status, count in statuses.items() if status < "400") / max(1, requests)
    fault = "a promise was BROKEN" if found["broken"] else "no promise broken"
    return f"{requests:,} requests in {found['seconds']} s, {accepted:.0%} accepted, {fault}; {statuses}"


def settings(shop: tuple[dict[str, str], dict[str, list[str]]], cases: int) -> str:
    """Schemathesis's settings: the keys, and the ids of things that there are."""
    keys, known = shop
    table: list[tuple[str, dict[str, Any]]] = [
        (
            "",
            {
                "continue-on-failure": True,
                "request-timeout": 120,
                "headers": {"Authorization": f"Bearer {keys['admin']}"},
            },
        ),
        ("generation", {"max-examples": cases, "deterministic": True}),
        ("cache", {"enabled": False}),
        ("checks.positive_data_acceptance", {"expected-statuses": REFUSED_THOUGH_DESCRIBED}),
    ]
    bound: dict[str, Any] = {"query.errors": "status"}  # with `text`, 200 answers refusals, too
    for name, values in known.items():
        table.append((f'dictionaries."{name}"', {"values": values}))
        bound[name] = {"dictionary": name, "probability": KNOWN}
    table.append(("parameters", bound))
    text = "".join(f"{f'[{head}]' if head else ''}\n{_lines(values)}\n" for head, values in table)
    decision = {
        "include-path-regex": r":\{decision\}$",
        "headers": {"Authorization": f"Bearer {keys['approver']}"},
    }
    return f"{text}[[operations]]\n{_lines(decision)}\n"


def _lines(values: dict[str, Any]) -> str:
    return "\n".join(f'"{name}" = {_toml(value)}' for name, value in values.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{name}" = {_toml(one)}' for name, one in value.items()) + "}"
    return json.dumps(value)
