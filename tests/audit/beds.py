"""The operations on beds, ready to be carried out once. `s` is the stage of `acts`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from casework.cases import operations as cases
from casework.housing import operations as housing
from casework.housing.details import NeedDetails, PlaceDetails, TurnedAwayDetails, UnitDetails
from casework.housing.models import Closure, Need, Place, Placement, Unit
from casework.people.models import Household
from tests.factories.housing import ClosureFactory, NeedFactory, PlacementFactory, UnitFactory

TODAY = date(2022, 10, 1)
TOMORROW = date(2022, 10, 2)
HOSTEL = PlaceDetails(
    name="whispered", kind="hostel", country="GE", city="Tbilisi", address="whispered", contact="whispered"
)
ROOM = UnitDetails(name="whispered", capacity=6)
ASKED = NeedDetails(people=2, needed_from=TODAY, city="Tbilisi", reason="whispered", grounds=("illness",))
NIGHTS = {"starts_on": TODAY, "ends_on": TOMORROW}


@dataclass(frozen=True)
class Beds:
    """A room in which one household sleeps, one holds a bed, one held one; who waits; a room that is closed."""

    place: Place
    unit: Unit
    other_unit: Unit
    closure: Closure
    need: Need
    placement: Placement
    held: Placement


def beds(household: Household) -> Beds:
    unit = UnitFactory.create(capacity=6)
    PlacementFactory.create(unit=unit, run_out=True)
    PlacementFactory.create(starts_on=date(2022, 9, 27), ends_on=date(2022, 9, 29))
    asked_at = datetime(2022, 9, 19, 12, 0, tzinfo=UTC)
    NeedFactory.create(created_at=asked_at, needed_from=date(2022, 9, 20), needed_until=date(2022, 9, 29))
    long = NeedFactory.create(household=household, needed_until=date(2022, 10, 31))
    return Beds(
        place=unit.place,
        unit=unit,
        other_unit=UnitFactory.create(place=unit.place),
        closure=ClosureFactory.create(),
        need=NeedFactory.create(household=household),
        placement=PlacementFactory.create(unit=unit, need=long, ends_on=TOMORROW),
        held=PlacementFactory.create(unit=unit, held=True),
    )


def _place(s: Any, place: Callable[..., Any]) -> Any:
    return place(need=s.beds.need, unit=s.beds.unit, reason="whispered", **NIGHTS, **s.who)


BEDS: dict[str, Callable[[Any], Any]] = {
    "housing.add_place": lambda s: housing.add_place(details=HOSTEL, **s.who),
    "housing.add_places": lambda s: housing.add_places(places=[HOSTEL, HOSTEL], **s.who),
    "housing.change_place": lambda s: housing.change_place(place=s.beds.place, details=HOSTEL, **s.who),
    "housing.add_unit": lambda s: housing.add_unit(place=s.beds.place, details=ROOM, **s.who),
    "housing.add_units": lambda s: housing.add_units(
        units=[(s.beds.place, ROOM), (s.beds.place, replace(ROOM, name="also whispered"))], **s.who
    ),
    "housing.change_unit": lambda s: housing.change_unit(unit=s.beds.unit, details=ROOM, **s.who),
    "housing.close_unit": lambda s: housing.close_unit(
        unit=s.beds.other_unit, reason="whispered", **NIGHTS, **s.who
    ),
    "housing.open_unit": lambda s: housing.open_unit(closure=s.beds.closure, **s.who),
    "housing.ask_for_bed": lambda s: housing.ask_for_bed(household=None, details=ASKED, **s.who),
    "housing.change_need": lambda s: housing.change_need(need=s.beds.need, details=ASKED, **s.who),
    "housing.withdraw_need": lambda s: housing.withdraw_need(
        need=s.beds.need, reason="whispered", **s.who
    ),
    "housing.record_turned_away": lambda s: housing.record_turned_away(
        details=TurnedAwayDetails(on=TODAY, city="Tbilisi", people=3, reason="whispered"), **s.who
    ),
    "housing.expire_holds": lambda s: housing.expire_holds(**s.who),
    "housing.begin_placements": lambda s: housing.begin_placements(**s.who),
    "cases.begin_placements": lambda s: cases.begin_placements(**s.who),
    "housing.finish_placements": lambda s: housing.finish_placements(**s.who),
    "housing.withdraw_passed_needs": lambda s: housing.withdraw_passed_needs(**s.who),
    "cases.withdraw_passed_needs": lambda s: cases.withdraw_passed_needs(**s.who),
    "cases.change_unit": lambda s: cases.change_unit(unit=s.beds.unit, details=ROOM, **s.who),
    "cases.close_unit": lambda s: cases.close_unit(
        unit=s.beds.other_unit, reason="whispered", **NIGHTS, **s.who
    ),
    "cases.open_unit": lambda s: cases.open_unit(closure=s.beds.closure, **s.who),
    "cases.change_need": lambda s: cases.change_need(need=s.beds.need, details=ASKED, **s.who),
    "cases.withdraw_need": lambda s: cases.withdraw_need(need=s.beds.need, reason="whispered", **s.who),
    "cases.expire_holds": lambda s: cases.expire_holds(**s.who),
    "cases.tell_of_ending_beds": lambda s: cases.tell_of_ending_beds(**s.who),
    **{
        f"{room}.{name}": act
        for room, operations in (("housing", housing), ("cases", cases))
        for name, act in {
            "place_household": lambda s, o=operations: _place(s, o.place_household),
            "confirm_placement": lambda s, o=operations: o.confirm_placement(
                placement=s.beds.held, **s.who
            ),
            "cancel_placement": lambda s, o=operations: o.cancel_placement(
                placement=s.beds.held, reason="whispered", **s.who
            ),
            "end_placement": lambda s, o=operations: o.end_placement(
                placement=s.beds.placement, ends_on=TODAY, reason="whispered", **s.who
            ),
            "change_placement": lambda s, o=operations: o.change_placement(
                placement=s.beds.placement, ends_on=TODAY, reason="whispered", **s.who
            ),
            "move_placement": lambda s, o=operations: o.move_placement(
                placement=s.beds.placement, unit=s.beds.other_unit, from_day=TOMORROW, reason="whispered",
                **s.who,
            ),
        }.items()
    },
}  # fmt: skip
