"""How well past contributions are recovered on simulated businesses of the public benchmark.

The data are two data sets of pymc-labs/mmm-param-recovery, `mmmpr_*.csv`, with the exact curves
beside them in `mmmpr_*.json`. Only spend and the whole shop's revenue are shown to the fit. Per
channel and region:

    bias  = mean(estimated - true weekly contribution) / mean(true)
    error = root mean square of (estimated - true) / mean(true)
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from optimizer import fit
from optimizer.curves import FloatArray
from optimizer.history import History, HistoryRow, OutcomeRow, gather
from optimizer.periods import Period

PEER = Path(__file__).parent / "peers" / "pymc_marketing_contributions.py"
BUSINESSES = ("small_business", "growing_business")
Contributions = dict[str, FloatArray]  # channel -> revenue caused in each week
Fit = Callable[[History], Contributions]


@dataclass(frozen=True, eq=False)
class Region:
    """One region of a business: what it shows, and the truth."""

    name: str
    history: History
    truth: Contributions


@dataclass(frozen=True)
class Error:
    """How far one channel's contributions are from the truth, as shares of their mean."""

    region: str
    channel: str
    bias: float
    error: float


def load(data: Path, business: str) -> list[Region]:
    """The regions of a business; the truth is computed from the formula that made the data."""
    import pandas as pd

    rows = pd.read_csv(data / f"mmmpr_{business}.csv", parse_dates=["date"])
    curves = json.loads((data / f"mmmpr_{business}.json").read_text(encoding="utf-8"))
    if "geo" not in rows:
        rows["geo"] = "Local"
    regions = []
    for name, mine in rows.groupby("geo"):
        spend = mine.pivot_table(index="date", columns="channel", values="spend").sort_index()
        revenue = mine.groupby("date")["revenue_total"].first()
        truth = {c: contribution(spend[c].to_numpy(), curves, c, str(name)) for c in spend.columns}
        weeks = [Period(first.date(), 7) for first in spend.index]
        channel_rows = [
            HistoryRow(c, week, float(x))
            for c in spend.columns
            for week, x in zip(weeks, spend[c], strict=True)
        ]
        outcomes = [OutcomeRow(week, revenue=float(x)) for week, x in zip(weeks, revenue, strict=True)]
        regions.append(Region(str(name), gather(channel_rows, outcomes), truth))
    return regions


def contribution(spend: FloatArray, curves: dict[str, Any], channel: str, region: str) -> FloatArray:
    """True weekly revenue caused by a channel: effectiveness · sales rate · hill(adstock(spend / max))."""
    of = curves["channels"][channel]
    p = of["per_geo"][region]
    weights = p["alpha"] ** np.arange(p["l_max"])
    carried = np.convolve(spend / p["max_spend"], weights)[: len(spend)]
    power = carried ** p["slope"]
    share = power / (p["kappa"] ** p["slope"] + power)
    return np.asarray(of["base_effectiveness"] * curves["base_sales_rate"] * share)


def own_contributions(history: History) -> Contributions:
    """What the core says each channel brought in each week, planning the month after the history."""
    if history.shop is None:
        raise ValueError("Contributions are told from the whole shop's revenue.")
    last = date.fromordinal(int(history.shop.end[-1]))
    month = Period.month(last.year, last.month).next(0 if last.day == 1 else 1)
    reach = {name: float(series.spend.max()) * month.days for name, series in history.channels.items()}
    past = fit(history, month, reach=reach, country="US").past
    if past is None:
        raise ValueError("The fit tells no past.")
    return {name: past.brought[c] * past.days for c, name in enumerate(past.channels)}


def errors(region: Region, estimated: Contributions) -> list[Error]:
    """Bias and error of every channel of a region."""
    found = []
    for channel, truth in region.truth.items():
        off = estimated[channel] - truth
        bias, error = off.mean() / truth.mean(), np.sqrt((off**2).mean()) / truth.mean()
        found.append(Error(region.name, channel, float(bias), float(error)))
    return found


def ours(regions: list[Region], contributions: Fit) -> tuple[list[Error], float]:
    """Errors of the project's own fit, and its CPU seconds."""
    began = time.process_time()
    estimates = [contributions(region.history) for region in regions]
    seconds = time.process_time() - began
    return [e for r, given in zip(regions, estimates, strict=True) for e in errors(r, given)], seconds


def theirs(regions: list[Region], data: Path, business: str, python: Path) -> tuple[list[Error], float]:
    """Errors of PyMC-Marketing, run by the Python of its own environment, and its CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "contributions.json"
        command = [str(python), str(PEER), str(data / f"mmmpr_{business}.csv"), str(target)]
        subprocess.run(command, check=True, capture_output=True)
        answer = json.loads(target.read_text(encoding="utf-8"))
    given = list(answer["contributions"].values())  # by region in order of name
    found = [
        e
        for region, estimate in zip(regions, given, strict=True)
        for e in errors(region, {c: np.array(x) for c, x in estimate.items()})
    ]
    return found, float(answer["cpu_seconds"])


def report(title: str, found: list[Error], seconds: float) -> None:
    """Every channel's errors and their averages, as text."""
    for e in found:
        typer.echo(f"  {e.region:8} {e.channel:20} bias {e.bias:+7.1%}   error {e.error:7.1%}")
    bias = np.mean([abs(e.bias) for e in found])
    error = np.mean([e.error for e in found])
    typer.echo(f"{title:40} |bias| {bias:6.1%}   error {error:6.1%}   CPU {seconds:.1f} s")


def main(
    data: Annotated[Path, typer.Option(envvar="BENCH_DATA", help="folder of mmmpr_*.csv and .json")],
    *,
    of: Annotated[
        str, typer.Option(help="module:function, History -> contributions by channel")
    ] = "benchmarks.recovery:own_contributions",
    peers: Annotated[Path | None, typer.Option(help="Python with requirements-peers.txt; slow")] = None,
) -> None:
    """Bias and error of weekly contributions against the exact truth."""
    module, function = of.split(":")
    own: Fit = getattr(import_module(module), function)
    for business in BUSINESSES:
        regions = load(data, business)
        report(f"{business} ours", *ours(regions, own))
        if peers:
            report(f"{business} PyMC-Marketing", *theirs(regions, data, business, peers))
