"""A month of a shop, from nothing to the next month's draft, over HTTP and at the operator's terminal."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import xlsxwriter
from typer.testing import CliRunner

from app.cli import app
from app.settings import Settings
from optimizer import Period
from tests.app.cycle import MONTH
from tests.app.databases import ENGINES, new_database
from tests.app.served import served
from tests.app.shop import Person

CHANNELS = ("抖音", "淘宝", "京东", "小红书", "微博", "百度", "快手", "拼多多")
HEADER = ("周起始日", "渠道", "花费(元)", "成交金额(元)")
BUDGET, WEEKS = 1_000_000, 104
WRONG = {(4, 2): "很多", (9, 0): "2026-13-45", (12, 3): "see mail"}  # row and column from 0: C5, A10, D13
FIRST_MONDAY = MONTH.first + timedelta(days=-MONTH.first.weekday() % 7)
FIRST_RUN = datetime(MONTH.next().first.year, MONTH.next().first.month, 1) - timedelta(hours=2)
ROOT = Path(__file__).parents[2]


def weeks() -> list[tuple[date, str, float, float]]:
    """Two years of weeks up to the month: spend that comes and goes, and what it brings, with noise."""
    rng, table = np.random.default_rng(7), []
    for week in range(WEEKS):
        monday = FIRST_MONDAY - timedelta(weeks=WEEKS - week)
        for place, name in enumerate(CHANNELS):
            usual = 12_000 + 6_000 * place
            spend = usual * (1 + 0.4 * np.sin(week / 5 + place)) * rng.lognormal(0, 0.15)
            revenue = 9 * usual * spend / (spend + 1.5 * usual) * rng.lognormal(0, 0.1)
            table.append((monday, name, round(spend, 2), round(revenue, 2)))
    return table


def workbook(wrong: dict[tuple[int, int], str]) -> bytes:
    """The weeks as a workbook, with some cells made wrong."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("周报")
        sheet.write_row(0, 0, HEADER)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, (monday, *cells) in enumerate(weeks(), start=1):
            sheet.write_datetime(line, 0, datetime.combine(monday, datetime.min.time()), day)
            sheet.write_row(line, 1, cells)
        for (row, column), text in wrong.items():
            sheet.write_string(row, column, text)
    return content.getvalue()


