"""Forty letters a day are read by nobody: what is not urgent comes in one."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.accounts.models import User
from casework.audit.models import Event
from casework.cases.models import Task, TaskKind
from casework.isolation import acting_for
from casework.reminders import ledger, policies
from casework.reminders.details import PolicyDetails
from casework.reminders.digests import bundle, mark_told, settle
from casework.reminders.mail import Mail
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.operations import heal, set_policy, try_again, work
from casework.reminders.queries import database_now, desk_of, health
from casework.stays.models import Deadline
from tests.acting import acting
from tests.factories.accounts import UserFactory
from tests.reminders.arranged import claim_one, deadline_in, deliver, plan_at
from tests.reminders.mailserver import Answers

CROWD = policies.TOLD_SINGLY + 1


@pytest.fixture(autouse=True)
def duty(nino: User) -> User:
    return nino


def crowd(days: int = 9, many: int = CROWD) -> list[Deadline]:
    """So many people with nine days left: one letter each is due to the caseworker at once."""
    deadlines = [deadline_in(days) for _ in range(many)]
    for deadline in deadlines:
        deadline.person.email = ""
        deadline.person.save()
    return deadlines


def digests() -> list[Reminder]:
    return list(Reminder.objects.filter(occasion=Occasion.DIGEST).order_by("day"))


def of(nino: User, **where: object) -> list[Reminder]:
    rows = Reminder.objects.filter(recipient=nino.pk, **where).exclude(occasion=Occasion.DIGEST)
    return list(rows.order_by("pk"))


def test_a_few_are_told_singly(nino: User, mails: Answers) -> None:
    crowd(many=policies.TOLD_SINGLY)
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == policies.TOLD_SINGLY
    assert digests() == []


def test_many_are_told_in_one_letter(nino: User, mails: Answers) -> None:
    deadlines = crowd(many=12)
    work(nino.organisation_id)
    [mail] = mails.mails_to(nino.email)
    part = mail.get_body(("plain",))
    assert part is not None
    body = str(part.get_content())
    assert "Dates to keep: 12" in str(mail["Subject"])
    assert body.count("the last day of a permitted stay") == 12
    assert "/admin/stays/deadline/" in body
    for deadline in deadlines:
        assert deadline.person.family_name not in body
    [digest] = digests()
    assert digest.state == State.SENT
    told = of(nino, state=State.SENT)
    assert len(told) == 12
    assert {row.message_id for row in told} == {digest.message_id}
    events = Event.objects.filter(action="reminder.sent", object_id__in=[str(row.pk) for row in told])
    assert events.count() == 12
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 1


def test_what_is_urgent_does_not_wait(nino: User, mails: Answers) -> None:
    crowd()
    urgent = crowd(days=2, many=2)
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 3
    singly = of(nino, state=State.SENT, digest=None)
    assert {row.deadline_id for row in singly} == {deadline.pk for deadline in urgent}


def test_what_passed_long_ago_is_no_flood_and_says_that_it_has(nino: User, mails: Answers) -> None:
    """An old list is imported: each of its days had passed before anybody wrote it down."""
    long_ago, ahead = crowd(days=-40, many=12), crowd(many=2)
    work(nino.organisation_id)
    [mail] = mails.mails_to(nino.email)
    assert f"Dates to keep: {len(long_ago) + len(ahead)}" in str(mail["Subject"])
    body = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert body.count("This day has passed: ") == len(long_ago)
    passed, _, coming = body.partition("Nobody has marked it as done.")
    assert "These dates are coming up: 2." not in passed
    assert "These dates are coming up: 2." in coming
    crowd(days=-40)
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 1, "the next ones wait for tomorrow's"


def test_what_has_just_passed_does_not_wait(nino: User, mails: Answers) -> None:
    crowd(days=-1, many=5)
    work(nino.organisation_id)
    assert [str(mail["Subject"])[:17] for mail in mails.mails_to(nino.email)] == ["A date has passed"] * 5


def test_after_todays_digest_the_next_waits_for_tomorrow(nino: User, mails: Answers) -> None:
    crowd()
    work(nino.organisation_id)
    crowd()
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 1
    today, tomorrow = digests()
    zone = ZoneInfo(nino.organisation.time_zone)
    assert tomorrow.day == today.day + timedelta(days=1)
    assert tomorrow.send_after.astimezone(zone).time() == policies.HOUR
    assert tomorrow.send_after.astimezone(zone).date() == tomorrow.day
    assert Reminder.objects.filter(digest=tomorrow, state=State.PENDING).count() == CROWD
    heal(nino.organisation_id)  # nobody can mail these people: that is a task each
    with acting_for(nino.organisation_id):
        found = health(desk_of(nino.organisation_id), database_now())
    assert (found.due_without_row, found.oldest_pending) == (0, None)


def after_todays(nino: User, *kinds: str, days: int = 20) -> list[Reminder]:
    """The digests of later days, once today's has left and so many more of each kind are due."""
    crowd(days)
    work(nino.organisation_id)
    for kind in kinds:
        for deadline in crowd(days):
            Deadline.objects.filter(pk=deadline.pk).update(kind=kind)
    work(nino.organisation_id)
    return digests()[1:]


