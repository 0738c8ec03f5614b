"""What users paste into their spreadsheets, run as those programs run it, against the live service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.db.engine import Database
from app.errors import NotFoundError
from app.optimize.examples import HISTORY
from app.settings import Settings
from app.sheets.cells.headings import name_of
from app.sheets.connectors import FILES, PLACE, connector
from app.web.connecting import PROGRAMS
from tests.app.served import served
from tests.app.sheets.connectors import node
from tests.app.sheets.planned import PlannedShop

HEADER = ["月份", "渠道", "花费", "收入"]
EPOCH = date(1899, 12, 30)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlannedShop]:
    """A planned shop of these tests' own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('connectors')}/budget.db"
    database = Database(url)
    with served(Settings(database_url=url)) as client:
        yield PlannedShop(client, database)
    database.close()


def code(shop: PlannedShop, name: str) -> str:
    """A file as a user gets it."""
    reply = shop.client.get(f"/sheets/connect/{name}")
    assert reply.status_code == 200
    return reply.text


def history(day: Any) -> list[list[Any]]:
    """A year of history as a sheet has it; `day` makes a cell of a month's first day."""
    rows = [[day(f"{row['period']}-01"), row["channel"], row["spend"], row["revenue"]] for row in HISTORY]
    return [HEADER, *rows]


def spends(values: list[list[Any]]) -> dict[str, Any]:
    """What each channel spends in a plan that came back as rows."""
    place = {name_of(name): column for column, name in enumerate(values[0])}
    return {row[place["channel"]]: row[place["spend"]] for row in values[1:] if row[place["channel"]]}


def expected(shop: PlannedShop) -> dict[str, Any]:
    """The same plan, asked for in the API's own words."""
    limits = [{"id": "jd", "min_spend": 150000}]
    asked = {"month": "2026-12", "budget": 400000, "history": HISTORY, "channels": limits}
    plan = shop.client.post("/v1/optimize", json=asked).json()
    return {line["channel"]: line["spend"] for line in plan["allocations"]}


def test_files_hold_the_address_they_were_asked_at(shop: PlannedShop) -> None:
    """Every file is filled in, and nothing but a plain address is ever filled in."""
    for name in FILES:
        text = code(shop, name)
        assert str(shop.client.base_url).rstrip("/") in text
        assert PLACE not in text
    for address in ('http://x";evil("', "http://x\n", "javascript:x", "http://a b"):
        with pytest.raises(NotFoundError):
            connector(FILES[0], address)
    evil = shop.client.get("/sheets/connect/read_plan.pq", headers={"host": 'x";evil'})
    assert "evil" not in evil.text
    assert shop.client.get("/sheets/connect/other.pq").status_code == 404


def test_power_query_is_m_to_microsofts_own_parser() -> None:
    """Both queries parse without a fault, and a broken one does not."""
    texts = [connector(name, "http://127.0.0.1:8000") for name in FILES if name.endswith(".pq")]
    broken = texts[0].replace("in\n", "inn\n")
    faults = node.run("parse_power_query.cjs", {"texts": [*texts, broken]}, node.packages())["faults"]
    assert faults[:-1] == [None] * 2
    assert faults[-1]


def test_google_sheets_functions_read_a_plan(shop: PlannedShop) -> None:
    """The key is asked for, kept in the properties and sent as a header; one address is fetched once."""
    calls = [["onOpen"], ["BUDGET", "spend", "抖音"], ["setKey"], ["BUDGET", "spend", "抖音"]]
    calls += [["BUDGET", "budget"], ["BUDGET_TABLE", "2026-12", "zh"], ["BUDGET", "budget"]]
    calls += [["BUDGET", "luck"]]
    given = {"code": code(shop, "apps_script.gs"), "key": shop.sig, "zone": "UTC", "sheets": {}}
    told = node.run("run_apps_script.cjs", given | {"calls": calls})
    _, unset, _, douyin, budget, table, again, fault = told["answers"]
    assert "Set the key" in unset["error"]
    assert douyin == shop.plan["allocations"][0]["spend"]
    assert budget == again == 80000.5
    assert (table[0][4], table[1][2], table[1][4]) == ("花费", "douyin", douyin)
    assert "There is no metric" in fault["error"]
    assert told["menu"] == ["Budget", "planMonth", "setKey"]
    assert told["properties"] == {"BUDGET_KEY": shop.sig}
    assert len(told["fetched"]) == 4
    assert not any(shop.sig in address for address in told["fetched"])


