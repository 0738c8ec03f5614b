"""Equally likely versions of all channels' curves, and what the worst of them bring together.

Draws are known at the knots of the expected curve F. Between them draw d follows the shape of F:
its slope at a knot is F' r + F r' with r = d / F, and straight from one knot of F's spline to the
next. That is linear in d, so a mean of draws is a curve of the same kind. On the first hundredth of
the curve, where steepness hides what differs, r stays what it is beyond.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.curves import FloatArray
from optimizer.piecewise import Spline
from optimizer.problem import AllocationProblem, ChannelTerms

START = 0.01  # of a curve's length: below it draws are in proportion to the expected curve


@dataclass(frozen=True, eq=False)
class Draws:
    """Per channel its knots (knots,), and every draw's slopes and responses there, (draws, knots)."""

    knots: tuple[FloatArray, ...]
    slopes: tuple[FloatArray, ...]
    responses: tuple[FloatArray, ...]

    @classmethod
    def of(cls, problem: AllocationProblem) -> Draws:
        """The draws of a problem's channels."""
        tables = [_splines(terms) for terms in problem.channels]
        knots, slopes, responses = (tuple(side) for side in zip(*tables, strict=True))
        return cls(knots, slopes, responses)

    def outcomes(self, spend: FloatArray) -> FloatArray:
        """What all channels bring together in each draw, (draws,), at these spends (channels,)."""
        return np.asarray(np.sum([self._at(c, float(amount)) for c, amount in enumerate(spend)], axis=0))

    def bad_case(self, spend: FloatArray, level: float) -> float:
        """The mean of the worst 1 - level of what these spends (channels,), in currency, may bring."""
        brought = self.outcomes(spend)
        return float(worst_share(brought, level) @ brought)

    def mean(self, channel: int, share: FloatArray) -> Spline:
        """One channel's curve in the mean of the draws with these weights, (draws,)."""
        return Spline(self.knots[channel], share @ self.slopes[channel], share @ self.responses[channel])

    def _at(self, channel: int, spend: float) -> FloatArray:
        knots, slopes, responses = self.knots[channel], self.slopes[channel], self.responses[channel]
        x = min(max(spend, 0.0), float(knots[-1]))
        k = min(int(np.searchsorted(knots, x, side="right")) - 1, len(knots) - 2)
        bend = (slopes[:, k + 1] - slopes[:, k]) / (knots[k + 1] - knots[k])
        step = x - knots[k]
        return np.asarray(responses[:, k] + step * (slopes[:, k] + 0.5 * bend * step))


def worst_share(outcomes: FloatArray, level: float) -> FloatArray:
    """The weight of each draw in the mean of the worst 1 - level of them, (draws,); they add up to 1."""
    left = len(outcomes) * (1 - level)
    weights = np.zeros(len(outcomes))
    order = np.argsort(outcomes, kind="stable")
    weights[order] = np.clip(left - np.arange(len(outcomes)), 0.0, 1.0)
    return np.asarray(weights / left)


def _splines(terms: ChannelTerms) -> tuple[FloatArray, FloatArray, FloatArray]:
    """One channel's knots, and the slopes and responses of its draws there."""
    spend, knots = terms.curve.spend, terms.curve.spline[0]
    draws, marginal = _shaped(terms)
    slopes, responses = (np.empty((len(draws), len(knots))) for _ in range(2))
    slopes[:, ::2], responses[:, ::2] = marginal, draws
    width, share = np.diff(spend), (knots[1::2] - spend[:-1]) / np.diff(spend)
    start, end = marginal[:, :-1], marginal[:, 1:]
    slopes[:, 1::2] = 2 * np.diff(draws) / width - share * start - (1 - share) * end
    responses[:, 1::2] = draws[:, :-1] + share * width * (start + slopes[:, 1::2]) / 2
    return knots, slopes, responses


def _shaped(terms: ChannelTerms) -> tuple[FloatArray, FloatArray]:
    """The draws at the knots of the table, and their slopes there, F' r + F r'; (draws, knots) each."""
    spend, response, marginal = terms.curve.spend, terms.curve.response, terms.curve.marginal
    if response[-1] <= 0:  # a curve that brings nothing tells no shape: a straight line does
        response, marginal = spend, np.ones(len(spend))
    first = int(np.argmax((response > 0) & (spend >= START * spend[-1])))
    ratio = np.asarray(terms.draws, dtype=float) / np.where(response > 0, response, 1.0)
    ratio[:, :first] = ratio[:, first : first + 1]
    return ratio * response, marginal * ratio + response * np.gradient(ratio, spend, axis=1)
