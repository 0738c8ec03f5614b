"""One backtest from one request: the same few steps for the API and for the command line."""

from __future__ import annotations

from collections.abc import Callable

from app.backtest.schemas import BacktestReply, BacktestRequest
from app.backtest.telling import backtest_reply
from app.dependencies import Language
from optimizer import Backtest, replan


def tried(
    request: BacktestRequest,
    language: Language,
    on_month: Callable[[int, int], None] = lambda done, of: None,
) -> BacktestReply:
    """The last months planned again from what was known then; `on_month` hears of every fit."""
    return backtest_reply(request, replanned(request, on_month), language, request.inputs_hash)


def replanned(request: BacktestRequest, on_month: Callable[[int, int], None]) -> Backtest:
    """The same before it is put into words."""
    return replan(
        request.to_history(),
        months=request.months,
        change_share=request.max_change_share,
        worth=request.worth,
        country=request.calendar,
        on_month=on_month,
    )
