"""What would cure a warning, and the page where that is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.optimize.replies import WarningRead
from app.web.writing import Figures

CURES = {
    "credited_only": ("cure_test", "/experiments/design"),
    "credited_in_part": ("cure_test", "/experiments/design"),
    "credited_unless_stated": ("cure_test", "/experiments/design"),
    "credited_and_total": ("cure_test", "/experiments/design"),
    "total_only": ("cure_test", "/experiments/design"),
    "cannot_tell": ("cure_test", "/experiments/design"),
    "test_disagrees": ("cure_test", "/experiments/design"),
    "unseen_demand": ("cure_events", "/setup/events"),
    "unseen_event": ("cure_events", "/setup/events"),
    "old_history": ("cure_history", "/plans"),
    "no_results": ("cure_results", "/plans"),
    "no_revenue": ("cure_results", "/plans"),
    "no_history": ("cure_reserve", "reserve"),
    "tests_unused": ("cure_share", "/setup/channels"),
    "constant_spend": ("cure_what_if", "what-if"),
    "moves_together": ("cure_what_if", "what-if"),
    "new_channel": ("cure_look", "evidence"),
    "short_history": ("cure_look", "evidence"),
    "stopped": ("cure_look", "evidence"),
    "refunds": ("cure_look", "evidence"),
    "effect_changed": ("cure_look", "evidence"),
    "test_agrees": ("cure_look", "evidence"),
    "test_of_given": ("cure_look", "evidence"),
    "given_bends_up": ("cure_look", "evidence"),
}
"""By a warning's code: the text of the link, and a page of the workspace ("/…") or of the plan."""
ONLY_KEPT = {"reserve"}  # pages that only a stored plan has


@dataclass(frozen=True)
class Warned:
    """A warning, the words of its cure ("" for none) and the place of the page where it is cured."""

    message: str
    cure: str = ""
    place: str = ""

    def address(self, path: str, *, is_member: bool) -> str:
        """Where the cure is, from a plan's page; "" where this visitor or this plan has no such page."""
        if self.place.startswith("/"):
            return self.place if is_member else ""
        if not self.place or (self.place in ONLY_KEPT and not path.startswith("/plans/")):
            return ""
        return f"{path}/{self.place}"


def warned(noticed: Iterable[WarningRead], figures: Figures) -> list[Warned]:
    """Warnings with what would cure them."""
    found = []
    for warning in noticed:
        name, place = CURES.get(warning.code, ("", ""))
        found.append(Warned(warning.message, figures.say(f"month.{name}") if name else "", place))
    return found
