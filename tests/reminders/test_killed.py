"""Workers killed with -9 wherever it may hurt: nothing is lost, and told twice only what was handed over.

Leases are the product's own; instead of waiting for their end, the test brings it forward.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Least, Now

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind
from casework.isolation import acting_for
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.operations import plan
from casework.reminders.queries import database_now
from casework.stays.models import DeadlineKind
from casework.stays.zones import local_day
from tests.databases import RealDatabase
from tests.reminders.arranged import deadline_in, deadline_on, plan_at
from tests.reminders.killable import HANDED_OVER, POINTS, reminding
from tests.reminders.mailserver import Answers

DEADLINES = 14
DAY = timedelta(days=1)


@pytest.mark.parametrize("kind", [DeadlineKind.STAY_END, DeadlineKind.APPOINTMENT])
@pytest.mark.parametrize("point", POINTS)
def test_killed_once(real_database: RealDatabase, nino: User, mails: Answers, point: str, kind: str) -> None:
    kill_and_go_on(real_database, nino, mails, point=point, kind=kind, deadlines=2, kills=1)


@pytest.mark.long
@pytest.mark.parametrize("kind", [DeadlineKind.STAY_END, DeadlineKind.APPOINTMENT])
@pytest.mark.parametrize("point", POINTS)
def test_killed_twelve_times(
    real_database: RealDatabase, nino: User, mails: Answers, point: str, kind: str
) -> None:
    kills = 1 if POINTS[point].once else 12
    kill_and_go_on(real_database, nino, mails, point=point, kind=kind, deadlines=DEADLINES, kills=kills)


def kill_and_go_on(
    database: RealDatabase, user: User, mails: Answers, *, point: str, kind: str, deadlines: int, kills: int
) -> None:
    """Each process dies at its second message, after one that went well; the last comes to the end."""
    with acting_for(user.organisation_id):
        for _ in range(deadlines):
            deadline_in(2, kind=kind)  # near enough to be told one by one
    plan(user.organisation_id)
    wanted = {str(row.pk) for row in due(user)}
    assert len(wanted) == 2 * deadlines
    for _ in range(kills):
        with reminding(database.name, settings.EMAIL_PORT, point=point, turn=2) as process:
            process.join(60)
            assert process.exitcode == -signal.SIGKILL
        let_leases_end(user)
    finish(database, user)
    legal, handed_over = kind == DeadlineKind.STAY_END, point in HANDED_OVER
    twice = kills * (legal and handed_over)
    # Passed by the fence, a message may have gone for all that the next worker knows: a human looks.
    parked = kills * (not legal and (handed_over or point in ("after fence", "mid-DATA")))
    untold = 0 if handed_over else parked
    wait_until(lambda: len(mails.taken) >= len(wanted) + twice - untold)
    with acting_for(user.organisation_id):
        ended = Counter(Reminder.objects.filter(pk__in=wanted).values_list("state", flat=True))
        tasks = Task.objects.filter(kind=TaskKind.REMINDER_DEAD).count()
    assert (ended[State.SENT], ended[State.PARKED]) == (len(wanted) - parked, parked)
    assert tasks == parked
    arrived = told(mails)
    assert len(wanted - arrived.keys()) == untold
    assert max(arrived.values()) <= 2
    assert sum(arrived.values()) - len(arrived) == twice


# --- dead for days, and wrong about the day --------------------------------------------------------------
def test_dead_for_three_days_and_back_tells_each_once(
    real_database: RealDatabase, nino: User, mails: Answers
) -> None:
    """Three reminders fell due meanwhile: only the last still has something to say."""
    with acting_for(nino.organisation_id):
        now = database_now()
        today = local_day("GE", now)
        deadlines = [deadline_on(today + ahead * DAY, now - 20 * DAY) for ahead in range(5)]
        plan_at(nino.organisation_id, now - 3 * DAY)
        before = Reminder.objects.filter(state=State.PENDING, send_after__lte=Now()).count()
    for _ in range(2):
        finish(real_database, nino)
    # In Tbilisi it may be tomorrow already, and what passed yesterday is said to the caseworker alone.
    people = Counter(str(to) for recipients, _ in mails.taken for to in recipients)
    assert before > len(mails.taken) > 0
    assert {people[deadline.person.email] for deadline in deadlines} <= {0, 1}
    with acting_for(nino.organisation_id):
        told_of = Counter(Reminder.objects.filter(state=State.SENT).values_list("deadline", "recipient"))
        assert set(told_of.values()) == {1}
        due_before = Reminder.objects.filter(occasion=Occasion.OFFSET, send_after__lte=now)
        assert not due_before.exclude(state__in=[State.SENT, State.SUPERSEDED]).exists()
        assert {row.pk for row in deadlines} == {deadline for deadline, _ in told_of}


@pytest.mark.parametrize("off", [-DAY, DAY], ids=["a day behind", "a day ahead"])
def test_clock_of_a_worker_a_day_off_changes_nothing(
    real_database: RealDatabase, nino: User, mails: Answers, off: timedelta
) -> None:
    """The database's clock decides, also when a lease ends."""
    with acting_for(nino.organisation_id):
        now = database_now()
        for _ in range(4):
            deadline_in(2)
    plan(nino.organisation_id)
    overdue, soon, held, lost = ([row.pk for row in due(nino)[i::4]] for i in range(4))
    with acting_for(nino.organisation_id):
        rows = Reminder.objects
        rows.filter(pk__in=soon).update(send_after=now + DAY / 2)
        at_work = {"state": State.CLAIMED, "lease_token": nino.pk}
        rows.filter(pk__in=held).update(**at_work, lease_until=now + timedelta(minutes=3))
        rows.filter(pk__in=lost).update(**at_work, lease_until=now - timedelta(seconds=1))
    with reminding(real_database.name, settings.EMAIL_PORT, clock_off=off.total_seconds()) as process:
        process.join(60)
        assert process.exitcode == 0
    assert told(mails) == Counter(map(str, overdue + lost))
    with acting_for(nino.organisation_id):
        sent = Reminder.objects.filter(state=State.SENT).values_list("sent_at", flat=True)
        assert all(abs(at - database_now()) < timedelta(minutes=2) for at in sent)
        assert set(rows.filter(pk__in=soon).values_list("state", flat=True)) == {State.PENDING}
        assert set(rows.filter(pk__in=held).values_list("state", flat=True)) == {State.CLAIMED}
        later = rows.filter(state=State.PENDING).exclude(pk__in=soon)
        assert all(row.send_after > now for row in later)


