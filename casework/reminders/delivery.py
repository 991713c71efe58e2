"""Claim, write, fence, send, mark. The message leaves outside of any transaction."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from casework.isolation import acting_for
from casework.reminders import ledger, policies
from casework.reminders.channels import Channel, Letter, Outcome, Result
from casework.reminders.digests import settle
from casework.reminders.letters import NoAddress, NothingToTell, compose, compose_digest
from casework.reminders.models import Occasion, Reminder
from casework.reminders.queries import database_now, desk_of

log = logging.getLogger(__name__)
DATABASE_AWAY = (OperationalError, InterfaceError)


def deliver_due(
    organisation_id: UUID, channels: Mapping[str, Channel], most: int, stop: Callable[[], bool]
) -> int:
    """Send what is due, row by row, until nothing is, `most` are done or `stop()` says so. How many rows."""
    for done in range(most):
        claim = None if stop() else ledger.claim(organisation_id)
        if claim is None:
            return done
        _deliver_or_put_back(claim, channels)
    return most


def _deliver_or_put_back(claim: ledger.Claim, channels: Mapping[str, Channel]) -> None:
    """One bad row never holds up the others."""
    try:
        deliver(claim, channels)
    except DATABASE_AWAY:
        raise  # the lease brings the row back
    except Exception as error:
        log.exception("reminder %s could not be dealt with", claim.reminder_id)
        ledger.try_later(claim, type(error).__name__)


def deliver(claim: ledger.Claim, channels: Mapping[str, Channel]) -> None:
    try:
        channel, letter, told = _write(claim)
    except NoAddress:
        ledger.bury_without_address(claim)
        return
    except NothingToTell:
        ledger.let_go(claim, "nothing left to tell")
        return
    if not ledger.fence(claim, letter.message_id, told):
        return
    outcome = channels[channel].send(letter)
    _mark(claim, outcome)


def _write(claim: ledger.Claim) -> tuple[str, Letter, frozenset[UUID]]:
    """The channel, the letter, and of a digest the rows that it tells."""
    with acting_for(claim.organisation_id):
        found = Reminder.objects.select_related("deadline", "organisation")
        reminder = found.get(organisation_id=claim.organisation_id, pk=claim.reminder_id)
        now = database_now()
        if reminder.occasion != Occasion.DIGEST:
            return reminder.channel, compose(reminder, now), frozenset()
        inside = settle(reminder.pk, desk_of(claim.organisation_id), now)
        rows = found.filter(organisation_id=claim.organisation_id, pk__in=inside)
        letter = compose_digest(reminder, list(rows.order_by("deadline__due_on", "pk")), now)
        return reminder.channel, letter, frozenset(inside)


def _mark(claim: ledger.Claim, outcome: Outcome) -> None:
    match outcome.result:
        case Result.ACCEPTED:
            _insist(lambda: ledger.mark_sent(claim))
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
