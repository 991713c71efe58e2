"""The figures by which those who watch the machine see that somebody looks after the ledgers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from casework.accounts.models import Organisation, User
from casework.reminders import planning, policies, watching
from casework.reminders.models import Figures, Reminder, State
from casework.reminders.operations import heal, work
from casework.reminders.queries import database_now, desk_of, health
from tests.acting import acting
from tests.databases import RealDatabase
from tests.reminders.arranged import deadline_in, rows

LONG, JUST_STARTED = timedelta(hours=1), timedelta(seconds=30)
TOO_LONG = policies.UNHEALED_AFTER + timedelta(seconds=1)


def test_heal_notes_figures_of_its_organisation(nino: User, marek: User) -> None:
    with acting(marek.organisation):
        deadline_in(9)
    deadline = deadline_in(9)
    heal(nino.organisation_id)
    to_person, to_nino = (
        rows(deadline, state=State.PENDING)[0],
        rows(deadline, "caseworker", state=State.PENDING)[0],
    )
    _change(to_person, send_after=database_now() - timedelta(minutes=7))
    _change(to_nino, state=State.DEAD)
    heal(nino.organisation_id)
    [found] = Figures.objects.all()
    assert (found.organisation, found.healed_at) == (nino.organisation, database_now())
    assert (found.pending, found.dead, found.parked) == (1, 1, 0)
    assert (found.due_without_row, found.lacking_since) == (0, None)
    assert found.oldest_pending == timedelta(minutes=7)


def test_a_mail_server_that_takes_nothing_shows_in_the_figures(nino: User, settings: Any) -> None:
    """What is tried again is not due meanwhile: that alone would look as if all had gone out."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    deadline_in(9)
    work(nino.organisation_id)
    heal(nino.organisation_id)
    found = Figures.objects.get()
    assert (found.pending, found.oldest_pending, found.retrying) == (0, None, 2)
    assert watching.together()["retrying"] == 2
    longest = database_now() + policies.pause(policies.MAX_ATTEMPTS, 1)
    Reminder.objects.filter(attempts__gt=0).update(attempts=policies.MAX_ATTEMPTS - 1, send_after=longest)
    heal(nino.organisation_id)
    assert Figures.objects.get().retrying == 2


def test_heal_counts_anew_what_it_could_not_mend(nino: User, monkeypatch: pytest.MonkeyPatch) -> None:
    deadline_in(9)
    monkeypatch.setattr(
        planning, "INSERT", f"{planning.INSERT} -- nothing".replace("FROM wanted", "FROM wanted WHERE false")
    )
    heal(nino.organisation_id)
    found = Figures.objects.get()
    assert (found.due_without_row, found.lacking_since) == (2, database_now())
    since = database_now() - TOO_LONG
    Figures.objects.update(lacking_since=since)
    heal(nino.organisation_id)
    assert Figures.objects.get().lacking_since == since, "the first moment stays"
    assert "without its reminder" in watching.neglected(JUST_STARTED)
    monkeypatch.undo()
    heal(nino.organisation_id)
    assert (Figures.objects.get().due_without_row, watching.neglected(LONG)) == (0, "")


def test_heal_leaves_nothing_due_by_its_own_tasks(nino: User, levan: User) -> None:
    """A task opened on the last day is news for the supervisor, whose row is due at once."""
    deadline = deadline_in(1)
    deadline.person.change(at=database_now(), email="")
    heal(nino.organisation_id)
    assert len(rows(deadline, "supervisor", occasion="silent")) == 1
    assert Figures.objects.get().due_without_row == 0


def test_neglected_when_one_organisation_was_not_healed(nino: User, marek: User) -> None:
    for user in (nino, marek):
        with acting(user.organisation):
            watching.note(*_found(user, database_now()))
    assert watching.neglected(LONG) == ""
    Figures.objects.filter(pk=marek.organisation_id).update(healed_at=database_now() - TOO_LONG)
    assert watching.neglected(LONG) == watching.UNHEALED.format(minutes=5)
    assert watching.neglected(JUST_STARTED) == "", "a system that was just started has its first minutes"


def test_neglected_when_nobody_ever_healed(nino: User) -> None:
    Organisation.objects.update(created_at=database_now())
    assert watching.neglected(LONG) == ""
    Organisation.objects.update(created_at=database_now() - TOO_LONG)
    assert watching.neglected(LONG) == watching.UNHEALED.format(minutes=5)


def test_neglected_nobody(db: None) -> None:
    assert watching.neglected(LONG) == ""


def test_what_is_worked_off_is_not_neglected(nino: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an import of thousands without an address the tasks come in handfuls."""
    monkeypatch.setattr(policies, "TASKS_PER_TICK", 1)
    for _ in range(3):
        deadline_in(9).person.change(at=database_now(), email="")
    for left in (2, 1, 0):
        heal(nino.organisation_id)
        assert (Figures.objects.get().due_without_row, watching.neglected(LONG)) == (left, "")
        Figures.objects.filter(due_without_row__gt=0).update(lacking_since=database_now() - TOO_LONG)


def test_lacking_for_a_moment_is_not_yet_neglect(nino: User) -> None:
    desk, found, now = _found(nino, database_now())
    watching.note(desk, found, now)
    Figures.objects.update(due_without_row=3, lacking_since=now - timedelta(minutes=1))
    assert watching.neglected(LONG) == ""


def test_figures_are_read_without_acting_for_anybody(real_database: RealDatabase, nino: User) -> None:
    heal(nino.organisation_id)
    assert not connection.in_atomic_block
    assert Figures.objects.get().pk == nino.organisation_id


def _found(user: User, now: datetime):  # type: ignore[no-untyped-def]
    desk = desk_of(user.organisation_id)
    return desk, health(desk, now), now


def _change(row: Reminder, **values: object) -> None:
    Reminder.objects.filter(pk=row.pk).update(**values)
