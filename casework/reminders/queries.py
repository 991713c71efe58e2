from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q

from casework.accounts.models import Organisation, User
from casework.accounts.roles import Role
from casework.reminders import policies
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.wanted import (
    ANSWERED,
    CONCERNS_OTHERS,
    NOT_YET,
    OPEN_DEADLINES,
    SUPERVISOR,
    WANTED,
    Desk,
    due_parameters,
    parameters,
)
from casework.stays.zones import local_day


class Untold(StrEnum):
    """Who is not told of a deadline by mail; or why nobody is."""

    PERSON = "person"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    # Its day had passed when it was written, which is news for the caseworker only: the policy tells others.
    NOBODY = "nobody"
    # Its day passed while no message left, and by the policy none is sent afterwards.
    UNSAID = "unsaid"


@dataclass(frozen=True)
class Unreachable:
    """A deadline that no mail can tell somebody of, and that is nobody's task yet."""

    deadline_id: UUID
    version: int
    person_id: UUID
    due_on: date
    who: Untold

    @property
    def subject_key(self) -> str:
        key = f"no_address:{self.deadline_id}:{self.version}"
        return key if self.who == Untold.PERSON else f"{key}:{self.who}"


@dataclass(frozen=True)
class Health:
    """`due_without_row` must be 0 after a tick; `pending` are those due, `oldest_pending` is how long
    the first of them has been; `retrying` were not taken and wait for another attempt."""

    due_without_row: int
    oldest_pending: timedelta | None
    pending: int
    retrying: int
    dead: int
    parked: int


GIVEN_UP = (State.DEAD, State.PARKED)
COUNTED = (State.PENDING, *GIVEN_UP)


def database_now() -> datetime:
    """The one clock of the ledger: all machines that work on it ask the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


def speaks_too_early(reminder: Reminder, at: datetime) -> bool:
    """It says that the day has passed, and it has not."""
    deadline = reminder.deadline
    if reminder.occasion != Occasion.PASSED or deadline is None:
        return False
    return local_day(deadline.country, at) <= deadline.due_on


def waits_behind(reminder: Reminder) -> bool:
    """Sent before those that come earlier it would take their place, and nothing be said on its own day."""
    if reminder.deadline_id is None or reminder.occasion != Occasion.OFFSET:
        return False
    earlier = Reminder.objects.filter(
        organisation_id=reminder.organisation_id, deadline_id=reminder.deadline_id,
        recipient=reminder.recipient, channel=reminder.channel, occasion=reminder.occasion,
        state=State.PENDING, send_after__lt=reminder.send_after,
    )  # fmt: skip
    return earlier.exists()


def desk_of(organisation_id: UUID) -> Desk:
    organisation = Organisation.objects.get(pk=organisation_id)
    on_duty = organisation.duty_caseworker_id or _a_supervisor(organisation_id)
    return Desk(organisation_id, organisation.time_zone, on_duty)


def reachable_colleague(organisation_id: UUID) -> User | None:
    """Who takes over from a caseworker without an address: whoever is on duty, else a supervisor."""
    organisation = Organisation.objects.select_related("duty_caseworker").get(pk=organisation_id)
    on_duty = organisation.duty_caseworker
    if on_duty is not None and on_duty.is_active and on_duty.email:
        return on_duty
    supervisor = _a_supervisor(organisation_id)
    return User.objects.get(pk=supervisor) if supervisor else on_duty


def _a_supervisor(organisation_id: UUID) -> UUID | None:
    supervisors = User.objects.filter(organisation_id=organisation_id, role=Role.SUPERVISOR, is_active=True)
    with_address = supervisors.exclude(email="").order_by("date_joined", "pk")
    return with_address.values_list("pk", flat=True).first()


UNREACHABLE = f"""
    WITH {OPEN_DEADLINES},
    unreachable AS (
        SELECT d.id, d.version, d.person_id, d.due_on, 'person' AS kind,
               'no_address:' || d.id || ':' || d.version AS subject_key
        FROM open_deadline d JOIN people_person p ON p.id = d.person_id
        WHERE d.tells_person AND p.email = '' AND {CONCERNS_OTHERS}
        UNION ALL
        SELECT d.id, d.version, d.person_id, d.due_on, 'caseworker',
               'no_address:' || d.id || ':' || d.version || ':caseworker'
        FROM open_deadline d
        WHERE d.tells_caseworker AND NOT EXISTS (
            SELECT FROM accounts_user u
            WHERE u.id = d.caseworker_id AND u.organisation_id = %(organisation)s
              AND u.is_active AND u.email <> ''
        )
        UNION ALL
        SELECT d.id, d.version, d.person_id, d.due_on, 'supervisor',
               'no_address:' || d.id || ':' || d.version || ':supervisor'
        FROM open_deadline d
        WHERE d.tells_supervisor AND {CONCERNS_OTHERS} AND NOT EXISTS ({SUPERVISOR})
        UNION ALL
        SELECT d.id, d.version, d.person_id, d.due_on, 'nobody',
               'no_address:' || d.id || ':' || d.version || ':nobody'
        FROM open_deadline d
        WHERE NOT {CONCERNS_OTHERS} AND NOT (d.tells_caseworker AND (d.after OR d.moved))
        UNION ALL
        -- Whatever is not superseded was sent, is about to be, or became a task when it was given up; who has
        -- no address is one by itself.
        SELECT d.id, d.version, d.person_id, d.due_on, 'unsaid',
               'no_address:' || d.id || ':' || d.version || ':unsaid'
        FROM open_deadline d
        WHERE NOT d.after AND d.due_on < d.host_today AND {CONCERNS_OTHERS}
          AND NOT {ANSWERED.format("d.id", "d.version")}
          AND NOT EXISTS (
            SELECT FROM reminders_reminder r
            WHERE r.organisation_id = %(organisation)s AND r.deadline_id = d.id
              AND r.deadline_version = d.version AND r.state <> 'superseded'
          )
    )
    SELECT id, version, person_id, due_on, kind FROM unreachable u
    WHERE NOT EXISTS (
        SELECT FROM cases_task t
        WHERE t.organisation_id = %(organisation)s AND t.subject_key = u.subject_key
    )
    AND NOT (kind = 'unsaid' AND id IN (SELECT id FROM unreachable WHERE kind <> 'unsaid'))
    ORDER BY due_on, id, kind DESC LIMIT %(most)s
