"""A stay that is only planned: how long booked stays let it last, and the next day it could begin."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from .answer import NextEntry
from .case import Case, Refusal
from .counting import counts_from
from .days import FOREVER, LAST_ORDINAL, day_of, new_year_after
from .ledger import Ledger
from .limits import Limit, LimitKind
from .runs import Run

MOST_STEPS = 1_000  # each step passes a change of the law, a permit, a booked stay or a window


@dataclass(slots=True)
class Plan:
    """`last` is below `entry` when the plan may not begin; `booked` is the later stay that cuts it short."""

    entry: int
    run: Run
    last: int
    refusals: list[Refusal]
    booked: Run | None = None

    @property
    def may_begin(self) -> bool:
        return self.run.known and not self.refusals and self.last >= self.entry


def plan_on(case: Case, ledger: Ledger, entry: int) -> Plan:
    """`ledger` holds what is known and booked, without the plan."""
    with_plan, index = ledger.with_stay(entry)
    run = case.run(with_plan, index)
    plan = Plan(entry, run, run.last, case.refusals(entry, run.rule))
    if run.lawful and not plan.refusals:
        _keep_booked_stays_lawful(case, ledger, plan)
    return plan


def _keep_booked_stays_lawful(case: Case, ledger: Ledger, plan: Plan) -> None:
    """The longer the plan, the fewer days are left for a booked stay: so its last day is found by halving."""
    booked = [index for index, span in enumerate(ledger.spans) if span[0] >= plan.entry]
    if not booked:
        return
    lawful_to = {index: _lawful_to(ledger, index, case.earlier_run(ledger, index)) for index in booked}

    def shortened(last: int) -> Run | None:
        with_plan, place = ledger.with_stay(plan.entry, last)
        for index in booked:
            shifted = index if index < place else index + 1
            run = case.earlier_run(with_plan, shifted)
            if _lawful_to(with_plan, shifted, run) < lawful_to[index]:
                return run
        return None

    longest = min(plan.last, max(ledger.spans[index][1] for index in booked))
    if shortened(longest) is None:
        return
    good, bad = plan.entry - 1, longest
    while bad - good > 1:
        middle = (good + bad) // 2
        if shortened(middle) is None:
            good = middle
        else:
            bad = middle
    plan.last, plan.booked = good, shortened(bad)


def _lawful_to(ledger: Ledger, index: int, run: Run) -> int:
    return min(ledger.spans[index][1], run.last)


def next_entry(case: Case, ledger: Ledger, after: int) -> NextEntry | None:
    """The first day after `after` with at least one lawful day.

    None: there is none, or the law of it is not known.

    It goes from one day to the next on which the answer can change, never day by day.
    """
    changes = sorted({*case.law.changes, *case.holdings.starts_and_ends()})
    day = after + 1
    for _ in range(MOST_STEPS):
        if not 1 <= day <= LAST_ORDINAL:
            return None
        plan = plan_on(case, ledger, day)
        if plan.may_begin:
            return _found(plan)
        following = _following(changes, day)
        if not plan.refusals:
            if not plan.run.known:
                return None
            if plan.run.lawful:
                following = min(following, _following(_booked_changes(case, ledger, day), day))
            else:
                following = min(following, _by_limits(case, ledger, plan))
        day = following
    return None


def _found(plan: Plan) -> NextEntry:
    entry_on = date.fromordinal(plan.entry)
    if plan.last >= FOREVER:
        return NextEntry(entry_on, None, None)
    return NextEntry(entry_on, plan.last - plan.entry + 1, day_of(min(plan.last, LAST_ORDINAL)))


def _by_limits(case: Case, ledger: Ledger, plan: Plan) -> int:
    if plan.run.binding is not None and plan.run.binding.limit is None:
        return FOREVER  # the visas carry no day of it: another visa is another change
    return max(plan.entry + 1, case.earliest_by_limits(plan.entry, ledger))


def _booked_changes(case: Case, ledger: Ledger, day: int) -> list[int]:
    """The days on which a booked stay can stop to forbid an entry before it."""
    changes = {new_year_after(day)}
    if any(entry <= day < exit_ for entry, exit_ in ledger.spans):
        return [day + 1]  # within a stay each later day leaves one day less to share
    limits = [limit for rule in case.law.stay for limit in _all_limits(rule[2].limits, rule[2].readings)]
    anchored = [limit for limit in limits if limit.kind is LimitKind.ANCHORED_WINDOW]
    for entry, exit_ in ledger.spans:
        changes.update((entry, exit_ + 1))
        for limit in anchored:
            changes.add(entry - limit.window_days + 1)
    for limit in anchored:
        starts = ledger.period_starts(counts_from(limit), limit.window_days)
        changes.update(start + limit.window_days for start in starts)
    return sorted(changes)


def _all_limits(limits: tuple[Limit, ...], readings: tuple[tuple[Limit, ...], ...]) -> list[Limit]:
    return [limit for reading in (limits, *readings) for limit in reading]


def _following(changes: list[int], day: int) -> int:
    place = bisect_right(changes, day)
    return changes[place] if place < len(changes) else FOREVER
