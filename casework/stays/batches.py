"""Many open stays of one country at once, read in four queries and assessed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from casework.stays import rules
from casework.stays.areas import countries_counted_with, counts_in_ledger
from casework.stays.duties import Duty, duties_of

# Whose stays a change can touch: the people and the days of entry that its rules speak of.
OPEN_STAYS = """
    SELECT a.id, a.person_id, a.country, a.entered_on, a.left_on, a.purpose, p.nationality,
           d.kind, d.biometric, d.expires_on
    FROM stays_arrival a
    JOIN people_person p ON p.organisation_id = a.organisation_id AND p.id = a.person_id
    LEFT JOIN people_document d ON d.organisation_id = a.organisation_id AND d.id = a.document_id
    WHERE a.organisation_id = %(organisation)s AND a.country = %(country)s
      AND a.left_on IS NULL AND a.voided_at IS NULL
      AND (%(after)s::uuid IS NULL OR a.id > %(after)s::uuid)
      AND a.id >= %(first)s::uuid AND a.id <= %(last)s::uuid
      AND a.entered_on BETWEEN %(entered_from)s AND %(entered_until)s
      AND (%(nationalities)s::text[] IS NULL OR p.nationality = ANY(%(nationalities)s::text[]))
    ORDER BY a.id LIMIT %(limit)s
"""
OTHER_STAYS = """
    SELECT person_id, country, entered_on, left_on FROM stays_arrival
    WHERE organisation_id = %s AND person_id = ANY(%s) AND voided_at IS NULL
      AND country = ANY(%s) AND NOT (left_on IS NULL AND country = %s)
    ORDER BY entered_on, id
"""
PERMITS = """
    SELECT person_id, kind, starts_on, ends_on, stay_days, entries FROM stays_permit
    WHERE organisation_id = %s AND person_id = ANY(%s) AND country = ANY(%s) ORDER BY starts_on, id
"""
STANDING = """
    SELECT arrival_id, kind, who, id, version, due_on, status FROM stays_deadline
    WHERE organisation_id = %s AND arrival_id = ANY(%s) AND kind IN ('stay_end', 'registration')
"""
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Which open stays a change can touch. `nationalities` None: all."""

    country: str
    nationalities: list[str] | None
    entered_from: date
    entered_until: date


@dataclass(frozen=True, slots=True)
class OpenStay:
    id: UUID
    person_id: UUID
    country: str
    entered_on: date
    left_on: date | None
    purpose: str | None
    nationality: str
    document: rules.HeldDocument | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A deadline as it stands in the database."""

    id: UUID
    version: int
    due_on: date
    status: str


Ends = dict[tuple[str, str], Standing]


def open_stays(
    organisation_id: UUID, reach: Reach, first: UUID, last: UUID, after: UUID | None, limit: int
) -> list[OpenStay]:
    asked: dict[str, Any] = {
        "organisation": organisation_id, "country": reach.country, "after": after, "first": first,
        "last": last, "limit": limit, "entered_from": reach.entered_from,
        "entered_until": reach.entered_until, "nationalities": reach.nationalities,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(OPEN_STAYS, asked)
        return [
            OpenStay(*(*row[:7], rules.HeldDocument(*row[7:]) if row[7] else None))
            for row in cursor.fetchall()
        ]


def standing_deadlines(organisation_id: UUID, stays: Sequence[OpenStay]) -> dict[UUID, Ends]:
    found: dict[UUID, Ends] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [organisation_id, [stay.id for stay in stays]])
        for arrival_id, kind, who, *rest in cursor.fetchall():
            found[arrival_id][kind, who] = Standing(*rest)
    return found


class Assessor:
    """Asks the engine once per question: of many people who came on one day most have the same answer."""

    def __init__(self, law: Sequence[rules.Rule]) -> None:
        self.law = law
        self._by_nationality: dict[str, rules.CountryLaw] = {}
        self._remembered: dict[Any, list[Duty]] = {}

    def duties(
        self, organisation_id: UUID, stays: Sequence[OpenStay]
    ) -> Iterator[tuple[OpenStay, list[Duty]]]:
        others, permits = self._files(organisation_id, stays)
        for stay in stays:
            own, held = tuple(others.get(stay.person_id, ())), tuple(permits.get(stay.person_id, ()))
            key = (stay.nationality, stay.entered_on, stay.purpose, stay.document, own, held)
            duties = self._remembered.get(key)
            if duties is None:
                duties = self._duties(stay, own, held)
                if len(self._remembered) >= MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[key] = duties
            yield stay, duties

    def _duties(
        self, stay: OpenStay, others: tuple[rules.Stay, ...], permits: tuple[rules.Permit, ...]
    ) -> list[Duty]:
        law = self._by_nationality.get(stay.nationality)
        if law is None:
            law = rules.law_of(self.law, stay.country, stay.nationality)
            self._by_nationality[stay.nationality] = law
        question = rules.Question(
            country=stay.country, nationality=stay.nationality, on=stay.entered_on, purpose=stay.purpose,
            document=stay.document, permits=permits,
            stays=tuple(sorted([*others, rules.Stay(stay.entered_on)], key=lambda s: s.entered_on)),
        )  # fmt: skip
        document_kind = stay.document.kind if stay.document else None
        return duties_of(stay, stay.nationality, document_kind, rules.assess(question, law), self.law)

    def _files(
        self, organisation_id: UUID, stays: Sequence[OpenStay]
    ) -> tuple[dict[UUID, list[rules.Stay]], dict[UUID, list[rules.Permit]]]:
        others: dict[UUID, list[rules.Stay]] = defaultdict(list)
        permits: dict[UUID, list[rules.Permit]] = defaultdict(list)
        country = stays[0].country
        together, people = sorted(countries_counted_with(country)), [stay.person_id for stay in stays]
        with connection.cursor() as cursor:
            cursor.execute(OTHER_STAYS, [organisation_id, people, together, country])
            for person_id, where, entered_on, left_on in cursor.fetchall():
                if counts_in_ledger(where, entered_on):
                    others[person_id].append(rules.Stay(entered_on, left_on))
            cursor.execute(PERMITS, [organisation_id, people, together])
            for person_id, kind, *rest in cursor.fetchall():
                permits[person_id].append(rules.Permit(rules.PermitKind(kind), *rest))
        return others, permits
