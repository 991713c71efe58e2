import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from casework.audit.actors import system
from casework.isolation import acting_for
from casework.reminders import policies
from casework.reminders.delivery import deliver_due
from casework.reminders.handover import hand_over_unreachable
from casework.reminders.ledger import release_expired
from casework.reminders.mail import Mail
from casework.reminders.planning import plan
from casework.reminders.queries import Unreachable, database_now, desk_of, unreachable

log = logging.getLogger(__name__)


def work(organisation_id: UUID, *, stop: Callable[[], bool] = lambda: False) -> int:
    """One tick of one organisation: plan, hand over, take back lost leases, send. The rows dealt with.

    May run any number of times, at the same time, and be killed anywhere.
    """
    plan_and_hand_over(organisation_id)
    release_expired(organisation_id, policies.SENT_PER_TICK)
    mail = Mail()
    try:
        return deliver_due(organisation_id, {"mail": mail}, policies.SENT_PER_TICK, stop)
    finally:
        mail.close()


def plan_and_hand_over(organisation_id: UUID) -> None:
    with acting_for(organisation_id):
        now = database_now()
        desk = desk_of(organisation_id)
        plan(desk, now)
        untold = unreachable(desk, now, policies.TASKS_PER_TICK)
    for one in untold:
        _hand_over(organisation_id, one, now)


def _hand_over(organisation_id: UUID, one: Unreachable, now: datetime) -> None:
    """One bad row never holds up the others: whatever is left is found again at the next tick."""
    try:
        with acting_for(organisation_id):
            hand_over_unreachable(one, system("reminders", organisation_id), now)
    except Exception:
        log.exception("deadline %s could not be made a task", one.deadline_id)
