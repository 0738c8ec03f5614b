"""What the README says can be typed, can be typed."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

import optimizer
from app import cli
from tests.app.served import served

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
COMMANDS = [
    shlex.split(command)
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for command in re.split(r"\n(?=\S)", block.strip())
    if not command.startswith("}")
]
CURLS = [command for command in COMMANDS if command[0] == "curl"]
BUDGETS = [command for command in COMMANDS if command[0].endswith("budget")]


def test_the_readme_shows_both_ways_in() -> None:
    """There is a curl and a command line, and nothing else that would go untested."""
    assert CURLS
    assert BUDGETS
    assert len(CURLS) + len(BUDGETS) == len(COMMANDS)


@pytest.mark.parametrize("command", BUDGETS, ids=" ".join)
def test_every_command_line_runs(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `budget` line of the README works as it stands."""
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli.app, command[1:])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", CURLS, ids=lambda command: command[2])
def test_every_curl_is_answered(command: list[str]) -> None:
    """Each curl of the README gets a reply as it stands."""
    address, options = command[2], dict(zip(command[3::2], command[4::2], strict=True))
    name, _, value = options["-H"].partition(": ")
    with served() as client:
        path = httpx.URL(address).path
        reply = client.post(path, content=options["-d"].encode(), headers={name: value})
    assert reply.status_code == 200, reply.text


def test_every_place_on_the_map_exists() -> None:
    """The map of the house names only what is there."""
    section = README.split("## The house")[1].split("##")[0]
    places = re.findall(r"^\| `(.*?)`", section, re.MULTILINE)
    assert len(places) > 8
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_the_version_is_one() -> None:
    """The package, the model and the changelog agree on the version."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0]
    assert package == optimizer.__version__ == newest


def test_the_worked_plan_is_the_one_that_is_printed() -> None:
    """Each channel's spend in the README is that of the demo, within 5 % of the budget."""
    shown = dict(re.findall(r"^ +(\S+) +¥([\d,]+) .*–", README, re.MULTILINE))
    plan = json.loads(CliRunner().invoke(cli.app, ["demo", "--json"]).stdout)
    spends = {line["name"]: line["spend"] for line in plan["allocations"]}
    assert set(shown) - {"channels"} == set(spends), "paste anew what `COLUMNS=100 budget demo` prints"
    for name, spend in spends.items():
        told = float(shown[name].replace(",", ""))
        assert abs(told - spend) <= 0.05 * plan["budget"], "paste anew what `COLUMNS=100 budget demo` prints"
