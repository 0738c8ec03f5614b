"""Contribution recovery is measured against the formula that made the data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.recovery import contribution, errors, load

CURVES = {
    "base_sales_rate": 1000.0,
    "channels": {
        "ads": {
            "base_effectiveness": 2.0,
            "per_geo": {"Local": {"alpha": 0.5, "l_max": 2, "slope": 1.0, "kappa": 1.0, "max_spend": 10.0}},
        }
    },
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one business of two weeks."""
    lines = ["date,channel,spend,revenue_total", "2024-01-07,ads,10,3000", "2024-01-14,ads,0,2500"]
    (tmp_path / "mmmpr_shop.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "mmmpr_shop.json").write_text(json.dumps(CURVES), encoding="utf-8")
    return tmp_path


def test_truth_by_hand() -> None:
    """Spend 10 then 0 is carried to 1 and 0.5 of the maximum: 2000 · 1/2 and 2000 · 0.5/1.5."""
    truth = contribution(np.array([10.0, 0.0]), CURVES, "ads", "Local")
    assert truth == pytest.approx([1000.0, 2000 / 3])


def test_fit_sees_spend_and_total_only(data: Path) -> None:
    """The history shown has spend and the shop's revenue, and no revenue per channel."""
    (region,) = load(data, "shop")
    assert not region.history.is_attributed
    assert region.history.shop is not None
    assert region.history.shop.result.tolist() == [3000, 2500]
    assert region.history.channels["ads"].spend.tolist() == [10, 0]


def test_errors_by_hand(data: Path) -> None:
    """Ten per cent too much everywhere is a bias of ten per cent; the truth itself has no error."""
    (region,) = load(data, "shop")
    (more,) = errors(region, {"ads": 1.1 * region.truth["ads"]})
    (none,) = errors(region, region.truth)
    assert more.bias == pytest.approx(0.1)
    assert more.error > more.bias
    assert (none.bias, none.error) == (0, 0)
