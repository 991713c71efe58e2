"""Claim, write, fence, send, mark. The message leaves outside of any transaction.

A handful of rows is claimed and written at once; they leave one after the other. Marking what was taken and
letting the next one leave is one transaction, so that a worker killed anywhere leaves one message in doubt.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from casework.isolation import acting_for
from casework.reminders import claims, ledger, policies
from casework.reminders.channels import Channel, Letter, Outcome, Result
from casework.reminders.claims import Claim
from casework.reminders.digests import settle
from casework.reminders.letters import (
    NoAddress,
    Recipients,
    compose,
    compose_digest,
    recipients_of,
)
from casework.reminders.models import Occasion, Reminder
from casework.reminders.queries import database_now, desk_of

log = logging.getLogger(__name__)
DATABASE_AWAY = (OperationalError, InterfaceError)
# A row, its deadline and its organisation have sixty columns.
READ_FOR_A_LETTER = (
    "occasion", "recipient_kind", "recipient", "channel", "message_id", "created_at",
    "deadline__kind", "deadline__due_on", "deadline__country", "organisation__language",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A letter with its way out, and of a digest the rows that it tells."""

    channel: str
    letter: Letter
    told: frozenset[UUID] = frozenset()


def deliver_due(
    organisation_id: UUID, channels: Mapping[str, Channel], most: int, stop: Callable[[], bool],
    bundled_at: datetime | None = None,
) -> int:  # fmt: skip
    """Send what is due, row by row, until nothing is, `most` are done, the turn is over or `stop()` says so.

    How many rows. `bundled_at`: as of when digests were made.
    """
    done, until = 0, time.monotonic() + policies.TURN.total_seconds()
    while done < most and time.monotonic() < until and not stop():
        claimed = claims.claim_some(organisation_id, min(policies.CLAIMED_AT_ONCE, most - done), bundled_at)
        if not claimed:
            break
        done += deliver_these(claimed, channels, stop)
    return done


def deliver_these(claimed: Sequence[Claim], channels: Mapping[str, Channel], stop: Callable[[], bool]) -> int:
    """One after the other; what there is no time for is given back. How many were dealt with."""
    written = _write(claimed)
    until = time.monotonic() + policies.HELD_AT_MOST.total_seconds()
    sent: Claim | None = None
    done = 0
    for claim in claimed:
        if done and (stop() or time.monotonic() > until):
            break
        sent = _deliver_or_put_back(claim, written[claim.reminder_id], channels, sent)
        done += 1
    _mark_sent(sent)
    claims.give_back(claimed[done:])
    return done


def _deliver_or_put_back(
    claim: Claim, written: Written | Exception, channels: Mapping[str, Channel], sent: Claim | None
) -> Claim | None:
    """The claim whose message was taken and is yet to be marked. One bad row never holds up the others."""
    try:
        if isinstance(written, Written):
            return _send(claim, written, channels[written.channel], sent)
        _mark_sent(sent)
        _end_unwritten(claim, written)
    except DATABASE_AWAY:
        raise  # the lease brings the row back
    except Exception as error:
        _mark_sent(sent)
        _put_back(claim, error)
    return None


def _send(claim: Claim, written: Written, channel: Channel, sent: Claim | None) -> Claim | None:
    if not _may_leave(claim, written, sent):
        return None
    outcome = channel.send(written.letter)
    if outcome.result == Result.ACCEPTED and not written.told:
        return claim
    _mark(claim, outcome)
    return None


def _may_leave(claim: Claim, written: Written, sent: Claim | None) -> bool:
    message_id = written.letter.message_id
    try:
        return ledger.fence(claim, message_id, written.told, sent)
    except DATABASE_AWAY:
        if sent is None:
            raise
        _mark_sent(sent)  # before all else
        return ledger.fence(claim, message_id, written.told)


def _end_unwritten(claim: Claim, why: Exception) -> None:
    with acting_for(claim.organisation_id):
        if not ledger.is_wanted(claim):
            return
        if isinstance(why, NoAddress):
            ledger.bury_without_address(claim)
        else:
            _put_back(claim, why)


def _put_back(claim: Claim, error: Exception) -> None:
    log.error("reminder %s could not be dealt with", claim.reminder_id, exc_info=error)
    ledger.try_later(claim, type(error).__name__)


def _write(claimed: Sequence[Claim]) -> dict[UUID, Written | Exception]:
    """A letter for each, or what speaks against it."""
    organisation_id = claimed[0].organisation_id
    with acting_for(organisation_id):
        now = database_now()
        rows = _rows(organisation_id, [claim.reminder_id for claim in claimed])
        single = [row for row in rows if row.occasion != Occasion.DIGEST]
        known = recipients_of(single)
        written = {row.pk: _attempt(_letter, row, now, known) for row in single}
    digests = [row for row in rows if row.occasion == Occasion.DIGEST]
    return written | {row.pk: _attempt(_digest, row) for row in digests}


def _rows(organisation_id: UUID, ids: Collection[UUID]) -> list[Reminder]:
    found = Reminder.objects.select_related("deadline", "organisation").only(*READ_FOR_A_LETTER)
    return list(found.filter(organisation_id=organisation_id, pk__in=ids).order_by("deadline__due_on", "pk"))


def _letter(row: Reminder, now: datetime, known: Recipients) -> Written:
    return Written(row.channel, compose(row, now, known))


def _digest(digest: Reminder) -> Written:
    organisation_id = digest.organisation_id
    with acting_for(organisation_id):  # settled it stays, whether or not there is anything to write
        inside = settle(digest.pk, desk_of(organisation_id), database_now())
    with acting_for(organisation_id):
        letter = compose_digest(digest, _rows(organisation_id, inside), database_now())
    return Written(digest.channel, letter, frozenset(inside))


def _attempt(write: Callable[..., Written], *about: Any) -> Written | Exception:
    try:
        return write(*about)
    except DATABASE_AWAY:
        raise
    except Exception as error:
        return error


def _mark_sent(claim: Claim | None) -> None:
    if claim is not None:
        _insist(lambda: ledger.mark_sent(claim))


def _mark(claim: Claim, outcome: Outcome) -> None:
    match outcome.result:
        case Result.ACCEPTED:
            _mark_sent(claim)
        case Result.REFUSED:
            _insist(lambda: ledger.bury(claim, outcome.note))
        case Result.DEFERRED:
            _insist(lambda: ledger.try_later(claim, outcome.note))
        case Result.UNKNOWN:
            _insist(lambda: ledger.leave_unknown(claim, outcome.note))


def _insist(mark: Callable[[], None]) -> None:
    """Until the lease ends: what was sent and not marked would be sent again."""
    until = time.monotonic() + policies.LEASE.total_seconds()
    while True:
        try:
            return mark()
        except DATABASE_AWAY:
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            log.warning("the database is away: the mark is tried again")
            with suppress(*DATABASE_AWAY):
                connection.close()
            time.sleep(1)
