"""Where there are beds: entered one by one, or by a network of hostels all at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction

from casework.audit.actors import Actor
from casework.housing.checks import (
    check_place,
    check_unit,
)
from casework.housing.details import PlaceDetails, UnitDetails
from casework.housing.models import Place, Unit
from casework.housing.trail import differing, record_on
from casework.people.cities import city_key
from casework.people.entered import tidy_city
from casework.promises import broken_constraint
from casework.refusals import Conflict, Fault, Faults, Invalid

NAME_ONCE = "unit_name_once_in_its_place"
NAME_TAKEN = "This place already has a unit of that name."
NAME_TWICE = "This name stands twice in the list."
T = TypeVar("T")


class UnitNameTaken(Conflict):
    """Two doors with one name: nobody would find their bed."""


@transaction.atomic
def add_place(*, details: PlaceDetails, by: Actor, at: datetime) -> Place:
    """Raises Invalid with a fault per field."""
    _check([details], check_place, single=True)
    return _store_place(details, by, at)


@transaction.atomic
def add_places(*, places: Sequence[PlaceDetails], by: Actor, at: datetime) -> list[Place]:
    """All or none: raises Invalid with the faults of every row ("/3/city")."""
    _check(places, check_place)
    return [_store_place(details, by, at) for details in places]


@transaction.atomic
def change_place(*, place: Place, details: PlaceDetails, by: Actor, at: datetime) -> Place:
    _check([details], check_place, single=True)
    changed = differing(place, _place_columns(details))
    if changed:
        place.change(at=at, **changed)
        record_on("place.changed", place, by, at, {"fields": sorted(changed)})
    return place


@transaction.atomic
def add_unit(*, place: Place, details: UnitDetails, by: Actor, at: datetime) -> Unit:
    """Raises Invalid with a fault per field, or UnitNameTaken."""
    _check([details], check_unit, single=True)
    if Unit.objects.filter(place=place, name=details.name.strip()).exists():
        raise UnitNameTaken(Fault("/name", NAME_TAKEN))
    return _store_unit(place, details, by, at)


@transaction.atomic
def add_units(*, units: Sequence[tuple[Place, UnitDetails]], by: Actor, at: datetime) -> list[Unit]:
    """All or none: raises Invalid with the faults of every row ("/3/capacity"), or UnitNameTaken."""
    _check([details for _, details in units], check_unit)
    _check_names(units)
    made = [_unit(place, details, by) for place, details in units]
    try:
        with transaction.atomic():
            Unit.objects.bulk_create(made)
    except IntegrityError as error:
        if broken_constraint(error) != NAME_ONCE:
            raise
        _check_names(units)  # who was quicker can be seen now
        raise UnitNameTaken(Fault("", NAME_TAKEN)) from error
    for unit in made:
        _tell_of_unit(unit, by, at)
    return made


def _check(rows: Iterable[T], check: Callable[[T, Faults], None], *, single: bool = False) -> None:
    found: list[Fault] = []
    for number, row in enumerate(rows):
        faults = Faults()
        check(row, faults)
        prefix = "" if single else f"/{number}"
        found += [replace(fault, pointer=prefix + fault.pointer) for fault in faults.found]
    if found:
        raise Invalid(*found)


def _check_names(units: Sequence[tuple[Place, UnitDetails]]) -> None:
    asked = [(place.pk, details.name.strip()) for place, details in units]
    there = set(Unit.objects.filter(place__in={pk for pk, _ in asked}).values_list("place_id", "name"))
    times = Counter(asked)
    faults = [
        Fault(f"/{number}/name", NAME_TAKEN if name in there else NAME_TWICE)
        for number, name in enumerate(asked)
        if name in there or times[name] > 1
    ]
    if faults:
        raise UnitNameTaken(*faults)


def _place_columns(details: PlaceDetails) -> dict[str, str]:
    tidy = {name: value.strip() for name, value in asdict(details).items()}
    return {**tidy, "city": tidy_city(details.city), "city_key": city_key(details.city)}


def _store_place(details: PlaceDetails, by: Actor, at: datetime) -> Place:
    place = Place(organisation_id=by.organisation, **_place_columns(details))
    place.save(force_insert=True)
    record_on("place.added", place, by, at, {"kind": place.kind, "country": place.country})
    return place


def _unit(place: Place, details: UnitDetails, by: Actor) -> Unit:
    values = {**asdict(details), "name": details.name.strip()}
    return Unit(organisation_id=by.organisation, place=place, **values)


def _store_unit(place: Place, details: UnitDetails, by: Actor, at: datetime) -> Unit:
    unit = _unit(place, details, by)
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as error:
        if broken_constraint(error) == NAME_ONCE:
            raise UnitNameTaken(Fault("/name", NAME_TAKEN)) from error
        raise
    _tell_of_unit(unit, by, at)
    return unit


def _tell_of_unit(unit: Unit, by: Actor, at: datetime) -> None:
    record_on("unit.added", unit, by, at, {"place": unit.place_id, "capacity": unit.capacity})
