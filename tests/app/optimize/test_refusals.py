"""An impossible request is answered with what clashes and what to change, whatever the rule."""

from __future__ import annotations

import pytest

from app.dependencies import Language
from app.optimize import examples
from app.optimize.refusals import in_words
from app.optimize.rule_words import CLASHES, OUTCOME_CLASHES, OUTCOME_REMEDIES, REMEDIES
from app.optimize.rules import KINDS
from app.optimize.schemas import PlanRequest
from optimizer import Clash, InfeasibleError, Remedy

REQUEST = PlanRequest.model_validate(examples.TWO_CURVES)


def refused(of: str, kind: str, language: Language) -> str:
    """The sentence on one rule of one owner, with a limit of 40,000,000 (cents, where it is money)."""
    whose = "jd" if of == "channel" else "live"
    if kind in KINDS:
        of, whose, kind = "rule", {"rule": kind}.get(of, f"{of}s/{whose}/{kind}"), KINDS[kind].limit
    clash, remedy = Clash(of, whose, kind, 4e7), Remedy(of, whose, kind, 4e7, 5e7)
    error = InfeasibleError("no", (clash,), (remedy,))
    return str(in_words(REQUEST, error, language))


@pytest.mark.parametrize(
    "rule", sorted(CLASHES) + [f"{of}.{kind}" for of in ("rule", "channel", "group") for kind in KINDS]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_has_words(rule: str, language: Language) -> None:
    """Each rule is named, with its change, in both languages; no template is left unfilled."""
    of, kind = rule.split(".")
    sentence = refused(of, kind, language)
    assert "{" not in sentence
    assert sentence.endswith("." if language == "en" else "。")
    assert of in {"plan", "rule", "count"} or ("京东" if of == "channel" else "live") in sentence
    assert set(CLASHES) == set(REMEDIES)
    assert set(OUTCOME_CLASHES) == set(OUTCOME_REMEDIES) == {*KINDS, "target"}


def test_money_is_told_in_currency_and_channels_by_name() -> None:
    """40,000,000 cents are ¥400,000, and jd is 京东."""
    sentence = refused("channel", "min_spend", "en")
    assert sentence == (
        "No plan obeys every rule. These cannot hold together: 京东's minimum of ¥400,000."
        " One change is enough: lower 京东's minimum to ¥500,000."
    )


def test_shares_are_told_in_per_cent() -> None:
    """A share of 0.6 is 60%."""
    error = InfeasibleError("no", (Clash("group", "live", "max_share", 0.6),))
    assert str(in_words(REQUEST, error, "zh")) == "没有方案能满足所有规则。以下规则相互冲突：live至多占60%。"


def test_a_return_is_told_as_a_return() -> None:
    """The core limits cost per unit of revenue, 0.5; the caller asked for a return of 2."""
    error = InfeasibleError("no", (Clash("rule", "min_roi", "max_cost", 0.5),))
    assert "a return of at least 2." in str(in_words(REQUEST, error, "en"))
