"""Places and units as they are entered, one by one and all at once; closures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.audit.models import Event
from casework.housing import operations
from casework.housing.details import PlaceDetails, UnitDetails
from casework.housing.models import Closure, Place, Unit
from casework.housing.operations import InUse, UnitNameTaken, places
from casework.refusals import Invalid, Refused
from tests.factories.housing import PlaceFactory, PlacementFactory, UnitFactory

HOSTEL = PlaceDetails(
    name="Hostel Sun",
    kind="hostel",
    country="GE",
    city=" Tbilisi ",
    address="Invented Street 5",
    contact="Tamar",
)
ROOM = UnitDetails(name="Room 4", capacity=4, price=Decimal("20.00"), currency="GEL")


def faults_of(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {fault.pointer for fault in refused.value.faults}


def test_add_place(who: dict[str, Any]) -> None:
    place = operations.add_place(details=HOSTEL, **who)

    stored = Place.objects.get()
    assert (stored.pk, stored.city, stored.city_key) == (place.pk, "Tbilisi", "tbilisi")
    assert (stored.address, stored.contact) == ("Invented Street 5", "Tamar")
    assert Event.objects.get().action == "place.added"


def test_add_place_where_people_sleep_is_sealed(who: dict[str, Any]) -> None:
    operations.add_place(details=HOSTEL, **who)
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM housing_place p")
        (stored,) = cursor.fetchone()
    assert b"Invented Street".hex() not in stored
    assert "Invented Street" not in stored


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"kind": "palace"}, "/kind"),
        ({"country": "XX"}, "/country"),
        ({"city": ""}, "/city"),
        ({"address": "a\0b"}, "/address"),
        ({"contact": "x" * 301}, "/contact"),
    ],
)
def test_add_place_refuses(who: dict[str, Any], changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.add_place(details=replace(HOSTEL, **changes), **who)
    assert faults_of(refused) == {pointer}
    assert not Place.objects.exists()


def test_change_place_moves_it_to_another_city(who: dict[str, Any]) -> None:
    place = operations.add_place(details=HOSTEL, **who)
    operations.change_place(place=place, details=replace(HOSTEL, city="Batumi"), **who)
    stored = Place.objects.get()
    assert (stored.city_key, stored.version) == ("batumi", 2)


def test_change_place_into_what_it_is(who: dict[str, Any]) -> None:
    place = operations.add_place(details=HOSTEL, **who)
    operations.change_place(place=place, details=HOSTEL, **who)
    assert Place.objects.get().version == 1


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"name": ""}, {"/name"}),
        ({"capacity": 0}, {"/capacity"}),
        ({"capacity": 1001}, {"/capacity"}),
        ({"price": Decimal("-1")}, {"/price"}),
        ({"price": Decimal("1.005")}, {"/price"}),
        ({"price": Decimal("1e9")}, {"/price"}),
        ({"price": Decimal("NaN")}, {"/price"}),
        ({"currency": None}, {"/currency"}),
        ({"currency": "XXX"}, {"/currency"}),
        ({"price_per": "year"}, {"/price_per"}),
        ({"available_from": date(2022, 10, 2), "available_until": date(2022, 10, 1)}, {"/available_until"}),
        ({"available_from": date(1022, 10, 2)}, {"/available_from"}),
        ({"capacity": -3, "currency": "AAA"}, {"/capacity", "/currency"}),
    ],
)
def test_add_unit_refuses(who: dict[str, Any], changes: dict[str, Any], pointers: set[str]) -> None:
    place = PlaceFactory.create()
    with pytest.raises(Invalid) as refused:
        operations.add_unit(place=place, details=replace(ROOM, **changes), **who)
    assert faults_of(refused) == pointers
    assert not Unit.objects.exists()


def test_add_unit_of_a_name_that_is_there(who: dict[str, Any]) -> None:
    unit = UnitFactory.create(name="Room 4")
    with pytest.raises(UnitNameTaken):
        operations.add_unit(place=unit.place, details=ROOM, **who)
    operations.add_unit(place=PlaceFactory.create(), details=ROOM, **who)


def test_add_units_all_or_none(who: dict[str, Any]) -> None:
    place = PlaceFactory.create()
    good = [(place, replace(ROOM, name=f"Room {n}")) for n in range(3)]
    with pytest.raises(Invalid) as refused:
        operations.add_units(
            units=[
                *good,
                (place, replace(ROOM, capacity=0, name="")),
                (place, replace(ROOM, price=Decimal(-1))),
            ],
            **who,
        )
    assert faults_of(refused) == {"/3/capacity", "/3/name", "/4/price"}
    assert not Unit.objects.exists()

    operations.add_units(units=good, **who)
    assert Unit.objects.count() == 3
    assert Event.objects.filter(action="unit.added").count() == 3


def test_add_units_with_names_twice(who: dict[str, Any]) -> None:
    unit = UnitFactory.create(name="Room 4")
    rows = [(unit.place, replace(ROOM, name=name)) for name in ("Room 4", "Room 5", "Room 6", "Room 5 ")]
    with pytest.raises(UnitNameTaken) as refused:
        operations.add_units(units=rows, **who)
    assert {fault.pointer: fault.detail for fault in refused.value.faults} == {
        "/0/name": "This place already has a unit of that name.",
        "/1/name": "This name stands twice in the list.",
        "/3/name": "This name stands twice in the list.",
    }
    assert Unit.objects.count() == 1


def test_add_units_while_somebody_else_adds_one_of_them(
    who: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look saw nothing, the database refuses: the row is named all the same."""
    unit, looks = UnitFactory.create(name="Room 4"), iter((True, False))
    look = places._check_names
    monkeypatch.setattr(places, "_check_names", lambda units: None if next(looks) else look(units))
    rows = [(unit.place, replace(ROOM, name=name)) for name in ("Room 3", "Room 4")]
    with pytest.raises(UnitNameTaken) as refused:
        operations.add_units(units=rows, **who)
    assert faults_of(refused) == {"/1/name"}
    assert Unit.objects.count() == 1


