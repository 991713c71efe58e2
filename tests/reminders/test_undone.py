"""What was taken back, and its reason is undone: a case that returns, a policy that changes once more."""

from __future__ import annotations

from datetime import timedelta

from casework.accounts.models import User
from casework.cases.models import Case, Task
from casework.cases.operations import assign, finish_task, reopen_task
from casework.reminders import claims
from casework.reminders.details import PolicyDetails
from casework.reminders.models import Reminder, State
from casework.reminders.operations import heal, set_policy, work
from casework.reminders.queries import database_now, desk_of, health
from casework.stays.models import Deadline
from tests.factories.accounts import UserFactory
from tests.reminders.arranged import deadline_in, rows
from tests.reminders.mailserver import Answers
from tests.reminders.test_silence import told

TAMAR = "tamar@casework.example"


def no_address(nino: User) -> tuple[Deadline, Case]:
    """A deadline in a case, which only the caseworker is mailed of."""
    deadline = deadline_in(9)
    deadline.person.change(at=database_now(), email="")
    heal(nino.organisation_id)
    return deadline, Case.objects.get(household=deadline.person.household)


def test_a_case_handed_over_and_back_is_told(nino: User, mails: Answers) -> None:
    """Whoever stood in was not reached; the caseworker who has it again must be told."""
    _, case = no_address(nino)
    tamar = UserFactory.create(organisation=nino.organisation, username="tamar", email=TAMAR)
    assign(case=case, caseworker=tamar, by=nino.as_actor(), at=database_now())
    mails.to_recipient.append("451 later")
    work(nino.organisation_id)
    assert mails.taken == []
    assert Reminder.objects.filter(recipient=nino.pk, last_error="handed over").count() == 1
    assign(case=case, caseworker=nino, by=nino.as_actor(), at=database_now())
    for _ in range(2):
        work(nino.organisation_id)
        heal(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 1
    assert mails.mails_to(TAMAR) == []


def test_a_supervisor_who_had_the_case_is_told_as_a_supervisor(
    nino: User, levan: User, mails: Answers
) -> None:
    details = PolicyDetails(tells_supervisor=True)
    set_policy(organisation=nino.organisation, details=details, by=levan.as_actor(), at=database_now())
    deadline = deadline_in(9)
    deadline.person.change(at=database_now(), email="")
    Deadline.objects.filter(pk=deadline.pk).update(assigned_to=levan)
    mails.to_recipient.append("451 later")
    work(nino.organisation_id)
    Deadline.objects.filter(pk=deadline.pk).update(assigned_to=nino, planned_version=0)
    Reminder.objects.filter(recipient=levan.pk, attempts=1).update(send_after=database_now())
    for _ in range(2):
        work(nino.organisation_id)
        heal(nino.organisation_id)
    assert (len(mails.mails_to(levan.email)), len(mails.mails_to(nino.email))) == (1, 1)
    assert rows(deadline, "supervisor", recipient=levan.pk, state=State.SENT)


def test_what_another_was_to_say_is_said_when_that_one_is_dropped(nino: User, mails: Answers) -> None:
    both = PolicyDetails(offsets=(7, 3), tells_caseworker=False)
    set_policy(organisation=nino.organisation, details=both, by=nino.as_actor(), at=database_now())
    deadline = deadline_in(3)
    mails.to_recipient.append("451 later")
    work(nino.organisation_id)
    assert [(row.offset_days, row.last_error) for row in rows(deadline, state=State.SUPERSEDED)] == [
        (7, "told with another")
    ]
    later = database_now() + timedelta(seconds=1)
    alone = PolicyDetails(offsets=(7,), tells_caseworker=False)
    set_policy(organisation=nino.organisation, details=alone, by=nino.as_actor(), at=later)
    Reminder.objects.filter(state=State.PENDING, attempts=1).update(send_after=database_now())
    for _ in range(3):
        work(nino.organisation_id)
        heal(nino.organisation_id)
    assert len(mails.mails_to(deadline.person.email)) == 1
    assert health(desk_of(nino.organisation_id), database_now()).due_without_row == 0


def test_silence_taken_care_of_and_reopened_is_the_supervisors_news(
    nino: User, levan: User, mails: Answers
) -> None:
    told(nino, 1)
    heal(nino.organisation_id)
    task = Task.objects.get()
    finish_task(task=task, by=nino.as_actor(), at=database_now())
    work(nino.organisation_id)
    assert mails.mails_to(levan.email) == []
    reopen_task(task=task, case=task.case, by=nino.as_actor(), at=database_now())
    for _ in range(2):
        heal(nino.organisation_id)
        work(nino.organisation_id)
    assert len(mails.mails_to(levan.email)) == 1


def test_what_became_due_since_digests_were_made_waits_for_the_next(nino: User) -> None:
    for _ in range(2):
        deadline_in(9)
    bundled_at = database_now()
    heal(nino.organisation_id)
    due = Reminder.objects.filter(state=State.PENDING, digest=None)
    due.update(send_after=bundled_at)
    late = due.filter(recipient_kind="caseworker").exclude(occasion="digest")
    late.update(send_after=bundled_at - timedelta(seconds=1))
    claimed = claims.claim_some(nino.organisation_id, 500, bundled_at - timedelta(seconds=2))
    taken = Reminder.objects.filter(pk__in=[claim.reminder_id for claim in claimed])
    assert set(taken.values_list("recipient_kind", flat=True)) == {"person"}
    assert late.exists()


def test_healing_puts_what_it_finds_into_a_digest(nino: User) -> None:
    """Somebody else is on duty: all that is due is new to her, and another worker may be sending just now."""
    for _ in range(6):
        deadline_in(9)
    work_of_nino = Reminder.objects.filter(recipient=nino.pk)
    heal(nino.organisation_id)
    assert work_of_nino.exists()
    tamar = UserFactory.create(organisation=nino.organisation, username="tamar", email=TAMAR)
    nino.organisation.duty_caseworker = tamar
    nino.organisation.save()
    heal(nino.organisation_id)
    due = Reminder.objects.filter(
        recipient=tamar.pk, state=State.PENDING, send_after__lte=database_now()
    ).exclude(occasion="digest")
    assert due.count() == due.filter(digest__isnull=False).count() == 6
