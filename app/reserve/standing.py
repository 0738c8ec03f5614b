"""How a plan's channels stand: what they have by plan and releases, and what more or less would bring."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from app import money
from app.db.tables import PlanRow
from app.dependencies import Language
from app.errors import ConflictError
from app.optimize import service as planning
from app.optimize.caution import value_of
from app.optimize.refusals import in_words
from app.optimize.schemas import PlanRequest
from optimizer import AllocationProblem, Fit, InfeasibleError, Spread, spread

Parts = Mapping[str, int]  # minor units more per channel


def spends(plan: PlanRow, granted: Parts) -> dict[str, int]:
    """What each channel may spend, in minor units: its line, and what it was granted."""
    currency = plan.reply["currency"]
    return {
        line["channel"]: _minor(line["spend"], currency) + granted.get(line["channel"], 0)
        for line in plan.reply["allocations"]
    }


def check_room(plan: PlanRow, granted: Parts, parts: Parts) -> None:
    """Raise `ConflictError` when a channel would leave its own limits."""
    currency, spent = plan.reply["currency"], spends(plan, granted)
    limits = {channel["id"]: channel for channel in plan.request["channels"]}
    for name, part in parts.items():
        if limits.get(name, {}).get("commission_share") is not None:
            raise ConflictError(f"{name} is paid by commission: what it costs follows what it sells.")
        least, most = _limits(limits.get(name, {}))
        room = None if most is None else _minor(most, currency) - spent[name]
        spare = spent[name] - _minor(least or 0, currency)
        if room is not None and part > room:
            raise ConflictError(f"{name} has room for {money.from_minor(max(room, 0), currency):f} more.")
        if -part > spare:
            raise ConflictError(f"{name} can give up {money.from_minor(max(spare, 0), currency):f} at most.")


def _limits(channel: dict[str, Any]) -> tuple[Any, Any]:
    """The least and the most of a channel: nothing while paused, exactly a commitment."""
    if channel.get("paused"):
        return 0, 0
    if channel.get("fixed_spend") is not None:
        return channel["fixed_spend"], channel["fixed_spend"]
    return channel.get("min_spend"), channel.get("max_spend")


@dataclass(frozen=True, eq=False)
class Standing:
    """A plan's channels, its curves as they were, and what each channel may spend now, in minor units."""

    request: PlanRequest
    language: Language
    fit: Fit
    problem: AllocationProblem
    spends: dict[str, int]

    @classmethod
    def of(cls, plan: PlanRow, granted: Parts) -> Standing:
        """The plan's curves, learnt again from what it was made from."""
        request = PlanRequest.model_validate(plan.request)
        return cls(
            request,
            cast(Language, plan.language),
            *planning.posed(request, planning.Studies()),
            spends(plan, granted),
        )

    def best(self, amount: int, *, full: Collection[str] = ()) -> Spread:
        """Where further money brings most, within every limit; raises `InfeasibleError` where none may go."""
        try:
            return spread(self.problem, self.spends, amount, full=full)
        except InfeasibleError as error:
            raise in_words(self.request, error, self.language) from error

    def after(self, parts: Parts) -> Standing:
        """How the channels stand with these parts added."""
        return replace(self, spends={name: spent + parts.get(name, 0) for name, spent in self.spends.items()})

    def brings(self, parts: Parts) -> float:
        """What these parts are expected to bring more than what the channels have."""
        return round(self.after(parts)._response - self._response, 2) + 0.0

    def forgone(self, left: int) -> float:
        """What releasing all that is left would bring; nothing when no channel may take it."""
        try:
            return self.brings(self.best(left).parts) if left else 0.0
        except InfeasibleError:
            return 0.0

    @property
    def _response(self) -> float:
        currency = self.request.currency
        spent = {name: float(money.from_minor(x, currency)) for name, x in self.spends.items()}
        return value_of(self.request, self.fit, spent)


def _minor(amount: float, currency: str) -> int:
    return money.to_minor(Decimal(repr(amount)), currency)
