"""The steps of one claimed row, each a transaction of its own. The database's clock decides."""

import random
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from casework.audit.actors import system
from casework.audit.operations import record
from casework.isolation import acting_for
from casework.reminders import digests, instance, policies, relay
from casework.reminders.claims import Claim
from casework.reminders.handover import hand_over_reminder, hand_over_without_address
from casework.reminders.letters import SECOND
from casework.reminders.models import AT_WORK, Occasion, Reminder, State
from casework.reminders.queries import database_now, desk_of
from casework.reminders.wanted import WHY_NOT, ZONE, parameters

LUCK = random.SystemRandom()

FENCE = f"""
    WITH {ZONE}
    SELECT CASE WHEN r.occasion <> 'digest' THEN {WHY_NOT} END,
           r.lease_until - now() > %(rest)s AND {instance.OURS}
    FROM reminders_reminder r
    LEFT JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
    LEFT JOIN zone ON zone.country = d.country
    WHERE r.organisation_id = %(organisation)s AND r.id = %(reminder)s
      AND r.state = 'claimed' AND r.lease_token = %(token)s
    FOR UPDATE OF r
"""  # noqa: S608 (our own fragments)


def fence(
    claim: Claim, message_id: str, told: frozenset[UUID] = frozenset(), sent: Claim | None = None
) -> bool:
    """The last look before the message leaves. False: it must not; the row says why.

    `told` are the rows that a digest speaks of: it goes out only while they are the ones to tell. Passed, the
    lease begins anew, so that it outlasts the wait for the other side's last word. `sent` is the row whose
    message was taken just before: it is marked in the same transaction.
    """
    return relay.relay(claim, message_id, sent) or _look_in_full(claim, message_id, told)


def _look_in_full(claim: Claim, message_id: str, told: frozenset[UUID]) -> bool:
    with acting_for(claim.organisation_id):
        now = database_now()
        seen = _last_look(claim, now)
        row = _mine(claim)
        if seen is None or row is None:
            return False  # the lease ended and somebody else has the row
        out_of_date, fresh = seen
        if out_of_date:
            _end(row, now, State.SUPERSEDED, out_of_date)
        elif not fresh or (row.occasion == Occasion.DIGEST and _inside(row, now) != told):
            _give_back(row, now, state=State.PENDING)
        else:
            lease_until = now + policies.LEASE
            row.change(
                at=now, state=State.IN_FLIGHT, attempts=row.attempts + 1, message_id=message_id,
                lease_until=lease_until,
            )  # fmt: skip
            return True
    return False


def mark_sent(claim: Claim) -> None:
    """Nothing happens when the lease has ended and somebody else holds the row."""
    relay.mark(claim)
    if claim.is_digest:
        _mark_digest(claim)


def _mark_digest(claim: Claim) -> None:
    with acting_for(claim.organisation_id):
        row = _mine(claim)
        if row is not None:
            now = database_now()
            _end(row, now, State.SENT, "", sent_at=now)
            digests.mark_told(row, now)


def try_later(claim: Claim, why: str) -> None:
    """Backs off, with luck in it; at the attempts' end the row is dead and somebody's task."""
    with acting_for(claim.organisation_id):
        row = _mine(claim)
        if row is not None:
            _try_later(row, database_now(), why)


def bury(claim: Claim, why: str) -> None:
    """Dead, and in the same transaction a task for a human."""
    with acting_for(claim.organisation_id):
        row = _mine(claim)
        if row is not None:
            _bury(row, database_now(), why)


def is_wanted(claim: Claim) -> bool:
    """The look of the fence at what cannot be written: what would not leave anyway is nobody's task.

    False: the row says why, or somebody else has it.
    """
    with acting_for(claim.organisation_id):
        now = database_now()
        seen = _last_look(claim, now)
        row = _mine(claim)
        if seen is None or row is None:
            return False
        why = seen[0]
        if row.occasion == Occasion.DIGEST and not _inside(row, now):
            why = "nothing left to tell"
        if why:
            _end(row, now, State.SUPERSEDED, why)
        return not why


