"""What a spreadsheet's cells read of a plan, over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.db.engine import Database
from app.settings import Settings
from tests.app.served import served
from tests.app.sheets.planned import EVIL, HISTORY, WISH, PlannedShop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlannedShop]:
    """A planned shop of these tests' own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('cells')}/budget.db"
    database = Database(url)
    with served(Settings(database_url=url, failed_keys=3)) as client:
        yield PlannedShop(client, database)
    database.close()


def rows(text: str, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=separator))


def test_a_cell_reads_one_plain_number(shop: PlannedShop) -> None:
    """Any number of a channel or of the plan, as the plan has it, with a dot and nothing else."""
    line = shop.plan["allocations"][0]
    assert shop.read("latest/value", channel="douyin") == str(line["spend"])
    assert shop.read("latest/value", channel="douyin", metric="response") == repr(line["response"])
    assert shop.read("latest/value", metric="budget") == "80000.5"
    spent = sum(Decimal(str(line["spend"])) for line in shop.plan["allocations"])
    left = [Decimal(shop.read("latest/value", metric=name)) for name in ("reserve", "unallocated")]
    assert Decimal(shop.read("latest/value")) == spent == Decimal("80000.5") - sum(left)


def test_a_channel_is_found_by_id_or_name(shop: PlannedShop) -> None:
    """Chinese, full-width, in capitals: the same channel; a metric may be named by its heading."""
    told = {
        shop.read("2026-12/value", channel=name) for name in ("douyin", "抖音", "ＤＯＵＹＩＮ", " Douyin ")
    }
    assert told == {shop.read("2026-12/value", channel="抖音", metric="花费")}


def test_a_number_that_is_not_there_is_no_zero(shop: PlannedShop) -> None:
    """A channel without spend has no ROI, and a cell must show that as an error."""
    assert shop.ask("latest/value", channel="evil", metric="roi").status_code == 404
    assert shop.read("latest/value", channel="evil") == "0"


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("2026-11/value", {}, 404),
        ("plan_x/value", {}, 404),
        ("latest/value", {"channel": "tv"}, 404),
        ("latest/value", {"metric": "luck"}, 404),
        ("latest/value", {"chanel": "douyin"}, 422),
        ("latest/allocations.csv", {"sep": "x"}, 422),
        ("latest/value", {"sig": "budget_no"}, 401),
    ],
)
def test_errors_are_errors_or_text(shop: PlannedShop, path: str, query: dict[str, str], status: int) -> None:
    """A wrong address answers a real 4xx, so that a cell shows an error; `errors=text` says which."""
    assert shop.ask(path, **query).status_code == status
    told = shop.ask(path, **query, errors="text")
    assert told.status_code == 200
    assert told.text.startswith(f"Error {status}: ")
    assert told.headers["content-type"].startswith("text/plain")


