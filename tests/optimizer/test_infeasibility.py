"""An impossible request names the rules that clash and changes that are enough, and no smaller one is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.errors import InfeasibleError, SolverTimeoutError
from optimizer.infeasibility import Clash, Remedy
from optimizer.limits import with_limit
from optimizer.problem import AllocationProblem, ChannelTerms, Count, Group, OutcomeRule, Reserve
from tests.builders import hill_curve, random_problem, straight_curve

CURVE = straight_curve(2, 1000)


def refused(
    problem: AllocationProblem,
) -> tuple[set[tuple[str, str, str]], dict[tuple[str, str, str], float]]:
    """The clashing rules, and the needed limit of each remedy."""
    with pytest.raises(InfeasibleError) as error:
        allocate(problem)
    clashes = {(c.of, c.whose, c.kind) for c in error.value.clashes if isinstance(c, Clash)}
    remedies = {(r.of, r.whose, r.kind): r.needed for r in error.value.remedies if isinstance(r, Remedy)}
    return clashes, remedies


def test_minimums_above_the_budget() -> None:
    """60 + 50 of minimums and a tenth of reserve in 100: a budget of 110 / 0.9, or a minimum lower by 20.

    With the reserve at nothing the minimums still do not fit, so it is no remedy. Amounts are named in
    whole currency units with a little room: 123, 39 and 29.
    """
    channels = tuple(ChannelTerms(n, CURVE, m) for n, m in (("a", 6000), ("b", 5000)))
    clashes, remedies = refused(AllocationProblem(channels, 10_000))
    assert clashes == {
        ("plan", "", "budget"),
        ("plan", "", "min_share"),
        ("channel", "a", "min_spend"),
        ("channel", "b", "min_spend"),
    }
    assert remedies == {
        ("plan", "", "budget"): 12_300,
        ("channel", "a", "min_spend"): 3900,
        ("channel", "b", "min_spend"): 2900,
    }


def test_minimum_above_the_change_limit() -> None:
    """At least 100 where last month's 50 may grow by 30 %: let it grow by 100 %, or ask for 65
    (named as 64, a whole unit with room to round)."""
    terms = ChannelTerms("a", CURVE, 10_000, last_spend=5000, max_increase_share=0.3)
    _, remedies = refused(AllocationProblem((terms, ChannelTerms("b", CURVE)), 100_000))
    assert remedies == {
        ("channel", "a", "min_spend"): 6400,
        ("channel", "a", "max_increase_share"): 1.0,
    }


def test_group_share_below_its_members_minimums() -> None:
    """Members must get 640 of 900 to spend, 71.11 %, but at most 60 % is allowed.

    Or a's minimum is lowered until 60 % of 750 is enough, c taking its 300: 450 - 240 = 210
    (named as 209, with room to round).
    """
    channels = (
        ChannelTerms("a", CURVE, 40_000),
        ChannelTerms("b", CURVE, 24_000),
        ChannelTerms("c", CURVE, 0, 30_000),
    )
    clashes, remedies = refused(
        AllocationProblem(channels, 100_000, groups=(Group("live", ("a", "b"), max_share=0.6),))
    )
    assert ("group", "live", "max_share") in clashes
    assert remedies["group", "live", "max_share"] == pytest.approx(0.7112)
    assert remedies["channel", "a", "min_spend"] == 20_900


def test_target_out_of_reach() -> None:
    """Returns of 2 on 900 bring 1800; a target of 2000 needs 1000 to spend, a budget of 1111.12."""
    problem = AllocationProblem(
        (ChannelTerms("a", straight_curve(2, 5000)),), 100_000, rules=(OutcomeRule("sales", min_total=2000),)
    )
    _, remedies = refused(problem)
    assert remedies["plan", "", "budget"] == pytest.approx(111_200)
    assert remedies["rule", "sales", "min_total"] == pytest.approx(1800, rel=2e-5)


def clash_at_random(seed: int) -> AllocationProblem:
    """A sound problem with one or two limits turned until they cannot hold."""
    rng = np.random.default_rng(seed)
    problem = random_problem(seed, channels=5, groups=seed % 3)
    names = tuple(terms.id for terms in problem.channels)
    if seed % 4 == 0:
        low = tuple(
            replace(t, min_spend=int(min(t.max_spend or 0, problem.budget * 0.24))) for t in problem.channels
        )
        return replace(problem, channels=low)
    if seed % 4 == 1:
        inside = sum(t.min_spend for t in problem.channels[:2])
        most = int(inside * rng.uniform(0.2, 0.9))
        return replace(problem, groups=(*problem.groups, Group("tight", names[:2], max_spend=most)))
    if seed % 4 == 2:
        return replace(
            problem, groups=(Group("x", names[:3], max_share=0.3), Group("y", names[2:], max_share=0.4))
        )
    reach = allocate(replace(problem, reserve=Reserve(0.1, 0.1))).response
    return replace(problem, rules=(OutcomeRule("goal", min_total=reach * rng.uniform(1.05, 1.3)),))


@pytest.mark.parametrize("seed", range(32))
def test_every_remedy_is_enough_and_no_smaller_amount_is(seed: int) -> None:
    """With any one remedy the problem has a plan; with an amount a thousandth short of it, it has none."""
    problem = clash_at_random(seed)
    try:
        allocate(problem)
    except InfeasibleError as error:
        remedies = [r for r in error.remedies if isinstance(r, Remedy)]
    else:
        pytest.skip("this draw happens to be possible")
    assert remedies
    for remedy in remedies:
        allocate(with_limit(problem, remedy, remedy.needed))
        short = remedy.now + 0.999 * (remedy.needed - remedy.now)
        if abs(remedy.needed - remedy.now) > 1e-3 * max(1.0, abs(remedy.now)):
            with pytest.raises(InfeasibleError):
                allocate(with_limit(problem, remedy, short))


def bent_clash(seed: int) -> AllocationProblem:
    """A clash that only shows on curves that bend up, or in whole channels: by kind, with the seed."""
    problem = random_problem(seed, channels=3, s_shaped=bool(seed % 2))
    first, *rest = problem.channels
    names, held = tuple(terms.id for terms in problem.channels), int(0.4 * problem.budget)
    held_up = replace(problem, channels=(replace(first, min_spend=held, max_spend=None), *rest))
    brought = float(first.curve(held / 100))
    kinds = (
        replace(held_up, rules=(OutcomeRule("stock", min_total=None, max_total=0.8 * brought),)),
        replace(problem, counts=(Count("few", names, max_channels=1),)),
        replace(
            held_up, rules=(OutcomeRule("return", channels=names[:1], max_cost=0.9 * held / 100 / brought),)
        ),
        replace(
            problem,
            channels=tuple(
                replace(t, min_spend=0, max_spend=None, min_if_used=held) for t in problem.channels
            ),
            counts=(Count("many", names, min_channels=3),),
        ),
    )
    return kinds[seed % 4]


@pytest.mark.parametrize("seed", range(8))
def test_remedies_are_the_smallest_where_curves_bend_up_too(seed: int) -> None:
    """Each is enough; one per cent short of it there is no plan, or none that all the work allowed finds."""
    problem = bent_clash(seed)
    clashes, _ = refused(problem)
    with pytest.raises(InfeasibleError) as error:
        allocate(problem)
    remedies = [remedy for remedy in error.value.remedies if isinstance(remedy, Remedy)]
    assert remedies
    assert {(r.of, r.whose, r.kind) for r in remedies} <= clashes
    for remedy in remedies:
        allocate(with_limit(problem, remedy, remedy.needed))
        short = remedy.now + 0.99 * (remedy.needed - remedy.now)
        if remedy.of == "count":  # one channel less
            short = remedy.needed + np.sign(remedy.now - remedy.needed)
        with pytest.raises((InfeasibleError, SolverTimeoutError)):
            allocate(with_limit(problem, remedy, short))


def test_a_minimum_of_a_cent_is_named_too() -> None:
    """However small a minimum is, it takes of the money that all the minimums together lack."""
    least = (60_000_000, 60_000_000, 1)
    channels = tuple(
        ChannelTerms(f"c{i}", hill_curve(100, 50, 0.9, 2000), min_spend=low) for i, low in enumerate(least)
    )
    with pytest.raises(InfeasibleError) as refused:
        allocate(AllocationProblem(channels, 100_000_000))
    clashes = [clash for clash in refused.value.clashes if isinstance(clash, Clash)]
    minimums = {clash.whose for clash in clashes if clash.kind == "min_spend"}
    assert minimums == {"c0", "c1", "c2"}


def test_a_goal_far_out_of_reach_is_lowered_no_further_than_it_must() -> None:
    """A thousand times what can be reached: the goal offered is within a hundredth of the most there is."""
    channels = (
        ChannelTerms("a", hill_curve(300, 100, 2.0, 2000)),
        ChannelTerms("b", straight_curve(1, 1000)),
    )
    problem = AllocationProblem(channels, 30_000, Reserve(0.1, 0.1))
    most = allocate(problem).response
    asked = replace(problem, rules=(OutcomeRule("goal", min_total=1000 * most),))
    with pytest.raises(InfeasibleError) as refused:
        allocate(asked)
    remedies = [remedy for remedy in refused.value.remedies if isinstance(remedy, Remedy)]
    (remedy,) = [remedy for remedy in remedies if remedy.kind == "min_total"]
    assert 0.99 * most <= remedy.needed <= most


def test_a_return_that_only_nothing_keeps() -> None:
    """The first unit of one channel brings just what is asked, the next less: nothing may be spent.

    With a minimum that is no plan; lowering it to nothing is, and that is what is proposed.
    """
    bent = ChannelTerms("b", hill_curve(7000, 2000, 1.6, 10_000))
    channels = (ChannelTerms("a", hill_curve(15_000, 3000, 1.0, 10_000)), bent)
    problem = AllocationProblem(channels, 1_000_000, rules=(OutcomeRule("return", max_cost=0.2),))
    assert [line.spend for line in allocate(problem).lines] == [0, 0]
    held = replace(problem, channels=(replace(channels[0], min_spend=1000), bent))
    _, remedies = refused(held)
    assert remedies["channel", "a", "min_spend"] == 0
