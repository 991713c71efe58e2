"""Policies as the planner reads them: whom, when, and what a change does to what is planned already."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.accounts.models import User
from casework.cases.models import Task
from casework.isolation import acting_for
from casework.reminders import planning
from casework.reminders.details import PolicyDetails
from casework.reminders.handover import NO_SUPERVISOR
from casework.reminders.models import Answer, AnswerKind, Occasion, Policy, Reminder, State
from casework.reminders.operations import drop_policy, heal, set_policy
from casework.reminders.planning import plan, replan, supersede_due
from casework.reminders.queries import database_now, desk_of, health
from casework.stays.models import Deadline
from tests.acting import acting
from tests.factories.accounts import UserFactory
from tests.reminders.arranged import deadline_in, deadline_on, pending_days, plan_at, rows

TBILISI = ZoneInfo("Asia/Tbilisi")
WRITTEN = datetime(2022, 11, 1, 12, 0, tzinfo=TBILISI)
UNTIL = date(2022, 12, 23)  # a Friday
LATER = WRITTEN + timedelta(days=1)
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(autouse=True)
def duty(nino: User) -> User:
    return nino


def agree(user: User, at: datetime = WRITTEN, **values: Any) -> Policy:
    details = PolicyDetails(**values)
    return set_policy(organisation=user.organisation, details=details, by=user.as_actor(), at=at)


def planned(deadline: Deadline, kind: str = "person") -> list[tuple[int | None, datetime]]:
    found = [row for row in rows(deadline, kind) if row.state == State.PENDING]
    return [(row.offset_days, row.send_after.astimezone(TBILISI)) for row in found]


def at_nine(*days: int, hour: int = 9) -> list[datetime]:
    return [datetime(2022, 12, day, hour, 0, tzinfo=TBILISI) for day in days]


def test_a_day_that_passed_in_silence_is_somebodys_task(nino: User) -> None:
    """Nobody worked while its messages were due, and by the policy none is sent afterwards."""
    agree(nino, after=False)
    deadline, told, at_work, answered = (deadline_on(UNTIL, WRITTEN) for _ in range(4))
    plan_at(nino.organisation_id, WRITTEN)
    Reminder.objects.filter(pk=rows(told, "caseworker")[0].pk).update(state=State.SENT, sent_at=WRITTEN)
    lease = {"lease_token": nino.pk, "lease_until": TOMORROW + timedelta(days=1)}
    Reminder.objects.filter(pk=rows(at_work)[0].pk).update(state=State.IN_FLIGHT, **lease)
    Answer.objects.create(
        organisation=nino.organisation, deadline=answered, deadline_version=1, reminder=rows(answered)[0].pk,
        kind=AnswerKind.DONE, answered_at=WRITTEN, created_at=WRITTEN, updated_at=WRITTEN,
    )  # fmt: skip
    with acting_for(nino.organisation_id):
        found = health(desk_of(nino.organisation_id), database_now())
    assert found.due_without_row == 0, "what is pending is looked at once more"
    for _ in range(2):
        heal(nino.organisation_id)
    assert {(row.state, row.last_error) for row in rows(deadline)} == {(State.SUPERSEDED, "day is over")}
    [task] = Task.objects.all()
    assert (task.person, task.due_on, task.assigned_to) == (deadline.person, UNTIL, nino)
    assert task.detail == "The day passed and no message about it was sent. Please look at it."


@pytest.mark.parametrize("values", [{"after": True}, {"after": False, "tells_supervisor": True}])
def test_a_day_that_passed_and_is_told_or_a_task_already(nino: User, values: dict[str, bool]) -> None:
    agree(nino, **values)
    deadline = deadline_on(UNTIL, WRITTEN)
    heal(nino.organisation_id)
    said = {task.detail for task in Task.objects.all()}
    assert said == (set() if values["after"] else {NO_SUPERVISOR})
    assert bool(rows(deadline, occasion=Occasion.PASSED)) == values["after"]


# --- what is planned -------------------------------------------------------------------------------------
def test_policy_of_the_kind_before_the_general_one(nino: User) -> None:
    agree(nino, offsets=(5,))
    agree(nino, kind="appeal", offsets=(2, 1), after=False, hour=time(18, 30))
    stay, appeal = deadline_on(UNTIL, WRITTEN), deadline_on(UNTIL, WRITTEN, kind="appeal")
    plan_at(nino.organisation_id, WRITTEN)
    assert [offset for offset, _ in planned(stay)] == [5, -1]
    evening = [datetime(2022, 12, day, 18, 30, tzinfo=TBILISI) for day in (21, 22)]
    assert planned(appeal) == list(zip((2, 1), evening, strict=True))


def test_policy_of_one_kind_leaves_the_others_to_the_defaults(nino: User) -> None:
    agree(nino, kind="appeal", offsets=(2,))
    stay = deadline_on(UNTIL, WRITTEN)
    unknown = deadline_on(UNTIL, WRITTEN, kind="kind_of_tomorrow")
    plan_at(nino.organisation_id, WRITTEN)
    for deadline in (stay, unknown):
        assert [offset for offset, _ in planned(deadline)] == [30, 14, 7, 3, 1, 0, -1]
        assert len(rows(deadline, "caseworker")) == 7


def test_policy_says_who_is_told(nino: User, levan: User) -> None:
    agree(nino, tells_person=False, tells_caseworker=False, tells_supervisor=True, offsets=(3,), after=False)
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    [row] = Reminder.objects.filter(deadline=deadline)
    assert (row.recipient_kind, row.recipient, row.offset_days) == ("supervisor", levan.pk, 3)


def test_policy_supervisor_is_the_one_who_has_been_here_longest(nino: User, levan: User) -> None:
    UserFactory.create(organisation=nino.organisation, supervisor=True, date_joined=TOMORROW)
    agree(nino, tells_supervisor=True, offsets=(3,), after=False)
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert {row.recipient for row in rows(deadline, "supervisor")} == {levan.pk}


def test_policy_supervisor_hears_nothing_of_a_day_past_when_it_was_written(nino: User, levan: User) -> None:
    """That is the caseworker's alone, to tell or to look into."""
    agree(nino, tells_person=True, tells_supervisor=True)
    deadline = deadline_on(WRITTEN.date() - timedelta(days=2), WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert {row.recipient_kind for row in Reminder.objects.filter(deadline=deadline)} == {"caseworker"}


def test_policy_supervisor_who_stands_in_is_told_once(nino: User, levan: User) -> None:
    type(nino.organisation).objects.update(duty_caseworker=None)
    agree(nino, tells_person=False, tells_supervisor=True, offsets=(3,), after=False)
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert [row.recipient for row in Reminder.objects.filter(deadline=deadline)] == [levan.pk]


def test_policy_that_tells_nobody_reachable_is_a_task(nino: User) -> None:
    agree(nino, tells_person=False, tells_caseworker=False, tells_supervisor=True)
    deadline = deadline_in(9)
    deadline.person.change(at=WRITTEN, email="")
    heal(nino.organisation_id)
    [task] = Task.objects.all()  # none for the person, who is not to be told
    assert task.subject_key == f"no_address:{deadline.pk}:1:supervisor"
    assert task.detail.startswith("No supervisor")
    assert health(desk_of(nino.organisation_id), database_now()).due_without_row == 0


@pytest.mark.parametrize(
    ("values", "tasks"),
    [({}, 0), ({"tells_caseworker": False}, 1), ({"after": False}, 1), ({"tells_person": False}, 0)],
)
def test_day_that_had_passed_when_it_was_written_is_told_or_a_task(
    nino: User, values: dict[str, Any], tasks: int
) -> None:
    agree(nino, at=database_now(), **values)
    deadline = deadline_in(-3)
    for _ in range(2):
        heal(nino.organisation_id)
    found = Task.objects.filter(person=deadline.person)
    assert [(task.due_on, task.assigned_to) for task in found] == [(deadline.due_on, nino)] * tasks
    assert len(rows(deadline, "caseworker", state=State.PENDING)) == 1 - tasks
    assert rows(deadline) == []
    assert health(desk_of(nino.organisation_id), database_now()).due_without_row == 0


def test_quiet_days_go_earlier(nino: User) -> None:
    """23 December is a Friday: it and the Thursday before are quiet, the day itself is told on Wednesday."""
    agree(nino, offsets=(7, 3, 0), quiet_days=(4, 5))
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    # 16 December is a Friday too; what has passed is told on Saturday.
    assert planned(deadline) == list(zip((7, 3, 0, -1), at_nine(14, 20, 21, 24), strict=True))
    assert pending_days(deadline) == [date(2022, 12, day) for day in (16, 20, 23)]


def test_quiet_day_brings_two_together_into_one_message(nino: User) -> None:
    agree(nino, offsets=(1, 0), quiet_days=(5,))
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert planned(deadline) == [(0, at_nine(22)[0]), (-1, at_nine(24)[0])]
    assert [row.last_error for row in rows(deadline, offset_days=1)] == ["told with another"]


def test_quiet_day_after_the_day_waits(nino: User) -> None:
    agree(nino, offsets=(), quiet_days=(6, 7))
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert planned(deadline) == [(-1, at_nine(26)[0])]


def test_late_news_goes_at_once_on_a_quiet_day(nino: User) -> None:
    tuesday = datetime(2022, 12, 20, 15, 0, tzinfo=TBILISI)
    agree(nino, offsets=(7, 5), quiet_days=(2,))
    deadline = deadline_on(UNTIL, tuesday)
    plan_at(nino.organisation_id, tuesday)
    assert planned(deadline)[0] == (5, tuesday)


def test_longest_offset_on_its_quietest_week_is_missed_when_it_is_due(nino: User) -> None:
    """300 days before 8 September 2023 is a Saturday; it is told on the Sunday before, 306 days ahead."""
    agree(nino, offsets=(300,), after=False, quiet_days=(1, 2, 3, 4, 5, 6))
    deadline = deadline_on(date(2023, 9, 8), WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    due = datetime(2022, 11, 6, 9, 0, tzinfo=TBILISI)
    assert planned(deadline) == [(300, due)]
    Reminder.objects.filter(deadline=deadline).delete()
    assert plan_at(nino.organisation_id, due) == 2


def test_another_organisations_policy_is_its_own(nino: User, marek: User) -> None:
    with acting(marek.organisation):
        agree(marek, offsets=(2,))
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert [offset for offset, _ in planned(deadline)] == [30, 14, 7, 3, 1, 0, -1]


# --- what a change does ----------------------------------------------------------------------------------
def test_change_supersedes_and_plans(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    agree(nino, LATER, offsets=(10, 3), after=False, tells_caseworker=False)
    plan_at(nino.organisation_id, LATER)
    assert planned(deadline) == list(zip((10, 3), at_nine(13, 20), strict=True))
    gone = [row for row in rows(deadline) if row.state == State.SUPERSEDED]
    assert {row.offset_days for row in gone} == {30, 14, 7, 1, 0, -1}
    assert {row.last_error for row in [*gone, *rows(deadline, "caseworker")]} == {"policy changed"}


def test_change_and_back_again(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    before = planned(deadline)
    policy = agree(nino, LATER, offsets=(3,), tells_caseworker=False)
    plan_at(nino.organisation_id, LATER)
    assert planned(deadline) != before
    policy.refresh_from_db()
    drop_policy(policy=policy, by=nino.as_actor(), at=LATER + timedelta(hours=1))
    plan_at(nino.organisation_id, LATER + timedelta(hours=2))
    assert planned(deadline) == before
    assert len(planned(deadline, "caseworker")) == 7


def test_change_of_hour_and_quiet_days_moves_what_is_planned(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    agree(nino, LATER, hour=time(18), quiet_days=(5,))
    plan_at(nino.organisation_id, LATER)
    assert planned(deadline)[2:] == list(zip((7, 3, 0, -1), at_nine(15, 20, 22, 24, hour=18), strict=True))
    agree(nino, LATER, hour=time(9))
    plan_at(nino.organisation_id, LATER)
    assert [moment for _, moment in planned(deadline)][2:] == at_nine(16, 20, 22, 23, 24)


def test_change_leaves_a_pause_and_a_send_now_alone(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    paused, hurried, *_ = rows(deadline)
    paused.change(at=WRITTEN, attempts=1, send_after=LATER + timedelta(hours=1))
    hurried.change(at=WRITTEN, send_after=LATER)
    agree(nino, LATER, hour=time(18))
    plan_at(nino.organisation_id, LATER)
    paused.refresh_from_db()
    hurried.refresh_from_db()
    assert (paused.send_after, hurried.send_after) == (LATER + timedelta(hours=1), LATER)


def test_change_never_unsends(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    Reminder.objects.filter(deadline=deadline, offset_days=30).update(state=State.SENT)
    agree(nino, LATER, offsets=(3,))
    agree(nino, LATER, offsets=(30, 3))
    plan_at(nino.organisation_id, LATER)
    assert {row.state for row in rows(deadline, offset_days=30)} == {State.SENT}


def test_change_of_who_supervises_and_looks_after_keeps_the_one_row(nino: User, levan: User) -> None:
    """Levan stands in for the caseworker; told as a supervisor only, it is still one row, and it stays."""
    type(nino.organisation).objects.update(duty_caseworker=None)
    agree(nino, tells_supervisor=True, offsets=(3,), after=False)
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    agree(nino, LATER, tells_caseworker=False, tells_supervisor=True, offsets=(3,), after=False)
    for minutes in range(3):
        plan_at(nino.organisation_id, LATER + timedelta(minutes=minutes))
    [row] = Reminder.objects.filter(deadline=deadline, recipient=levan.pk)
    assert (row.recipient_kind, row.state) == ("supervisor", State.PENDING)


def test_change_holds_before_the_planner_comes_by(nino: User) -> None:
    """What is due and no longer wanted does not wait for its turn among many deadlines."""
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    agree(nino, LATER, offsets=(3,))
    with acting(nino.organisation):
        supersede_due(desk_of(nino.organisation_id), datetime(2022, 12, 9, 9, 0, tzinfo=TBILISI))
    [row] = rows(deadline, offset_days=14)
    assert (row.state, row.last_error) == (State.SUPERSEDED, "policy changed")


def test_change_spreads_in_batches_of_whole_days(nino: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (20, 21, 21, 21, 22):
        deadline_on(date(2022, 12, day), WRITTEN)
    appeal = deadline_on(date(2022, 12, 20), WRITTEN, kind="appeal")
    plan_at(nino.organisation_id, WRITTEN)
    policy = agree(nino, LATER, kind="stay_end", offsets=(3,))
    desk = desk_of(nino.organisation_id)
    unplanned = []
    while replan(desk, LATER, most=2):
        unplanned.append(Deadline.objects.filter(planned_version=0).count())
    assert unplanned == [4, 5, 5]
    assert not Deadline.objects.filter(pk=appeal.pk, planned_version=0).exists()
    policy.refresh_from_db()
    assert (policy.replanned_version, policy.replanned_to) == (policy.version, None)
    assert plan(desk, LATER) == 5


def test_change_while_the_last_one_spreads_begins_again(nino: User) -> None:
    for day in (20, 21):
        deadline_on(date(2022, 12, day), WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    agree(nino, LATER, offsets=(3,))
    desk = desk_of(nino.organisation_id)
    assert replan(desk, LATER, most=1)
    assert plan(desk, LATER) == 1
    agree(nino, LATER, offsets=(2,))
    assert [replan(desk, LATER, most=1) for _ in range(4)] == [True, True, True, False]
    assert plan(desk, LATER) == 2


def test_change_missed_by_the_planner_is_healed(nino: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that a fence superseded while the policy was changed back comes back when it is due."""
    deadline = deadline_on(UNTIL, WRITTEN)
    agree(nino, offsets=(14,), after=False)
    plan_at(nino.organisation_id, WRITTEN)
    Reminder.objects.update(state=State.SUPERSEDED, last_error="policy changed", created_at=LATER)
    agree(nino, LATER + timedelta(hours=1), offsets=(14,), after=False)
    Policy.objects.update(replanned_version=planning.policies.FARTHEST)
    due = datetime(2022, 12, 9, 9, 0, tzinfo=TBILISI)
    plan_at(nino.organisation_id, due)
    assert [row.state for row in rows(deadline)] == [State.PENDING]


def test_tick_without_a_change_asks_for_nothing(nino: User) -> None:
    desk = desk_of(nino.organisation_id)
    assert replan(desk, datetime(2022, 12, 1, tzinfo=UTC)) is False
    agree(nino, offsets=(3,))
    assert [replan(desk, WRITTEN), replan(desk, WRITTEN)] == [True, False]
    assert rows(deadline_on(UNTIL, WRITTEN), occasion=Occasion.OFFSET) == []
