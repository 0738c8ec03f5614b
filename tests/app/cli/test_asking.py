"""What-ifs from a terminal: the API's replies, in tables and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from app import cli
from app.cli import options, terms
from sample_data import FOLDER
from tests.app.cli.test_planning import budget, runner

MONTHLY = str(FOLDER / "history_monthly.csv")


def test_scenarios_side_by_side() -> None:
    """Each scenario is a column, and a sentence tells how it differs."""
    shown = budget("compare", MONTHLY, "--budget", "1000000", "--also", "a fifth more: budget=1200000")
    assert "a fifth more: Spends ¥180,000 more and brings" in " ".join(shown.split())
    assert "¥1,200,000" in shown


def test_a_sweep_draws_a_bar_per_budget() -> None:
    """Longer bars for larger budgets, the best one marked, no line wider than the terminal."""
    shown = budget("sweep", MONTHLY, "--budget", "1000000", "--budgets", "1000000-3000000/3", "--lang", "zh")
    bars = [line.count("█") for line in shown.splitlines() if "█" in line]
    assert len(bars) >= 3
    assert bars == sorted(bars)
    assert max(cell_len(line) for line in shown.splitlines()) <= 100


def test_curves_from_a_file_need_no_history(tmp_path: Path) -> None:
    """Exported curves and a month are enough; limits are typed as the API names them."""
    file = tmp_path / "curves.csv"
    rows = [
        f"{name},{x},{scale * x**0.5}"
        for name, scale in (("a", 900), ("b", 700))
        for x in range(0, 900_001, 90_000)
    ]
    file.write_text("channel,spend,response\n" + "\n".join(rows) + "\n")
    plan = json.loads(
        budget(
            "plan",
            "--curves",
            str(file),
            "--month",
            "2026-12",
            "--budget",
            "500000",
            "--json",
            "--channel",
            "b: fixed_spend=100000",
            "--group",
            "all: channels=a,b max_spend=400000",
        )
    )
    spends = {line["channel"]: line["spend"] for line in plan["allocations"]}
    assert spends["b"] == 100_000
    assert sum(spends.values()) <= 400_000


def test_a_target_takes_the_least_budget() -> None:
    """Of what there is only as much is planned as the target needs."""
    plan = json.loads(budget("plan", MONTHLY, "--budget", "2000000", "--target", "2500000", "--json"))
    assert plan["budget"] < 2_000_000
    assert plan["expected"]["response"] >= 2_500_000 * 0.999


def test_terms_are_read_as_they_are_typed() -> None:
    """Numbers, per cent, truths, lists and objects."""
    name, found = terms.named(
        "抖音: max_share=60% paused=true channels=a,b reserve.min_share=0.2", "--channel"
    )
    assert name == "抖音"
    assert found["paused"] is True
    assert found["channels"] == ["a", "b"]
    assert (float(found["max_share"]), float(found["reserve"]["min_share"])) == (0.6, 0.2)
    assert [int(each) for each in options.budgets("100-300/3")] == [100, 200, 300]
    assert [int(each) for each in options.budgets("100,250")] == [100, 250]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["plan", "--budget", "1000"], "month must be given"),
        (["plan", MONTHLY, "--budget", "1000", "--channel", "抖音 max_spend=3"], "NAME: field=value"),
        (["plan", MONTHLY, "--budget", "1000", "--rules", "min_roi"], "field=value"),
        (["plan", MONTHLY, "--budget", "1000", "--rules", "roi=3"], "There is no such field"),
        (["sweep", MONTHLY, "--budget", "1000", "--budgets", "lots"], "no range"),
        (["compare", MONTHLY, "--budget", "1000"], "--also"),
    ],
)
def test_mistyped_terms_are_told(arguments: list[str], says: str) -> None:
    """Whatever cannot be read is said in words, without a traceback."""
    result = runner.invoke(cli.app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code in {1, 2}
    assert says in result.output.replace("\n", " ")
