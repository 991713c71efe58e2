"""The reasons of an answer, in the order in which they are told: two to six per answer."""

from collections.abc import Mapping

from .answer import Binding, NextEntry, Overstay, Reason, Status, StayWarning
from .case import Case
from .days import FOREVER, LastDay, day_of
from .ledger import Ledger
from .limits import Limit, LimitKind
from .runs import Run

MOST_REASONS = 6


def basis(case: Case, run: Run) -> list[Reason]:
    """Which law the stay falls under, and whether a newer one leaves it alone."""
    entered_on = day_of(run.entry)
    if (
        run.binding is not None
        and run.binding.kind == "permit"
        and case.holdings.replaced_from(run.entry)[0] == run.entry
    ):
        return []
    if case.law.replaced_register:
        return [Reason("limits_given", {"entered_on": entered_on})]
    if run.rule is None:
        return []
    found = [Reason("rule", {"title": run.rule.title, "entered_on": entered_on})]
    until = run.rule.entries_until
    if until is not None and until.toordinal() < case.on and run.entry <= case.on:
        changed_on = day_of(until.toordinal() + 1)
        found.append(Reason("older_rule_kept", {"entered_on": entered_on, "changed_on": changed_on}))
    return found


def counted(case: Case, ledger: Ledger, run: Run, used: int | None) -> Reason | None:
    """What the binding limit counted."""
    binding = run.binding
    if binding is None:
        return None
    if binding.limit is None:
        return _permit_reason(binding)
    return _limit_reason(case, ledger, run, binding.limit, used or 0)


def _permit_reason(binding: Binding) -> Reason:
    permit = binding.permit
    values: dict[str, object] = {}
    if permit is not None:
        values = {
            "permit": str(permit.kind),
            "ends_on": permit.ends_on,
            "days": permit.stay_days,
            "entries": permit.entries,
        }
        if binding.kind == "permit" and permit.ends_on is None:
            return Reason("permit_without_end", values)
    return Reason(binding.kind, values)


def _limit_reason(case: Case, ledger: Ledger, run: Run, limit: Limit, used: int) -> Reason:
    kind, entered_on, on = limit.kind, day_of(run.entry), case.question.on
    values: dict[str, object] = {"entered_on": entered_on, "days": limit.days}
    if kind is LimitKind.PER_ENTRY_DAYS:
        return Reason(kind if limit.entry_day_counts else "per_entry_days_after", values)
    if kind is LimitKind.PER_ENTRY_MONTHS:
        code = "months_same_date" if limit.last_day is LastDay.SAME_DATE else "months_day_before"
        return Reason(code, {"entered_on": entered_on, "months": limit.months})
    if kind is LimitKind.UNTIL:
        return Reason(kind, {"until_on": limit.until_on})
    if limit.per_stay_days is not None and run.last == run.entry + limit.per_stay_days - 1:
        return Reason("per_stay_days", {"entered_on": entered_on, "days": limit.per_stay_days})
    values |= {"used": used, "on": on}
    if kind is LimitKind.CALENDAR_YEAR:
        return Reason(kind, values)
    values["window_days"] = limit.window_days
    if kind is LimitKind.ANCHORED_WINDOW:
        entered_from = limit.counts_stays_entered_from
        start = ledger.period_start(
            run.entry, entered_from.toordinal() if entered_from else 0, limit.window_days
        )
        values |= {"starts_on": day_of(start), "ends_on": day_of(start + limit.window_days - 1)}
    return Reason(kind, values)


def following(case: Case, found: NextEntry | None) -> Reason:
    if found is None:
        return Reason("next_entry_none", {})
    if found.days is None:
        return Reason("next_entry_open", {"entry_on": found.entry_on})
    return Reason("next_entry", {"entry_on": found.entry_on, "days": found.days})


def of_overstays(overstays: tuple[Overstay, ...]) -> list[Reason]:
    days = sum(overstay.days for overstay in overstays)
    return [Reason("overstays", {"days": days, "starts_on": overstays[0].starts_on})] if days else []


def general_warnings(case: Case, run: Run, last: int, status: Status) -> list[StayWarning]:
    """What surrounds the day.

    Other readings, the document's end, permits that do not count or begin too late.
    """
    found = [
        StayWarning("other_reading", {"limits": reading, "last_lawful_day": _lawful_day(run, other)})
        for reading, other in run.others
    ]
    expires_on = case.question.document.expires_on if case.question.document else None
    if expires_on is not None and run.entry <= last < FOREVER and expires_on.toordinal() < last:
        found.append(
            StayWarning("document_expires_first", {"expires_on": expires_on, "last_lawful_day": day_of(last)})
        )
    for start, end, permit in case.holdings.others:
        if start <= max(last, case.on) and end >= run.entry:
            found.append(StayWarning("permit_not_counted", {"ends_on": permit.ends_on}))
    if case.holdings.visas and not case.holdings.visa_dated(run.entry) and status is not Status.NOT_ADMITTED:
        found.append(StayWarning("visa_not_in_use", {"entered_on": day_of(run.entry)}))
    for start, end, permit in case.holdings.permits:
        if last + 1 < start and start <= case.on <= end:
            values: Mapping[str, object] = {"permit": str(permit.kind), "starts_on": permit.starts_on}
            found.append(StayWarning("permit_after_gap", {**values, "ends_on": permit.ends_on}))
    return found


def _lawful_day(run: Run, last: int) -> object:
    return day_of(last) if run.entry <= last < FOREVER else None
