"""A plan and its curves as tables for a terminal of any width, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.dependencies import Language
from app.optimize.replies import AllocationRead, PlanReply
from app.optimize.signs import changed
from app.optimize.words import Words

WIDE = 150  # columns from which the reasons fit beside the numbers

LABELS: dict[str, dict[Language, str]] = {
    "plan": {"en": "Plan for {month}", "zh": "{month} 预算方案"},
    "budget": {"en": "Budget", "zh": "预算"},
    "reserve": {"en": "Reserve", "zh": "预留"},
    "all": {"en": "All channels", "zh": "全部渠道"},
    "unallocated": {"en": "Unallocated", "zh": "未分配"},
    "channel": {"en": "Channel", "zh": "渠道"},
    "spend": {"en": "Spend", "zh": "花费"},
    "change": {"en": "Change", "zh": "变动"},
    "expected": {"en": "Expected", "zh": "预期"},
    "range": {"en": "9 times in 10", "zh": "九成可能在此区间"},
    "next": {"en": "Next {unit}", "zh": "再加{unit}"},
    "why": {"en": "Why", "zh": "原因"},
    "held": {
        "en": "{amount} ({share:.1%}) is held back. Released now it would bring {forgone}; first to {first}.",
        "zh": "预留 {amount}（{share:.1%}）。现在全部释放可带来 {forgone}，先投{first}。",
    },
    "held_for_good": {
        "en": "{amount} ({share:.1%}) is held back. Released now it would bring {forgone}.",
        "zh": "预留 {amount}（{share:.1%}）。现在全部释放可带来 {forgone}。",
    },
    "proof": {
        "en": "Distance from the best possible plan: {gap}, proven ({solver}).",
        "zh": "与最优方案的差距：{gap}，已证明（{solver}）。",
    },
    "warnings": {"en": "Worth knowing", "zh": "请注意"},
}


@dataclass(frozen=True)
class PlanView:
    """A plan, ready to be printed in one language."""

    reply: PlanReply
    language: Language

    def render(self, width: int) -> RenderableType:
        """The lines, the reserve, the proof, the reasons and the warnings, for `width` columns."""
        is_wide = width >= WIDE
        parts: list[RenderableType] = [self._lines(is_wide)]
        parts += [Text(sentence) for sentence in self.sentences()]
        parts += [] if is_wide else [Text(), self._reasons()]
        return Group(*parts, *self._warnings())

    def _lines(self, is_wide: bool) -> Table:
        table = table_of(self._say("plan", month=self.reply.month))
        table.add_column(self._say("channel"), no_wrap=True)
        for label in ("spend", "change", "expected", "range", "next"):
            table.add_column(self._say(label, unit=self._words.unit), justify="right", no_wrap=True)
        if is_wide:
            table.add_column(self._say("why"), overflow="fold")
        for line in self.reply.allocations:
            table.add_row(*self._cells(line), *([line.why] if is_wide else []))
        table.add_section()
        expected, spent = self.reply.expected, sum(float(line.spend) for line in self.reply.allocations)
        total = [self._gain(expected.response), self._range(expected.low, expected.high)]
        table.add_row(self._say("all"), self._money(spent), "", *total)
        table.add_row(self._say("reserve"), self._money(self.reply.reserve.amount))
        if self.reply.unallocated:
            table.add_row(self._say("unallocated"), self._money(self.reply.unallocated))
        table.add_row(self._say("budget"), self._money(self.reply.budget), style="bold")
        return table

    def _cells(self, line: AllocationRead) -> list[str]:
        change = "" if line.change_share is None else changed(line.change_share)
        marginal = self._words.gain(line.marginal_roi)
        spread = self._range(line.response_low, line.response_high)
        return [line.name, self._money(line.spend), change, self._gain(line.response), spread, marginal]

    def sentences(self) -> Iterator[str]:
        """What is held back and why, the month's demand, the gain, and the proof."""
        reserve, expected = self.reply.reserve, self.reply.expected
        first = next((release.channel for release in reserve.release_order), None)
        yield self._say(
            "held" if first else "held_for_good",
            amount=self._money(reserve.amount),
            share=reserve.share,
            forgone=self._gain(reserve.response_forgone),
            first=self._name(first),
        )
        if level := self.reply.shadow_prices.message:
            yield level
        if demand := self._words.demand(self.reply.demand):
            yield demand
        if expected.message:
            yield expected.message
        if self.reply.risk is not None:
            yield self.reply.risk.message
        proof = self.reply.certificate
        gap = "< 0.0001%" if proof.gap_share < 1e-6 else f"{proof.gap_share:.2%}"
        yield self._say("proof", gap=gap, solver=proof.solver)

    def _reasons(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, style="bold")
        grid.add_column(overflow="fold")
        for line in self.reply.allocations:
            grid.add_row(line.name, line.why)
        return grid

    def _warnings(self) -> list[RenderableType]:
        notes = listed(warning.message for warning in self.reply.warnings)
        title = self._say("warnings")
        return [Panel(notes, border_style="yellow", title=title)] if self.reply.warnings else []

    def _name(self, channel: str | None) -> str:
        return next((line.name for line in self.reply.allocations if line.channel == channel), channel or "")

    def _say(self, label: str, **facts: object) -> str:
        return LABELS[label][self.language].format(**facts)

    @property
    def _words(self) -> Words:
        return Words(self.language, self.reply.currency, self.reply.objective)

    def _money(self, amount: float | Decimal) -> str:
        return self._words.amount(float(amount))

    def _gain(self, response: float) -> str:
        """A response in units of the objective: money, or a count."""
        return self._words.response(response)

    def _range(self, low: float, high: float) -> str:
        return f"{self._gain(low)} – {self._gain(high)}"


def listed(sentences: Iterable[str]) -> Table:
    """Sentences one below the other, each after a dot."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for sentence in sentences:
        grid.add_row("·", Text(sentence))
    return grid


def table_of(title: str) -> Table:
    """A table in the house's looks."""
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
