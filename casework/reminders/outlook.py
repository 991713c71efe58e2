"""The ledger as people look at it: what goes out when, what a row would say now, who was told what."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Greatest, TruncDate

from casework.accounts.models import Organisation, User
from casework.people.models import Person
from casework.reminders.channels import Letter
from casework.reminders.letters import NoAddress, NothingToTell, compose, compose_digest
from casework.reminders.models import Occasion, RecipientKind, Reminder, State
from casework.reminders.queries import desk_of
from casework.reminders.wanted import WHY_NOT, ZONE, known_zone, parameters

DAYS_AHEAD = 7
TOLD_SHOWN = 20
# The person's link answers in their name: whoever else reads the letter sees that there is one, not its key.
KEY_OF_A_LINK = re.compile(r"(?<=/r/)[^/\s\"'<>]+")


@dataclass(frozen=True)
class DayAhead:
    """How many messages go out on a day of the organisation's calendar."""

    day: date
    people: int = 0
    colleagues: int = 0

    @property
    def total(self) -> int:
        return self.people + self.colleagues


@dataclass(frozen=True)
class ToldAbout:
    """What was said, newest first, and what waits next."""

    told: list[Reminder]
    next: Reminder | None


def zone_of_organisation(organisation: Organisation) -> ZoneInfo:
    return ZoneInfo(known_zone(organisation.time_zone))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone)


def going_out(organisation: Organisation, now: datetime) -> QuerySet[Any]:
    """What waits and is due by the end of the seventh day, today being the first; `goes_on` is the day.

    What is due already counts as today's; what a digest tells is counted as that digest. Whether a row really
    leaves, its fence decides then.
    """
    zone = zone_of_organisation(organisation)
    end = midnight(now.astimezone(zone).date() + timedelta(days=DAYS_AHEAD), zone)
    waiting = Reminder.objects.filter(
        organisation_id=organisation.pk, state=State.PENDING, digest=None, send_after__lt=end
    )
    return waiting.annotate(goes_on=TruncDate(Greatest("send_after", Value(now)), tzinfo=zone))


def days_ahead(organisation: Organisation, now: datetime) -> list[DayAhead]:
    """Each of the seven days, also those without anything."""
    to_person = Count("pk", filter=Q(recipient_kind=RecipientKind.PERSON))
    to_others = Count("pk", filter=~Q(recipient_kind=RecipientKind.PERSON))
    counted = going_out(organisation, now).values("goes_on").annotate(people=to_person, colleagues=to_others)
    known = {row["goes_on"]: DayAhead(row["goes_on"], row["people"], row["colleagues"]) for row in counted}
    today = now.astimezone(zone_of_organisation(organisation)).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    return [known.get(day, DayAhead(day)) for day in days]


def names_of_recipients(organisation_id: UUID, rows: Iterable[Reminder]) -> dict[UUID, str]:
    """Of people and colleagues; two questions, however many rows."""
    ids = {row.recipient for row in rows}
    people = Person.objects.filter(organisation_id=organisation_id, pk__in=ids)
    colleagues = User.objects.filter(organisation_id=organisation_id, pk__in=ids)
    return {one.pk: str(one) for one in people} | {one.pk: str(one) for one in colleagues}


def told_about(person: Person) -> ToldAbout:
    """Whoever was told of the person's days: the person, the caseworker."""
    rows = Reminder.objects.filter(organisation_id=person.organisation_id, deadline__person_id=person.pk)
    rows = rows.select_related("deadline")
    said = rows.filter(state__in=[State.SENT, State.DEAD, State.PARKED]).order_by("-send_after", "-pk")
    waiting = rows.filter(state=State.PENDING, recipient_kind=RecipientKind.PERSON)
    return ToldAbout(list(said[:TOLD_SHOWN]), waiting.order_by("send_after", "pk").first())


def letter_now(reminder: Reminder, now: datetime) -> Letter | None:
    """As it would be written now, for somebody else's eyes: the address masked, no key in a link.

    None where there is no address to write to, or nothing in a digest any more.
    """
    try:
        letter = _composed(reminder, now)
    except (NoAddress, NothingToTell):
        return None
    text, html = (KEY_OF_A_LINK.sub("…", words) for words in (letter.text, letter.html))
    return replace(letter, to=masked(letter.to), text=text, html=html)


def _composed(reminder: Reminder, now: datetime) -> Letter:
    if reminder.occasion != Occasion.DIGEST:
        return compose(reminder, now)
    told = State.SENT if reminder.state == State.SENT else State.PENDING
    found = Reminder.objects.filter(
        organisation_id=reminder.organisation_id, digest_id=reminder.pk, state=told
    ).select_related("deadline")
    rows = list(found.order_by("deadline__due_on", "pk"))
    against = {} if told == State.SENT else _reasons_against(rows, reminder.organisation_id, now)
    return compose_digest(reminder, [row for row in rows if not against.get(row.pk)], now)


def masked(address: str) -> str:
    """Enough to see which of two addresses it is, too little to write to."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"


# As the fence asks, but of any row and without holding it.
AGAINST = f"""
    WITH {ZONE}
    SELECT r.id, {WHY_NOT}
    FROM reminders_reminder r
    JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
    LEFT JOIN zone ON zone.country = d.country
    WHERE r.organisation_id = %(organisation)s AND r.id = ANY(%(reminders)s)
"""  # noqa: S608 (our own fragments)


def why_not(reminder: Reminder, now: datetime) -> str | None:
    """What the fence would stop the row for, as its word in the ledger; None where it would let it out."""
    return _reasons_against([reminder], reminder.organisation_id, now).get(reminder.pk)


def _reasons_against(
    rows: Sequence[Reminder], organisation_id: UUID, now: datetime
) -> dict[UUID, str | None]:
    """By row, in one question; a digest has none of its own."""
    values = {**parameters(desk_of(organisation_id), now), "reminders": [row.pk for row in rows]}
    with connection.cursor() as cursor:
        cursor.execute(AGAINST, values)
        return dict(cursor.fetchall())
