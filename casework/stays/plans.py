"""What if: a person's recorded ledger, and a stay that is only talked about. Nothing is stored."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from casework.people.countries import is_country
from casework.people.models import Person
from casework.refusals import Faults, Invalid
from casework.stays import queries, rules
from casework.stays.comparing import Holding, Journey, Option, Visit, compare
from casework.stays.models import Arrival, Purpose
from casework.stays.zones import local_day

FARTHEST = timedelta(days=3660)
MOST_COUNTRIES = 20


class ImpossiblePlan(Invalid):
    """No ledger could go on like this."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Enter one of `countries` on `entry_on`. `leave_on`: the exit from where the person is now; None: on
    the day of the new entry. `document`: the id of a document of theirs; None: none, or not known.
    """

    countries: tuple[str, ...]
    entry_on: date
    leave_on: date | None = None
    document: UUID | None = None
    purpose: str | None = None


@dataclass(frozen=True)
class Departure:
    """The exit that the plan takes for granted. `days_late`: unlawful days up to and including it."""

    country: str
    entered_on: date
    leave_on: date
    last_lawful_day: date | None
    days_late: int


@dataclass(frozen=True)
class Outlook:
    """`options` in the order of `compare`; `departure` is None for somebody who is nowhere now."""

    departure: Departure | None
    options: list[Option]


def outlook(person: Person, plan: Plan, *, at: datetime) -> Outlook:
    """The plan on top of everything recorded. Raises ImpossiblePlan. Six or seven queries."""
    files = queries.files_of([person.pk])
    current = current_stay(files.ledgers[person.pk])
    _check(plan, current, files, at)
    departure = _departure(current, plan, files, at) if current else None
    return Outlook(departure, compare(journey(person, plan, files), plan.countries, at=at))


def current_stay(ledger: list[Arrival]) -> Arrival | None:
    """The last entry, where it is still open. An open stay before a later entry lacks an exit: that is for a
    human to find out, and the engine says so.
    """
    last = max(ledger, key=lambda arrival: (arrival.entered_on, arrival.left_on is None), default=None)
    return last if last is not None and last.left_on is None else None


def journey(person: Person, plan: Plan, files: queries.Files) -> Journey:
    """The ledger as it would be: all stays and permits recorded, the current stay ended."""
    ledger = files.ledgers[person.pk]
    current = current_stay(ledger)
    document = files.documents.get(plan.document) if plan.document else None
    return Journey(
        nationality=files.nationalities[person.pk],
        entry_on=plan.entry_on,
        purpose=plan.purpose,
        document=queries.held(document),
        visits=[
            Visit(stay.country, stay.entered_on, _leaves(plan) if stay is current else stay.left_on)
            for stay in ledger
        ],
        holdings=[Holding(row.country, queries.engine_permit(row)) for row in files.permits[person.pk]],
    )


def _leaves(plan: Plan) -> date:
    return plan.leave_on or plan.entry_on


def _departure(current: Arrival, plan: Plan, files: queries.Files, at: datetime) -> Departure:
    law = queries.register([current.country]).get(current.country, [])
    stay = rules.assess(queries.question_of(current, files, at), law)
    leave_on, unlawful = _leaves(plan), stay.first_unlawful_day
    late = 0 if unlawful is None else max(0, (leave_on - unlawful).days + 1)
    return Departure(current.country, current.entered_on, leave_on, stay.last_lawful_day, late)


def _check(plan: Plan, current: Arrival | None, files: queries.Files, at: datetime) -> None:
    faults = Faults()
    faults.check(bool(plan.countries), "/countries", "Choose at least one country.")
    faults.check(
        len(plan.countries) <= MOST_COUNTRIES, "/countries", f"At most {MOST_COUNTRIES} countries at once."
    )
    faults.check(all(map(is_country, plan.countries)), "/countries", "Country codes of ISO 3166-1.")
    days = [local_day(country, at) for country in plan.countries if is_country(country)]
    today = min(days, default=at.date())
    faults.check(plan.entry_on >= today, "/entry_on", "This day is past: a plan begins today or later.")
    faults.check(plan.entry_on <= today + FARTHEST, "/entry_on", "At most ten years ahead.")
    leaves = _leaves(plan)
    faults.check(leaves <= plan.entry_on, "/leave_on", "They must leave before they can enter again.")
    faults.check(
        current is None or leaves >= current.entered_on,
        "/leave_on",
        "They entered after this day." if current else "",
    )
    faults.check(plan.document is None or plan.document in files.documents, "/document", "Not in this file.")
    faults.check(
        plan.purpose is None or plan.purpose in Purpose.values, "/purpose", "Not a purpose that is known."
    )
    if faults.found:
        raise ImpossiblePlan(*faults.found)