def test_what_is_known_already_is_not_sent_again(shop: PlannedShop) -> None:
    """The tag of an answer sent back gets 304 and no body; HEAD gets the same headers as GET."""
    for path in ("value", "row", "allocations.csv", "allocations.xml", "curves.csv", "history.csv"):
        first = shop.ask(f"latest/{path}")
        head = shop.ask(f"latest/{path}", method="HEAD")
        for name in ("etag", "content-type", "content-length", "cache-control"):
            assert first.headers[name] == head.headers[name]
        assert head.content == b""
        again = shop.client.get(first.url, headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert "private" in first.headers["cache-control"]


def test_an_answer_is_remembered_until_something_changes(shop: PlannedShop) -> None:
    """The same cell gets the same again without the plan being read, and the new at once after any change."""
    path, day = f"{shop.plan['id']}/tracking.csv", {"channel": "jd", "period": "2026-12-05"}
    before = shop.read(path)
    assert shop.read(path) == before
    shop.admin.post("/v1/history", {"rows": [day | {"spend": 7}]})
    after = shop.read(path)
    assert after != before
    assert shop.ask(path, method="HEAD").headers["content-length"] == str(len(after.encode()))
    shop.admin.post("/v1/history", {"rows": [day | {"spend": 0}]})


def test_options_and_other_origins(shop: PlannedShop) -> None:
    """OPTIONS needs no key and no database, and a script of any origin may ask; nothing can be written."""
    reply = shop.client.options("/sheets/latest/value")
    assert (reply.status_code, reply.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert shop.ask("latest/value").headers["access-control-allow-origin"] == "*"
    assert shop.client.options("/v1/optimize").headers["access-control-allow-methods"] == "POST, OPTIONS"
    assert "access-control-allow-origin" not in shop.client.get("/v1/plans").headers
    assert shop.ask("latest/value", method="POST").status_code == 405


def test_failed_heads_are_not_counted(shop: PlannedShop) -> None:
    """A cell asks several times with HEAD before it reads: only reads with a wrong key are counted."""
    wrong = {"sig": "budget_wrong"}
    heads = [shop.client.head("/sheets/latest/value", params=wrong).status_code for _ in range(20)]
    assert set(heads) == {401}
    gets = [shop.client.get("/sheets/latest/value", params=wrong).status_code for _ in range(5)]
    assert gets[-1] == 429
    assert shop.ask("latest/value").status_code == 200


def test_tables_hold_no_formula(shop: PlannedShop) -> None:
    """A channel's name that is a formula leaves every CSV as text, in all dialects; amounts are numbers."""
    for query in ({}, {"sep": ";", "decimal": "comma"}, {"sep": "tab", "bom": "true", "lang": "zh"}):
        separator = {";": ";", "tab": "\t"}.get(query.get("sep", ","), ",")
        text = shop.read("latest/allocations.csv", **query)
        assert text.startswith("\ufeff") == (query.get("bom") == "true")
        header, *lines = rows(text.removeprefix("\ufeff"), separator)
        assert header[2] == ("渠道" if query.get("lang") == "zh" else "channel")
        names = {line[2]: line[3] for line in lines}
        assert names["evil"] == f"'{EVIL}"
        assert lines[-1][4] == ("80000,5" if query.get("decimal") else "80000.5")


def test_xml_is_read_by_paths(shop: PlannedShop) -> None:
    """Each channel is an element by its id, with the plan's numbers inside."""
    tree = ElementTree.fromstring(shop.read("latest/allocations.xml"))
    assert tree.get("state") == "draft"
    spend = tree.find("allocation[@channel='douyin']/spend")
    assert spend is not None
    assert spend.text == str(shop.plan["allocations"][0]["spend"])
    assert [a.get("name") for a in tree.findall("allocation[@channel='evil']")] == [EVIL]
    assert tree.find("allocation[@kind='budget']/spend").text == "80000.5"  # type: ignore[union-attr]


def test_one_row(shop: PlannedShop) -> None:
    """A channel's line, or the plan's with its state; the headings on demand."""
    (line,) = rows(shop.read("latest/row", channel="抖音"))
    assert line[:3] == ["douyin", "抖音", str(shop.plan["allocations"][0]["spend"])]
    header, plan = rows(shop.read("latest/row", header="true", lang="en"))
    told = dict(zip(header, plan, strict=True))
    assert (told["Plan"], told["State"], told["Budget"]) == (shop.plan["id"], "draft", "80000.5")


def test_curves_and_history_are_those_of_the_plan(shop: PlannedShop) -> None:
    """The curves' points rise from nothing; the history is what the plan was made from, however much came."""
    header, *points = rows(shop.read("latest/curves.csv"))
    mine = [line for line in points if line[0] == "douyin"]
    assert header[:3] == ["channel", "spend", "response"]
    assert (mine[0][1], mine[0][2]) == ("0.0", "0.0")
    assert [float(line[2]) for line in mine] == sorted(float(line[2]) for line in mine)
    _, *known = rows(shop.read("latest/history.csv"))
    assert [line[:3] for line in known] == [
        [str(row["channel"]), str(row["period"]), f"{float(str(row['spend']))}"] for row in HISTORY
    ]


def test_tracking_holds_the_plan_against_what_came(shop: PlannedShop) -> None:
    """Spend so far is what is stored of the month; of a week across its end the days inside count."""
    late = [("2026-12-01", 100.25), ("2026-12-02", 200), ("2026-W53", 700)]  # W53: 28 December to 3 January
    shop.admin.post("/v1/history", {"rows": [{"channel": "jd", "period": p, "spend": s} for p, s in late]})
    header, *lines = rows(shop.read("latest/tracking.csv"))
    told = {line[1]: dict(zip(header, line, strict=True)) for line in lines}
    planned = {line["channel"]: line["spend"] for line in shop.plan["allocations"]}
    assert told["jd"]["spend"] == "700.25"  # 100.25 + 200 + 4/7 · 700
    assert float(told["jd"]["planned_spend"]) == planned["jd"]
    assert (told[""]["kind"], told[""]["spend"], told["douyin"]["spend"]) == ("total", "700.25", "0.00")


def test_the_plan_that_counts(tmp_path: Path) -> None:
    """Of a month the approved plan goes before a newer draft; rejected ones are found by id alone."""
    database = Database(url := f"sqlite:///{tmp_path}/budget.db")
    with served(Settings(database_url=url)) as client:
        shop = PlannedShop(client, database)
        shop.admin.post(f"/v1/plans/{shop.plan['id']}:submit")
        shop.person("approver").post(f"/v1/plans/{shop.plan['id']}:approve")
        newer = shop.admin.post("/v1/plans", {**WISH, "budget": 90000}, 201)
        assert shop.read("2026-12/value", metric="budget") == "80000.5"
        assert shop.read(f"{newer['id']}/value", metric="budget") == "90000"
        january = shop.admin.post("/v1/plans", {**WISH, "month": "2027-01", "budget": 70000}, 201)
        assert shop.read("latest/value", metric="budget") == "70000"
        shop.admin.post(f"/v1/plans/{january['id']}:submit")
        shop.person("approver", "wang").post(f"/v1/plans/{january['id']}:reject")
        assert shop.read("latest/value", metric="budget") == "80000.5"
        assert shop.read(f"{january['id']}/value", metric="budget") == "70000"
    database.close()
