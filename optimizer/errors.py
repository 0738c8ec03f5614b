"""The error tree of the core.

    OptimizerError
    ├── InputError                 something that was given cannot be used as it stands
    │   ├── PeriodError            not a month, week or day
    │   ├── HistoryError           history rows that contradict each other
    │   ├── CurveError             a curve that is no curve
    │   └── ProblemError           rules that contradict themselves
    ├── InfeasibleError            each rule is sound, but no plan obeys them all
    ├── SolverTimeoutError         no proven plan within the time limit
    └── SelfCheckError             an answer that failed its own check: a bug, never an answer

Every error carries facts as attributes and a message a planner can act on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: where it is, and what to do about it.

    `path` leads to the value from the top of the input, e.g. ("channels", 0, "max_spend").
    """

    path: tuple[str | int, ...]
    message: str


class OptimizerError(Exception):
    """Anything the core refuses or cannot do."""


class InputError(OptimizerError):
    """Input that cannot be used; lists every fault found, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.message for fault in faults))


class PeriodError(InputError):
    """Text that names no month, week or day."""


class HistoryError(InputError):
    """History rows that contradict each other or carry no usable number."""


class CurveError(InputError):
    """Points or parameters that describe no response curve."""


class ProblemError(InputError):
    """Rules that contradict themselves, such as a minimum above its maximum."""


class InfeasibleError(OptimizerError):
    """No plan obeys every rule.

    `clashes` names the rules that cannot hold together; `remedies` are the smallest single
    changes, each of which alone would make a plan possible. Both are structured by the
    room that finds them (`infeasibility`).
    """

    def __init__(
        self, message: str, clashes: tuple[object, ...] = (), remedies: tuple[object, ...] = ()
    ) -> None:
        self.clashes = clashes
        self.remedies = remedies
        super().__init__(message)


class SolverTimeoutError(OptimizerError):
    """The solver proved no plan within its time limit of `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"No proven plan within {seconds:g} seconds.")


class SelfCheckError(OptimizerError):
    """An answer broke a rule or its own promise; it carries all that is needed to find out why."""

    def __init__(self, message: str, dump: dict[str, object]) -> None:
        self.dump = dump
        super().__init__(message)
