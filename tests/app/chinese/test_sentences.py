"""Chinese for what errors and notes say."""

from __future__ import annotations

from app.chinese import in_language


def test_a_sentence_is_read_in_either_language() -> None:
    """English stays as it was said; in Chinese its facts stand in their places."""
    sentence = "The maximum 5 is below the minimum 10."
    assert in_language(sentence, "en") == sentence
    assert in_language(sentence, "zh") == "上限5低于下限10。"


def test_what_nobody_translated_stays() -> None:
    """A sentence without Chinese, such as one in Chinese already, is shown as it was said."""
    assert in_language("预算不足。", "zh") == "预算不足。"
