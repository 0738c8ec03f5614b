"""Sentences of errors and notes, read in Chinese."""

from __future__ import annotations

import pytest

from app.chinese import in_language


def test_a_sentence_is_read_in_either_language() -> None:
    """English stays as it was said; in Chinese its facts stand in their places."""
    sentence = "The maximum 5 is below the minimum 10."
    assert in_language(sentence, "en") == sentence
    assert in_language(sentence, "zh") == "上限5低于下限10。"


def test_sentences_within_sentences() -> None:
    """A place, what stood there, and why it cannot be used: each part in Chinese."""
    fault = "'May', row 4, column A (A4): '2026-W99' is no date; write 2026-12-05, 2026-W49 or 2026-12"
    assert in_language(fault, "zh").startswith("“May”第4行A列（A4）：“2026-W99”不是日期")
    headed = fault.replace("'2026-W99'", "日期: '2026-W99'")
    assert in_language(headed, "zh").startswith("“May”第4行A列（A4）：日期：“2026-W99”不是日期")
    note = "Read as 104 weeks and 2 months, 2024-W01 to 2026-11."
    assert in_language(note, "zh") == "读取了104周和2个月，从2024-W01到2026-11。"


@pytest.mark.parametrize("sentence", ["预算不足。", "b & b", "x and y", "", "{name}"])
def test_what_nobody_translated_stays(sentence: str) -> None:
    """A text that no one says, or that is Chinese already, is shown as it was said."""
    assert in_language(sentence, "zh") == sentence
