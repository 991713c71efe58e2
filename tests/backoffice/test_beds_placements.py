"""What becomes of a placement, by small forms."""

from __future__ import annotations

from datetime import date

from django.test import Client

from casework.audit.models import Event
from casework.cases.models import TaskKind
from casework.housing.models import Placement, Unit
from tests.factories.cases import CaseFactory
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory
from tests.factories.people import PersonFactory

LIST = "/admin/housing/placement/"


def address(placement: Placement, verb: str = "change") -> str:
    return f"{LIST}{placement.pk}/{verb}/"


def errors(response) -> dict[str, list[str]]:
    return response.context["parts"][0].form.errors


def noted(desk: Client, page: str) -> set[tuple[str, str]]:
    """What was noted as read, when the page was opened."""
    before = set(Event.objects.values_list("pk", flat=True))
    assert desk.get(page).status_code == 200
    events = Event.objects.exclude(pk__in=before).filter(action__endswith=".read")
    return {(event.object_type, str(event.object_id or event.about["ids"])) for event in events}


def test_the_page_tells_and_is_noted(desk: Client) -> None:
    placement = PlacementFactory.create(held=True)
    shown = desk.get(address(placement)).content.decode()
    assert "Held until 2 Oct 2022, 14:00" in shown
    assert "1 Oct to 10 Oct 2022, 10 nights" in shown
    assert "They have left" not in shown
    assert Event.objects.filter(action="placement.read", object_id=placement.pk).exists()


def test_the_list_shows_those_now_and_to_come(desk: Client) -> None:
    live, held = PlacementFactory.create(), PlacementFactory.create(held=True)
    PlacementFactory.create(run_out=True)
    PlacementFactory.create(cancelled=True)
    assert set(desk.get(LIST).context["cl"].result_list) == {live, held}
    assert set(desk.get(LIST, {"state": "held"}).context["cl"].result_list) == {held}
    assert len(desk.get(LIST, {"state": "over"}).context["cl"].result_list) == 2


def test_confirm(desk: Client) -> None:
    placement = PlacementFactory.create(held=True)
    assert desk.get(address(placement, "confirm")).status_code == 405
    told = desk.post(address(placement, "confirm"), follow=True).content.decode()
    assert "Confirmed: the bed is theirs." in told
    placement.refresh_from_db()
    assert placement.status == "confirmed"


def test_confirm_a_hold_that_has_run_out(desk: Client) -> None:
    placement = PlacementFactory.create(run_out=True)
    told = desk.post(address(placement, "confirm"), follow=True).content.decode()
    assert "The hold has run out: the bed is free for others." in told
    assert "Extend or shorten" not in told


def test_cancel_tells_whoever_is_next(desk: Client) -> None:
    placement = PlacementFactory.create()
    case = CaseFactory.create(household=NeedFactory.create().household)
    desk.post(address(placement, "cancel"), {"reason": "They did not come.", "version": "1"})
    placement.refresh_from_db()
    assert (placement.status, placement.reason) == ("cancelled", "They did not come.")
    assert case.tasks.get().kind == TaskKind.BED_FREE


def test_end_on_a_day(desk: Client) -> None:
    placement = PlacementFactory.create(starts_on=date(2022, 9, 25))
    form = desk.get(address(placement, "end")).context["parts"][0].form
    assert form.initial["ends_on"] == date(2022, 9, 30)
    later = errors(desk.post(address(placement, "end"), {"ends_on": "2022-10-05", "version": "1"}))
    assert "tonight at the latest" in later["ends_on"][0]
    desk.post(address(placement, "end"), {"ends_on": "2022-09-30", "version": "1"})
    placement.refresh_from_db()
    assert (placement.status, placement.ends_on) == ("ended", date(2022, 9, 30))


def test_extend_and_shorten(desk: Client) -> None:
    placement = PlacementFactory.create()
    days = {"starts_on": "2022-10-01", "ends_on": "2022-10-20", "version": "1"}
    desk.post(address(placement, "nights"), days)
    placement.refresh_from_db()
    assert placement.ends_on == date(2022, 10, 20)
    stale = desk.post(address(placement, "nights"), days).content.decode()
    assert "Somebody changed this" in stale


def test_extend_into_nights_that_are_taken(desk: Client) -> None:
    placement = PlacementFactory.create()
    PlacementFactory.create(
        unit=placement.unit, people=3, need__people=3,
        starts_on=date(2022, 10, 12), ends_on=date(2022, 10, 14),
    )  # fmt: skip
    days = {"starts_on": "2022-10-01", "ends_on": "2022-10-20", "version": "1"}
    told = desk.post(address(placement, "nights"), days).content.decode()
    assert "too few free beds for 2 people on the nights of 12 Oct 2022 to 14 Oct 2022" in told


