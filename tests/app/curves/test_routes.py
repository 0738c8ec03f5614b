"""Another tool's curves over HTTP and from a terminal, and from there into a plan."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
from typer.testing import CliRunner

from app import cli
from tests.app.curves.test_files import MERIDIAN


def sent(client: httpx.Client, text: str, **query: str) -> httpx.Response:
    files = {"file": ("curves.csv", text.encode(), "text/csv")}
    return client.post("/v1/curves:import", files=files, params={"month": "2026-11", **query})


def test_imported_curves_can_be_planned_with(client: httpx.Client) -> None:
    """What the import answers goes into a plan as it is, and the plan's ranges are the file's."""
    reply = sent(client, MERIDIAN, days="240").json()
    assert reply["source"] == "meridian"
    assert "240 days" in reply["notes"][0]
    body = {"month": "2026-11", "budget": 40_000, "channels": reply["channels"]}
    (line,) = client.post("/v1/optimize", json=body).json()["allocations"]
    assert line["source"] == "given"
    assert 1.2 * line["response_low"] < line["response"] < line["response_high"] / 1.2


def test_an_assumed_period_is_said(client: httpx.Client) -> None:
    """When nobody stated the days, a note says what was assumed, in the caller's language."""
    reply = sent(client, "rn,spend,response\na,0,0\na,7000,14000\n", lang="zh").json()
    assert len(reply["notes"]) == 2
    assert "7天" in reply["notes"][1]


def test_a_table_of_nobodys_is_said_to_be_taken_for_the_months(client: httpx.Client) -> None:
    """Whoever has a week's spend in such a table is asked for `days`."""
    table = "channel,spend,response\n抖音,0,0\n抖音,7000,14000\n"
    (note,) = sent(client, table).json()["notes"]
    assert "if it is not 30" in note
    assert sent(client, table, days="30").json()["notes"] == []


def test_a_fall_in_a_table_is_said_and_what_was_made_of_it(client: httpx.Client, tmp_path: Path) -> None:
    """With the channel and its spends, in the caller's language, over HTTP and from the terminal."""
    table = (
        "渠道,花费,收入\n抖音,0,0\n抖音,1000,5000\n抖音,2000,4000\n抖音,3000,6000\n京东,0,0\n京东,900,1000\n"
    )
    reply = sent(client, table, days="30").json()
    (warning,) = reply["warnings"]
    assert (warning["code"], warning["channel"]) == ("response_falls", "抖音")
    assert "5,000 at 1,000" in warning["message"]
    assert reply["channels"][0]["curve"]["points"][2] == [2000, 5000]
    (said,) = sent(client, table, days="30", lang="zh").json()["warnings"]
    assert "花费增加而成果下降" in said["message"]
    file = tmp_path / "curves.csv"
    file.write_text(table)
    options = ["plan", "--curves", str(file), "--month", "2026-11", "--budget", "3000"]
    assert "falls as spend rises" in " ".join(CliRunner().invoke(cli.app, options).stderr.split())


def test_faults_of_a_file_are_a_problem(client: httpx.Client) -> None:
    """A window that is missing, a wrong month and a file that is no table are all answered with 422."""
    window = sent(client, MERIDIAN)
    assert window.status_code == 422
    assert window.json()["errors"][0]["pointer"] == "/days"
    assert sent(client, MERIDIAN, days="240", month="2026-13").status_code == 422
    assert sent(client, "hello", days="240").status_code == 422


def test_the_command_line_prints_channels(tmp_path: Path) -> None:
    """`budget curves` prints what the API's plan takes, and its notes beside it."""
    file = tmp_path / "curves.csv"
    file.write_text(MERIDIAN)
    result = CliRunner().invoke(cli.app, ["curves", str(file), "--month", "2026-11", "--days", "240"])
    assert result.exit_code == 0
    (channel,) = json.loads(result.stdout)["channels"]
    assert channel["id"] == "tv"
    assert channel["curve"]["points"][1] == [30_000, 75_000, 60_000, 97_500]
    failed = CliRunner().invoke(cli.app, ["curves", str(file), "--month", "2026-11"])
    assert failed.exit_code == 1
