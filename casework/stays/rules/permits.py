"""What permits do to a stay: some replace the country's limits, a visa adds its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from .days import FOREVER, Interval, count, union
from .question import REPLACING, Permit, PermitKind


class Holdings:
    """A person's permits as ordinals. Days in `replaced` count in no window."""

    __slots__ = ("others", "permits", "replaced", "visas")

    def __init__(self, permits: Sequence[Permit]) -> None:
        self.permits = [(*_span(permit), permit) for permit in permits if permit.kind in REPLACING]
        self.visas = [(*_span(permit), permit) for permit in permits if permit.kind is PermitKind.VISA]
        self.others = [(*_span(permit), permit) for permit in permits if permit.kind is PermitKind.OTHER]
        self.replaced: list[Interval] = union([(start, end) for start, end, _ in self.permits])

    def replaced_from(self, day: int) -> Interval:
        """The unbroken days under replacing permits that run on `day` or begin next after it."""
        for start, end in self.replaced:
            if end >= day:
                return (start if start > day else day), end
        return FOREVER, FOREVER

    def permit_on(self, day: int) -> Permit | None:
        """The replacing permit of `day` that ends last."""
        running = [(end, permit) for start, end, permit in self.permits if start <= day <= end]
        return max(running, key=lambda found: found[0])[1] if running else None

    def holds(self, kind: str, day: int) -> bool:
        return any(start <= day <= end and permit.kind == kind for start, end, permit in self.permits)

    def visa_dated(self, day: int) -> bool:
        return any(start <= day <= end for start, end, _ in self.visas)

    def starts_and_ends(self) -> list[int]:
        return [day for start, end, _ in self.permits + self.visas for day in (start, end + 1)]


@dataclass(slots=True)
class Cover:
    """How visas carry one stay. `gaps` are its days (not under a replacing permit) that no visa carries."""

    entered_on_visa: bool
    gaps: list[Interval]
    ends_by: str = ""  # visa_validity, visa_days or visa_entries: what opened the first gap
    visa: Permit | None = None


class _Use:
    """What is left of one visa while the ledger is walked through."""

    __slots__ = ("days", "end", "entries", "permit", "spent", "start")

    def __init__(self, start: int, end: int, permit: Permit) -> None:
        self.start, self.end, self.permit = start, end, permit
        self.entries = FOREVER if permit.entries is None else permit.entries
        self.days = FOREVER if permit.stay_days is None else permit.stay_days
        self.spent: list[Interval] = []  # a day shared by two stays counts once

    def reach(self, day: int) -> int:
        """The last day up to which it carries a presence that goes on from `day`."""
        if not self.start <= day <= self.end or self.entries < 1:
            return day - 1
        # Days spent later, by an overlapping stay, take nothing from the days before them.
        return min(self.end, day + self.days - count(self.spent, self.start, day - 1) - 1)

    def spend(self, first: int, last: int) -> None:
        if first <= last:
            self.spent = union([*self.spent, (first, last)])


def carry_by_visas(spans: Sequence[Interval], holdings: Holdings) -> list[Cover]:
    """Walk the ledger in order of entry: each entry uses one entry of the visa that carries it furthest.

    A visa that begins or remains when the first one ends carries on without a new entry, for the person
    did not leave. Days and entries under a replacing permit use up nothing; days after its end do, for they
    are presence within the dates of the visa, though no visa makes them lawful.
    """
    uses = [_Use(*visa) for visa in holdings.visas]
    covers = []
    for entry, exit_ in spans:
        uses = [use for use in uses if use.end >= entry]  # the others have ended for good
        met = [use for use in uses if use.start <= exit_]
        permit_from, permit_to = holdings.replaced_from(entry)
        covers.append(_carry(entry, min(exit_, permit_from - 1), met))
        while permit_to < exit_:
            permit_from, next_to = holdings.replaced_from(permit_to + 1)
            for use in met:
                use.spend(max(permit_to + 1, use.start), min(permit_from - 1, exit_, use.end))
            permit_to = next_to
    return covers


def _carry(entry: int, last: int, uses: list[_Use]) -> Cover:
    dated = [use for use in uses if use.start <= entry <= use.end]
    cover = Cover(bool(dated) and entry <= last, [])
    entered_on: _Use | None = None
    day = entry
    while day <= last:
        use = max(uses, key=lambda use: use.reach(day), default=None)
        reach = min(use.reach(day), last) if use is not None else day - 1
        if use is not None and reach >= day:
            use.spend(day, reach)
            if day == entry:
                entered_on = use
            cover.visa = cover.visa if cover.gaps else use.permit
            day = reach + 1
            continue
        if not cover.gaps:
            cover.ends_by = _why(day, entry, dated, cover)
        following = min((use.start for use in uses if use.start > day and use.entries > 0), default=FOREVER)
        cover.gaps.append((day, min(last, following - 1)))
        day = following
    if entered_on is not None:
        entered_on.entries -= 1
    return cover


def _why(day: int, entry: int, dated: list[_Use], cover: Cover) -> str:
    if day == entry:
        if not dated:
            return "visa_validity"
        cover.visa = dated[0].permit
        return "visa_entries" if all(use.entries < 1 for use in dated) else "visa_days"
    assert cover.visa is not None
    ends_on = cover.visa.ends_on
    return "visa_validity" if ends_on is not None and ends_on.toordinal() == day - 1 else "visa_days"


def _span(permit: Permit) -> Interval:
    return (
        permit.starts_on.toordinal() if permit.starts_on else 0,
        permit.ends_on.toordinal() if permit.ends_on else FOREVER,
    )
