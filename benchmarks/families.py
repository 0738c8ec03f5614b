"""Families of simulated shops: what makes planning hard, one trait at a time and together.

A shop is drafted as the plain family has it, changed by the traits of its family, and then lived
through day by day. The same family, seed and number of months always give the same world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.demand import festivals, shocks, yearly_waves
from benchmarks.shapes import Shape, any_shape, earning, hills, saturated
from benchmarks.worlds import LAG_DAYS, Noise, World, by_week, delayed, geometric, observe, true_response
from optimizer.curves import FloatArray
from optimizer.periods import Event, Period

HORIZON_DAYS = 430  # days after the history in which the truth is known: a year of plans and a tail


@dataclass
class Draft:
    """A shop before it has lived: what a trait may change.

    `moves`, `open` and `missing` have shape (channels, days): how habit moves the spend around
    `level`, whether the channel runs, whether its rows got lost. `demand` and `lasting` (shape
    (channels, days and horizon)) multiply the response; `follows` is the elasticity of spend to
    demand, `chases` that to the shop's revenue of the week before.
    """

    rng: np.random.Generator
    family: str
    seed: int
    start: date
    days: int
    level: FloatArray
    moves: FloatArray
    demand: FloatArray
    lasting: FloatArray
    open: FloatArray
    missing: NDArray[np.bool_]
    kernels: FloatArray
    noise: Noise
    shape: Shape = hills
    follows: float = 0.5
    chases: float = 0.0
    daily_spread: float = 0.2
    events: tuple[Event, ...] = ()

    @property
    def count(self) -> int:
        """How many channels."""
        return len(self.level)

    def some(self, least: int, most: int) -> list[int]:
        """A few channels, drawn without repeating."""
        size = min(int(self.rng.integers(least, most + 1)), self.count)
        return [int(c) for c in self.rng.choice(self.count, size, replace=False)]


Trait = Callable[[Draft], None]


def make(family: str, seed: int, months: int | None = None) -> World:
    """The world of this family and seed, with `months` months of history (two years; young shops four)."""
    months = months or (4 if family == "young" else 24)
    rng = np.random.default_rng([*family.encode(), seed, months])
    draft = plain(rng, family, seed, months, CHANNELS.get(family, (4, 10)))
    for trait in FAMILIES[family]:
        trait(draft)
    return live(draft)


def plain(rng: np.random.Generator, family: str, seed: int, months: int, sizes: tuple[int, int]) -> Draft:
    """A shop as in the plain family: habits with some movement, mild season, Hill curves."""
    month = Period.month(2025, 1).next(int(rng.integers(24)))
    if "festive" in {trait.__name__ for trait in FAMILIES[family]} and rng.random() < 0.4:
        month = Period.month(month.first.year, int(rng.choice([6, 11, 12])))
    start = month.next(-months).first
    days, count = (month.first - start).days, int(rng.integers(sizes[0], sizes[1] + 1))
    mix = np.exp(rng.normal(0, 0.8, count))
    ahead = days + HORIZON_DAYS
    return Draft(
        rng=rng,
        family=family,
        seed=seed,
        start=start,
        days=days,
        level=30_000 * mix / mix.sum(),
        moves=by_month(rng, count, days, 0.25),
        demand=yearly_waves(rng, ahead),
        lasting=np.ones((count, ahead)),
        open=np.ones((count, days)),
        missing=np.zeros((count, days), dtype=bool),
        kernels=np.stack([geometric(r) for r in rng.choice([0.0, 0.5, 0.7, 0.85], count)]),
        noise=Noise(spread=rng.uniform(0.25, 0.45)),
    )


def by_month(rng: np.random.Generator, count: int, days: int, spread: float) -> FloatArray:
    """Log-normal factors that change every thirty days, shape (count, days)."""
    return np.exp(rng.normal(0, spread, (count, days // 30 + 1)).repeat(30, axis=1)[:, :days])


def live(draft: Draft) -> World:
    """Let the drafted shop spend and sell, and keep what it saw and what was true."""
    rng, count = draft.rng, draft.count
    revenue = draft.level * np.exp(rng.normal(np.log(2.5), 0.6, count))
    pairs = zip(draft.level, revenue, strict=True)
    world = World(
        family=draft.family,
        seed=draft.seed,
        channels=tuple(f"channel_{c + 1:02d}" for c in range(count)),
        start=draft.start,
        spend=np.zeros((count, 0)),
        attributed=np.zeros((count, 0)),
        total=np.zeros(0),
        missing=draft.missing,
        events=draft.events,
        curves=tuple(earning(draft.shape(rng, x), x, y) for x, y in pairs),
        kernels=draft.kernels,
        strength=draft.lasting * draft.demand,
        organic=np.zeros(0),
        credit=np.exp(rng.normal(0.2, 0.3, count)),
        noise=draft.noise,
    )
    return lived(world, habitual(draft), draft)


def habitual(draft: Draft) -> FloatArray:
    """Spend as teams set it: a level, moved by habit, leaning on demand; shape (channels, days)."""
    week = 1 + 0.1 * np.sin(2 * np.pi * np.arange(draft.days) / 7)
    jitter = np.exp(draft.rng.normal(0, draft.daily_spread, (draft.count, draft.days)))
    leaning = draft.demand[: draft.days] ** draft.follows
    return np.asarray(draft.level[:, None] * draft.moves * week * jitter * leaning * draft.open)


def lived(world: World, spend: FloatArray, draft: Draft) -> World:
    """The world after its history, in which spend may have chased the sales of the week before."""
    rng, days = draft.rng, draft.days
    caused = true_response(world, spend).sum(0).mean()
    trend = 1 + rng.normal(0, 0.1) * (np.arange(len(draft.demand)) / days - 0.5)
    organic = caused * rng.uniform(0.6, 1.6) * draft.demand * trend
    world = replace(world, organic=organic)
    if draft.chases:
        spend = chased(world, spend, draft.chases)
    attributed, total = observe(world, spend, rng)
    return replace(world, spend=spend, attributed=attributed, total=total)


def chased(world: World, spend: FloatArray, elasticity: float) -> FloatArray:
    """Spend of each week moved by what the whole shop sold the week before."""
    spend, usual = spend.copy(), 2 * world.organic.mean()
    for day in range(LAG_DAYS, spend.shape[1], 7):
        sold = true_response(world, spend[:, :day])[:, -7:].sum(0) + world.organic[day - 7 : day]
        spend[:, day : day + 7] *= np.clip(sold.mean() / usual, 0.3, 3.0) ** elasticity
    return spend


def festive(draft: Draft) -> None:
    """Strong festivals, which spend follows; half of the shops have promotions of their own, told."""
    rng, ahead = draft.rng, len(draft.demand)
    draft.demand = draft.demand * festivals(rng, draft.start, ahead, size=rng.uniform(0.6, 1.4))
    draft.follows = rng.uniform(0.5, 1.5)
    if rng.random() < 0.5:
        return
    for first in rng.choice(ahead - 10, 6, replace=False):
        length, lift = int(rng.integers(3, 9)), rng.uniform(1.3, 2.2)
        draft.demand[first : first + length] *= lift
        start = draft.start + timedelta(days=int(first))
        draft.events += (Event(f"promotion {start}", start, start + timedelta(days=length - 1)),)


def shaped(draft: Draft) -> None:
    """Curves of every family, and carry-over that peaks days after the spend."""
    draft.shape = any_shape
    for c in draft.some(1, draft.count // 2):
        draft.kernels[c] = delayed(draft.rng.uniform(0.5, 0.9), draft.rng.uniform(2, 10))


def paused(draft: Draft) -> None:
    """Channels paused for weeks, one stopped, one that started late, one that just started."""
    rng, days = draft.rng, draft.days
    for c in draft.some(1, 4):
        for first in rng.integers(0, days - 60, int(rng.integers(1, 4))):
            draft.open[c, first : first + int(rng.integers(14, 70))] = 0
    stopped, late, new = rng.choice(draft.count, 3, replace=False)
    if rng.random() < 0.5:
        draft.open[stopped, -int(rng.integers(20, 200)) :] = 0
    begun = {int(late): int(rng.integers(days // 4, 3 * days // 4))}
    if rng.random() < 0.7:
        begun[int(new)] = days - 7 * int(rng.integers(4, 11))
    for c, first in begun.items():
        draft.open[c, :first] = 0
        draft.missing[c, :first] = rng.random() < 0.5


def bursting(draft: Draft) -> None:
    """Up to half of the channels spend a few days a month and earn for weeks, as with hired influencers."""
    rng, days = draft.rng, draft.days
    for c in draft.some(1, draft.count // 2):
        draft.kernels[c] = geometric(float(rng.choice([0.7, 0.85, 0.93])))
        draft.open[c] = 0
        first = int(rng.integers(0, 28))
        while first < days:
            draft.open[c, first : first + int(rng.integers(3, 12))] = 1
            first += int(rng.integers(21, 45))


def heavy(draft: Draft) -> None:
    """Noise with fat tails, odd weeks, refunds, and weeks whose rows got lost."""
    rng = draft.rng
    draft.noise = Noise(
        spread=rng.uniform(0.3, 0.6), freedom=3.0, outlier_share=0.03, refund_share=rng.uniform(0, 0.02)
    )
    lost = by_week(rng, draft.missing.shape, np.random.Generator.random)
    shift = (7 - draft.start.weekday()) % 7  # whole ISO weeks
    draft.missing = np.roll(lost < 0.03, shift, axis=1)


def broken(draft: Draft) -> None:
    """One to three channels whose effect halved or doubled two to eight months ago."""
    for c in draft.some(1, 3):
        first = draft.days - int(draft.rng.integers(60, 240))
        size = draft.rng.uniform(0.4, 0.6)
        draft.lasting[c, first:] *= size if draft.rng.random() < 0.6 else 1 / size


def drifting(draft: Draft) -> None:
    """Effects that wander, by 0.2 to 0.5 a year on the log scale."""
    rng, shape = draft.rng, draft.lasting.shape
    steps = rng.normal(0, 1, shape) * rng.uniform(0.2, 0.5, (shape[0], 1)) / np.sqrt(365)
    draft.lasting = np.exp(np.cumsum(steps, axis=1))


def collinear(draft: Draft) -> None:
    """All channels move as one, or pairs keep a fixed ratio; hardly anything else moves them."""
    rng = draft.rng
    as_one = rng.random() < 0.5
    groups = np.zeros(draft.count, int) if as_one else np.arange(draft.count) // 2
    draft.moves = by_month(rng, draft.count, draft.days, 0.3)[groups]
    draft.daily_spread = 0.02


def chasing(draft: Draft) -> None:
    """Spend follows last week's sales, or demand that nobody else can see."""
    rng = draft.rng
    draft.demand = draft.demand * shocks(rng, len(draft.demand), size=rng.uniform(0.15, 0.3))
    if rng.random() < 0.5:
        draft.chases = rng.uniform(0.4, 0.9)
    else:
        draft.follows = rng.uniform(0.8, 1.5)


def constant(draft: Draft) -> None:
    """Spend that hardly ever changes: nothing can be learnt about slopes."""
    draft.moves, draft.follows, draft.daily_spread = np.ones_like(draft.moves), 0.0, 0.03


def extreme(draft: Draft) -> None:
    """Channels far beyond saturation beside channels far below it."""
    draft.shape = saturated


def counted(draft: Draft) -> None:
    """A corner shop: a hundredth of the spend, a few orders a day."""
    draft.level = draft.level / 100
    draft.noise = Noise(spread=0.2, order_value=80.0)


FAMILIES: dict[str, tuple[Trait, ...]] = {
    "plain": (),
    "festival": (festive,),
    "shapes": (shaped,),
    "pauses": (paused,),
    "bursts": (bursting,),
    "heavy_tails": (heavy,),
    "breaks": (broken,),
    "drift": (drifting,),
    "collinear": (collinear,),
    "chasing": (chasing,),
    "constant": (constant,),
    "saturated": (extreme,),
    "mixed": (festive, shaped, paused),
    "tiny": (counted,),
    "many": (),
    "young": (),
}
CHANNELS = {"tiny": (2, 3), "many": (25, 25)}  # least and most