def due(user: User) -> list[Reminder]:
    with acting_for(user.organisation_id):
        found = Reminder.objects.filter(state=State.PENDING, send_after__lte=Now())
        return list(found.order_by("recipient_kind", "pk"))


def let_leases_end(user: User) -> None:
    """As when five minutes have gone, and the pause of what is tried again too."""
    with acting_for(user.organisation_id):
        Reminder.objects.filter(state__in=[State.CLAIMED, State.IN_FLIGHT]).update(
            lease_until=Now() - timedelta(seconds=1)
        )
        again = Q(state=State.PENDING, attempts__gt=0)
        Reminder.objects.filter(again).update(send_after=Least(F("send_after"), Now()))


def finish(database: RealDatabase, user: User) -> None:
    """Rounds of `remind` until nothing is due and nobody holds anything."""
    for _ in range(5):
        with reminding(database.name, settings.EMAIL_PORT) as process:
            process.join(60)
            assert process.exitcode == 0
        let_leases_end(user)
        with acting_for(user.organisation_id):
            at_work = Reminder.objects.filter(state__in=[State.CLAIMED, State.IN_FLIGHT]).exists()
        if not at_work and not due(user):
            return
    raise AssertionError("still not done")


def told(mails: Answers) -> Counter[str]:
    """How many mails have arrived of each row: the mark of the row is in the message's id."""
    return Counter(
        str(mail["Message-ID"]).removeprefix("<reminder.").partition("@")[0] for _, mail in mails.taken
    )


def wait_until(holds: Callable[[], bool], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
