"""Weekly contributions as PyMC-Marketing sees them; run by the Python of requirements-peers.txt.

    python pymc_marketing_contributions.py DATA.csv OUT.json [draws]

The model is that of the public mmm-param-recovery benchmark: geometric adstock over eight weeks,
Hill sigmoid saturation, two yearly waves, one effect per channel and region.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd


def main(data: str, target: str, draws: str = "1000") -> None:
    """Fit the model and write mean contributions per region, channel and week, with the time taken."""
    rows = pd.read_csv(data)
    if "geo" not in rows:
        rows["geo"] = "all"
    wide = rows.pivot_table(index=["date", "geo"], columns="channel", values="spend").reset_index()
    revenue = rows.groupby(["date", "geo"])["revenue_total"].first().reset_index()
    channels = sorted(rows["channel"].unique())
    began, cpu = time.perf_counter(), time.process_time()
    model = build(wide, revenue["revenue_total"], channels)
    model.fit(
        X=wide,
        y=revenue["revenue_total"],
        draws=int(draws),
        tune=int(draws),
        chains=2,
        cores=1,
        nuts_sampler="nutpie",
        random_seed=20260101,
        progressbar=False,
    )
    mean = model.idata["posterior"]["channel_contribution_original_scale"].mean(["chain", "draw"])
    regions = [str(geo) for geo in sorted(rows["geo"].unique())]
    answer = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "contributions": {
            geo: {c: mean.sel(geo=geo, channel=c).values.tolist() for c in channels} for geo in regions
        },
    }
    Path(target).write_text(json.dumps(answer), encoding="utf-8")


def build(wide: pd.DataFrame, revenue: pd.Series[float], channels: list[str]) -> Any:
    """The model, with contributions kept in currency."""
    from pymc_extras.prior import Prior
    from pymc_marketing.mmm import GeometricAdstock, HillSaturationSigmoid
    from pymc_marketing.mmm.multidimensional import MMM
    from pymc_marketing.special_priors import LogNormalPrior

    one_region = wide["geo"].nunique() == 1
    size = LogNormalPrior(mean=0.25, std=0.25, dims=("channel",))
    if not one_region:
        mean = Prior("Gamma", mu=0.25, sigma=0.10, dims=("channel",))
        spread = Prior("Exponential", scale=0.10, dims=("channel",))
        size = LogNormalPrior(mean=mean, std=spread, dims=("channel", "geo"), centered=False)
    wide_prior = {name: Prior("HalfNormal", sigma=1.5, dims=("channel",)) for name in ("beta", "lam")}
    model = MMM(
        date_column="date",
        target_column="revenue_total",
        channel_columns=channels,
        dims=("geo",),
        scaling={"channel": {"method": "max", "dims": ()}, "target": {"method": "max", "dims": ()}},
        saturation=HillSaturationSigmoid(priors={"sigma": size, **wide_prior}),
        adstock=GeometricAdstock(
            l_max=8, priors={"alpha": Prior("Beta", alpha=1, beta=3, dims=("channel",))}
        ),
        yearly_seasonality=2,
    )
    model.build_model(X=wide, y=revenue)
    model.add_original_scale_contribution_variable(var=["channel_contribution"])
    return model


if __name__ == "__main__":
    main(*sys.argv[1:])
