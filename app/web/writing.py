"""Figures as people read them: amounts, shares, changes, dates; in one language and one currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.dependencies import Language
from app.optimize.known import Objective
from app.optimize.signs import MINUS, changed, minus
from app.optimize.words import MONTHS, SYMBOLS, Words
from app.web.texts import Say
from optimizer import Period

STEPS: dict[Language, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "bn"), (1e6, "m"), (1e3, "k")),
    "zh": ((1e8, "亿"), (1e4, "万")),
}
Number = float | Decimal


@dataclass(frozen=True)
class Figures:
    """How the figures of one plan are written."""

    language: Language
    currency: str
    objective: Objective = "revenue"

    @property
    def say(self) -> Say:
        """Texts in the figures' language."""
        return Say(self.language)

    @property
    def words(self) -> Words:
        """The sentences' own way of writing, which these figures stand beside."""
        return Words(self.language, self.currency, self.objective)

    def money(self, amount: Number) -> str:
        """An amount in whole currency units, as tables compare them; small ones with decimals."""
        return self.words.amount(float(amount)) if amount else self.zero

    def exact(self, amount: Number) -> str:
        """An amount to the minor unit, where every cent counts."""
        from app.money import digits

        symbol = SYMBOLS.get(self.currency, self.currency + " ")
        sign = MINUS if amount < 0 else ""
        return f"{sign}{symbol}{abs(amount):,.{digits(self.currency)}f}"

    def response(self, value: float) -> str:
        """What spend brings: money, or a count."""
        return self.words.response(value)

    def gain(self, marginal: float) -> str:
        """What the next unit brings."""
        return self.words.gain(marginal)

    def change(self, amount: Number) -> str:
        """An amount with its sign."""
        return ("+" if amount > 0 else "") + self.money(amount) if amount else "±0"

    def share(self, share: float, decimals: int = 1) -> str:
        """A share in per cent."""
        return minus(f"{share:.{decimals}%}")

    def told_share(self, share: float) -> str:
        """A share within a sentence: 10%, 12.5%."""
        return self.share(share).replace(".0%", "%")

    def move(self, share: float | None) -> str:
        """A relative change in per cent, with its sign; nothing when there is none to tell."""
        return "" if share is None else changed(share)

    def short(self, amount: Number, *, is_money: bool = True) -> str:
        """An amount in few letters, for axes: ¥1.2m, ¥120万."""
        value = abs(float(amount))
        symbol = SYMBOLS.get(self.currency, self.currency + " ") if is_money else ""
        sign = MINUS if amount < 0 else ""
        for size, letter in STEPS[self.language]:
            if value >= size * 0.9995:
                return f"{sign}{symbol}{value / size:.3g}{letter}"
        return f"{sign}{symbol}{value:.3g}"

    def short_response(self, value: float) -> str:
        """A response in few letters."""
        return self.short(value, is_money=self.objective in {"revenue", "profit"})

    def month(self, month: Period | str) -> str:
        """December 2026, 2026年12月."""
        return self.words.month(month)

    def period(self, period: str) -> str:
        """A month, a quarter or a year: December 2026, Q4 2026, 2026年第4季度, 2026年全年."""
        year, _, part = period.partition("-")
        if part.startswith("Q"):
            return self.say("goals.quarter", year=year, number=part[1])
        return self.month(period) if part else self.say("goals.year", year=year)

    def short_month(self, month: Period) -> str:
        """Dec 2026, 2026年12月."""
        if self.language == "zh":
            return self.month(month)
        return f"{self.month_name(month)} {month.first.year}"

    def month_name(self, month: Period) -> str:
        """Dec, 12月: where the year is plain."""
        number = month.first.month
        return f"{number}月" if self.language == "zh" else MONTHS[number - 1][:3]

    def day(self, day: date) -> str:
        """5 Dec 2026, 2026年12月5日."""
        return self.words.day(day)

    def days(self, first: date, last: date) -> str:
        """From a day to another of the same year or the next, short: 9–11 Nov, 11月9–11日; 1 Nov alone."""
        if first == last:
            return (
                f"{first.month}月{first.day}日"
                if self.language == "zh"
                else f"{first.day} {MONTHS[first.month - 1][:3]}"
            )
        is_one = (first.year, first.month) == (last.year, last.month)
        if self.language == "zh":
            end = f"{last.day}日" if is_one else f"{last.month}月{last.day}日"
            return f"{first.month}月{first.day}{'' if is_one else '日'}–{end}"
        names = [MONTHS[day.month - 1][:3] for day in (first, last)]
        return (
            f"{first.day}–{last.day} {names[1]}"
            if is_one
            else f"{first.day} {names[0]} – {last.day} {names[1]}"
        )

    def span(self, first: date, last: date) -> str:
        """The same with the year: 9–11 Nov 2026, 2026年11月9–11日; both years where there are two."""
        if first.year != last.year:
            return f"{self.day(first)} – {self.day(last)}"
        days = self.days(first, last)
        return f"{first.year}年{days}" if self.language == "zh" else f"{days} {first.year}"

    def moment(self, at: datetime) -> str:
        """A moment to the minute, in UTC."""
        return f"{self.day(at)}{' ' if self.language == 'zh' else ', '}{at:%H:%M}"

    @property
    def zero(self) -> str:
        """No money."""
        return SYMBOLS.get(self.currency, self.currency + " ") + "0"

    @property
    def unit(self) -> str:
        """The amount that marginal returns are told for."""
        return self.words.unit