def test_google_sheets_plan_from_their_own_rows(shop: PlannedShop) -> None:
    """Days are sent as the sheet's time zone shows them, and the plan fills the sheet `Plan`."""
    sheets: dict[str, list[list[Any]]] = {
        "Budget": [["月份", {"day": "2026-11-30T16:00:00Z"}], ["预算", 400000]],  # 1 December in Shanghai
        "History data": history(lambda day: {"day": f"{day}T00:00:00+08:00"}),
        "Channels": [["渠道", "最低花费"], ["jd", 150000]],
    }
    given = {"code": code(shop, "apps_script.gs"), "key": shop.sig, "zone": "Asia/Shanghai", "sheets": sheets}
    told = node.run("run_apps_script.cjs", given | {"calls": [["planMonth"]]})
    assert spends(told["sheets"]["Plan"]) == expected(shop)
    sheets["History data"][3][2] = "#REF!"
    told = node.run("run_apps_script.cjs", given | {"calls": [["planMonth"]], "locale": "zh_CN"})
    assert "（C4）" in told["alerts"][0]
    assert told["marked"] == [["History data", 4, 3, "yellow"]]
    del sheets["History data"]
    told = node.run("run_apps_script.cjs", given | {"calls": [["planMonth"]]})
    assert told["alerts"] == ["There is no sheet · 缺少工作表: History data"]


def test_google_sheets_functions_take_a_column(shop: PlannedShop) -> None:
    """A range of names gives a range of numbers: nothing for nothing, a dash where there is no number."""
    long = "长" * 60  # in an address too long for Google's cache
    calls = [["BUDGET", "花费", [["抖音"], [""], ["京东"], [long]]], ["BUDGET", "roi", [["evil"]]]]
    given = {"code": code(shop, "apps_script.gs"), "key": shop.sig, "zone": "UTC", "sheets": {}}
    told = node.run("run_apps_script.cjs", given | {"calls": [["setKey"], *calls]})
    douyin, jd, _ = (line["spend"] for line in shop.plan["allocations"])
    assert told["answers"][1:] == [[[douyin], [""], [jd], ["—"]], [["—"]]]


@pytest.mark.parametrize(("name", "locale"), [("apps_script", "zh_CN"), ("office_script", "zh-CN")])
def test_scripts_speak_the_users_language(shop: PlannedShop, name: str, locale: str) -> None:
    """A Chinese user's plan has Chinese headings and reasons."""
    sheets = {"Budget": [["", "2026-12"], ["", 400000]], "History data": history(str), "Plan": [["old"]]}
    suffix, modules = ("gs", None) if name == "apps_script" else ("ts", node.packages())
    given = {"code": code(shop, f"{name}.{suffix}"), "key": shop.sig, "zone": "UTC", "sheets": sheets}
    told = node.run(f"run_{name}.cjs", given | {"calls": [["planMonth"]], "locale": locale}, modules)
    assert told["sheets"]["Plan"][0][2:5] == ["渠道", "名称", "花费"]


@pytest.mark.parametrize("name", ["apps_script", "office_script"])
def test_scripts_say_that_nobody_answers(shop: PlannedShop, name: str) -> None:
    """Without the service a script names its address instead of a broken line of code."""
    sheets = {"Budget": [["", "2026-12"], ["", 400000]], "History data": history(str)}
    suffix, modules = ("gs", None) if name == "apps_script" else ("ts", node.packages())
    text = connector(f"{name}.{suffix}", "http://127.0.0.1:9")
    given = {"code": text, "key": shop.sig, "zone": "UTC", "sheets": sheets, "calls": [["planMonth"]]}
    told = node.run(f"run_{name}.cjs", given, modules)
    assert "cannot be reached · 无法连接服务: http://127.0.0.1:9" in str(
        [told.get("alerts"), told.get("error")]
    )


def test_an_office_script_plans_from_the_workbook(shop: PlannedShop) -> None:
    """It is sound TypeScript, fills the sheet `Plan`, and marks wrong cells where they stand."""
    sheets: dict[str, list[list[Any]]] = {
        "Budget": [["Month", (date(2026, 12, 1) - EPOCH).days], ["Amount", 400000]],
        "History data": history(lambda day: (date.fromisoformat(day) - EPOCH).days),
        "Channels": [["id", "min_spend"], ["jd", 150000]],
        "Plan": [["old"]],
    }
    given = {"code": code(shop, "office_script.ts"), "sheets": sheets}
    told = node.run("run_office_script.cjs", given | {"check": True}, node.packages())
    assert (told["faults"], told["error"]) == ([], None)
    assert spends(told["sheets"]["Plan"]) == expected(shop)
    sheets["History data"][3][2], sheets["Channels"][1][1] = "#REF!", "much"
    told = node.run("run_office_script.cjs", given, node.packages())
    assert "row 4, column C (C4)" in told["error"]
    assert told["marked"] == [["History data", 3, 2, "yellow"], ["Channels", 1, 1, "yellow"]]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_each_way_in_steps_and_pictures(shop: PlannedShop, language: str) -> None:
    """Every step has its picture, every program its file, with this service's address."""
    page = shop.client.get("/sheets/connect", params={"lang": language})
    assert page.status_code == 200
    assert page.text.count('role="img"') == sum(len(program.steps) for program in PROGRAMS) >= 4 * len(FILES)
    assert all(f'href="/sheets/connect/{name}"' in page.text for name in FILES)
    assert f"{str(shop.client.base_url).rstrip('/')}/sheets/latest/value" in page.text
    assert ("连接电子表格" in page.text) == (language == "zh")
