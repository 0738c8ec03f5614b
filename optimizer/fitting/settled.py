"""Which periods' results count, each on its own or joined with its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray


@dataclass(frozen=True, eq=False)
class Settled:
    """T results of K periods in their order: `periods` (K,), and `size` (T,), how many each one takes."""

    periods: NDArray[np.intp]
    size: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.size)

    @property
    def first(self) -> NDArray[np.intp]:
        """(T,): the first period of each result."""
        return self.periods[self._begin]

    @property
    def _begin(self) -> NDArray[np.intp]:
        return np.asarray(np.cumsum(self.size) - self.size)

    def of(self, chosen: NDArray[np.bool_]) -> Settled:
        """Some of the results, `chosen` (T,)."""
        return Settled(self.periods[np.repeat(chosen, self.size)], self.size[chosen])

    def mean(self, values: FloatArray) -> FloatArray:
        """(…, T): over the periods of each result, of values (…, K)."""
        return np.asarray(np.add.reduceat(values, self._begin, axis=-1) / self.size)

    def largest(self, values: FloatArray) -> NDArray[np.intp]:
        """(T,): the period of each result in which a value, (K,), is largest."""
        result = np.repeat(np.arange(len(self)), self.size)
        return self.periods[np.lexsort((-values, result))][self._begin]


def settled(result: FloatArray, late: NDArray[np.bool_] | None = None) -> Settled:
    """The periods with a known result (NaN: unknown), so joined that every result is above zero.

    A period whose result is zero or negative is joined with the following ones (the last with
    those before it) until their sum is positive: they are one result of all that was spent in them.
    So are results that came `late`, (T,), when nothing was spent any more, with the period before.
    """
    known = np.flatnonzero(np.isfinite(result))
    late = np.zeros(len(result), dtype=bool) if late is None else late
    if (result[known] > 0).all() and not late.any():
        return Settled(known, np.ones_like(known))
    groups = _joined(result, known, late)
    size = np.array([len(group) for group in groups], dtype=np.intp)
    return Settled(np.array([t for group in groups for t in group], dtype=np.intp), size)


def _joined(result: FloatArray, known: NDArray[np.intp], late: NDArray[np.bool_]) -> list[list[int]]:
    groups: list[list[int]] = []
    group: list[int] = []
    for t in known:
        if late[t] and not group:
            group = groups.pop()
        group.append(int(t))
        if result[group].sum() > 0:
            groups.append(group)
            group = []
    while group and groups and result[group].sum() <= 0:
        group = groups.pop() + group
    return [*groups, group] if group and result[group].sum() > 0 else groups
