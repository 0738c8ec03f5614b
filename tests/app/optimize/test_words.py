"""Reasons and warnings are plain sentences, in both languages, and complete."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import app
import optimizer
from app.dependencies import Language
from app.optimize import caution, tables, words
from app.optimize.noticed import WARNINGS
from app.optimize.replies import AllocationRead, DemandRead
from app.optimize.words import GAINS, WHY, Words
from optimizer import Finding
from optimizer.festivals import shopping_calendar

CORE = Path(optimizer.__file__).parent
OUTSIDE = Path(app.__file__).parent
TEMPLATES: dict[str, dict[Language, str]] = {
    **WHY,
    **words.DEMAND,
    **words.LEVEL,
    **words.MOVE,
    **words.BESIDE,
    **WARNINGS,
    **tables.LABELS,
    **caution.SENTENCES,
}
TEMPLATES |= {str(objective): template for objective, template in GAINS.items()}
JARGON = re.compile(r"\b(posterior|prior|dual|MAP|likelihood|Gibbs|regulari[sz]\w*|hyper\w*|simplex|LP)\b")


def line(**changes: object) -> AllocationRead:
    """A line of a plan that may go either way."""
    facts: dict[str, object] = {
        "channel": "jd",
        "name": "京东",
        "spend": Decimal(120_000),
        "share": 0.3,
        "last_spend": Decimal(100_000),
        "change_share": 0.2,
        "response": 300_000.0,
        "response_low": 250_000.0,
        "response_high": 350_000.0,
        "roi": 2.5,
        "marginal_roi": 1.5,
        "last_marginal_roi": 1.5,
        "position": "free",
        "shadow_price": 0.0,
        "observed_max_spend": None,
        "extrapolated": False,
        "source": "attributed",
        "why": "",
    }
    return AllocationRead.model_validate(facts | changes)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def codes(folder: Path) -> Iterator[str]:
    """The code of every finding that is made in a folder's modules."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                code = node.args[0]
                for choice in (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,):
                    assert isinstance(choice, ast.Constant), f"{path.name}:{node.lineno} gives no plain code"
                    yield str(choice.value)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_both_languages_say_the_same(name: str) -> None:
    """Each template exists in English and Chinese, with the same facts in it."""
    template = TEMPLATES[name]
    assert set(template) == {"en", "zh"}
    assert fields(template["en"]) == fields(template["zh"])


def test_every_finding_has_words() -> None:
    """No finding reaches a user as a bare code."""
    missing = {*codes(CORE), *codes(OUTSIDE)} - set(WARNINGS)
    assert not missing


def test_every_warning_is_one_that_can_come() -> None:
    """No words are kept for findings that nobody makes."""
    assert set(WARNINGS) <= {*codes(CORE), *codes(OUTSIDE)}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_no_jargon_reaches_a_user(name: str) -> None:
    """Sentences are for planners, not for statisticians."""
    assert not JARGON.search(" ".join(TEMPLATES[name].values()))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"last_marginal_roi": 2.1}, "the next ¥1 would bring ¥2.10 of revenue, more than the ¥1.90"),
        (
            {"last_marginal_roi": 0.8, "change_share": -0.5},
            "would bring only ¥0.80 of revenue, less than the ¥1.90 of revenue it brings elsewhere",
        ),
        ({}, "Up 20% on last month: here the next ¥1 brings ¥1.50 of revenue, as much as anywhere"),
        (
            {"change_share": -0.5, "position": "at_min"},
            "Down 50% on last month, its minimum: the next ¥1 brings",
        ),
        ({"change_share": 0.0, "position": "at_max"}, "As last month, its maximum"),
        ({"position": "at_change_limit"}, "the most it may change"),
        ({"position": "at_group_limit"}, "held by its group"),
        ({"spend": Decimal(0), "position": "zero"}, "Nothing: its first ¥1 would bring ¥1.50"),
        ({"change_share": None, "last_spend": None}, "¥120,000: here"),
        ({"change_share": None, "last_spend": Decimal(0)}, "¥120,000, after nothing last month"),
        ({"extrapolated": True, "observed_max_spend": Decimal(110_000)}, "more than the ¥110,000 a month"),
        ({"source": "pooled"}, "judged by the other channels"),
        ({"source": "given"}, "the one you gave"),
    ],
)
def test_why_names_the_rule_and_the_numbers(changes: dict[str, object], says: str) -> None:
    """Each position has its own sentence, with the change and the marginal returns in it."""
    assert says in Words("en", "CNY", "revenue").why(line(**changes), level=1.9)