def bury_without_address(claim: Claim) -> None:
    """The address went between planning and sending. For a second one nobody has to do anything."""
    with acting_for(claim.organisation_id):
        row = _mine(claim)
        if row is not None and row.channel == SECOND:
            _end(row, database_now(), State.SUPERSEDED, "no address")
        elif row is not None:
            now = database_now()
            for one in (row, *digests.told_in(row)):
                _end(one, now, State.DEAD, "no address")
                hand_over_without_address(one, now)


def leave_unknown(claim: Claim, why: str) -> None:
    """Handed over, no answer: told again where the law counts days, else parked and looked at."""
    with acting_for(claim.organisation_id):
        row = _mine(claim)
        if row is not None:
            _leave_unknown(row, database_now(), why)


def release_expired(organisation_id: UUID, most: int) -> None:
    """Leases whose worker is gone. What was only claimed never left; what was in flight may have."""
    with acting_for(organisation_id):
        now = database_now()
        gone = Reminder.objects.select_for_update(of=("self",), skip_locked=True).filter(
            organisation_id=organisation_id, state__in=AT_WORK, lease_until__lt=now
        )
        for row in gone.order_by("lease_until")[:most]:
            if row.state == State.CLAIMED:
                _give_back(row, now, state=State.PENDING)
            else:
                _leave_unknown(row, now, "worker gone")


def _last_look(claim: Claim, now: datetime) -> tuple[str | None, bool] | None:
    values = parameters(desk_of(claim.organisation_id), now)
    values |= {"reminder": claim.reminder_id, "token": claim.token} | instance.parameters()
    values["rest"] = policies.LEASE * (1 - policies.FRESH)
    with connection.cursor() as cursor:
        cursor.execute(FENCE, values)
        seen: tuple[str | None, bool] | None = cursor.fetchone()
    return seen


def _inside(row: Reminder, now: datetime) -> frozenset[UUID]:
    return frozenset(digests.settle(row.pk, desk_of(row.organisation_id), now))


def _mine(claim: Claim) -> Reminder | None:
    rows = Reminder.objects.select_for_update(of=("self",)).filter(state__in=AT_WORK)
    return rows.filter(
        organisation_id=claim.organisation_id, pk=claim.reminder_id, lease_token=claim.token
    ).first()


def _leave_unknown(row: Reminder, now: datetime, why: str) -> None:
    if row.deadline is None or policies.may_be_told_twice(row.deadline.kind):
        _try_later(row, now, why)
    else:
        _end(row, now, State.PARKED, why)
        hand_over_reminder(row, now)


def _try_later(row: Reminder, now: datetime, why: str) -> None:
    attempts = row.attempts + (row.state == State.CLAIMED)  # what cannot be written is an attempt as well
    if attempts >= policies.MAX_ATTEMPTS:
        _bury(row, now, why)
        return
    later = now + policies.pause(max(attempts, 1), LUCK.random())
    _give_back(row, now, state=State.PENDING, send_after=later, last_error=why[:60], attempts=attempts)


def _bury(row: Reminder, now: datetime, why: str) -> None:
    for one in (row, *digests.told_in(row)):  # a digest takes what it was to tell with it
        _end(one, now, State.DEAD, why)
        hand_over_reminder(one, now)


def _end(row: Reminder, now: datetime, state: State, why: str, **values: Any) -> None:
    """A state that no worker leaves again, and its line in the trail."""
    _give_back(row, now, state=state, last_error=why[:60], **values)
    record(
        by=system("reminders", row.organisation_id),
        action=f"reminder.{state}",
        object_type="reminder",
        object_id=row.pk,
        at=now,
        about={"deadline": row.deadline_id, "occasion": row.occasion} | ({"why": why} if why else {}),
    )


def _give_back(row: Reminder, now: datetime, **values: Any) -> None:
    row.change(at=now, lease_token=None, lease_until=None, **values)
