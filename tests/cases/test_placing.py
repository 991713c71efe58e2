"""Nights become free: the next household's caseworker is told, once, in the same transaction."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from casework.accounts.models import User
from casework.cases import operations
from casework.cases.models import Task, TaskKind
from casework.cases.tasks import tend as tend_task
from casework.cases.tasks import tend_for
from casework.housing.details import UnitDetails
from casework.housing.models import Need, Placement, Unit
from casework.housing.room import NoRoom
from casework.isolation import acting_for
from tests.databases import RealDatabase
from tests.factories.cases import CaseFactory
from tests.factories.housing import NeedFactory, PlaceFactory, PlacementFactory, UnitFactory


def october(day: int) -> date:
    return date(2022, 10, day)


@pytest.fixture
def who(nino: User, at: datetime) -> dict[str, Any]:
    return {"by": nino.as_actor(), "at": at}


@pytest.fixture
def full(nino: User) -> Placement:
    """A room of two beds, both taken to the 10th."""
    placement: Placement = PlacementFactory.create(unit=UnitFactory.create(capacity=2, name="Room 4"))
    return placement


def waiting(at: datetime, days: int, **values: Any) -> Need:
    """With an open case of Nino's."""
    need: Need = NeedFactory.create(created_at=at - timedelta(days=days), **values)
    CaseFactory.create(household=need.household)
    return need


def told() -> list[Any]:
    tasks = Task.objects.filter(kind=TaskKind.BED_FREE).order_by("created_at", "pk")
    return [task.case.household_id for task in tasks]


def test_cancelled_nights_go_to_the_next_in_turn(
    who: dict[str, Any], at: datetime, full: Placement, nino: User
) -> None:
    waiting(at, 2)
    first = waiting(at, 5)
    operations.cancel_placement(placement=full, **who)
    task = Task.objects.get()
    assert (task.kind, task.case.household_id, task.assigned_to) == (
        TaskKind.BED_FREE,
        first.household_id,
        nino,
    )
    assert task.due_on == october(1)
    assert task.detail == f"{full.unit.place.name}, Room 4: free on the nights of 2022-10-01 to 2022-10-10."


@pytest.mark.parametrize(
    "values",
    [
        {"people": 3},
        {"city": "Batumi"},
        {"country": "KZ"},
        {"step_free": True},
        {"pets": True},
        {"needed_from": date(2022, 10, 11), "needed_until": date(2022, 10, 12)},
        {"needed_until": date(2022, 10, 1), "needed_from": date(2022, 10, 1)},
        {"placed": True},
        {"withdrawn": True},
    ],
    ids=str,
)
def test_whom_the_nights_do_not_fit_is_passed_over(
    who: dict[str, Any], at: datetime, full: Placement, values: dict[str, Any]
) -> None:
    waiting(at, 9, **values)
    second = waiting(at, 5, city="")
    operations.end_placement(placement=full, ends_on=october(1), **who)
    assert told() == [second.household_id]


def test_who_holds_another_bed_is_passed_over(who: dict[str, Any], at: datetime, full: Placement) -> None:
    PlacementFactory.create(need=waiting(at, 9), held=True)
    PlacementFactory.create(need=(run_out := waiting(at, 5)), run_out=True)
    operations.cancel_placement(placement=full, **who)
    assert told() == [run_out.household_id]


def test_without_a_case_nobody_can_be_told(who: dict[str, Any], at: datetime, full: Placement) -> None:
    NeedFactory.create(household=None, created_at=at - timedelta(days=9))
    NeedFactory.create(created_at=at - timedelta(days=8))
    with_case = waiting(at, 5)
    operations.cancel_placement(placement=full, **who)
    assert told() == [with_case.household_id]


def test_whoever_gave_them_up_is_not_told(who: dict[str, Any], at: datetime, full: Placement) -> None:
    CaseFactory.create(household=full.need.household)
    operations.cancel_placement(placement=full, **who)
    assert full.need.status == "waiting"
    assert told() == []


def test_nights_that_are_taken_again_are_nobodys(who: dict[str, Any], at: datetime, nino: User) -> None:
    """A hold that has run out makes room for whoever asks; only what is left is offered."""
    unit = UnitFactory.create(capacity=2)
    PlacementFactory.create(unit=unit, run_out=True)
    waiting(at, 5)
    asked = {"need": NeedFactory.create(), "unit": unit, "starts_on": october(1), "ends_on": october(10)}
    operations.place_household(**asked, **who)
    assert told() == []