def own_today(nino: User) -> date:
    return database_now().astimezone(ZoneInfo(nino.organisation.time_zone)).date()


def agree(nino: User, **values: Any) -> None:
    set_policy(
        organisation=nino.organisation, details=PolicyDetails(**values), by=nino.as_actor(), at=database_now()
    )


def quiet(nino: User, *ahead: int) -> tuple[int, ...]:
    return tuple((own_today(nino) + timedelta(days=days)).isoweekday() for days in ahead)


def test_the_next_digest_waits_for_the_hour_that_was_agreed_on(nino: User, mails: Answers) -> None:
    agree(nino, hour=time(7, 30))
    agree(nino, kind="appeal", hour=time(18, 15))
    [tomorrow] = after_todays(nino, "stay_end")
    assert tomorrow.send_after.astimezone(ZoneInfo(nino.organisation.time_zone)).time() == time(7, 30)
    for deadline in crowd(20):
        Deadline.objects.filter(pk=deadline.pk).update(kind="appeal")
    work(nino.organisation_id)
    [tomorrow] = digests()[1:]
    assert tomorrow.send_after.astimezone(ZoneInfo(nino.organisation.time_zone)).time() == time(18, 15)
    assert Reminder.objects.filter(digest=tomorrow).count() == 2 * CROWD


def test_the_next_digest_goes_round_quiet_days(nino: User, mails: Answers) -> None:
    agree(nino, kind="appeal", quiet_days=quiet(nino, 1, 2))
    found = after_todays(nino, "stay_end", "appeal")
    today = own_today(nino)
    assert [digest.day for digest in found] == [today + timedelta(days=days) for days in (1, 3)]
    assert [
        set(Reminder.objects.filter(digest=digest).values_list("deadline__kind", flat=True))
        for digest in found
    ] == [{"stay_end"}, {"appeal"}]


def test_what_would_be_urgent_after_the_quiet_days_is_told_singly_now(nino: User, mails: Answers) -> None:
    agree(nino, kind="appeal", offsets=(30, 7), quiet_days=quiet(nino, 1, 2, 3, 4, 5, 6))
    assert after_todays(nino, "appeal", days=9) == []
    assert len(of(nino, state=State.SENT, digest=None, deadline__kind="appeal")) == CROWD
    assert len(mails.mails_to(nino.email)) == 1 + CROWD


def test_letters_already_had_today_count(nino: User, mails: Answers) -> None:
    crowd(many=policies.TOLD_SINGLY)
    work(nino.organisation_id)
    crowd(many=1)
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == policies.TOLD_SINGLY + 1
    assert [digest.state for digest in digests()] == [State.SENT]


