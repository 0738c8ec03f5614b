"""The simulated shops are what they claim to be."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.families import FAMILIES, make
from benchmarks.worlds import LAG_DAYS, World, carried, delayed, geometric, true_response
from optimizer.curves import FloatArray


def worlds(family: str, count: int = 3) -> list[World]:
    """The first worlds of a family."""
    return [make(family, seed) for seed in range(count)]


def weekly(daily: FloatArray) -> FloatArray:
    """Sums over seven days, the rest cut off."""
    days = daily.shape[-1] // 7 * 7
    return np.asarray(daily[..., :days].reshape(*daily.shape[:-1], -1, 7).sum(-1))


def moves(world: World) -> FloatArray:
    """Standard deviation of each channel's weekly spend as a share of its mean, where it runs."""
    spend = weekly(world.spend)
    running = np.where(spend > 0, spend, np.nan)
    return np.asarray(np.nanstd(running, axis=1) / np.nanmean(running, axis=1))


@pytest.mark.parametrize("family", FAMILIES)
def test_same_seed_same_world(family: str) -> None:
    """The same family and seed give the same world, another seed another."""
    one, again, other = make(family, 5), make(family, 5), make(family, 6)
    assert np.array_equal(one.attributed, again.attributed)
    assert np.array_equal(one.total, again.total)
    assert one.total.sum() != other.total.sum()


@pytest.mark.parametrize("family", FAMILIES)
def test_truth_is_a_response(family: str) -> None:
    """Nothing spent brings nothing, more brings no less, and nothing is infinite."""
    for world in worlds(family):
        for channel, typical in enumerate(world.spend.mean(1) * 30):
            value = world.month_value(channel, np.linspace(0, 3 * typical, 20))
            assert value[0] == 0
            assert np.isfinite(value).all()
            assert (np.diff(value) >= -1e-9 * value[-1]).all()


def test_month_value_is_the_difference_of_two_lives() -> None:
    """A month's value is what the shop's true response gains over a month without spend."""
    world, spend = make("mixed", 1), 50_000.0
    month, after = world.month.days, 28
    for channel in range(len(world.channels)):
        lives = []
        for daily in (spend / month, 0.0):
            future = np.concatenate([np.full(month, daily), np.zeros(after)])
            longer = np.hstack([world.spend, np.zeros((len(world.channels), month + after))])
            longer[channel, world.days :] = future
            lives.append(true_response(world, longer)[channel].sum())
        assert world.month_value(channel, np.array(spend)) == pytest.approx(lives[0] - lives[1], rel=1e-6)


@pytest.mark.parametrize("kernel", [geometric(0.0), geometric(0.85), delayed(0.8, 7.0)])
def test_carry_over_loses_nothing(kernel: FloatArray) -> None:
    """Carry-over moves spend in time: a single day's spend is spread, never made or lost."""
    spend = np.zeros(2 * LAG_DAYS)
    spend[0] = 1
    assert carried(spend, kernel).sum() == pytest.approx(1)


def test_delayed_carry_over_peaks_later() -> None:
    """Delayed carry-over is strongest days after the spend, geometric on the day itself."""
    assert delayed(0.8, 7.0).argmax() == 7
    assert geometric(0.8).argmax() == 0


def test_festival_peaks() -> None:
    """A festival shop's demand peaks at twice its usual level, a plain one's never does."""
    peak = {f: [np.max(w.strength) / np.median(w.strength) for w in worlds(f)] for f in ("festival", "plain")}
    assert min(peak["festival"]) > 1.7
    assert max(peak["plain"]) < 1.6


def test_pauses_are_zeros() -> None:
    """Shops of the pauses family have channels without spend for weeks; plain ones none."""
    assert all((weekly(world.spend) == 0).any(axis=1).sum() >= 2 for world in worlds("pauses"))
    assert not any((weekly(world.spend) == 0).any() for world in worlds("plain"))


def test_heavy_tails_refund_and_lose() -> None:
    """Heavy-tailed shops see negative revenue and lose rows."""
    seen = worlds("heavy_tails", 6)
    assert any((weekly(world.attributed) < 0).any() for world in seen)
    assert all(world.missing.any() for world in seen)


def test_breaks_change_some_effects() -> None:
    """A break halves or doubles the lasting effect of one to three channels, near the end."""
    for world in worlds("breaks"):
        effect = world.strength / world.strength.max(axis=0)
        changed = (effect[:, world.days - 1] / effect[:, 0]) / np.median(effect[:, -1] / effect[:, 0])
        assert 1 <= (np.abs(np.log(changed)) > 0.4).sum() <= 3


def test_drift_wanders() -> None:
    """In a drifting shop channels' effects move apart over two years."""
    for world in worlds("drift"):
        apart = np.log(world.strength[:, world.days] / world.strength[:, 0])
        assert apart.std() > 0.1


def test_collinear_spend_moves_together() -> None:
    """In a collinear shop some pair of channels keeps its ratio; in a plain one none does."""

    def closest(world: World) -> float:
        return float(np.sort(np.corrcoef(weekly(world.spend)).ravel())[-len(world.channels) - 1])

    assert min(closest(world) for world in worlds("collinear")) > 0.98
    assert max(closest(world) for world in worlds("plain")) < 0.95


def test_chasing_spend_goes_with_sales() -> None:
    """A chasing shop's spend goes with its demand more than a plain shop's."""

    def follows(world: World) -> float:
        demand = world.strength.mean(0)[: world.days]
        return float(np.corrcoef(weekly(world.spend.sum(0)), weekly(demand))[0, 1])

    assert np.mean([follows(w) for w in worlds("chasing", 6)]) > np.mean(
        [follows(w) for w in worlds("plain", 6)]
    )


def test_constant_spend_says_nothing() -> None:
    """A constant shop's weekly spend hardly moves."""
    assert max(moves(world).max() for world in worlds("constant")) < 0.05
    assert min(moves(world).max() for world in worlds("plain")) > 0.2


def test_saturated_channels_are_at_extremes() -> None:
    """Doubling the spend of a saturated shop brings most channels either nearly nothing or double."""

    def doubling(world: World) -> FloatArray:
        last = world.spend[:, -30:].mean(1) * world.month.days
        return np.array([world.month_value(c, 2 * x) / world.month_value(c, x) for c, x in enumerate(last)])

    growth = np.concatenate([doubling(world) for world in worlds("saturated")])
    assert (growth < 1.3).any()
    assert (growth > 1.7).any()
    assert ((growth < 1.3) | (growth > 1.7)).mean() > 0.8


def test_sizes() -> None:
    """Tiny shops have two or three channels, many 25; young ones four months; mixed ones all traits."""
    assert all(2 <= len(world.channels) <= 3 for world in worlds("tiny"))
    assert all(len(world.channels) == 25 for world in worlds("many"))
    assert all(world.days < 124 for world in worlds("young"))
    assert {trait.__name__ for trait in FAMILIES["mixed"]} == {"festive", "shaped", "paused"}
