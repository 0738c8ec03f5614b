"""The command line plans as the API does."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from app import cli
from app.cli import reading, screen
from app.optimize import examples, service
from app.optimize.schemas import PlanRequest
from app.optimize.tables import PlanView
from sample_data import FOLDER

WEEKLY = str(FOLDER / "history_weekly.csv")
runner = CliRunner()


def budget(*arguments: str) -> str:
    """What a command that must work prints."""
    result = runner.invoke(cli.app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_file_gives_the_plan_that_the_api_gives(client: httpx.Client) -> None:
    """The same rows by file and by HTTP give the same bytes but for timings."""
    by_file = json.loads(budget("plan", WEEKLY, "--budget", "1000000", "--json"))
    rows = reading.known(Path(WEEKLY), None)["history"]
    body = {"month": "2026-12", "budget": 1_000_000, "reserve": {"min_share": 0.1, "max_share": 0.15}}
    body["history"] = [
        {k: v for k, v in row.items() if v is not None} | {"period": str(row["period"])} for row in rows
    ]
    by_http = client.post("/v1/optimize", json=body).json()
    for reply in (by_file, by_http):
        del reply["certificate"]["seconds"]
    assert by_file["allocations"] == by_http["allocations"]
    assert by_file["expected"] == by_http["expected"]


def test_the_demo_shows_all_that_a_planner_asks() -> None:
    """Reserve, spend, change, range, marginal return, reason and distance from the best plan are there."""
    shown = budget("demo")
    for word in ("Plan for 2026-12", "抖音", "B站", "Reserve", "is held back", "9 times in 10", "Next ¥1"):
        assert word in shown
    assert "Distance from the best possible plan" in shown
    assert "last month:" in shown


def test_bounds_are_multiples_of_last_month() -> None:
    """With bounds of 0.9-1.1 every channel stays within a tenth of what it spent last month."""
    plan = json.loads(budget("plan", WEEKLY, "--budget", "1300000", "--bounds", "0.9-1.1", "--json"))
    for line in plan["allocations"]:
        assert 0.9 * line["last_spend"] - 0.02 <= line["spend"] <= 1.1 * line["last_spend"] + 0.02


def test_the_reserve_can_be_fixed() -> None:
    """A single number holds exactly that share back."""
    plan = json.loads(budget("plan", WEEKLY, "--budget", "1000000", "--reserve", "12", "--json"))
    assert plan["reserve"]["amount"] == 120_000


def test_the_plan_is_written_to_files(tmp_path: Path) -> None:
    """CSV and XLSX come from the same plan as the table."""
    budget(
        "plan",
        WEEKLY,
        "--budget",
        "1000000",
        "--csv",
        str(tmp_path / "p.csv"),
        "--xlsx",
        str(tmp_path / "p.xlsx"),
    )
    assert (tmp_path / "p.csv").read_text("utf-8-sig").startswith("month,kind,channel")
    assert (tmp_path / "p.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("width", [100, 160])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_are_aligned_at_any_width(width: int, language: str) -> None:
    """No line is wider than the terminal, nothing is cut, and Chinese names do not shift the columns."""
    request = examples.FROM_HISTORY | {"groups": [], "channels": [{"id": "douyin", "name": "抖音"}]}
    reply = service.plan(PlanRequest.model_validate(request), language)  # type: ignore[arg-type]
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(PlanView(reply, language).render(width))  # type: ignore[arg-type]
    lines = console.export_text().splitlines()
    assert max(cell_len(text) for text in lines) <= width
    assert not any("…" in text for text in lines)
    rows = [text for text in lines if text.split()[:1] in (["抖音"], ["jd"]) and "–" in text]
    assert len({cell_len(text[: text.index("%") + 1]) for text in rows}) == 1
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["plan", "nowhere.csv", "--budget", "1"], "does not exist"),
        (["plan", WEEKLY], "--budget"),
        (["plan", WEEKLY, "--budget", "1000", "--month", "December"], "is not a month"),
        (["plan", WEEKLY, "--budget", "1000", "--reserve", "lots"], "no range"),
        (["plan", WEEKLY, "--budget", "1000", "--lang", "fr"], "neither en nor zh"),
        (["plan", WEEKLY, "--budget", "0.001"], "budget"),
        (["plan", WEEKLY, "--budget", "1000000", "--bounds", "2-3"], "No plan obeys every rule"),
        (["plan", __file__, "--budget", "1000"], "header"),
    ],
)
def test_mistakes_are_told_without_a_traceback(arguments: list[str], says: str) -> None:
    """Whatever is wrong is said in words, with an exit code."""
    result = runner.invoke(cli.app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code in {1, 2}
    assert says in result.output.replace("\n", " ")
    assert "Traceback" not in result.output


def test_the_calendar_is_a_planners_choice() -> None:
    """Without a country no festival is told; a promotion of the shop's own is told by its name."""
    years = [f"店庆: start={year}-12-20 end={year}-12-26" for year in (2025, 2026)]
    sale = [word for year in years for word in ("--event", year)]
    arguments = ("plan", WEEKLY, "--budget", "1000000", "--json", "--lang", "zh")
    demand = json.loads(budget(*arguments, "--country", "", *sale))["demand"]
    assert set(demand["events"]) == {"店庆"}
    assert "双11" not in demand["message"]
    assert "双11" in json.loads(budget(*arguments))["demand"]["message"]


def test_mistakes_and_notes_are_told_in_the_language_asked_for(tmp_path: Path) -> None:
    """What stands beside the answer is Chinese where the answer is."""
    result = runner.invoke(cli.app, ["plan", WEEKLY, "--budget", "1000", "--country", "cn", "--lang", "zh"])
    assert "读取了104周" in result.stderr
    assert "/country：国家或地区须为两个大写字母" in result.stderr
    file = tmp_path / "bad.csv"
    file.write_text("date,channel,spend\n2026-W01,a,x\n")
    assert "不是数字" in runner.invoke(cli.app, ["fit", str(file), "--lang", "zh"]).stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_waiting_is_told_in_the_language_asked_for(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the clock, and the bar of months, have a name that the reader understands."""
    told = io.StringIO()
    monkeypatch.setattr(screen, "terminal", lambda **_: Console(file=told, force_terminal=True, width=100))
    with screen.explained(lang):
        screen.with_progress(lambda: None)
        with screen.counted() as on_month:
            on_month(1, 2)
    for words in screen.WAITING.values():
        assert words[lang] in told.getvalue()  # type: ignore[index]


def test_every_wrong_cell_is_told_on_a_line_of_its_own(tmp_path: Path) -> None:
    """A file with two wrong cells is refused with both places, one sentence each."""
    file = tmp_path / "bad.csv"
    file.write_text("date,channel,spend\n2026-W01,a,x\nsoon,a,2\n")
    result = runner.invoke(cli.app, ["plan", str(file), "--budget", "100"])
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "'bad.csv', row 2, column C (C2)",
        "'bad.csv', row 3, column A (A3)",
    ]


def test_help_answers_at_once() -> None:
    """No heavy library is loaded before a command needs it."""
    heavy = "{'numpy', 'pandas', 'scipy', 'pulp', 'fastapi', 'uvicorn', 'pydantic'}"
    check = f"import sys, app.cli; print(sorted({heavy} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"