def test_two_ticks_bundle_once(nino: User) -> None:
    crowd()
    now = database_now()
    plan_at(nino.organisation_id, now)
    with acting_for(nino.organisation_id):
        desk = desk_of(nino.organisation_id)
        assert bundle(desk, now) == CROWD
        assert bundle(desk, now) == 0
    assert len(digests()) == 1
    claim = claim_one(nino.organisation_id)
    assert claim is not None
    assert claim.reminder_id == digests()[0].pk
    assert claim_one(nino.organisation_id) is None


def test_what_went_out_of_date_is_left_out(nino: User, mails: Answers) -> None:
    first, *others = crowd()
    plan_at(nino.organisation_id, database_now())
    with acting_for(nino.organisation_id):
        bundle(desk_of(nino.organisation_id), database_now())
    Deadline.objects.filter(pk=first.pk).update(status="met")
    others[0].assigned_to = UserFactory.create(organisation=nino.organisation, username="other")
    others[0].save()
    work(nino.organisation_id)
    [mail] = mails.mails_to(nino.email)
    assert f"Dates to keep: {CROWD - 2}" in str(mail["Subject"])
    reasons = {row.last_error for row in of(nino, state=State.SUPERSEDED) if row.digest_id}
    assert reasons <= {"closed", "handed over"}
    assert reasons


def test_nothing_left_to_tell_sends_nothing(nino: User, mails: Answers) -> None:
    deadlines = crowd()
    plan_at(nino.organisation_id, database_now())
    with acting_for(nino.organisation_id):
        bundle(desk_of(nino.organisation_id), database_now())
    Deadline.objects.filter(pk__in=[deadline.pk for deadline in deadlines]).update(status="met")
    work(nino.organisation_id)
    assert mails.mails_to(nino.email) == []
    assert [(row.state, row.last_error) for row in digests()] == [(State.SUPERSEDED, "nothing left to tell")]
    told_why = {(row.state, row.last_error) for row in Reminder.objects.filter(digest__isnull=False)}
    assert told_why == {(State.SUPERSEDED, "closed")}


def test_of_a_digest_without_an_address_only_what_stands_is_a_task(nino: User, mails: Answers) -> None:
    """Written or not, what was settled stays settled."""
    met, *others = crowd()
    plan_at(nino.organisation_id, database_now())
    with acting_for(nino.organisation_id):
        bundle(desk_of(nino.organisation_id), database_now())
    Deadline.objects.filter(pk=met.pk).update(status="met")
    User.objects.filter(pk=nino.pk).update(email="")
    claimed = claim_one(nino.organisation_id)
    assert claimed is not None
    deliver(claimed, {"mail": Mail()})
    ended = {row.deadline_id: (row.state, row.last_error) for row in of(nino, digest=digests()[0])}
    assert ended.pop(met.pk) == (State.SUPERSEDED, "closed")
    assert set(ended) == {deadline.pk for deadline in others}
    assert set(ended.values()) == {(State.DEAD, "no address")}
    assert Task.objects.count() == len(others)


@pytest.mark.parametrize("many", [CROWD, 3 * CROWD])
def test_a_digest_costs_the_same_however_much_it_tells(
    nino: User, mails: Answers, many: int, django_assert_num_queries: Any
) -> None:
    first, *_ = crowd(many=many)
    plan_at(nino.organisation_id, database_now())
    with acting_for(nino.organisation_id):
        desk, now = desk_of(nino.organisation_id), database_now()
        bundle(desk, now)
        [digest] = digests()
        Deadline.objects.filter(pk=first.pk).update(status="met")
        with django_assert_num_queries(2):  # and one line in the trail
            inside = settle(digest.pk, desk, now)
        with django_assert_num_queries(1):
            mark_told(digest, now)
    assert {row.pk for row in of(nino, state=State.SENT)} == inside
    assert len(inside) == many - 1
    assert Event.objects.filter(action="reminder.sent", object_id__in=inside).count() == many - 1


