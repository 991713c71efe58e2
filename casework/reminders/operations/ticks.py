"""What the ledger does by itself, tick by tick and minute by minute."""

import logging
import math
import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from casework.audit.actors import system
from casework.isolation import acting_for
from casework.reminders import instance, planning, policies, watching
from casework.reminders.delivery import deliver_due
from casework.reminders.digests import bundle
from casework.reminders.handover import catch_up, hand_over_unanswered, hand_over_unreachable
from casework.reminders.ledger import release_expired
from casework.reminders.mail import Mail
from casework.reminders.overtaken import Overtaken, overtaken
from casework.reminders.queries import Unreachable, database_now, desk_of, health, unreachable
from casework.reminders.silence import Unanswered, unanswered

log = logging.getLogger(__name__)
_said: dict[str, float] = {}


def work(organisation_id: UUID, *, stop: Callable[[], bool] = lambda: False) -> int:
    """One tick of one organisation: plan, take back lost leases, send. The rows dealt with.

    May run any number of times, at the same time, and be killed anywhere. On a copy of somebody else's
    database it only plans.
    """
    bundled_at = plan(organisation_id, stop=stop)
    if why := instance.held_back():
        _say(why)
        return 0
    release_expired(organisation_id, policies.SENT_PER_TICK)
    mail = Mail()
    channels = {"mail": mail, "second_mail": mail}
    try:
        return deliver_due(organisation_id, channels, policies.SENT_PER_TICK, stop, bundled_at)
    finally:
        mail.close()


def plan(organisation_id: UUID, *, stop: Callable[[], bool] = lambda: False) -> datetime:
    """Batch by batch until nothing is left to plan, others shall have their turn, or `stop()` says so.

    The moment up to which what is due was put into digests.
    """
    for _ in range(policies.PLANNED_PER_TICK // policies.PLANNED_AT_ONCE):
        with acting_for(organisation_id):
            now = database_now()
            desk = desk_of(organisation_id)
            planning.supersede_due(desk, now)
            replanned = planning.replan(desk, now)
            planned = planning.plan(desk, now)
            bundle(desk, now)  # before anybody can claim singly what was planned just now
        if not (planned or replanned) or stop():
            break
    return now


def heal(organisation_id: UUID, *, stop: Callable[[], bool] = lambda: False) -> None:
    """Each minute: whatever is due without a row gets it; what no mail can tell becomes a task, and a task
    about a deadline as it no longer is ends. The next one goes on where `stop()` ended it.
    """
    plan(organisation_id, stop=stop)
    if stop():
        return
    with acting_for(organisation_id):
        now = database_now()
        desk = desk_of(organisation_id)
        healed = planning.heal(desk, now)
        bundle(desk, now)  # as in `plan`: another worker may be in the middle of its turn
        untold: list[Unreachable | Unanswered] = [
            *unreachable(desk, now, policies.TASKS_PER_TICK),
            *unanswered(desk, now, policies.TASKS_PER_TICK),
        ]
        old = overtaken(organisation_id, policies.TASKS_PER_TICK)
    if healed:
        log.warning("organisation %s: %d deadlines had something due without a row", organisation_id, healed)
    for one in (*untold, *old):
        _hand_over(organisation_id, one, now)
    if untold:  # a task that was opened near the day is news for the supervisor, whose row is due at once
        with acting_for(organisation_id):
            now, desk = database_now(), desk_of(organisation_id)
            planning.heal(desk, now)
            bundle(desk, now)
    _note_figures(organisation_id, complete=not healed and not untold)


def _note_figures(organisation_id: UUID, *, complete: bool) -> None:
    """What was mended is compared once more: what is not mended by it must be seen."""
    with acting_for(organisation_id):
        now, desk = database_now(), desk_of(organisation_id)
        watching.note(desk, health(desk, now, complete=complete), now)


def _say(why: str) -> None:
    """At each tick of each organisation it would fill the log."""
    now = time.monotonic()
    if now >= _said.get(why, -math.inf) + policies.HELD_BACK_SAID_EVERY.total_seconds():
        _said[why] = now
        log.error(why)


def _hand_over(organisation_id: UUID, one: Unreachable | Unanswered | Overtaken, now: datetime) -> None:
    """One bad row never holds up the others: whatever is left is found again at the next tick."""
    try:
        with acting_for(organisation_id):
            by = system("reminders", organisation_id)
            match one:
                case Unreachable():
                    hand_over_unreachable(one, by, now)
                case Unanswered():
                    hand_over_unanswered(one, by, now)
                case Overtaken():
                    catch_up(one, by, now)
    except Exception:
        log.exception("%s could not be dealt with", one)
