from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.cases.operations import assign
from casework.cases.queries import open_case_of
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.planning import heal, plan
from casework.reminders.queries import database_now, desk_of, health
from casework.stays.models import DeadlineStatus
from tests.acting import acting
from tests.factories.accounts import UserFactory
from tests.factories.stays import ArrivalFactory
from tests.reminders.arranged import deadline_in, deadline_on, move, pending_days, plan_at, rows

TBILISI = ZoneInfo("Asia/Tbilisi")
WRITTEN = datetime(2022, 12, 12, 12, 0, tzinfo=TBILISI)
UNTIL = date(2022, 12, 23)


@pytest.fixture(autouse=True)
def duty(nino: User) -> User:
    return nino


def test_plan_offsets_of_a_stay_until_23_december(nino: User) -> None:
    """The reference case REM-1: two days gone are told in one message, three remain, then the day itself."""
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    table = [(row.day, row.offset_days, row.state) for row in rows(deadline, occasion=Occasion.OFFSET)]
    assert table == [
        (date(2022, 11, 23), 30, State.SUPERSEDED),
        (date(2022, 12, 9), 14, State.PENDING),  # the one message for both
        (date(2022, 12, 16), 7, State.PENDING),
        (date(2022, 12, 20), 3, State.PENDING),
        (date(2022, 12, 22), 1, State.PENDING),
        (date(2022, 12, 23), 0, State.PENDING),
    ]
    moments = {row.offset_days: row.send_after for row in rows(deadline, state=State.PENDING)}
    assert moments[14] == WRITTEN
    assert moments[7] == datetime(2022, 12, 16, 9, 0, tzinfo=TBILISI)
    assert moments[-1] == datetime(2022, 12, 24, 9, 0, tzinfo=TBILISI)