def test_a_change_between_writing_and_leaving_writes_it_anew(
    nino: User, mails: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = crowd()
    plan_at(nino.organisation_id, database_now())
    with acting_for(nino.organisation_id):
        bundle(desk_of(nino.organisation_id), database_now())
    claim = claim_one(nino.organisation_id)
    assert claim is not None
    fence, changed = ledger.fence, []

    def late(*args: object) -> bool:
        if not changed:
            changed.append(Deadline.objects.filter(pk=first.pk).update(status="met"))
        return fence(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger, "fence", late)
    mail = Mail()
    deliver(claim, {"mail": mail})
    assert mails.taken == []
    assert digests()[0].state == State.PENDING
    again = claim_one(nino.organisation_id)
    assert again is not None
    deliver(again, {"mail": mail})
    mail.close()
    [sent] = mails.mails_to(nino.email)
    assert f"Dates to keep: {CROWD - 1}" in str(sent["Subject"])


def test_a_dead_digest_leaves_a_task_for_each(nino: User, mails: Answers) -> None:
    mails.to_recipient = ["550 no such user"]
    crowd()
    work(nino.organisation_id)
    assert [digest.state for digest in digests()] == [State.DEAD]
    assert len(of(nino, state=State.DEAD)) == CROWD
    assert Task.objects.filter(kind=TaskKind.REMINDER_DEAD).count() == CROWD


def dead_digest(nino: User, mails: Answers) -> Reminder:
    mails.to_recipient = ["550 no such user"]
    crowd()
    work(nino.organisation_id)
    [digest] = digests()
    assert digest.state == State.DEAD
    return digest


def again(row: Reminder, nino: User) -> None:
    try_again(reminder=row, by=nino.as_actor(), at=database_now())
    work(nino.organisation_id)
    row.refresh_from_db()


def test_a_row_of_a_dead_digest_tried_again_is_told_by_itself(nino: User, mails: Answers) -> None:
    digest = dead_digest(nino, mails)
    row = of(nino, state=State.DEAD)[0]
    again(row, nino)
    assert (row.state, row.digest_id, row.by_hand) == (State.SENT, None, True)
    [mail] = mails.mails_to(nino.email)
    assert str(row.pk) in str(mail["Message-ID"])
    digest.refresh_from_db()
    assert digest.state == State.DEAD


def test_a_dead_digest_tried_again_tells_all_that_it_told(nino: User, mails: Answers) -> None:
    digest = dead_digest(nino, mails)
    gone, *told = of(nino, state=State.DEAD)
    Deadline.objects.filter(pk=gone.deadline_id).update(status="met")
    again(digest, nino)
    assert digest.state == State.SENT
    [mail] = mails.mails_to(nino.email)
    assert f"Dates to keep: {len(told)}" in str(mail["Subject"])
    assert {row.pk for row in of(nino, state=State.SENT, digest=digest)} == {row.pk for row in told}
    assert of(nino, state=State.SUPERSEDED, last_error="closed") == [gone]
    [event] = Event.objects.filter(action="reminder.retried")
    assert (event.object_id, event.about["told"]) == (digest.pk, CROWD)


def test_a_digest_tried_again_leaves_alone_what_was_told_by_itself(nino: User, mails: Answers) -> None:
    digest = dead_digest(nino, mails)
    again(of(nino, state=State.DEAD)[0], nino)
    again(digest, nino)
    assert f"Dates to keep: {CROWD - 1}" in str(mails.mails_to(nino.email)[1]["Subject"])


def test_another_organisations_digest_is_its_own(nino: User, marek: User, mails: Answers) -> None:
    crowd()
    with acting(marek.organisation):
        work(marek.organisation_id)
    assert mails.taken == []
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 1
