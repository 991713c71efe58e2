"""One stay: the unbroken lawful days that begin with its entry, what ends them, and its unlawful days."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import counting
from .answer import Binding
from .days import FOREVER, Interval, union
from .law import Rule
from .ledger import Ledger
from .limits import Limit

Reading = tuple[Limit, ...]


@dataclass(slots=True)
class Run:
    """`last` is the last lawful day, `entry` - 1 when the entry day itself is unlawful.

    `known` is false where nothing says when the stay ends: no rule, no limit, or none that counts it.
    """

    entry: int
    last: int
    binding: Binding | None = None
    rule: Rule | None = None
    reading: Reading = ()
    known: bool = True
    others: list[tuple[Reading, int]] = field(default_factory=list)  # readings that end on another day

    @property
    def lawful(self) -> bool:
        return self.known and self.last >= self.entry


def run_of(ledger: Ledger, index: int, rules: Iterable[Rule]) -> Run:
    """The lawful run of the stay at `index`, of several readings (and rules) the one that ends first.

    Until the first day under a replacing permit the rule's limits and the visas count, from then on only the
    permits do: visa-free time does not revive after them.
    """
    entry = ledger.spans[index][0]
    permit_from, permit_to = ledger.holdings.replaced_from(entry)
    rule_and_reading = [(rule, reading) for rule in rules for reading in (rule.limits, *rule.readings)]
    if permit_from == entry:
        rule = rule_and_reading[0][0] if rule_and_reading else None
        return Run(entry, permit_to, _permit_binding(ledger, permit_to, entry), rule)
    if not rule_and_reading:
        return Run(entry, entry - 1, known=False)
    visa_last, visa_binding = _visa_last_day(ledger, index, permit_from)
    best: Run | None = None
    ends: list[tuple[Reading, int]] = []
    for rule, reading in rule_and_reading:
        last, binding = visa_last, visa_binding
        for limit in reading:
            limit_last = counting.last_day(limit, entry, ledger)
            if limit_last < last:
                last, binding = limit_last, Binding(str(limit.kind), limit)
        known = True
        if last >= permit_from - 1 and permit_from < FOREVER:
            last, binding = permit_to, _permit_binding(ledger, permit_to, permit_from)
        elif last >= FOREVER:
            known = False
        last = max(last, entry - 1)
        ends.append((reading, last))
        if best is None or last < best.last:
            best = Run(entry, last, binding, rule, reading, known)
    assert best is not None
    if len(ends) > 1:
        best.others = [(reading, last) for reading, last in ends if last != best.last]
    return best


def unlawful_days(
    ledger: Ledger, index: int, run: Run, upto: int, *, refused: bool = False
) -> list[Interval]:
    """The unlawful days of the stay at `index` up to `upto`; `refused`: its entry was not allowed.

    Where the rule is not known, only days after a permit are judged.
    """
    entry, last = ledger.spans[index]
    last = min(last, upto)
    permit_from, _ = ledger.holdings.replaced_from(entry)
    own_last = min(last, permit_from - 1)
    found: list[Interval] = []
    if refused and entry <= own_last:
        found.append((entry, own_last))
    elif run.known and run.last < own_last:
        for limit in run.reading:
            found += counting.unlawful_days(limit, entry, own_last, ledger)
        cover = ledger.cover(index)
        if cover is not None and cover.entered_on_visa:
            found += [(start, min(end, own_last)) for start, end in cover.gaps if start <= own_last]
    found += _after_permits(ledger, permit_from, last)
    return union(found)


def _after_permits(ledger: Ledger, permit_from: int, last: int) -> list[Interval]:
    found = []
    day = permit_from
    while day <= last:
        start, end = ledger.holdings.replaced_from(day)
        if start > day:
            found.append((day, min(start - 1, last)))
        day = end + 1
    return found


def _visa_last_day(ledger: Ledger, index: int, permit_from: int) -> tuple[int, Binding | None]:
    """Visas bind a stay whose entry day one of them covers by its dates."""
    cover = ledger.cover(index)
    if cover is None or not cover.entered_on_visa or not cover.gaps or cover.gaps[0][0] >= permit_from:
        return FOREVER, None
    return cover.gaps[0][0] - 1, Binding(cover.ends_by, permit=cover.visa)


def _permit_binding(ledger: Ledger, last: int, first: int) -> Binding:
    permit = ledger.holdings.permit_on(last if last < FOREVER else first)
    return Binding("permit", permit=permit)
