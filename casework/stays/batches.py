"""Many open stays of one country at once: those that ask the same question stand in one group.

The ids of a group travel as one text, from the database and back to it: a batch costs as much Python as it
has different questions, not stays.
"""

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

# Whose stays a change can touch: the people and the days of entry that its rules speak of. Who has been
# elsewhere in the same ledger, or holds a permit, is a group alone. The end of a document is not read: it
# only warns, and a deadline keeps no warnings.
GROUPS = """
    WITH page AS MATERIALIZED (
        SELECT a.id, a.person_id, a.entered_on, a.purpose, p.nationality, d.kind, d.biometric
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
    ),
    own AS MATERIALIZED (
        SELECT o.person_id FROM page JOIN stays_arrival o
            ON o.organisation_id = %(organisation)s AND o.person_id = page.person_id AND o.id <> page.id
           AND o.voided_at IS NULL AND o.country = ANY(%(together)s)
        UNION
        SELECT o.person_id FROM page JOIN stays_permit o
            ON o.organisation_id = %(organisation)s AND o.person_id = page.person_id
           AND o.country = ANY(%(together)s)
    )
    SELECT page.nationality, page.entered_on, page.purpose, page.kind, page.biometric, own.person_id,
           count(*), array_agg(page.id)::text, array_agg(page.person_id)::text,
           (SELECT id FROM page ORDER BY id LIMIT 1), (SELECT id FROM page ORDER BY id DESC LIMIT 1)
    FROM page LEFT JOIN own USING (person_id)
    GROUP BY 1, 2, 3, 4, 5, 6
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
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Which open stays a change can touch. `nationalities` None: all."""

    country: str
    nationalities: list[str] | None
    entered_from: date
    entered_until: date


@dataclass(frozen=True, slots=True)
class Group:
    """Open stays with the same question. `own`: the one person whose file is read besides.

    `arrivals` and `people` are arrays of ids in PostgreSQL's own writing, in the same order.
    """

    country: str
    nationality: str
    entered_on: date
    purpose: str | None
    document: rules.HeldDocument | None
    own: UUID | None
    stays: int
    arrivals: str
    people: str
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A batch: its groups, how many stays they are, the first and the last of their ids."""

    groups: list[Group]
    stays: int
    first_id: UUID
    last_id: UUID


def next_page(
    organisation_id: UUID, reach: Reach, first: UUID, last: UUID, after: UUID | None, limit: int
) -> Page | None:
    asked: dict[str, Any] = {
        "organisation": organisation_id, "country": reach.country, "after": after, "first": first,
        "last": last, "limit": limit, "entered_from": reach.entered_from,
        "entered_until": reach.entered_until, "nationalities": reach.nationalities,
        "together": sorted(countries_counted_with(reach.country)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, asked)
        rows = cursor.fetchall()
    if not rows:
        return None
    groups = [_group(reach.country, *row[:9]) for row in rows]
    return Page(groups, sum(group.stays for group in groups), *rows[0][9:])


def _group(
    country: str, nationality: str, entered_on: date, purpose: str | None, kind: str | None,
    biometric: bool | None, own: UUID | None, stays: int, arrivals: str, people: str,
) -> Group:  # fmt: skip
    document = rules.HeldDocument(kind, biometric) if kind else None
    return Group(country, nationality, entered_on, purpose, document, own, stays, arrivals, people)


class Assessor:
    """Asks the engine once per question: of many people who came on one day most have the same answer."""

    def __init__(self, law: Sequence[rules.Rule]) -> None:
        self.law = law
        self._by_nationality: dict[str, rules.CountryLaw] = {}
        self._remembered: dict[Any, list[Duty]] = {}

    def duties(self, organisation_id: UUID, groups: Sequence[Group]) -> Iterator[tuple[Group, list[Duty]]]:
        others, permits = self._files(organisation_id, groups)
        for group in groups:
            own, held = tuple(others.get(group.own, ())), tuple(permits.get(group.own, ()))
            key = (group.nationality, group.entered_on, group.purpose, group.document, own, held)
            duties = self._remembered.get(key)
            if duties is None:
                duties = self._duties(group, own, held)
                if len(self._remembered) >= MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[key] = duties
            yield group, duties

    def _duties(
        self, group: Group, others: tuple[rules.Stay, ...], permits: tuple[rules.Permit, ...]
    ) -> list[Duty]:
        law = self._by_nationality.get(group.nationality)
        if law is None:
            law = rules.law_of(self.law, group.country, group.nationality)
            self._by_nationality[group.nationality] = law
        question = rules.Question(
            country=group.country, nationality=group.nationality, on=group.entered_on, purpose=group.purpose,
            document=group.document, permits=permits,
            stays=tuple(sorted([*others, rules.Stay(group.entered_on)], key=lambda s: s.entered_on)),
        )  # fmt: skip
        document_kind = group.document.kind if group.document else None
        return duties_of(group, group.nationality, document_kind, rules.assess(question, law), self.law)

    def _files(
        self, organisation_id: UUID, groups: Sequence[Group]
    ) -> tuple[dict[UUID | None, list[rules.Stay]], dict[UUID | None, list[rules.Permit]]]:
        others: dict[UUID | None, list[rules.Stay]] = defaultdict(list)
        permits: dict[UUID | None, list[rules.Permit]] = defaultdict(list)
        people = [group.own for group in groups if group.own]
        if not people:
            return others, permits
        country = groups[0].country
        together = sorted(countries_counted_with(country))
        with connection.cursor() as cursor:
            cursor.execute(OTHER_STAYS, [organisation_id, people, together, country])
            for person_id, where, entered_on, left_on in cursor.fetchall():
                if counts_in_ledger(where, entered_on):
                    others[person_id].append(rules.Stay(entered_on, left_on))
            cursor.execute(PERMITS, [organisation_id, people, together])
            for person_id, kind, *rest in cursor.fetchall():
                permits[person_id].append(rules.Permit(rules.PermitKind(kind), *rest))
        return others, permits
