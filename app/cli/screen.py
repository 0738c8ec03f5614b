"""What commands say: tables and JSON on standard output, progress and mistakes on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

import typer
from rich.console import Console, RenderableType

if TYPE_CHECKING:
    from pydantic import BaseModel

    from app.dependencies import Language

Made = TypeVar("Made")
WAITING: dict[str, dict[Language, str]] = {
    "plan": {"en": "Fitting curves and planning …", "zh": "正在拟合曲线并规划…"},
    "backtest": {"en": "Planning past months …", "zh": "正在重新规划历史各月…"},
}
SPOKEN: ContextVar[str] = ContextVar("SPOKEN", default="en")


def terminal(*, stderr: bool = False) -> Console:
    """As wide as the terminal; a hundred columns where there is none."""
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if is_terminal or "COLUMNS" in os.environ else 100)


def show(reply: BaseModel, view: Callable[[int], RenderableType], *, as_json: bool) -> None:
    """Print the API's reply, or a view of it that is made for the terminal's width."""
    if as_json:
        sys.stdout.write(reply.model_dump_json(indent=2) + "\n")
    else:
        screen = terminal()
        screen.print(view(screen.width))


def with_progress(make: Callable[[], Made]) -> Made:
    """Run something that may take seconds, with a clock beside it on a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=terminal(stderr=True), transient=True) as progress:
        progress.add_task(WAITING["plan"][spoken()], total=None)
        return make()


@contextmanager
def counted() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal that is told how many steps are done, of how many."""
    from rich.progress import Progress

    with Progress(console=terminal(stderr=True), transient=True) as progress:
        task = progress.add_task(WAITING["backtest"][spoken()], total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


@contextmanager
def explained(lang: str = "en") -> Iterator[None]:
    """Turn whatever is wrong with the input into a line per fault on standard error, and exit code 1.

    What is told beside the answer is in the language of these words.
    """
    from pydantic import ValidationError

    from app import problems
    from optimizer import InputError, OptimizerError

    before = SPOKEN.set(lang)
    try:
        yield
    except ValidationError as error:
        faults = problems.schema_faults(error.errors())
        fail([f"{problems.pointer(fault.path)}: {fault.message}" for fault in faults])
    except InputError as error:
        fail([fault.message for fault in error.faults])
    except OptimizerError as error:
        fail([str(error)])
    finally:
        SPOKEN.reset(before)


def spoken() -> Language:
    """The language that the command was asked for."""
    return "zh" if SPOKEN.get() == "zh" else "en"


def fail(lines: list[str]) -> None:
    """Say what is wrong, and end with exit code 1."""
    for line in lines:
        tell(line, "red")
    raise typer.Exit(1)


def tell(line: str, colour: str = "yellow") -> None:
    """One line beside the answer, on standard error, in the language that was asked for."""
    from app.chinese import in_language

    terminal(stderr=True).print(in_language(line, spoken()), style=colour, markup=False, highlight=False)