def test_nights_that_have_passed_are_not_offered(who: dict[str, Any], at: datetime) -> None:
    past = PlacementFactory.create(starts_on=date(2022, 9, 20), ends_on=date(2022, 9, 30))
    waiting(at, 5, needed_from=date(2022, 9, 20))
    operations.cancel_placement(placement=past, reason="nobody came", **who)
    assert told() == []


def test_each_change_that_frees_nights_tells(who: dict[str, Any], at: datetime) -> None:
    need = waiting(at, 5)
    operations.change_placement(placement=PlacementFactory.create(), ends_on=october(4), **who)
    operations.move_placement(
        placement=PlacementFactory.create(), unit=UnitFactory.create(), from_day=october(4), **who
    )
    PlacementFactory.create(run_out=True)
    assert operations.expire_holds(**who) == 1
    assert told() == [need.household_id] * 3


def test_placed_the_task_is_done(who: dict[str, Any], at: datetime, full: Placement) -> None:
    need = waiting(at, 5)
    operations.cancel_placement(placement=full, **who)
    asked = {"unit": full.unit, "starts_on": october(1), "ends_on": october(10)}
    hold = operations.place_household(need=need, **asked, **who)
    assert Task.objects.get().status == "open"
    operations.confirm_placement(placement=hold, **who)
    assert Task.objects.get().status == "done"


def test_refused_nothing_is_told(who: dict[str, Any], at: datetime, full: Placement) -> None:
    waiting(at, 5)
    run_out = PlacementFactory.create(unit=UnitFactory.create(capacity=2), run_out=True)
    with pytest.raises(NoRoom):
        operations.move_placement(
            placement=full, unit=UnitFactory.create(capacity=1), from_day=october(2), **who
        )
    with pytest.raises(NoRoom):
        operations.place_household(
            need=NeedFactory.create(people=3),
            unit=run_out.unit,
            starts_on=october(1),
            ends_on=october(2),
            **who,
        )
    assert told() == []
    assert Placement.objects.get(pk=run_out.pk).status == "held"


# --- beds that end ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ends_on", "opened"),
    [(date(2022, 9, 30), 0), (date(2022, 10, 1), 1), (date(2022, 10, 4), 1), (date(2022, 10, 5), 0)],
)
def test_bed_that_ends_soon(who: dict[str, Any], at: datetime, ends_on: date, opened: int) -> None:
    need = waiting(at, 20, needed_from=date(2022, 9, 20), open_end=True)
    PlacementFactory.create(need=need, ends_on=ends_on)
    assert operations.tell_of_ending_beds(**who) == opened
    assert operations.tell_of_ending_beds(**who) == 0
    assert Task.objects.filter(kind=TaskKind.BED_ENDS, due_on=ends_on).count() == opened


def test_bed_that_ends_with_the_need_or_goes_on_elsewhere(who: dict[str, Any], at: datetime) -> None:
    over = waiting(at, 20, needed_until=october(2))
    PlacementFactory.create(need=over)
    goes_on = waiting(at, 20)
    PlacementFactory.create(need=goes_on, ends_on=october(2))
    PlacementFactory.create(need=goes_on, starts_on=october(3))
    PlacementFactory.create(need=waiting(at, 20), ends_on=october(2), held=True)
    assert operations.tell_of_ending_beds(**who) == 0


def test_bed_extended_the_task_is_done_and_told_anew(who: dict[str, Any], at: datetime) -> None:
    need = waiting(at, 20, open_end=True)
    placement = PlacementFactory.create(need=need, ends_on=october(3))
    operations.tell_of_ending_beds(**who)
    operations.change_placement(placement=placement, ends_on=october(9), **who)
    assert Task.objects.get().status == "done"
    later = {**who, "at": at + timedelta(days=7)}
    assert operations.tell_of_ending_beds(**later) == 1


# --- holds that run out on the way, needs that end --------------------------------------------------------
def test_a_unit_changed_or_closed_gives_the_nights_of_run_out_holds_on(
    who: dict[str, Any], at: datetime
) -> None:
    need = waiting(at, 5)
    smaller, closed = PlacementFactory.create(run_out=True), PlacementFactory.create(run_out=True)
    details = replace(UnitDetails.of(smaller.unit), capacity=3)
    operations.change_unit(unit=smaller.unit, details=details, **who)
    operations.close_unit(unit=closed.unit, starts_on=october(1), ends_on=october(9), **who)
    assert set(Placement.objects.values_list("status", flat=True)) == {"cancelled"}
    assert told() == [need.household_id]  # the other one's nights are closed