def test_move_from_a_day(desk: Client) -> None:
    placement = PlacementFactory.create()
    other = UnitFactory.create()
    full = PlacementFactory.create(unit__private=True).unit
    offered = [
        key for key, _ in desk.get(address(placement, "move")).context["parts"][0].form.fields["unit"].choices
    ]
    assert str(other.pk) in offered
    assert not {str(full.pk), str(placement.unit_id)} & set(offered)
    days = {"from_day": "2022-10-04", "unit": str(other.pk), "reason": "Noise.", "version": "1"}
    response = desk.post(address(placement, "move"), days)
    moved = Placement.objects.get(moved_from=placement)
    assert response["Location"] == address(moved)
    placement.refresh_from_db()
    assert (placement.ends_on, moved.starts_on, moved.unit) == (
        date(2022, 10, 3),
        date(2022, 10, 4),
        Unit.objects.get(pk=other.pk),
    )
    assert "Moved from" in desk.get(address(moved)).content.decode()
    assert "Moved to" in desk.get(address(placement)).content.decode()


def test_move_where_there_is_no_other_room(desk: Client) -> None:
    placement = PlacementFactory.create()
    assert "No other unit has room" in desk.get(address(placement, "move")).content.decode()


def test_every_page_notes_whom_it_shows(desk: Client) -> None:
    person = PersonFactory.create()
    placement = PlacementFactory.create(
        need__household=person.household, need__people=3, need__pets=True, people=2
    )
    unit, need, place = placement.unit, placement.need, placement.unit.place
    beds, waiting, sleeping = ("place", place.pk), ("bed_need", need.pk), ("placement", placement.pk)
    free = UnitFactory.create(place=place)
    other = NeedFactory.create()
    pages = {
        f"place/{place.pk}/change/": {beds, sleeping},
        f"place/{place.pk}/correct/": {beds},
        f"place/{place.pk}/units/{unit.pk}/correct/": {beds},
        "place/free/": {beds},
        "place/occupancy/?city=tbilisi": {beds},
        f"need/{need.pk}/change/": {waiting, sleeping, beds, ("person", person.pk)},
        f"need/{need.pk}/correct/": {waiting},
        f"need/{need.pk}/place/{free.pk}/": {waiting, beds},
        f"need/for/{free.pk}/": {("bed_need", other.pk), beds},
        f"need/{other.pk}/change/": {("bed_need", other.pk), beds},
        f"placement/{placement.pk}/change/": {sleeping, beds, ("person", person.pk)},
        f"placement/{placement.pk}/nights/": {sleeping, beds},
        f"placement/{placement.pk}/move/": {sleeping, beds},
        "placement/": {sleeping, beds, ("person", person.pk)},
    }
    for page, shown in pages.items():
        assert noted(desk, f"/admin/housing/{page}") == {(kind, str(row_id)) for kind, row_id in shown}, page


def test_the_waiting_list_notes_the_beds_that_it_names(desk: Client) -> None:
    placement = PlacementFactory.create(need=NeedFactory.create(placed=True, household=None))
    assert noted(desk, "/admin/housing/need/?state=placed") == {
        ("bed_need", str(placement.need_id)), ("placement", str(placement.pk)),
        ("place", str(placement.unit.place_id)),
    }  # fmt: skip


def test_a_file_notes_why_they_wait_and_where_they_sleep(desk: Client) -> None:
    person = PersonFactory.create()
    case = CaseFactory.create(household=person.household)
    need = NeedFactory.create(household=person.household, grounds=["illness"])
    placement = PlacementFactory.create(need=need)
    shown = {
        ("bed_need", str(need.pk)), ("placement", str(placement.pk)), ("place", str(placement.unit.place_id)),
    }  # fmt: skip
    assert noted(desk, f"/admin/cases/case/{case.pk}/change/") >= shown
    assert noted(desk, f"/admin/people/person/{person.pk}/change/") >= shown


def test_units_to_move_to_are_noted_by_their_places(desk: Client) -> None:
    placement, other = PlacementFactory.create(), UnitFactory.create()
    seen = noted(desk, address(placement, "move"))
    assert ("place", str(placement.unit.place_id)) in seen
    assert ("place", str(other.place_id)) in seen