def test_why_in_chinese() -> None:
    """The same sentence in Chinese, with the same numbers."""
    assert (
        Words("zh", "CNY", "revenue").why(line(), 1.5)
        == "比上月增加20%：在这里多花¥1带来¥1.50收入，与其他可调渠道相同。"
    )


@pytest.mark.parametrize(
    ("changes", "may_go", "says"),
    [
        ({}, True, "The next ¥1 brings ¥1.50 of revenue everywhere it may go."),
        (
            {"position": "at_group_limit"},
            True,
            "The next ¥1 brings ¥1.50 of revenue, placed as the limits ask.",
        ),
        ({"marginal_roi": 1.8}, True, "The next ¥1 brings ¥1.50 of revenue, placed as the limits ask."),
        ({"position": "at_max"}, False, "No channel may take the next ¥1: it would wait."),
    ],
)
def test_the_whole_plan_has_one_level(changes: dict[str, object], may_go: bool, says: str) -> None:
    """Everywhere is said only where a free channel brings as much; where none has room, money waits."""
    assert Words("en", "CNY", "revenue").level(1.5, [line(**changes)], may_go=may_go) == says
    assert "¥1" in Words("zh", "CNY", "revenue").level(1.5, [line(**changes)], may_go=may_go)


def test_demand_is_told_with_its_reasons() -> None:
    """Against which days it is, what lifted those, what lifts the month, and how it would be without both."""
    read = DemandRead(
        month_factor=1.1,
        against_last=0.704,
        events={"double 12": 1.026, "店庆": 1.1},
        last_day=date(2026, 11, 22),
        last_days=30,
        last_events={"double 11": 1.42},
        without_events=0.887,
    )
    assert Words("en", "CNY", "revenue").demand(read) == (
        "Demand is 70% of that of the last 30 days known, to 22 Nov 2026; in those days: Double 11 +42.0%; "
        "in the month: Double 12 +2.6%, 店庆 +10.0%; without events it would be 89%."
    )
    assert Words("zh", "CNY", "revenue").demand(read) == (
        "需求为已知最近30天（截至2026年11月22日）的70%；其间：双11 +42.0%；计划月：双12 +2.6%、店庆 +10.0%；"
        "不计活动则为89%。"
    )
    calm = read.model_copy(update={"events": {}, "last_events": {}})
    assert "event" not in Words("en", "CNY", "revenue").demand(calm)
    assert Words("en", "CNY", "revenue").demand(read.model_copy(update={"last_day": None})) == ""


def test_events_are_named_in_the_language_of_the_reader() -> None:
    """A festival of the calendar by its Chinese name, the shop's own promotion by its own."""
    told = Words("zh", "CNY", "revenue").warning(Finding("unseen_event", events=("double 11", "店庆")))
    assert "没有出现过双11、店庆" in told


def test_counted_results_are_told_per_thousand() -> None:
    """Conversions per unit of money are small numbers: they are told for a thousand."""
    sentence = Words("en", "USD", "conversions").why(line(marginal_roi=0.0123, last_marginal_roi=None), 0.02)
    assert "the next $1,000 brings 12.3 conversions" in sentence


def test_every_festival_of_the_calendar_has_a_chinese_name() -> None:
    """What the calendar calls double 11 is 双11 to a Chinese reader; the caller's own names stay."""
    words = Words("zh", "CNY", "revenue")
    known = {event.name for country in ("CN", "US") for event in shopping_calendar(country, 2025, 2026)}
    assert known
    assert all(words.event(name) != name for name in known)
    assert words.event("店庆") == "店庆"
    assert Words("en", "CNY", "revenue").event("before double 11") == "run-up to Double 11"


def test_an_unknown_finding_shows_its_code() -> None:
    """A finding that has no words yet is still told."""
    assert Words("en", "CNY", "revenue").warning(Finding("brand_new")) == "brand_new"
