"""The core: history in, curves and next month's budget out. The service enters by this door."""

from optimizer.allocation import allocate
from optimizer.answer import Allocation, Certificate, HeldBack, Line, Release, ShadowPrices
from optimizer.curves import ResponseCurve
from optimizer.errors import (
    CurveError,
    Fault,
    HistoryError,
    InfeasibleError,
    InputError,
    OptimizerError,
    PeriodError,
    ProblemError,
    SelfCheckError,
    SolverTimeoutError,
)
from optimizer.infeasibility import Clash
from optimizer.problem import AllocationProblem, ChannelTerms, Group, Reserve

__all__ = [
    "Allocation",
    "AllocationProblem",
    "Certificate",
    "ChannelTerms",
    "Clash",
    "CurveError",
    "Fault",
    "Group",
    "HeldBack",
    "HistoryError",
    "InfeasibleError",
    "InputError",
    "Line",
    "OptimizerError",
    "PeriodError",
    "ProblemError",
    "Release",
    "Reserve",
    "ResponseCurve",
    "SelfCheckError",
    "ShadowPrices",
    "SolverTimeoutError",
    "allocate",
]