def test_add_units_in_few_statements(who: dict[str, Any]) -> None:
    place = PlaceFactory.create()
    with CaptureQueriesContext(connection) as queries:
        operations.add_units(units=[(place, replace(ROOM, name=f"Room {n}")) for n in range(30)], **who)
    assert len([one for one in queries if "audit_event" not in one["sql"]]) <= 6


def test_add_places_all_or_none(who: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        operations.add_places(places=[HOSTEL, replace(HOSTEL, city="")], **who)
    assert faults_of(refused) == {"/1/city"}
    assert not Place.objects.exists()
    assert len(operations.add_places(places=[HOSTEL, HOSTEL], **who)) == 2


# --- change, close, open ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"capacity": 1}, "/capacity"),
        ({"available_from": date(2022, 10, 2)}, "/available_from"),
        ({"available_until": date(2022, 10, 9)}, "/available_until"),
        ({"private": True}, "/private"),
        ({"available_from": date(2022, 10, 1), "available_until": date(2022, 10, 10), "capacity": 2}, None),
    ],
)
def test_change_unit_under_those_who_sleep_there(
    who: dict[str, Any], changes: dict[str, Any], pointer: str | None
) -> None:
    unit = UnitFactory.create()
    PlacementFactory.create_batch(2, unit=unit, people=1)
    past = {"starts_on": date(2022, 9, 1), "ends_on": date(2022, 9, 3)}
    PlacementFactory.create_batch(3, unit=unit, people=1, ended=True, **past)
    if pointer is None:
        operations.change_unit(unit=unit, details=replace(UnitDetails.of(unit), **changes), **who)
        return
    with pytest.raises(InUse) as refused:
        operations.change_unit(unit=unit, details=replace(UnitDetails.of(unit), **changes), **who)
    assert faults_of(refused) == {pointer}
    unit.refresh_from_db()
    assert unit.version == 1


def test_change_unit_under_a_hold_that_has_run_out(who: dict[str, Any]) -> None:
    unit = UnitFactory.create()
    hold = PlacementFactory.create(unit=unit, run_out=True)
    _, [freed] = operations.change_unit(unit=unit, details=replace(UnitDetails.of(unit), capacity=1), **who)
    hold.refresh_from_db()
    assert (hold.status, freed.placement_id) == ("cancelled", hold.pk)


def test_change_unit_into_the_name_of_another(who: dict[str, Any]) -> None:
    unit = UnitFactory.create(name="Room 4")
    other = UnitFactory.create(place=unit.place, name="Room 5")
    with pytest.raises(UnitNameTaken):
        operations.change_unit(unit=other, details=replace(UnitDetails.of(other), name="Room 4 "), **who)


def test_close_and_open_unit(who: dict[str, Any]) -> None:
    unit = UnitFactory.create()
    PlacementFactory.create(unit=unit)
    nights = {"starts_on": date(2022, 10, 11), "ends_on": date(2022, 10, 12)}

    closure, _ = operations.close_unit(unit=unit, reason="a pipe", **nights, **who)
    with pytest.raises(InUse) as refused:
        operations.close_unit(unit=unit, **{**nights, "starts_on": date(2022, 10, 10)}, **who)
    assert "the night of 2022-10-10" in str(refused.value)
    operations.open_unit(closure=closure, **who)

    assert not Closure.objects.exists()
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        "closure.added",
        "closure.removed",
    ]


def test_close_unit_names_each_night_once(who: dict[str, Any]) -> None:
    unit = UnitFactory.create()
    for first, last in ((1, 4), (3, 6), (9, 12)):
        nights = {"starts_on": date(2022, 10, first), "ends_on": date(2022, 10, last)}
        PlacementFactory.create(unit=unit, people=1, **nights)
    with pytest.raises(InUse) as refused:
        operations.close_unit(unit=unit, starts_on=date(2022, 10, 2), ends_on=date(2022, 10, 10), **who)
    assert str(refused.value).endswith(
        "on the nights of 2022-10-02 to 2022-10-06 and 2022-10-09 to 2022-10-10."
    )


def test_close_unit_backwards(who: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        operations.close_unit(
            unit=UnitFactory.create(), starts_on=date(2022, 10, 2), ends_on=date(2022, 10, 1), **who
        )
    assert faults_of(refused) == {"/ends_on"}
