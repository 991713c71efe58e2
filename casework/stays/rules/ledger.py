"""The stays in order of entry, as ordinals, and the days of them that a window counts."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from .days import FOREVER, Interval, union, without
from .permits import Cover, Holdings, carry_by_visas
from .question import Stay


class Ledger:
    """Spans sorted by entry.

    A stay that is asked about is open: its span ends FOREVER or where the asker says.
    """

    __slots__ = ("_counted", "_covers", "_periods", "holdings", "spans")

    def __init__(self, spans: Iterable[Interval], holdings: Holdings) -> None:
        self.spans = sorted(spans)
        self.holdings = holdings
        self._counted: dict[int, list[Interval]] = {}
        self._periods: dict[tuple[int, int], list[int]] = {}
        self._covers: list[Cover] | None = None

    def counted(self, entered_from: int) -> list[Interval]:
        """Days of stays entered from that day on, each once, without those under replacing permits."""
        days = self._counted.get(entered_from)
        if days is None:
            days = union(span for span in self.spans if span[0] >= entered_from)
            if self.holdings.replaced:
                days = without(days, self.holdings.replaced)
            self._counted[entered_from] = days
        return days

    def cover(self, index: int) -> Cover | None:
        """How visas carry the stay at `index`; None when no visa is held."""
        if not self.holdings.visas:
            return None
        if self._covers is None:
            self._covers = carry_by_visas(self.spans, self.holdings)
        return self._covers[index]

    def period_start(self, entry: int, entered_from: int, window_days: int) -> int:
        """The first day of the anchored period that an entry on `entry` falls into or opens."""
        starts = self.period_starts(entered_from, window_days)
        before = bisect_left(starts, entry) - 1
        return starts[before] if before >= 0 and entry < starts[before] + window_days else entry

    def period_starts(self, entered_from: int, window_days: int) -> list[int]:
        """The first days of all anchored periods.

        A period opens at the first entry after the previous one ended; a stay under a permit opens it, if
        at all, on its first day outside the permit.
        """
        starts = self._periods.get((entered_from, window_days))
        if starts is None:
            starts = []
            for first, last in self.spans:
                if first < entered_from:
                    continue
                opened = self._first_counted(first)
                if opened <= last and (not starts or opened >= starts[-1] + window_days):
                    starts.append(opened)
            self._periods[entered_from, window_days] = starts
        return starts

    def _first_counted(self, first: int) -> int:
        start, end = self.holdings.replaced_from(first)
        return end + 1 if start == first else first

    def with_stay(self, entry: int, exit_: int = FOREVER) -> tuple["Ledger", int]:
        """The ledger with one more stay, and the place of that stay in it."""
        ledger = Ledger([*self.spans, (entry, exit_)], self.holdings)
        return ledger, ledger.spans.index((entry, exit_))

    def left_by(self, day: int) -> "Ledger":
        """The ledger of somebody who leaves on `day`; stays that begin later stay booked."""
        return Ledger(
            [(first, min(last, day) if first <= day else last) for first, last in self.spans], self.holdings
        )


def spans_of(stays: Sequence[Stay], on: int) -> list[Interval]:
    """An open stay is counted up to `on`, and has at least its entry day."""
    spans = []
    for stay in stays:
        entry = stay.entered_on.toordinal()
        spans.append((entry, stay.left_on.toordinal() if stay.left_on else max(entry, on)))
    return spans
