"""Each time that nights become free somebody is told; what no longer fits, nobody has to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from casework.accounts.models import User
from casework.cases import operations
from casework.cases.models import Task, TaskKind
from casework.cases.operations import tending
from casework.housing.details import NeedDetails
from casework.housing.models import Need, Placement
from tests.factories.cases import CaseFactory
from tests.factories.housing import ClosureFactory, NeedFactory, PlacementFactory, UnitFactory
from tests.housing.arranged import nights, october


@pytest.fixture
def who(nino: User, at: datetime) -> dict[str, Any]:
    return {"by": nino.as_actor(), "at": at}


@pytest.fixture
def full(nino: User) -> Placement:
    """A room of two beds, both taken to the 10th."""
    placement: Placement = PlacementFactory.create(unit=UnitFactory.create(capacity=2, name="Room 4"))
    return placement


def waiting(at: datetime, days: int = 5, **values: Any) -> Need:
    """With an open case of Nino's."""
    need: Need = NeedFactory.create(created_at=at - timedelta(days=days), **values)
    CaseFactory.create(household=need.household)
    return need


def tasks(kind: str = TaskKind.BED_FREE) -> list[tuple[date | None, str]]:
    found = Task.objects.filter(kind=kind).order_by("due_on")
    return list(found.values_list("due_on", "status"))


def finish_all(who: dict[str, Any]) -> None:
    for task in Task.objects.filter(status="open"):
        operations.finish_task(task=task, **who)


# --- nights that are free, each time ----------------------------------------------------------------------
def test_shortened_twice_is_told_twice(who: dict[str, Any], at: datetime, full: Placement) -> None:
    waiting(at)
    operations.change_placement(placement=full, ends_on=october(8), **who)
    finish_all(who)
    operations.change_placement(placement=full, ends_on=october(4), **who)
    assert tasks() == [(october(5), "open"), (october(9), "done")]


def test_same_nights_free_again_are_told_again(who: dict[str, Any], at: datetime, full: Placement) -> None:
    waiting(at)
    operations.change_placement(placement=full, ends_on=october(4), **who)
    finish_all(who)
    operations.change_placement(placement=full, ends_on=october(10), **who)
    operations.change_placement(placement=full, ends_on=october(4), **who)
    assert tasks() == [(october(5), "open")]


def test_unit_that_opens_again_offers_its_nights(who: dict[str, Any], at: datetime) -> None:
    need = waiting(at, needed_from=october(4))
    closure = ClosureFactory.create(**nights(3, 8))
    operations.open_unit(closure=closure, **who)
    task = Task.objects.get()
    assert (task.case.household_id, task.due_on) == (need.household_id, october(3))


@pytest.mark.parametrize(
    ("has", "is_told"),
    [
        ([{"people": 2}], True),
        ([{"people": 2, "held": True}], True),
        ([{"people": 3}], True),
        ([{"people": 1}], False),  # three lack a bed
        ([{"people": 4, "held": True}], False),
        ([{"people": 4, "held": True, "ends_on": october(6)}], False),  # four lack one from then on
        ([{"people": 2}, {"people": 2, "held": True, "ends_on": october(6)}], True),
        ([{"people": 2}, {"people": 2, "held": True, "ends_on": october(2)}, {"people": 2, **nights(3, 10)}], False),
        ([{"people": 2}, {"people": 2, "ends_on": october(4), "ended": True}], True),
        ([{"people": 2}, {"people": 2, "run_out": True}], True),
        ([{"people": 2}, {"people": 2, "cancelled": True}], True),
    ],
    ids=str,
)  # fmt: skip
def test_next_in_turn_with_part_of_its_beds(
    who: dict[str, Any], at: datetime, full: Placement, has: list[dict[str, Any]], is_told: bool
) -> None:
    first, second = waiting(at, 9, people=4), waiting(at, 5)
    for values in has:
        PlacementFactory.create(need=first, unit=UnitFactory.create(), **values)
    operations.cancel_placement(placement=full, **who)
    assert Task.objects.get().case.household_id == (first if is_told else second).household_id


# --- a bed that ends, again -------------------------------------------------------------------------------
def ends_soon(at: datetime, who: dict[str, Any], **values: Any) -> Placement:
    need = waiting(at, 20, open_end=True, placed=True)
    placement: Placement = PlacementFactory.create(need=need, **{"ends_on": october(3), **values})
    assert operations.tell_of_ending_beds(**who) == 1
    return placement


def test_extended_and_shortened_back(who: dict[str, Any], at: datetime) -> None:
    placement = ends_soon(at, who)
    operations.change_placement(placement=placement, ends_on=october(9), **who)
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "done")]
    operations.change_placement(placement=placement, ends_on=october(3), **who)
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "open")]


def test_bed_that_followed_is_given_back(who: dict[str, Any], at: datetime) -> None:
    need = ends_soon(at, who).need
    asked = {"need": need, "unit": UnitFactory.create(), "hold": False, **nights(4, 9)}
    follows = operations.place_household(**asked, **who)
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "done")]
    operations.cancel_placement(placement=follows, **who)
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "open")]


def test_what_a_caseworker_finished_stays_so(who: dict[str, Any], at: datetime) -> None:
    placement = ends_soon(at, who)
    finish_all(who)
    operations.move_placement(placement=placement, unit=UnitFactory.create(), **who)
    assert operations.tell_of_ending_beds(**who) == 0
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "done")]


