"""The core: history in, curves and next month's budget out. The service enters by this door."""

from optimizer.allocation import allocate, has_plan
from optimizer.answer import Allocation, BadCase, Certificate, Line, Release
from optimizer.backtest import Backtest, PastMonth, replan
from optimizer.carryover import carry_share
from optimizer.curves import ResponseCurve
from optimizer.diagnosis import Diagnosis, diagnose
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
from optimizer.experiments import Proposal, Setting, design
from optimizer.festivals import AFTERMATH, shopping_calendar
from optimizer.findings import Finding
from optimizer.fitting.exported import ExportedPoint, Fall, fall, given_points
from optimizer.fitting.fit import Study, fit
from optimizer.fitting.fitted import Demand, Estimate, Fit, FittedCurve, SeenMonth
from optimizer.fitting.given import GivenCurve, GivenFamily, GivenPoints
from optimizer.fitting.panel import last_spend
from optimizer.forecast import Forecast
from optimizer.foresight import Foreseen, foresee, typical_error, whole_months
from optimizer.history import (
    NINE_IN_TEN,
    Commission,
    Experiment,
    History,
    HistoryRow,
    Incrementality,
    OutcomeRow,
    contradictions,
    gather,
)
from optimizer.horizon import Horizon, Phase, Pool
from optimizer.infeasibility import Clash, Remedy
from optimizer.objectives import break_even, lifetime_weights, weighed
from optimizer.periods import Event, Period
from optimizer.problem import (
    RESPONSE,
    AllocationProblem,
    ChannelTerms,
    Count,
    Group,
    OutcomeRule,
    Reserve,
    Risk,
)
from optimizer.projection import Projection, project, stray_of, summed
from optimizer.readout import Readout, read_test
from optimizer.releasing import Spread, spread
from optimizer.rolling import MonthAhead, Outlook, plan_ahead
from optimizer.scenarios import (
    FURTHEST,
    TARGET,
    Lean,
    Sensitivity,
    asking,
    best_budget,
    enough_budget,
    least_budget,
    most_brought,
    sensitivity,
    sweep,
    trade_off,
)
from optimizer.scorecard import brought, scored
from optimizer.starting import Trial, trials

__version__ = "0.1.0"

__all__ = [
    "AFTERMATH",
    "FURTHEST",
    "NINE_IN_TEN",
    "RESPONSE",
    "TARGET",
    "Allocation",
    "AllocationProblem",
    "Backtest",
    "BadCase",
    "Certificate",
    "ChannelTerms",
    "Clash",
    "Commission",
    "Count",
    "CurveError",
    "Demand",
    "Diagnosis",
    "Estimate",
    "Event",
    "Experiment",
    "ExportedPoint",
    "Fall",
    "Fault",
    "Finding",
    "Fit",
    "FittedCurve",
    "Forecast",
    "Foreseen",
    "GivenCurve",
    "GivenFamily",
    "GivenPoints",
    "Group",
    "History",
    "HistoryError",
    "HistoryRow",
    "Horizon",
    "Incrementality",
    "InfeasibleError",
    "InputError",
    "Lean",
    "Line",
    "MonthAhead",
    "OptimizerError",
    "OutcomeRow",
    "OutcomeRule",
    "Outlook",
    "PastMonth",
    "Period",
    "PeriodError",
    "Phase",
    "Pool",
    "ProblemError",
    "Projection",
    "Proposal",
    "Readout",
    "Release",
    "Remedy",
    "Reserve",
    "ResponseCurve",
    "Risk",
    "SeenMonth",
    "SelfCheckError",
    "Sensitivity",
    "Setting",
    "SolverTimeoutError",
    "Spread",
    "Study",
    "Trial",
    "allocate",
    "asking",
    "best_budget",
    "break_even",
    "brought",
    "carry_share",
    "contradictions",
    "design",
    "diagnose",
    "enough_budget",
    "fall",
    "fit",
    "foresee",
    "gather",
    "given_points",
    "has_plan",
    "last_spend",
    "least_budget",
    "lifetime_weights",
    "most_brought",
    "plan_ahead",
    "project",
    "read_test",
    "replan",
    "scored",
    "sensitivity",
    "shopping_calendar",
    "spread",
    "stray_of",
    "summed",
    "sweep",
    "trade_off",
    "trials",
    "typical_error",
    "weighed",
    "whole_months",
]