class Month:
    """The people of a shop on one server, and the operator beside it."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        self.client, self.url = client, url
        made = json.loads(self.operator("workspace", "create", "shop", "--currency", "CNY", "--json"))
        self.admin = Person(client, made["key"])
        self.planner, self.approver = self.person("planner"), self.person("approver")

    def operator(self, *words: str) -> str:
        """What a command prints; it must end well."""
        result = CliRunner().invoke(app, words, env={"BUDGET_DATABASE_URL": self.url})
        assert result.exit_code == 0, result.output
        return result.stdout

    def person(self, role: str) -> Person:
        made = self.admin.post("/v1/keys", {"name": role, "role": role}, 201)
        return Person(self.client, made["key"])

    def upload(self, data: bytes, query: str = "", status: int = 200) -> Any:
        key = {"Authorization": f"Bearer {self.planner.key}"}
        files = {"file": ("weeks.xlsx", data)}
        reply = self.client.post(f"/v1/history:upload{query}", files=files, headers=key)
        assert reply.status_code == status, reply.text
        return reply.json()

    def tell_what_is_known(self) -> None:
        """Channels, history (the first file has three wrong cells, and stores nothing), events."""
        for name in CHANNELS:
            self.planner.post("/v1/channels", {"id": name, "max_change_share": 0.5}, 201)
        refusal = self.upload(workbook(WRONG), "?dry_run=true", 422)
        places = [fault["message"].partition("(")[2].partition(")")[0] for fault in refusal["errors"]]
        assert sorted(places) == ["A10", "C5", "D13"]
        assert self.upload(workbook({}), "?dry_run=true")["added"] == WEEKS * len(CHANNELS)
        assert self.planner.get("/v1/history")["rows"] == []
        assert self.upload(workbook({}))["added"] == WEEKS * len(CHANNELS)
        sale = {"name": "年货节", "start": str(MONTH.first), "end": str(MONTH.first + timedelta(days=4))}
        self.planner.post("/v1/events", sale, 201)

    def plan(self) -> Any:
        """Drafted, held against a what-if, submitted, approved by someone else, active."""
        plan = self.planner.post("/v1/plans", {"month": str(MONTH), "budget": BUDGET}, 201)
        path = f"/v1/plans/{plan['id']}"
        less = {"name": "less", "changes": {"budget": 0.8 * BUDGET}}
        reply = self.planner.post(f"{path}:compare", {"scenarios": [less]})
        assert reply["scenarios"][1]["difference"]["response"] < 0
        self.planner.post(f"{path}:submit")
        same_person = self.admin.post("/v1/keys", {"name": "planner", "role": "approver"}, 201)
        Person(self.client, same_person["key"]).post(f"{path}:approve", None, 403)
        self.approver.post(f"{path}:approve")
        return self.planner.post(f"{path}:activate")

    def live(self, plan: Any) -> float:
        """Four weeks of actuals, a third of the reserve to the best, the close; what of it is left."""
        rows = [
            {
                "channel": line["channel"],
                "period": str(Period(FIRST_MONDAY + timedelta(weeks=week), 7)),
                "spend": round(line["spend"] / 4, 2),
                "revenue": round(line["response"] / 4, 2),
            }
            for week in range(4)
            for line in plan["allocations"]
        ]
        assert self.planner.post("/v1/history", {"rows": rows})["added"] == 4 * len(CHANNELS)
        path = f"/v1/plans/{plan['id']}"
        third = round(plan["reserve"]["amount"] / 3, 2)
        release = self.planner.post(f"{path}/reserve:release", {"amount": third, "reason": "weekend"}, 201)
        assert sum(part["amount"] for part in release["parts"]) == pytest.approx(third, abs=0.001)
        self.approver.post(f"{path}/reserve/{release['id']}:approve")
        self.planner.post(f"{path}:close")
        rolled = -self.planner.get(f"{path}/reserve")["entries"][-1]["amount"]
        assert rolled == pytest.approx(plan["reserve"]["amount"] - third, abs=0.001)
        return float(rolled)

    def run_due_three_times_at_once(self) -> str:
        """What three processes say that all look on the first of the next month, at six in Shanghai."""
        words = ["jobs", "run-due", "--now", FIRST_RUN.strftime("%Y-%m-%dT%H:%M:%SZ")]
        command = [sys.executable, "-m", "app.cli", *words]
        environment = os.environ | {"BUDGET_DATABASE_URL": self.url, "BUDGET_LOG_LEVEL": "error"}
        processes = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        said = [process.communicate(timeout=120)[0] for process in processes]
        assert [process.returncode for process in processes] == [0, 0, 0]
        return "".join(said)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_month_goes_round(engine: str, tmp_path: Path, postgresql_server: str) -> None:
    """From nothing to the next month's one draft, with the rolled reserve, and on into the other engine."""
    urls = {"sqlite": f"sqlite:///{tmp_path}/budget.db", "postgresql": new_database(postgresql_server)}
    url = urls.pop(engine)
    with served(Settings(database_url=url, tick_seconds=0)) as client:
        month = Month(client, url)
        month.tell_what_is_known()
        month.planner.put("/v1/schedule", {"day": 1, "hour": 6, "time_zone": "Asia/Shanghai"})
        first = month.plan()
        rolled = month.live(first)
        said = month.run_due_three_times_at_once()
        assert (said.count("drafted"), said.count("kept")) == (1, 1)
        plans = month.planner.get("/v1/plans")["items"]
        assert [plan["month"] for plan in plans] == [str(MONTH), str(MONTH.next())]
        second = month.planner.get(f"/v1/plans/{plans[1]['id']}")
        assert second["rolled_reserve"] == rolled <= second["reserve"]["amount"]
        assert second["budget"] == pytest.approx(BUDGET + rolled, abs=0.001)
        before = [month.planner.send("GET", f"/v1/plans/{plan['id']}").content for plan in plans]
        month.operator("db", "backup", str(tmp_path / "backup.gz"))
    month.url = urls.popitem()[1]
    month.operator("db", "restore", str(tmp_path / "backup.gz"))
    assert "whole" in month.operator("audit", "verify")
    with served(Settings(database_url=month.url, tick_seconds=0)) as client:
        planner = Person(client, month.planner.key)
        after = [planner.send("GET", f"/v1/plans/{plan['id']}").content for plan in plans]
        assert after == before
        for plan in plans:
            assert planner.post(f"/v1/plans/{plan['id']}:replay")["is_same"]
