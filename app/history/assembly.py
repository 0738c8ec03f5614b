"""Records become rows of history: details and regions summed, contradictions named.

Rows of campaigns, products or regions add up to their channel's. The whole shop's result, which files repeat
on each channel's row, is taken once. A channel and period given twice without any detail that tells the two
rows apart is a fault, as are overlapping periods.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from app.history.cells import Faults, Note, fault_at
from app.history.columns import MEASURES, Meaning
from app.history.reading import Record, TableReader
from optimizer import HistoryRow, OutcomeRow, Period

TOLERANCE = 1e-6
"""How far the repeated result of the whole shop may differ between rows, as a share: float noise only."""
OF_THE_SHOP = (Meaning.REVENUE, Meaning.CONVERSIONS, Meaning.NEW_CUSTOMERS)
LISTED = 5
NOTHING: frozenset[Meaning] = frozenset()
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Entry:
    """What is known of one channel (or of the shop) in one period; remembers where it was first given."""

    __slots__ = ("amounts", "earlier", "first", "sheet")
    earlier: frozenset[Meaning]

    def __init__(self, first: Record) -> None:
        self.first, self.sheet, self.amounts = first, first.sheet, first.amounts
        self.earlier = NOTHING

    def add(self, record: Record) -> bool:
        """Sum a record into what is known; refuses (False) what another sheet has already given."""
        if record.sheet != self.sheet:
            self.earlier, self.sheet = frozenset(self.amounts), record.sheet
        if not self.earlier.isdisjoint(record.amounts):
            return False
        summed = dict(self.amounts)  # the first record keeps its own
        for meaning, amount in record.amounts.items():
            summed[meaning] = summed.get(meaning, 0.0) + amount
        self.amounts = summed
        return True


class Assembly:
    """Gathers the records of all tables of a file."""

    def __init__(self, faults: Faults, *, names_sheets: bool = False) -> None:
        self.faults, self.names_sheets = faults, names_sheets
        self.notes: list[Note] = []
        self.names: dict[str, str] = {}
        self.entries: dict[tuple[str | None, Period], Entry] = {}
        self.repeated: dict[tuple[Period, str], dict[Meaning, tuple[float, Record]]] = defaultdict(dict)
        self.geos: defaultdict[Period, set[str]] = defaultdict(set)

    def add(self, reader: TableReader) -> None:
        """Take all records of a table."""
        where = f"Sheet '{reader.name}': " if self.names_sheets else ""
        self.names |= reader.names
        self.notes += [Note(note.code, where + note.message) for note in reader.table.notes + reader.notes]
        seen: dict[tuple[str | None, Period, str, tuple[str, ...]], Record] = {}
        summed = 0
        for record in reader.records:
            self.geos[record.period].add(record.geo)
            if record.repeats:
                self._take_once(record)
                continue
            key = (record.channel, record.period, record.geo, record.detail)
            before = seen.setdefault(key, record)
            if before is not record and self._is_repetition(before, record):
                continue
            summed += self._take(record)
        if summed:
            self.notes.append(Note("summed", f"Rows added to others of their channel and period: {summed}."))

    def _is_repetition(self, before: Record, record: Record) -> bool:
        """Whether a row repeats another instead of adding to it; a fault unless both say nothing."""
        if record.detail and before.amounts != record.amounts:
            return False
        if not record.detail or any(record.amounts.values()):
            whom = record.channel or "the shop"
            self._fault(record, f"repeats row {before.row}: {whom} in {record.period} is given twice")
        return True

    def _take(self, record: Record) -> bool:
        """Sum a record into its channel and period; says whether there was something to add it to."""
        key = (record.channel, record.period)
        entry = self.entries.get(key)
        if entry is None:
            self.entries[key] = Entry(record)
            return False
        if not entry.add(record):
            other = entry.first
            self._fault(record, f"is already given on sheet '{other.sheet}', row {other.row}")
        return True

    def _take_once(self, record: Record) -> None:
        known = self.repeated[record.period, record.geo]
        for meaning, amount in record.amounts.items():
            first, where = known.setdefault(meaning, (amount, record))
            if abs(first - amount) > TOLERANCE * max(abs(first), abs(amount)):
                whole = f"the whole shop's {meaning} of {record.period}"
                self._fault(record, f"{whole} is {amount:g} here, {first:g} in row {where.row}")

    def _fault(self, record: Record, reason: str) -> None:
        self.faults.add(fault_at(record.sheet, reason, record.row, record.column))

    def rows(self) -> list[HistoryRow]:
        """One row per channel and period, by time, then as in the file; none where it knows no spend."""
        if not self._knows_spend():
            return []
        return [_row(entry) for entry in self._by_time()]

    def places(self) -> list[tuple[str, int, int | None]]:
        """Where each of `rows` was first given: its sheet, and its row and column from 1."""
        return [(entry.first.sheet, entry.first.row, entry.first.column) for entry in self._by_time()]

    def _by_time(self) -> list[Entry]:
        """What is known of channels, by period, then as in the file."""
        mine = [entry for (channel, _), entry in self.entries.items() if channel is not None]
        return sorted(mine, key=_moment)

    def outcomes(self) -> list[OutcomeRow]:
        """The whole shop's results, in order of time; summed over channels where nothing else is known."""
        found: defaultdict[Period, dict[str, float]] = defaultdict(dict)
        for period, geos in self.geos.items():
            parts = [self.repeated[period, geo] for geo in sorted(geos) if (period, geo) in self.repeated]
            for meaning in OF_THE_SHOP:
                amounts = [part[meaning][0] for part in parts if meaning in part]
                if amounts and len(amounts) == len(geos):
                    found[period][meaning] = sum(amounts)
        sums_channels = not found and not self._knows_spend()
        for (channel, period), entry in self.entries.items():
            if channel is None or sums_channels:
                for meaning in OF_THE_SHOP:
                    if meaning in entry.amounts:
                        found[period][meaning] = found[period].get(meaning, 0.0) + entry.amounts[meaning]
        return [OutcomeRow(period, **amounts) for period, amounts in sorted(found.items())]

    def _knows_spend(self) -> bool:
        return any(Meaning.SPEND in entry.amounts for (channel, _), entry in self.entries.items() if channel)

    def check(self) -> None:
        """Find negative sums and overlapping periods; note gaps, late weeks, and regions that were summed."""
        by_channel: defaultdict[str, list[Entry]] = defaultdict(list)
        for (channel, period), entry in self.entries.items():
            by_channel[channel or "the shop"].append(entry)
            if entry.amounts.get(Meaning.SPEND, 0.0) < 0:
                self._fault(entry.first, f"the spend of {channel} in {period} is negative")
        gaps = []
        for channel, entries in by_channel.items():
            entries.sort(key=_moment)
            for before, after in pairwise(entries):
                self._check_pair(channel, before.first, after.first)
            missing = sum(_steps(one.first.period, two.first.period) - 1 for one, two in pairwise(entries))
            if missing > 0:
                gaps.append(f"{channel} {missing}")
        if gaps:
            self.notes.append(
                Note("gaps", f"Periods without a row between the first and the last: {_listed(gaps)}.")
            )
        self._note_grain()
        regions = sorted({geo for geos in self.geos.values() for geo in geos})
        if len(regions) > 1:
            self.notes.append(Note("regions", f"{len(regions)} regions were summed: {_listed(regions)}."))
        weekdays = {period.first.weekday() for period in self.geos if period.days == 7}
        if weekdays - {0}:
            names = " and ".join(WEEKDAYS[day] for day in sorted(weekdays))
            self.notes.append(
                Note("weeks", f"The weeks start on {names}; their dates were kept as they are.")
            )
        if not self._knows_spend() and any(channel for channel, _ in self.entries):
            message = (
                "The file holds no spend: its revenue was summed over channels and read as the whole shop's."
            )
            self.notes.append(Note("no_spend", message))

    def _note_grain(self) -> None:
        """What kind of periods the file has, and from when to when."""
        kinds = Counter(period.grain for period in self.geos)
        first, last = min(self.geos, default=None), max(self.geos, default=None)
        if first and last:
            counted = " and ".join(f"{times} {kind}{'s' * (times > 1)}" for kind, times in kinds.items())
            self.notes.append(Note("grain", f"Read as {counted}, {first} to {last}."))

    def _check_pair(self, channel: str, before: Record, after: Record) -> None:
        if after.period.start < before.period.end:
            where = f"row {before.row}" + (f" of '{before.sheet}'" if before.sheet != after.sheet else "")
            self._fault(after, f"{after.period} of {channel} overlaps {before.period} in {where}")


def _moment(entry: Entry) -> tuple[int, int]:
    """Where an entry's period stands in time, told by numbers: periods themselves compare slowly."""
    period = entry.first.period
    return period.start, period.days


def _row(entry: Entry) -> HistoryRow:
    amounts, first = entry.amounts, entry.first
    spend = amounts.get(Meaning.SPEND, 0.0)
    return HistoryRow(str(first.channel), first.period, spend, *map(amounts.get, MEASURES[1:]))


def _steps(before: Period, after: Period) -> int:
    """How many periods lead from one to another of the same grain; 1 where the grains differ."""
    if before.grain != after.grain:
        return 1
    if before.grain == "month":
        return (after.first.year - before.first.year) * 12 + after.first.month - before.first.month
    return max(1, (after.start - before.start) // before.days)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
