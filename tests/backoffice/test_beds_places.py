"""Places, their units and their nights, at the desk."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from casework.housing.models import Closure, Place, Unit
from tests.factories.housing import ClosureFactory, PlaceFactory, PlacementFactory, UnitFactory

LIST = "/admin/housing/place/"
PLACE = {
    "name": "Hostel by the river", "kind": "hostel", "country": "GE", "city": "Tbilisi",
    "address": "Invented Street 5", "contact": "Tamar",
}  # fmt: skip
UNIT = {"name": "Room 1", "capacity": "4", "price": "25", "currency": "GEL", "price_per": "night"}


def errors(response) -> dict[str, list[str]]:
    return response.context["parts"][0].form.errors


def cells(desk: Client, place: Place, query: str = "") -> list[tuple[str, str, str]]:
    (row,) = desk.get(f"{LIST}{place.pk}/change/{query}").context["calendar"].rows
    return [(cell.text, cell.tone, cell.link) for cell in row.cells]


def test_add_a_place_and_its_units(desk: Client) -> None:
    response = desk.post(f"{LIST}add/", PLACE)
    place = Place.objects.get()
    assert (place.address, place.city_key) == ("Invented Street 5", "tbilisi")
    assert response["Location"] == f"{LIST}{place.pk}/units/add/"
    assert desk.post(response["Location"], UNIT)["Location"] == f"{LIST}{place.pk}/change/"
    assert Unit.objects.get().capacity == 4
    assert errors(desk.post(response["Location"], UNIT))["name"] == [
        "This place already has a unit of that name."
    ]
    wrong = {**UNIT, "name": "Room 2", "capacity": "0", "price": "-1"}
    refused = errors(desk.post(response["Location"], wrong))
    assert refused["capacity"] == ["A unit has at least one bed."]
    assert refused["price"] == ["Money below zero is not possible."]
    assert Unit.objects.count() == 1


def test_the_list_counts_beds(desk: Client) -> None:
    place = PlaceFactory.create()
    taken, _ = UnitFactory.create_batch(2, place=place)
    PlacementFactory.create(unit=taken, people=3, need__people=3)
    (row,) = desk.get(LIST).context["cl"].result_list
    assert (row.beds, row.free) == ([4, 4], 5)


def test_change_a_place_and_a_unit(desk: Client) -> None:
    unit = UnitFactory.create()
    desk.post(f"{LIST}{unit.place_id}/correct/", {**PLACE, "version": "1"})
    assert Place.objects.get().name == "Hostel by the river"
    desk.post(f"{LIST}{unit.place_id}/units/{unit.pk}/correct/", {**UNIT, "version": "1", "pets": "on"})
    unit.refresh_from_db()
    assert (unit.name, unit.pets, unit.price) == ("Room 1", True, 25)


def test_a_unit_of_another_place_is_not_here(desk: Client) -> None:
    unit, other = UnitFactory.create(), PlaceFactory.create()
    assert desk.get(f"{LIST}{other.pk}/units/{unit.pk}/correct/").status_code == 404
    closure = ClosureFactory.create(unit=unit)
    assert desk.get(f"{LIST}{other.pk}/closures/{closure.pk}/open/").status_code == 404


def test_nobody_loses_a_bed_by_a_form(desk: Client) -> None:
    placement = PlacementFactory.create()
    unit = placement.unit
    base = f"{LIST}{unit.place_id}/units/{unit.pk}"
    fewer = errors(desk.post(f"{base}/correct/", {**UNIT, "capacity": "1", "version": "1"}))
    assert fewer["capacity"][0].startswith("2 people have a bed there")
    days = {"starts_on": "2022-10-10", "ends_on": "2022-10-12"}
    assert "Somebody has a bed in" in errors(desk.post(f"{base}/close/", days))["starts_on"][0]
    assert not Closure.objects.exists()


def test_close_and_open_again(desk: Client) -> None:
    unit = UnitFactory.create()
    place = unit.place
    days = {"starts_on": "2022-10-02", "ends_on": "2022-10-03", "reason": "Painting"}
    desk.post(f"{LIST}{place.pk}/units/{unit.pk}/close/", days)
    assert [tone for _, tone, _ in cells(desk, place)][:4] == ["free", "closed", "closed", "free"]
    closure = Closure.objects.get()
    desk.post(f"{LIST}{place.pk}/closures/{closure.pk}/open/", {"version": "1"})
    assert not Closure.objects.exists()


def test_the_calendar_leads_to_who_sleeps_there(desk: Client) -> None:
    unit = UnitFactory.create(available_until=date(2022, 10, 13))
    one = PlacementFactory.create(unit=unit, starts_on=date(2022, 10, 1), ends_on=date(2022, 10, 2))
    two = PlacementFactory.create(unit=unit, starts_on=date(2022, 10, 2), ends_on=date(2022, 10, 2))
    found = cells(desk, unit.place)
    assert len(found) == 14
    assert found[0] == ("2/4", "part", f"/admin/housing/placement/{one.pk}/change/")
    assert found[1][:2] == ("4/4", "full")
    assert found[2] == ("4", "free", f"/admin/housing/need/for/{unit.pk}/?night=2022-10-03")
    assert found[13][1] == "gone"
    PlacementFactory.create(unit=unit, cancelled=True)
    listed = desk.get(found[1][2])
    assert {row.pk for row in listed.context["cl"].result_list} == {one.pk, two.pk}
    assert f"{unit.place}, {unit}, the night of 2 Oct 2022" in listed.content.decode()
    assert "Show all placements" in listed.content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?unit=x", "A unit that is not there"),
        ("?night=2022-02-30", "a night that is no day"),
        ("?night=2022-10-02", "the night of 2 Oct 2022"),
    ],
)
def test_the_list_says_to_what_it_is_narrowed(desk: Client, query: str, sentence: str) -> None:
    assert sentence in desk.get(f"/admin/housing/placement/{query}").content.decode()
    assert "Show all placements" not in desk.get("/admin/housing/placement/").content.decode()


def test_the_calendar_of_other_nights(desk: Client) -> None:
    unit = UnitFactory.create()
    PlacementFactory.create(unit=unit, ended=True, starts_on=date(2022, 9, 20), ends_on=date(2022, 9, 20))
    found = cells(desk, unit.place, "?from=2022-09-20")
    assert [cell[:2] for cell in found[:2]] == [("2/4", "part"), ("4", "free")]
    assert found[1][2] == ""  # nobody is placed in the past


def test_how_full_it_is(desk: Client) -> None:
    PlacementFactory.create()
    UnitFactory.create(place=PlaceFactory.create(city="Batumi"))
    lines = desk.get(f"{LIST}occupancy/").context["lines"]
    tonight = [(line.name, line.nights[0][0].people, line.nights[0][0].beds) for line in lines]
    assert tonight == [("Batumi", 0, 4), ("Tbilisi", 2, 4)]
    assert "city=tbilisi" in lines[1].link
    (line,) = desk.get(f"{LIST}occupancy/?city=tbilisi").context["lines"]
    assert line.nights[0][0].people == 2
