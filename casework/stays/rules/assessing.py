"""The one door of the calculation: a question and the law in, an answer with its reasons out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from . import reasons
from .answer import Assessment, Binding, NextEntry, Overstay, Reason, Status, StayWarning
from .case import Case, Refusal
from .counting import used_days
from .days import FOREVER, LAST_ORDINAL, count, day_of, union
from .law import CountryLaw, Rule, law_of, law_of_limits
from .ledger import Ledger, spans_of
from .plan import Plan, next_entry, plan_on
from .question import Question, Stay, check_ledger
from .runs import Run, unlawful_days
from .unrecorded import open_before_later, overlapping, with_exits

REFUSALS_TOLD = 3


def assess(question: Question, rules: CountryLaw | Sequence[Rule]) -> Assessment:
    """How long the person may stay, and why.

    `rules` are register rows (those of other countries and nationalities are passed over), or a law made
    ready by `Register.law_for`, which is faster for many questions. Days are local days of the host country;
    nothing is read from a clock. Raises InvalidLedger for a stay or permit that contradicts itself.
    """
    check_ledger(question)
    case = Case(question, _law(question, rules))
    unrecorded = open_before_later(question)
    if unrecorded is not None:
        answer = _exit_not_recorded(case, unrecorded)
    elif question.plan_entry_on is not None:
        answer = _assess_plan(case, question.plan_entry_on.toordinal())
    elif any(stay.left_on is None for stay in question.stays):
        answer = _assess_open(case)
    else:
        answer = _assess_left(case)
    overlap = overlapping(question if unrecorded is None else with_exits(question, latest=False))
    if overlap is None:
        return answer
    values = {"first_on": overlap[0].entered_on, "second_on": overlap[1].entered_on}
    return replace(answer, warnings=(*answer.warnings, StayWarning("stays_overlap", values)))


def _law(question: Question, rules: CountryLaw | Sequence[Rule]) -> CountryLaw:
    if question.limits is not None:
        return law_of_limits(question.limits)
    if isinstance(rules, CountryLaw):
        return rules
    return law_of(rules, question.country, question.nationality)


def _assess_open(case: Case) -> Assessment:
    open_stay = max(stay.entered_on for stay in case.question.stays if stay.left_on is None).toordinal()
    spans = [span for span in spans_of(case.question.stays, FOREVER) if span != (open_stay, FOREVER)]
    ledger = Ledger([*spans, (open_stay, FOREVER)], case.holdings)
    index = ledger.spans.index((open_stay, FOREVER))
    run = case.run(ledger, index)
    refusals = case.refusals(open_stay, run.rule)
    overstays = _overstays(case, ledger, asked=index, run=run, refused=bool(refusals))
    if refusals:
        return _refused(case, run, refusals, overstays, planned=False)
    if not run.known:
        return _unknown(case, run, overstays)
    status = (
        Status.LAWFUL if run.last >= case.on or (run.lawful and open_stay > case.on) else Status.OVERSTAYED
    )
    if not run.lawful and open_stay > case.on:
        status = Status.NOT_ADMITTED
    found = next_entry(case, ledger.left_by(case.on), case.on) if status is Status.OVERSTAYED else None
    return _counted(case, ledger, run, run.last, status, overstays, found)


def _assess_plan(case: Case, entry: int) -> Assessment:
    ledger = Ledger(spans_of(case.question.stays, case.on), case.holdings)
    plan = plan_on(case, ledger, entry)
    overstays = _overstays(case, ledger)
    if plan.refusals:
        return _refused(case, plan.run, plan.refusals, overstays, planned=True)
    if not plan.run.known:
        return _unknown(case, plan.run, overstays)
    status = Status.LAWFUL if plan.may_begin else Status.NOT_ADMITTED
    found = None if plan.may_begin else next_entry(case, ledger, entry)
    if plan.may_begin and entry <= case.on:
        ledger, _ = ledger.with_stay(entry, case.on)
    return _counted(case, ledger, plan.run, plan.last, status, overstays, found, plan)


def _assess_left(case: Case) -> Assessment:
    """Nobody is there and no entry is planned: what counts now, and when an entry would be possible again."""
    ledger = Ledger(spans_of(case.question.stays, case.on), case.holdings)
    overstays = _overstays(case, ledger)
    if not case.law.stay or (not ledger.spans and not case.law.stay_rules(case.on)):
        return _unknown(case, Run(case.on, case.on - 1, known=False), overstays)
    left = ledger.left_by(case.on)
    tomorrow = plan_on(case, left, min(case.on + 1, LAST_ORDINAL))
    if not ledger.spans and not case.rules_of(case.on):
        return _refused(
            case, tomorrow.run, case.refusals(case.on, None), overstays, planned=False, entered=False
        )
    found = next_entry(case, left, case.on)
    run = tomorrow.run
    told = [
        Reason("left" if ledger.spans else "never_entered", {"on": case.question.on}),
        *reasons.of_overstays(overstays),
        reasons.following(case, found),
    ]
    open_questions = [*_ban(overstays), *case.admission_warnings(case.on)]
    if found is None:
        open_questions += [StayWarning(code, values) for code, values in tomorrow.refusals]
        if not run.known and not tomorrow.refusals:
            open_questions.append(_not_known(case, run))
    return Assessment(
        status=Status.LEFT,
        days_used=_days_used(case, left, run, run.binding) if run.known else None,
        overstays=overstays,
        next_entry=found,
        rule=None if case.law.replaced_register else run.rule,
        reasons=tuple(told),
        warnings=tuple(open_questions),
    )


def _counted(
    case: Case,
    ledger: Ledger,
    run: Run,
    last: int,
    status: Status,
    overstays: tuple[Overstay, ...],
    found: NextEntry | None,
    plan: Plan | None = None,
) -> Assessment:
    """The answer where counting decides: lawful, overstayed, or a plan for which no day is left."""
    ending = plan.booked if plan is not None and plan.booked is not None else run
    used = _days_used(case, ledger, ending, ending.binding)
    told = [*reasons.basis(case, run), reasons.counted(case, ledger, ending, used)]
    if plan is not None and plan.booked is not None:
        told.append(Reason("booked_stay", {"booked_on": day_of(plan.booked.entry)}))
    told.append(_outcome(run.entry, last, status, plan is not None))
    if status in (Status.OVERSTAYED, Status.NOT_ADMITTED):
        told.append(reasons.following(case, found))
    told += reasons.of_overstays(overstays)
    last_lawful_day = day_of(min(last, LAST_ORDINAL)) if run.entry <= last < FOREVER else None
    return Assessment(
        status=status,
        last_lawful_day=last_lawful_day,
        first_unlawful_day=day_of(max(last + 1, run.entry)),
        days_used=used,
        days_left=None if last >= FOREVER else max(0, min(last, LAST_ORDINAL) - case.on),
        overstays=overstays,
        next_entry=found,
        binding_limit=ending.binding,
        rule=None if case.law.replaced_register else run.rule,
        reasons=_told(told),
        warnings=(
            *reasons.general_warnings(case, run, last, status),
            *case.admission_warnings(run.entry),
            *_ban(overstays),
        ),
    )


def _outcome(entry: int, last: int, status: Status, planned: bool) -> Reason:
    entered_on, lawful_day = day_of(entry), day_of(min(last, LAST_ORDINAL))
    values = {"entered_on": entered_on, "last_lawful_day": lawful_day, "first_unlawful_day": day_of(last + 1)}
    if status is Status.NOT_ADMITTED:
        return Reason("plan_refused", {"entered_on": entered_on})
    if last < entry:
        return Reason("unlawful_from_entry", {"entered_on": entered_on})
    if status is Status.OVERSTAYED:
        return Reason("overstayed_since", values)
    if last >= FOREVER:
        return Reason("lawful_without_end", {"entered_on": entered_on})
    if last >= LAST_ORDINAL:
        return Reason("lawful_to_the_last_day", {"last_lawful_day": lawful_day})
    return Reason("plan_lawful_until" if planned else "lawful_until", values)


def _refused(
    case: Case,
    run: Run,
    refusals: list[Refusal],
    overstays: tuple[Overstay, ...],
    *,
    planned: bool,
    entered: bool = True,
) -> Assessment:
    """Not admitted for a reason that no waiting cures; no limit binds."""
    codes = [StayWarning(code, values) for code, values in refusals]
    told = [Reason(code, values) for code, values in refusals[:REFUSALS_TOLD]]
    told.append(
        Reason(
            "plan_refused" if planned or not entered else "not_admitted", {"entered_on": day_of(run.entry)}
        )
    )
    of_day = case.rules_of(run.entry) or case.law.stay_rules(run.entry)
    return Assessment(
        status=Status.NOT_ADMITTED,
        first_unlawful_day=day_of(run.entry) if entered else None,
        days_left=0,
        overstays=overstays,
        rule=run.rule or (of_day[0] if of_day else None),
        reasons=_told([*reasons.basis(case, run), *told]),
        warnings=(
            *codes,
            *reasons.general_warnings(case, run, run.entry - 1, Status.NOT_ADMITTED),
            *case.admission_warnings(run.entry),
            *_ban(overstays),
        ),
    )


def _unknown(case: Case, run: Run, overstays: tuple[Overstay, ...]) -> Assessment:
    """No rule, or a rule that does not say when a stay ends."""
    first = _not_known(case, run)
    return Assessment(
        status=Status.UNKNOWN,
        overstays=overstays,
        rule=None if case.law.replaced_register else run.rule,
        reasons=(Reason(first.code, first.values), Reason("ask_a_lawyer", {})),
        warnings=(
            first,
            *reasons.general_warnings(case, run, run.entry - 1, Status.UNKNOWN),
            *case.admission_warnings(run.entry),
            *_ban(overstays),
        ),
    )


def _not_known(case: Case, run: Run) -> StayWarning:
    entered_on = day_of(run.entry)
    if run.rule is None:
        return StayWarning("no_rule", {"country": case.question.country, "entered_on": entered_on})
    if case.law.replaced_register:
        return StayWarning("no_limit_counts", {"entered_on": entered_on})
    return StayWarning("length_not_known", {"title": run.rule.title, "entered_on": entered_on})


def _exit_not_recorded(case: Case, unrecorded: Stay) -> Assessment:
    """Neither presence nor absence is assumed: what either would give is named, the day stays unknown."""
    latest, earliest = with_exits(case.question, latest=True), with_exits(case.question, latest=False)
    values = {
        "entered_on": unrecorded.entered_on,
        "latest_exit": assess(latest, case.law).last_lawful_day,
        "earliest_exit": assess(earliest, case.law).last_lawful_day,
    }
    told = (Reason("exit_not_recorded", values), Reason("ask_for_the_exit", {}))
    return Assessment(Status.UNKNOWN, reasons=told, warnings=(StayWarning("exit_not_recorded", values),))


def _overstays(
    case: Case, ledger: Ledger, *, asked: int | None = None, run: Run | None = None, refused: bool = False
) -> tuple[Overstay, ...]:
    found = []
    for index, span in enumerate(ledger.spans):
        if span[0] > case.on:
            break
        if run is not None and index == asked:
            found += unlawful_days(ledger, index, run, case.on, refused=refused)
        else:
            found += unlawful_days(ledger, index, case.earlier_run(ledger, index), case.on)
    return tuple(
        Overstay(date.fromordinal(start), date.fromordinal(end), end - start + 1)
        for start, end in union(found)
    )


def _ban(overstays: tuple[Overstay, ...]) -> tuple[StayWarning, ...]:
    days = sum(overstay.days for overstay in overstays)
    return (StayWarning("entry_ban_possible", {"days": days}),) if days else ()


def _days_used(case: Case, ledger: Ledger, run: Run, binding: Binding | None) -> int | None:
    if binding is None:
        return None
    if binding.limit is not None:
        return used_days(binding.limit, run.entry, case.on, ledger)
    permit = binding.permit
    if binding.kind == "visa_days" and permit is not None:
        first = permit.starts_on.toordinal() if permit.starts_on else 0
        last = permit.ends_on.toordinal() if permit.ends_on else FOREVER
        return count(ledger.counted(0), first, min(last, case.on))
    return max(0, case.on - run.entry + 1)


def _told(found: Sequence[Reason | None]) -> tuple[Reason, ...]:
    return tuple(reason for reason in found if reason is not None)[: reasons.MOST_REASONS]