"""  # noqa: S608 (our own fragments)


def unreachable(desk: Desk, now: datetime, most: int) -> list[Unreachable]:
    with connection.cursor() as cursor:
        cursor.execute(UNREACHABLE, {**parameters(desk, now), "most": most})
        rows = cursor.fetchall()
    return [
        Unreachable(deadline, version, person, due_on, Untold(who))
        for deadline, version, person, due_on, who in rows
    ]


DUE_WITHOUT_ROW = f"""
    WITH {WANTED} SELECT count(*) FROM wanted w
    WHERE w.state = 'pending' AND w.send_after <= %(now)s::timestamptz AND {NOT_YET}
"""  # noqa: S608 (our own fragments)


def health(desk: Desk, now: datetime, *, complete: bool = False) -> Health:
    """Inside a transaction that acts for the desk's organisation.

    `complete` is what a comparison of this moment found: that nothing due lacks its row.
    """
    # Each looks into a small index: the ledger as a whole grows for ever.
    rows = Reminder.objects.filter(organisation_id=desk.organisation_id)
    due = rows.filter(state=State.PENDING, send_after__lte=now)
    waiting = due.aggregate(oldest=Min("send_after", filter=Q(digest=None)), pending=Count("pk"))
    oldest = waiting.pop("oldest")
    soon = rows.filter(state=State.PENDING, send_after__lte=now + policies.pause(policies.MAX_ATTEMPTS, 1))
    given_up = rows.filter(state__in=GIVEN_UP).values_list("state").annotate(Count("pk"))
    counted = dict.fromkeys(GIVEN_UP, 0) | dict(given_up)
    return Health(
        due_without_row=0 if complete else _due_without_row(desk, now) + len(unreachable(desk, now, 1000)),
        oldest_pending=now - oldest if oldest else None,
        **waiting,
        retrying=soon.filter(attempts__gt=0).count(),
        **counted,
    )


def _due_without_row(desk: Desk, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(DUE_WITHOUT_ROW, due_parameters(desk, now))
        return int(cursor.fetchone()[0])
