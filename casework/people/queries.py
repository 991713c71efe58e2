"""Who might be the same person. Candidates only: a human decides."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.people.models import NameKey, Person
from casework.people.names import keys

# What agrees, and how much that says. A shared name alone is common; with the day of birth it is not.
BIRTH_DATE, FAMILY_NAME, GIVEN_NAME, PATRONYMIC = 0.4, 0.3, 0.2, 0.1
# 01.02 is read as 2 January on one form and as 1 February on the next: less than a day that agrees, and with
# two names still worth a look.
DAY_AND_MONTH_CHANGED_PLACES = 0.25
WORTH_A_LOOK = 0.7
MOST_CANDIDATES = 200


@dataclass(frozen=True)
class Candidate:
    """`score` from 0 to 1; `reasons` are the fields that agree, or "birth_date_day_and_month_swapped"."""

    person_id: UUID
    score: float
    reasons: tuple[str, ...]


def possible_duplicates(person: Person) -> list[Candidate]:
    """Other files of this organisation that may be the same human being, the likeliest first."""
    if person.birth_date is None:
        return []
    spelled = keys(*person.names(), person.native_name)
    sharing = NameKey.objects.filter(key__in=spelled).values("person_id")
    others = (
        Person.objects.filter(
            organisation_id=person.organisation_id, birth_date__in=_readings_of(person.birth_date)
        )
        .filter(pk__in=sharing)
        .exclude(pk=person.pk)[:MOST_CANDIDATES]
    )
    found = [_compared(person, other) for other in others]
    return sorted((c for c in found if c.score >= WORTH_A_LOOK), key=lambda c: -c.score)


def possible_duplicates_of(persons: Sequence[Person]) -> dict[UUID, list[Candidate]]:
    """The same for a page of persons, in one query however many they are."""
    days = {day for person in persons if person.birth_date for day in _readings_of(person.birth_date)}
    found: dict[UUID, list[Candidate]] = {person.pk: [] for person in persons}
    if not days:
        return found
    spelled = NameKey.objects.filter(person_id__in=list(found)).values("key")
    sharing = NameKey.objects.filter(key__in=spelled).values("person_id")
    born: dict[date | None, list[Person]] = defaultdict(list)
    for other in Person.objects.filter(birth_date__in=days, pk__in=sharing):
        born[other.birth_date].append(other)
    for person in persons:
        days_of_person = _readings_of(person.birth_date) if person.birth_date else ()
        others = (other for day in days_of_person for other in born[day] if other.pk != person.pk)
        compared = (_compared(person, other) for other in others)
        worth = (candidate for candidate in compared if candidate.score >= WORTH_A_LOOK)
        found[person.pk] = sorted(worth, key=lambda candidate: -candidate.score)
    return found


def _readings_of(day: date) -> tuple[date, ...]:
    """The day, and the one that it becomes when day and month change places."""
    if day.day > 12 or day.day == day.month:
        return (day,)
    return (day, day.replace(month=day.day, day=day.month))


def _compared(person: Person, other: Person) -> Candidate:
    if person.birth_date == other.birth_date:
        agreeing = {"birth_date": BIRTH_DATE}
    else:
        agreeing = {"birth_date_day_and_month_swapped": DAY_AND_MONTH_CHANGED_PLACES}
    for name, weight in (
        ("family_name", FAMILY_NAME),
        ("given_name", GIVEN_NAME),
        ("patronymic", PATRONYMIC),
    ):
        if keys(getattr(person, name)) & keys(getattr(other, name)):
            agreeing[name] = weight
    return Candidate(other.pk, round(sum(agreeing.values()), 2), tuple(agreeing))