def test_who_waited_in_vain(who: dict[str, Any], at: datetime, full: Placement, nino: User) -> None:
    late = {"needed_from": date(2022, 9, 20), "needed_until": date(2022, 9, 30)}
    need = waiting(at, 9, **late)
    NeedFactory.create(household=None, created_at=at - timedelta(days=9), **late)
    yesterday = {**who, "at": at - timedelta(days=1)}
    early = PlacementFactory.create(unit=UnitFactory.create(), starts_on=date(2022, 9, 25))
    operations.cancel_placement(placement=early, reason="nobody came", **yesterday)
    assert told() == [need.household_id]
    assert operations.withdraw_passed_needs(**who) == 2
    [asked] = Task.objects.filter(kind=TaskKind.NEED_PASSED)
    assert (asked.assigned_to, asked.due_on) == (nino, october(1))
    assert asked.detail == "They waited for a bed to 2022-09-30. Where do they sleep now?"
    assert Task.objects.get(kind=TaskKind.BED_FREE).status == "cancelled"
    assert operations.withdraw_passed_needs(**who) == 0


def test_withdrawn_nobody_looks_for_a_bed(who: dict[str, Any], at: datetime, full: Placement) -> None:
    need = waiting(at, 5)
    operations.cancel_placement(placement=full, **who)
    operations.withdraw_need(need=need, reason="they have gone on", **who)
    task = Task.objects.get()
    assert (task.status, task.detail.endswith("The household no longer asks for a bed.")) == (
        "cancelled",
        True,
    )


# --- what runs by itself ---------------------------------------------------------------------------------
@pytest.fixture
def run_out(real_database: RealDatabase, nino: User) -> Placement:
    """By the clock of the database, while nothing ran."""
    now = datetime.now(UTC)
    with acting_for(nino.organisation_id):
        placement: Placement = PlacementFactory.create(
            starts_on=now.date(), ends_on=now.date() + timedelta(days=3), status="held",
            hold_expires_at=now - timedelta(hours=5),
        )  # fmt: skip
        NeedFactory.create(household=CaseFactory.create().household, open_end=True)
    return placement


@pytest.mark.parametrize("source", ["beat", "loop"])
def test_hold_that_ran_out_while_nothing_ran(
    run_out: Placement, nino: User, marek: User, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first round of either source, and the next household's caseworker knows."""
    if source == "beat":
        monkeypatch.setattr(tend_for, "apply_async", lambda args, **options: tend_for(*args))
        tend_task()
    else:
        call_command("remind", loop=True, ticks=1, every=0.01)
    with acting_for(nino.organisation_id):
        assert Placement.objects.get().status == "cancelled"
        assert Task.objects.get().kind == TaskKind.BED_FREE


def test_hold_takes_no_bed_while_nothing_runs(run_out: Placement, nino: User) -> None:
    """No sweep has been: whoever looks or asks finds the bed free all the same."""
    now = datetime.now(UTC)
    with acting_for(nino.organisation_id):
        assert Placement.objects.get().status == "held"
        need = NeedFactory.create(people=4, open_end=True)
        operations.place_household(
            need=need, unit=run_out.unit, starts_on=now.date(), ends_on=now.date(), by=nino.as_actor(), at=now
        )


def test_tend_by_several_at_once(run_out: Placement, nino: User) -> None:
    failures: list[BaseException] = []

    def tend() -> None:
        try:
            operations.tend(nino.organisation_id)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with acting_for(nino.organisation_id):
        assert Task.objects.count() == 1


def test_tend_finishes_what_has_passed(real_database: RealDatabase, nino: User) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=2)
    with acting_for(nino.organisation_id):
        PlacementFactory.create(starts_on=yesterday, ends_on=yesterday)
    operations.tend(nino.organisation_id)
    with acting_for(nino.organisation_id):
        assert Placement.objects.get().status == "ended"


def test_beds_of_one_organisation_failing_stop_nobodys_reminders(
    real_database: RealDatabase, nino: User, marek: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_for(marek.organisation_id):
        PlacementFactory.create(run_out=True, unit=UnitFactory.create(place=PlaceFactory.create()))
    with real_database.as_owner() as owner:
        owner.execute(
            f"ALTER TABLE housing_placement ADD CHECK (organisation_id <> '{nino.organisation_id}'"
            " OR status <> 'cancelled') NOT VALID"
        )
    with acting_for(nino.organisation_id):
        PlacementFactory.create(run_out=True)
    with pytest.raises(SystemExit) as ended:
        call_command("remind")
    assert ended.value.code == 1
    with acting_for(marek.organisation_id):
        assert Placement.objects.get().status == "cancelled"
    with acting_for(nino.organisation_id):
        assert Placement.objects.get().status == "held"
        assert Unit.objects.count() == 1