def test_ending_beds_told_long_ago_leave_room_for_others(
    who: dict[str, Any], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.cases.operations.bed_ends.AT_ONCE", 1)
    PlacementFactory.create(need__open_end=True, ends_on=october(1))  # no case
    for day in (2, 3):
        PlacementFactory.create(need=waiting(at, open_end=True), ends_on=october(day))
    assert [operations.tell_of_ending_beds(**who) for _ in range(3)] == [1, 1, 0]


# --- the need is another one now --------------------------------------------------------------------------
def changed(need: Need, who: dict[str, Any], **values: Any) -> None:
    details = replace(NeedDetails.of(need), **values)
    operations.change_need(need=need, details=details, **who)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"people": 3}, "cancelled"),
        ({"needed_until": date(2022, 10, 4)}, "cancelled"),
        ({"city": "Batumi"}, "cancelled"),
        ({"step_free": True}, "cancelled"),
        ({"people": 1}, "open"),
        ({"needed_until": None}, "open"),
        ({"reason": "with a cat"}, "open"),
    ],
    ids=str,
)
def test_nights_that_no_longer_fit(
    who: dict[str, Any], at: datetime, full: Placement, changes: dict[str, Any], status: str
) -> None:
    need = waiting(at)
    operations.change_placement(placement=full, ends_on=october(4), **who)
    changed(need, who, **changes)
    assert tasks() == [(october(5), status)]


def test_need_that_ends_with_its_bed(who: dict[str, Any], at: datetime) -> None:
    need = ends_soon(at, who).need
    changed(need, who, needed_until=october(3))
    task = Task.objects.get()
    assert (task.status, task.detail.endswith("The household asks for something else now.")) == (
        "cancelled", True,
    )  # fmt: skip
    changed(need, who, needed_until=october(5))
    task.refresh_from_db()
    assert (task.status, task.detail.endswith("the last night is 2022-10-03.")) == ("open", True)


def test_need_of_another_household(who: dict[str, Any], at: datetime, full: Placement) -> None:
    need, other = waiting(at), CaseFactory.create()
    operations.cancel_placement(placement=full, **who)
    operations.change_need(need=need, details=NeedDetails.of(need), household=other.household, **who)
    assert tasks() == [(october(1), "cancelled")]


# --- what runs by itself ----------------------------------------------------------------------------------
def test_one_sweep_that_fails_stops_none_of_the_others(nino: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def fails(**asked: Any) -> int:
        seen.append("fails")
        raise ValueError("broken")

    def works(**asked: Any) -> int:
        seen.append("works")
        return 0

    monkeypatch.setattr(tending, "SWEEPS", ((fails, "housing"), (works, "work"), (fails, "work")))
    with pytest.raises(ExceptionGroup) as failed:
        operations.tend(nino.organisation_id)
    assert seen == ["fails", "works", "fails"]
    assert [str(error) for error in failed.value.exceptions] == ["broken", "broken"]


# --- a bed that ends ---------------------------------------------------------------------------------------
def ending(who: dict[str, Any], at: datetime) -> tuple[Need, Placement]:
    """Their bed ends on the 3rd, they need one to the 20th, and Nino was told."""
    need = waiting(at, needed_until=october(20))
    placement = PlacementFactory.create(need=need, ends_on=october(3))
    operations.tell_of_ending_beds(**who)
    return need, placement


def test_a_bed_later_on_is_no_bed_for_the_night_after(who: dict[str, Any], at: datetime) -> None:
    need, _ = ending(who, at)
    later = {"need": need, "starts_on": october(8), "ends_on": october(10), "hold": False}
    operations.place_household(unit=UnitFactory.create(), **later, **who)
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "open")]


def test_nights_in_between_given_up_are_looked_for_again(who: dict[str, Any], at: datetime) -> None:
    need, _ = ending(who, at)
    asked = {"need": need, "starts_on": october(4), "ends_on": october(9), "hold": False}
    following = operations.place_household(unit=UnitFactory.create(), **asked, **who)
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "done")]
    operations.change_placement(placement=following, starts_on=october(8), **who)
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "open")]


def test_what_somebody_did_stays_done_when_the_need_is_saved(who: dict[str, Any], at: datetime) -> None:
    need, _ = ending(who, at)
    finish_all(who)
    for budget in (None, None, 40):
        currency = "GEL" if budget else None
        details = replace(NeedDetails.of(need), budget=budget and Decimal(budget), currency=currency)
        need = operations.change_need(need=need, details=details, **who)
    assert tasks(TaskKind.BED_ENDS) == [(october(3), "done")]


def test_who_leaves_on_the_last_night_had_a_bed(who: dict[str, Any], at: datetime) -> None:
    need = waiting(at, needed_until=october(1))
    placement = PlacementFactory.create(need=need, starts_on=date(2022, 9, 20), ends_on=october(1))
    operations.end_placement(placement=placement, ends_on=october(1), **who)
    need.refresh_from_db()
    assert need.status == "placed"
    operations.withdraw_passed_needs(by=who["by"], at=at + timedelta(days=3))
    need.refresh_from_db()
    assert (need.status, tasks(TaskKind.NEED_PASSED)) == ("placed", [])
