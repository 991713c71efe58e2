"""A million open stays, made by SQL in a minute or two: the rows that a registration would write."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection

from casework.isolation import acting_for
from casework.stays.models import StayRule

FIRST_ENTRY = date(2021, 10, 2)  # entries of a year; Georgia's rule has stood since 2015
BEFORE_IT = 20  # one in so many was there before
FILES = {
    "people_household": """
        INSERT INTO people_household (id, version, created_at, updated_at, organisation_id)
        SELECT md5('household' || n)::uuid, 1, %(at)s, %(at)s, %(organisation)s
        FROM generate_series(%(first)s::int, %(last)s) n""",
    "people_person": """
        INSERT INTO people_person
            (id, version, created_at, updated_at, organisation_id, household_id, family_name, given_name,
             patronymic, native_name, birth_date, birth_date_precision, sex, nationality, languages,
             preferred_language, email, phone)
        SELECT md5('person' || n)::uuid, 1, %(at)s, %(at)s, %(organisation)s, md5('household' || n)::uuid,
               'Family' || n, 'Given', '', '', date '1960-01-01' + n %% 15000, 'day', 'F', 'RU', '{}', 'ru',
               'person' || n || '@mail.example', ''
        FROM generate_series(%(first)s::int, %(last)s) n""",
    "people_document": """
        INSERT INTO people_document
            (id, version, created_at, updated_at, organisation_id, person_id, kind, issuing_country, number,
             number_index, biometric, issued_on, expires_on)
        SELECT md5('document' || n)::uuid, 1, %(at)s, %(at)s, %(organisation)s, md5('person' || n)::uuid,
               'passport', 'RU', sha256(n::text::bytea), sha256(('n' || n)::bytea), n %% 4 <> 0,
               date '2019-01-01', date '2022-11-01' + n %% 3600
        FROM generate_series(%(first)s::int, %(last)s) n""",
    "stays_arrival": """
        INSERT INTO stays_arrival
            (id, version, created_at, updated_at, organisation_id, person_id, document_id, country,
             entered_on, left_on, entry_point, void_reason)
        SELECT md5(which || n)::uuid, 1, %(at)s, %(at)s, %(organisation)s, md5('person' || n)::uuid,
               md5('document' || n)::uuid, 'GE',
               %(first_entry)s::date + n %% 364 * 7919 %% 364 - CASE which WHEN 'before' THEN 200 ELSE 0 END,
               CASE which WHEN 'before' THEN %(first_entry)s::date + n %% 364 * 7919 %% 364 - 150 END, '', ''
        FROM generate_series(%(first)s::int, %(last)s) n, (VALUES ('before'), ('now')) w (which)
        WHERE which = 'now' OR n %% %(before)s = 0""",
    "stays_deadline": """
        INSERT INTO stays_deadline
            (id, version, created_at, updated_at, organisation_id, person_id, arrival_id, country, kind, who,
             due_on, status, rule_id, reasons)
        SELECT md5('deadline' || n)::uuid, 1, %(at)s, %(at)s, %(organisation)s, md5('person' || n)::uuid,
               md5('now' || n)::uuid, 'GE', 'stay_end', 'person', day.lasts, 'open', %(rule)s,
               jsonb_build_array(
                   jsonb_build_object('code', 'rule_applies', 'values', jsonb_build_object(
                       'title', 'Georgia: one year from each entry', 'entered_on', day.enters)),
                   jsonb_build_object('code', 'per_entry_months', 'values', jsonb_build_object(
                       'months', 12, 'entered_on', day.enters)),
                   jsonb_build_object('code', 'lawful_until', 'values', jsonb_build_object(
                       'entered_on', day.enters, 'last_lawful_day', day.lasts,
                       'first_unlawful_day', day.lasts + 1)))
        FROM generate_series(%(first)s::int, %(last)s) n
        CROSS JOIN LATERAL (SELECT %(first_entry)s::date + n %% 364 * 7919 %% 364 AS enters) e
        CROSS JOIN LATERAL (SELECT e.enters, (e.enters + interval '1 year')::date - 1 AS lasts) day""",
}  # fmt: skip


def settle(organisations: list[UUID], stays: int, at: datetime) -> None:
    """Each organisation gets its share; nobody shares a household."""
    share = stays // len(organisations)
    rule = StayRule.objects.get(key="ge-stay-2015").pk
    for number, organisation in enumerate(organisations):
        with acting_for(organisation), connection.cursor() as cursor:
            for statement in FILES.values():
                cursor.execute(
                    statement,
                    {
                        "at": at, "organisation": organisation, "first": number * share + 1,
                        "last": (number + 1) * share, "first_entry": FIRST_ENTRY, "before": BEFORE_IT,
                        "rule": rule,
                    },
                )  # fmt: skip