def test_plan_both_recipients(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert {row.recipient for row in rows(deadline)} == {deadline.person_id}
    assert {row.recipient for row in rows(deadline, "caseworker")} == {nino.pk}
    assert len(rows(deadline, "caseworker")) == len(rows(deadline)) == 7


def test_plan_nine_days_ahead_is_one_message_now_whatever_the_hour(nino: User) -> None:
    at_night = datetime(2022, 12, 14, 2, 30, tzinfo=TBILISI)
    deadline = deadline_on(UNTIL, at_night)
    plan_at(nino.organisation_id, at_night)
    due = [row.offset_days for row in rows(deadline, state=State.PENDING) if row.send_after <= at_night]
    assert due == [14]
    assert [row.offset_days for row in rows(deadline, state=State.SUPERSEDED)] == [30]


def test_plan_day_that_begins_today_speaks_for_those_before(nino: User) -> None:
    """At two at night with the seventh day begun: not one mail now and another at nine."""
    at_night = datetime(2022, 12, 16, 2, 0, tzinfo=TBILISI)
    deadline = deadline_on(UNTIL, at_night)
    plan_at(nino.organisation_id, at_night)
    tonight = rows(deadline, send_after__lte=at_night + timedelta(hours=12), state=State.PENDING)
    assert [(row.offset_days, row.send_after) for row in tonight] == [(7, at_night)]
    assert [row.offset_days for row in rows(deadline, state=State.SUPERSEDED)] == [30, 14]


def test_plan_first_day_of_all_waits_for_nine(nino: User) -> None:
    at_night = datetime(2022, 11, 23, 2, 0, tzinfo=TBILISI)
    deadline = deadline_on(UNTIL, at_night)
    plan_at(nino.organisation_id, at_night)
    first = rows(deadline)[0]
    assert (first.offset_days, first.state) == (30, State.PENDING)
    assert first.send_after == datetime(2022, 11, 23, 9, 0, tzinfo=TBILISI)


def test_plan_again_adds_nothing(nino: User) -> None:
    deadline_on(UNTIL, WRITTEN)
    assert plan_at(nino.organisation_id, WRITTEN) == 14
    for later in (timedelta(0), timedelta(hours=1), timedelta(days=5), timedelta(days=30)):
        assert plan_at(nino.organisation_id, WRITTEN + later) == 0


def test_plan_missed_ticks_are_healed_with_one_message(nino: User) -> None:
    deadline = deadline_on(date(2023, 2, 28), WRITTEN)
    back = datetime(2023, 2, 22, 11, 0, tzinfo=TBILISI)
    plan_at(nino.organisation_id, back)
    due = [row.offset_days for row in rows(deadline, state=State.PENDING) if row.send_after <= back]
    assert due == [7]


def test_plan_lost_row_comes_back(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    Reminder.objects.filter(deadline=deadline, offset_days=3).delete()
    assert plan_at(nino.organisation_id, WRITTEN) == 0  # nobody misses it yet
    assert plan_at(nino.organisation_id, datetime(2022, 12, 20, 9, 0, tzinfo=TBILISI)) == 2


def test_plan_tick_looks_only_at_what_nobody_planned(nino: User) -> None:
    """By itself: whatever raises the version, or gives the deadline to somebody else, is found again."""
    deadline = deadline_on(UNTIL, WRITTEN)
    with acting(nino.organisation):
        desk = desk_of(nino.organisation_id)
        assert [plan(desk, WRITTEN), plan(desk, WRITTEN)] == [1, 0]
        Reminder.objects.filter(deadline=deadline).delete()
        assert plan(desk, WRITTEN) == 0
        move(deadline, UNTIL, WRITTEN)
        assert [plan(desk, WRITTEN), plan(desk, WRITTEN)] == [1, 0]
        assert len(rows(deadline, deadline_version=2)) == 7
        tamar = UserFactory.create(organisation=nino.organisation)
        case = open_case_of(deadline.person_id)
        assert case is not None
        assign(case=case, caseworker=tamar, by=nino.as_actor(), at=WRITTEN)
        assert plan(desk, WRITTEN) == 1
        assert {row.recipient for row in rows(deadline, "caseworker")} == {nino.pk, tamar.pk}


def test_plan_takes_no_more_than_a_batch(nino: User) -> None:
    for day in (25, 23, 24):
        deadline_on(date(2022, 12, day), WRITTEN)
    with acting(nino.organisation):
        desk = desk_of(nino.organisation_id)
        assert plan(desk, WRITTEN, most=2) == 2
        planned = Reminder.objects.values_list("deadline__due_on", flat=True)
        assert set(planned) == {date(2022, 12, 23), date(2022, 12, 24)}  # the nearest first
        assert [plan(desk, WRITTEN, most=2), plan(desk, WRITTEN, most=2)] == [1, 0]


def test_heal_takes_up_only_what_lacks_a_row_that_is_due(nino: User) -> None:
    for day in (23, 24):
        deadline_on(date(2022, 12, day), WRITTEN)
    with acting(nino.organisation):
        desk = desk_of(nino.organisation_id)
        assert heal(desk, WRITTEN, most=1) == 1
        assert [heal(desk, WRITTEN), heal(desk, WRITTEN)] == [1, 0]
        assert heal(desk, datetime(2022, 12, 25, 12, 0, tzinfo=TBILISI)) == 0


def test_plan_moved_deadline(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    move(deadline, date(2023, 1, 31), WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    old = rows(deadline, deadline_version=1)
    assert {row.state for row in old} == {State.SUPERSEDED}
    assert pending_days(deadline) == [date(2023, 1, d) for d in (1, 17, 24, 28, 30, 31)]


def test_plan_closed_deadline(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    deadline.change(at=WRITTEN, status=DeadlineStatus.MET, closed_at=WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert {(row.state, row.last_error) for row in rows(deadline, offset_days__lte=7)} == {
        (State.SUPERSEDED, "closed")
    }


def test_plan_day_over_leaves_only_that_it_has_passed(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    plan_at(nino.organisation_id, datetime(2022, 12, 24, 0, 1, tzinfo=TBILISI))
    assert [row.occasion for row in rows(deadline, state=State.PENDING)] == [Occasion.PASSED]


def test_plan_last_day_is_the_host_countrys(nino: User) -> None:
    """One in the morning of the 24th in Tbilisi is still the 23rd in Buenos Aires."""
    deadline = deadline_on(UNTIL, WRITTEN, country="AR")
    plan_at(nino.organisation_id, WRITTEN)
    plan_at(nino.organisation_id, datetime(2022, 12, 24, 1, 0, tzinfo=TBILISI))
    assert date(2022, 12, 23) in pending_days(deadline)


def test_plan_written_after_the_day_tells_only_the_caseworker(nino: User) -> None:
    late = datetime(2022, 12, 27, 15, 0, tzinfo=TBILISI)
    deadline = deadline_on(UNTIL, late)
    plan_at(nino.organisation_id, late)
    assert rows(deadline) == []
    assert [(r.occasion, r.send_after) for r in rows(deadline, "caseworker")] == [(Occasion.PASSED, late)]


def test_plan_dead_for_days_still_tells_the_person_that_it_has_passed(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, datetime(2022, 12, 26, 15, 0, tzinfo=TBILISI))
    assert [row.occasion for row in rows(deadline)] == [Occasion.PASSED]


@pytest.mark.parametrize(
    ("country", "until", "offset", "moment"),
    [
        # Germany: the night of 26 March 2023 has no third hour, that of 29 October 2023 has it twice.
        ("DE", date(2023, 4, 2), 7, datetime(2023, 3, 26, 7, 0, tzinfo=UTC)),
        ("DE", date(2023, 4, 1), 7, datetime(2023, 3, 25, 8, 0, tzinfo=UTC)),
        ("DE", date(2023, 11, 5), 7, datetime(2023, 10, 29, 8, 0, tzinfo=UTC)),
        # Kazakhstan moved to one zone on 1 March 2024.
        ("KZ", date(2024, 3, 7), 7, datetime(2024, 2, 29, 3, 0, tzinfo=UTC)),
        ("KZ", date(2024, 3, 8), 7, datetime(2024, 3, 1, 4, 0, tzinfo=UTC)),
    ],
)
def test_plan_nine_in_the_morning_where_the_person_is(
    nino: User, country: str, until: date, offset: int, moment: datetime
) -> None:
    deadline = deadline_on(until, moment - timedelta(days=20), country=country)
    plan_at(nino.organisation_id, moment - timedelta(days=20))
    assert [row.send_after for row in rows(deadline, offset_days=offset)] == [moment]


def test_plan_caseworker_hears_at_nine_on_her_own_clock(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN, country="DE")
    plan_at(nino.organisation_id, WRITTEN)
    [row] = rows(deadline, "caseworker", offset_days=7)
    assert row.send_after == datetime(2022, 12, 16, 9, 0, tzinfo=TBILISI)


def test_plan_caseworker_far_west_hears_before_the_day_is_over_there(nino: User) -> None:
    Organisation.objects.filter(pk=nino.organisation_id).update(time_zone="Pacific/Honolulu")
    deadline = deadline_on(UNTIL, WRITTEN, country="KZ")
    plan_at(nino.organisation_id, WRITTEN)
    [row] = rows(deadline, "caseworker", offset_days=0)
    assert row.send_after.astimezone(ZoneInfo("Asia/Almaty")).date() == UNTIL


def test_plan_unknown_zone_does_not_stop_the_others(nino: User) -> None:
    Organisation.objects.filter(pk=nino.organisation_id).update(time_zone="Moon/Tranquility")
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    [row] = rows(deadline, "caseworker", offset_days=7)
    assert row.send_after == datetime(2022, 12, 16, 9, 0, tzinfo=UTC)


def test_plan_assigned_caseworker_before_the_one_on_duty(nino: User) -> None:
    tamar = UserFactory.create(organisation=nino.organisation)
    deadline = deadline_on(UNTIL, WRITTEN, assigned_to=tamar)
    plan_at(nino.organisation_id, WRITTEN)
    assert {row.recipient for row in rows(deadline, "caseworker")} == {tamar.pk}


def test_plan_nobody_on_duty_falls_to_the_supervisor(nino: User, levan: User) -> None:
    Organisation.objects.filter(pk=nino.organisation_id).update(duty_caseworker=None)
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert {row.recipient for row in rows(deadline, "caseworker")} == {levan.pk}


def test_plan_new_caseworker_is_told_too(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    tamar = UserFactory.create(organisation=nino.organisation)
    type(deadline).objects.filter(pk=deadline.pk).update(assigned_to=tamar)
    plan_at(nino.organisation_id, WRITTEN)
    assert {row.recipient for row in rows(deadline, "caseworker")} == {nino.pk, tamar.pk}


def test_plan_address_given_later_is_planned_then(nino: User) -> None:
    deadline = deadline_on(UNTIL, WRITTEN)
    deadline.person.change(at=WRITTEN, email="")
    plan_at(nino.organisation_id, WRITTEN)
    assert rows(deadline) == []
    deadline.person.change(at=WRITTEN, email="vera@mail.example")
    plan_at(nino.organisation_id, WRITTEN)
    assert len(rows(deadline)) == 7


def test_plan_far_future_waits(nino: User) -> None:
    deadline = deadline_on(date(9999, 12, 31), WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    assert rows(deadline) == []


def test_plan_leaves_one_line_in_the_trail_and_none_for_nothing(nino: User) -> None:
    deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    [event] = Event.objects.filter(action="reminder.planned")
    assert event.about == {"count": 14}
    assert event.actor_id == "reminders"


def test_plan_does_not_reach_into_another_organisation(nino: User, marek: User) -> None:
    with acting(marek.organisation):
        theirs = deadline_on(UNTIL, WRITTEN, country="KZ")
    deadline_on(UNTIL, WRITTEN)
    plan_at(nino.organisation_id, WRITTEN)
    with acting(marek.organisation):
        assert rows(theirs) == []
    assert Reminder.objects.count() == 14


def test_plan_statements_do_not_grow_with_the_deadlines(nino: User) -> None:
    arrival = ArrivalFactory.create()
    deadline_on(UNTIL, WRITTEN, arrival=arrival)
    few = _statements(nino)
    for _ in range(5):
        deadline_on(UNTIL, WRITTEN)
    assert _statements(nino) == few


def test_health_counts_what_is_due_without_a_row(nino: User) -> None:
    deadline_in(9)
    desk = desk_of(nino.organisation_id)
    assert health(desk, database_now()).due_without_row == 2
    plan_at(nino.organisation_id, database_now())
    found = health(desk, database_now())
    assert (found.due_without_row, found.dead, found.parked) == (0, 0, 0)
    assert found.oldest_pending == timedelta(0)


def _statements(nino: User) -> int:
    seen: list[str] = []

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        plan_at(nino.organisation_id, WRITTEN)
    return len(seen)
