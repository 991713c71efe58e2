"""A change of the law moves a day: both are told of the move once, and of the old day no more."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind
from casework.isolation import acting_for
from casework.reminders.letters import compose
from casework.reminders.mail import Mail
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.operations import heal, work
from casework.reminders.queries import database_now, desk_of, health
from casework.reminders.wording import WORDINGS
from casework.stays import moves
from casework.stays.batches import Group
from casework.stays.duties import Duty
from casework.stays.models import Deadline, DeadlineStatus, LawChange
from casework.stays.zones import local_day
from tests.databases import RealDatabase
from tests.factories.accounts import UserFactory
from tests.reminders.arranged import (
    claim_one,
    deadline_in,
    deadline_on,
    deliver,
    move,
    pending_days,
    plan_at,
    rows,
)
from tests.reminders.mailserver import Answers

TBILISI = ZoneInfo("Asia/Tbilisi")
WRITTEN = datetime(2022, 11, 1, 12, 0, tzinfo=TBILISI)
AT_NIGHT = datetime(2022, 12, 14, 2, 30, tzinfo=TBILISI)
FAR, NEAR, PAST = date(2023, 9, 24), date(2022, 12, 23), date(2022, 12, 1)


@pytest.fixture(autouse=True)
def duty(nino: User) -> User:
    return nino


@pytest.fixture
def law(db: None) -> LawChange:
    return LawChange.objects.create(
        title="Georgia shortens the stay", country="GE", effective_on=date(2022, 12, 1), drafted_by="editor"
    )


def by_law(deadline: Deadline, day: date, law: LawChange, at: datetime) -> None:
    """As a replay moves it."""
    alone = Group(
        deadline.country, "RU", date(2022, 9, 21), None, None, None, stays=1,
        arrivals=f"{{{deadline.arrival_id}}}", people=f"{{{deadline.person_id}}}",
    )  # fmt: skip
    moves.write(
        [(alone, [Duty(deadline.kind, deadline.who, day, None, [])])],
        organisation_id=deadline.organisation_id, country=deadline.country, change=law.pk,
        why="law_change.replay", at=at,
    )  # fmt: skip
    deadline.refresh_from_db()


def news(deadline: Deadline, kind: str = "person", **where: object) -> list[Reminder]:
    return rows(deadline, kind, occasion=Occasion.MOVED, **where)


def moved(day: date, law: LawChange, at: datetime = AT_NIGHT) -> Deadline:
    """Planned for its old day, moved, planned again."""
    deadline = deadline_on(FAR, WRITTEN)
    plan_at(deadline.organisation_id, WRITTEN)
    by_law(deadline, day, law, at)
    plan_at(deadline.organisation_id, at)
    return deadline


def test_a_digest_says_of_a_day_that_the_law_moved_it(nino: User, law: LawChange, mails: Answers) -> None:
    now = database_now()
    for days, many in ((20, 3), (21, 1)):
        for _ in range(many):
            deadline = deadline_in(days)
            if days != 21:
                deadline.change(at=now, moved_by=law)
    work(nino.organisation_id)
    [mail] = mails.mails_to(nino.email)
    assert mail["Subject"] == "Dates to keep: 4"
    told = mail.get_body(("plain",)).get_content()
    assert told.count("The law has changed, and with it this date: ") == 3
    words = WORDINGS["en"]
    assert f"\n{words.day(deadline.due_on)}: the last day of a permitted stay\n" in told.replace("\r", "")


# --- planning --------------------------------------------------------------------------------------------
def test_moved_is_told_at_once_and_speaks_for_the_days_begun(law: LawChange) -> None:
    deadline = moved(NEAR, law)
    for kind in ("person", "caseworker"):
        [told] = news(deadline, kind)
        assert (told.state, told.send_after, told.day, told.offset_days) == (
            State.PENDING, AT_NIGHT, NEAR, None,
        )  # fmt: skip
        begun = rows(deadline, kind, deadline_version=2, state=State.SUPERSEDED)
        assert [(row.offset_days, row.last_error) for row in begun] == [
            (30, "told with another"), (14, "told with another"),
        ]  # fmt: skip
        assert pending_days(deadline, kind) == [date(2022, 12, day) for day in (16, 20, 22, 23)]
    assert {row.state for row in rows(deadline, deadline_version=1)} == {State.SUPERSEDED}


def test_moved_further_away_is_told_though_no_day_has_begun(law: LawChange) -> None:
    deadline = moved(date(2023, 11, 30), law)
    assert [row.state for row in news(deadline)] == [State.PENDING]
    assert len(pending_days(deadline)) == 6


def test_moved_beyond_the_horizon_is_told_and_the_rest_waits(law: LawChange) -> None:
    deadline = moved(date(2030, 1, 31), law)
    assert [row.occasion for row in rows(deadline, deadline_version=2)] == [Occasion.MOVED]
    plan_at(deadline.organisation_id, datetime(2030, 1, 1, 12, 0, tzinfo=TBILISI))
    assert len(news(deadline)) == 1
    assert len(pending_days(deadline)) == 6


def test_moved_is_planned_once_however_many_ticks(law: LawChange) -> None:
    deadline = moved(NEAR, law)
    for later in (timedelta(0), timedelta(minutes=1), timedelta(days=4), timedelta(days=30)):
        assert plan_at(deadline.organisation_id, AT_NIGHT + later) == 0
    assert len(news(deadline)) == len(news(deadline, "caseworker")) == 1


def test_moved_ticks_missed_for_days_are_one_message(law: LawChange) -> None:
    deadline = deadline_on(FAR, WRITTEN)
    by_law(deadline, NEAR, law, AT_NIGHT)
    back = datetime(2022, 12, 20, 11, 0, tzinfo=TBILISI)
    plan_at(deadline.organisation_id, back)
    due = [row.occasion for row in rows(deadline, state=State.PENDING) if row.send_after <= back]
    assert due == [Occasion.MOVED]


def test_moved_lost_row_of_a_day_begun_later_comes_back(law: LawChange) -> None:
    """The news spoke for the days begun when it was planned, not for every later one."""
    deadline = moved(NEAR, law)
    Reminder.objects.filter(deadline=deadline, offset_days=7).delete()
    plan_at(deadline.organisation_id, datetime(2022, 12, 17, 9, 0, tzinfo=TBILISI))
    assert [row.state for row in rows(deadline, offset_days=7)] == [State.PENDING]


def test_moved_into_the_past_tells_only_the_caseworker_and_once(law: LawChange) -> None:
    deadline = moved(PAST, law)
    assert rows(deadline, deadline_version=2) == []
    assert [
        (row.occasion, row.state) for row in rows(deadline, "caseworker", deadline_version=2)
    ] == [(Occasion.MOVED, State.PENDING), (Occasion.PASSED, State.SUPERSEDED)]  # fmt: skip
    assert plan_at(deadline.organisation_id, AT_NIGHT + timedelta(days=2)) == 0


def test_moved_and_moved_back_is_told_of_each(law: LawChange) -> None:
    deadline = moved(NEAR, law)
    Reminder.objects.filter(deadline=deadline, occasion=Occasion.MOVED).update(state=State.SENT)
    by_law(deadline, FAR, law, AT_NIGHT)
    plan_at(deadline.organisation_id, AT_NIGHT)
    assert [(row.deadline_version, row.state, row.day) for row in news(deadline)] == [
        (2, State.SENT, NEAR), (3, State.PENDING, FAR),
    ]  # fmt: skip


def test_moved_then_a_new_passport_is_ordinary_again(law: LawChange) -> None:
    deadline = moved(NEAR, law)
    deadline.change(at=AT_NIGHT, due_on=date(2022, 12, 30), moved_by=None)
    plan_at(deadline.organisation_id, AT_NIGHT)
    assert [(row.deadline_version, row.state) for row in news(deadline)] == [(2, State.SUPERSEDED)]
    assert pending_days(deadline)[0] == date(2022, 11, 30)


def test_moved_by_anything_else_is_no_news(law: LawChange) -> None:
    deadline = deadline_on(FAR, WRITTEN)
    move(deadline, NEAR, AT_NIGHT)
    plan_at(deadline.organisation_id, AT_NIGHT)
    assert news(deadline) == news(deadline, "caseworker") == []


def test_moved_what_a_human_closed_is_no_news(law: LawChange) -> None:
    deadline = deadline_on(FAR, WRITTEN)
    by_law(deadline, NEAR, law, AT_NIGHT)
    deadline.change(at=AT_NIGHT, status=DeadlineStatus.MET, closed_at=AT_NIGHT)
    assert plan_at(deadline.organisation_id, AT_NIGHT) == 0


def test_moved_new_caseworker_is_told_the_same_way(law: LawChange) -> None:
    deadline = moved(NEAR, law)
    tamar = UserFactory.create(organisation_id=deadline.organisation_id)
    Deadline.objects.filter(pk=deadline.pk).update(assigned_to=tamar)
    later = datetime(2022, 12, 21, 9, 0, tzinfo=TBILISI)
    plan_at(deadline.organisation_id, later)
    hers = rows(deadline, "caseworker", recipient=tamar.pk, state=State.PENDING, send_after__lte=later)
    assert [row.occasion for row in hers] == [Occasion.MOVED]


def test_moved_without_an_address_is_a_task_however_far_ahead(law: LawChange) -> None:
    deadline = deadline_in(300)
    deadline.person.change(at=database_now(), email="")
    by_law(deadline, deadline.due_on + timedelta(days=900), law, database_now())
    heal(deadline.organisation_id)
    [task] = Task.objects.filter(kind=TaskKind.NO_ADDRESS)
    assert task.due_on == deadline.due_on


def test_moved_counts_as_due_without_a_row_until_it_is_planned(law: LawChange) -> None:
    deadline = deadline_in(200)
    plan_at(deadline.organisation_id, database_now())
    by_law(deadline, deadline.due_on + timedelta(days=10), law, database_now())
    desk = desk_of(deadline.organisation_id)
    assert health(desk, database_now()).due_without_row == 2
    plan_at(deadline.organisation_id, database_now())
    assert health(desk, database_now()).due_without_row == 0


# --- what goes out ---------------------------------------------------------------------------------------
def test_moved_mail_goes_once_to_each_and_the_old_days_never(law: LawChange, mails: Answers) -> None:
    deadline = deadline_in(9)
    plan_at(deadline.organisation_id, database_now())  # the fourteenth day is due, and not yet sent
    by_law(deadline, deadline.due_on + timedelta(days=1), law, database_now())
    for _ in range(3):
        work(deadline.organisation_id)
    [mail] = mails.mails_to(deadline.person.email)
    assert mail["Subject"].startswith(f"Дата изменилась: {deadline.due_on.day} ")
    assert "Закон изменился" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert len(mails.taken) == 2
    assert {row.occasion for row in rows(deadline, state=State.SENT)} == {Occasion.MOVED}


def test_moved_after_the_claim_stops_the_old_day_at_the_fence(law: LawChange, mails: Answers) -> None:
    deadline = deadline_in(9)
    plan_at(deadline.organisation_id, database_now())
    claim = claim_one(deadline.organisation_id)
    assert claim is not None
    by_law(deadline, deadline.due_on + timedelta(days=1), law, database_now())
    deliver(claim, {"mail": Mail()})
    assert mails.taken == []
    assert Reminder.objects.get(pk=claim.reminder_id).last_error == "moved"


def test_moved_into_the_past_says_that_it_has_passed(law: LawChange, nino: User, mails: Answers) -> None:
    deadline = deadline_in(9)
    by_law(deadline, deadline.due_on - timedelta(days=20), law, database_now())
    for _ in range(2):
        work(nino.organisation_id)
    [(_, mail)] = mails.taken
    assert mail["To"] == nino.email
    assert mail["Subject"].startswith("A date has passed: ")
    said = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "The law has changed, and with it this date, which has passed: " in said
    assert f"/admin/stays/deadline/{deadline.pk}/change/" in said


def test_moved_into_the_past_many_at_once_are_one_letter(law: LawChange, nino: User, mails: Answers) -> None:
    for days_ago in (40, 30, 20, 11, 2):
        deadline = deadline_in(9)
        by_law(deadline, deadline.due_on - timedelta(days=9 + days_ago), law, database_now())
    for _ in range(2):
        work(nino.organisation_id)
    subjects = sorted(str(mail["Subject"]) for mail in mails.mails_to(nino.email))
    assert [subject.partition(":")[0] for subject in subjects] == ["A date has passed", "Dates to keep"]
    assert subjects[1] == "Dates to keep: 4"
    [digest] = [mail for mail in mails.mails_to(nino.email) if mail["Subject"] == subjects[1]]
    said = digest.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert said.count("The law has changed, and with it this date, which has passed: ") == 4


def test_moved_into_the_past_many_after_todays_digest_wait_for_tomorrow(
    law: LawChange, nino: User, mails: Answers
) -> None:
    for _ in range(5):
        deadline_in(20)
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 1
    for _ in range(5):
        deadline = deadline_in(40)
        by_law(deadline, deadline.due_on - timedelta(days=80), law, database_now())
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 1
    waiting = Reminder.objects.filter(recipient=nino.pk, occasion=Occasion.MOVED, digest__state=State.PENDING)
    assert waiting.count() == 5


def test_moved_held_up_until_the_day_is_over_leaves_it_to_the_row_that_says_so(
    law: LawChange, mails: Answers
) -> None:
    deadline = deadline_in(0)
    yesterday = database_now() - timedelta(days=1)
    by_law(deadline, local_day("GE", yesterday), law, yesterday)
    plan_at(deadline.organisation_id, yesterday)
    work(deadline.organisation_id)
    assert [(row.state, row.last_error) for row in news(deadline)] == [(State.SUPERSEDED, "day is over")]
    for kind in ("person", "caseworker"):  # nine o'clock may still lie ahead
        [passed] = rows(deadline, kind, occasion=Occasion.PASSED)
        assert passed.state in (State.PENDING, State.SENT)
    assert not any("changed" in mail["Subject"] or "изменилась" in mail["Subject"] for _, mail in mails.taken)


@pytest.mark.parametrize("day", [NEAR, PAST])
def test_moved_letter_names_nobody(law: LawChange, nino: User, day: date) -> None:
    deadline = moved(day, law)
    person = deadline.person
    secret = [*person.names(), person.native_name, str(person.pk), nino.organisation.name, law.title]
    secret += ["Georgia", "Грузи", nino.organisation.city]
    for told in [*news(deadline), *news(deadline, "caseworker")]:
        letter = compose(told, AT_NIGHT)
        said = "\n".join([letter.subject, letter.text, letter.html])
        assert str(day.year) in said
        assert [word for word in secret if word and word in said] == []


# --- side by side, really committed ----------------------------------------------------------------------
def test_moved_two_ticks_at_once_send_one_mail_each(
    real_database: RealDatabase, nino: User, mails: Answers
) -> None:
    with acting_for(nino.organisation_id):
        law = LawChange.objects.create(
            title="Shorter", country="GE", effective_on=date(2022, 12, 1), drafted_by="editor"
        )
        for _ in range(10):
            deadline = deadline_in(200)
            by_law(deadline, deadline.due_on - timedelta(days=190), law, database_now())
    together = threading.Barrier(2)
    failures: list[BaseException] = []

    def tick() -> None:
        try:
            together.wait(10)
            work(nino.organisation_id)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(mails.taken) == 10 + 1  # each person, and the caseworker's digest
    with acting_for(nino.organisation_id):
        sent = Reminder.objects.filter(state=State.SENT)
        sent = sent.exclude(occasion=Occasion.DIGEST)
        assert set(sent.values_list("occasion", flat=True)) == {Occasion.MOVED}
        assert sent.count() == Reminder.objects.filter(occasion=Occasion.MOVED).count() == 20
