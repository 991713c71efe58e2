"""Invented beds, and who asks for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from casework.housing.models import (
    Closure,
    Need,
    NeedStatus,
    Place,
    PlaceKind,
    Placement,
    PlacementStatus,
    TurnedAway,
    Unit,
)
from casework.people.cities import city_key
from tests.factories.owned import organisation_acted_for
from tests.factories.people import HouseholdFactory


class PlaceFactory(DjangoModelFactory[Place]):
    """A hostel by the river."""

    class Meta:
        model = Place

    organisation = factory.LazyFunction(organisation_acted_for)
    name = factory.Sequence(lambda n: f"Hostel {n:03}")
    kind = PlaceKind.HOSTEL
    country = "GE"
    city = "Tbilisi"
    city_key = factory.LazyAttribute(lambda place: city_key(place.city))
    address = "Invented Street 5"
    contact = "Tamar, +995 555 000000"


class UnitFactory(DjangoModelFactory[Unit]):
    """A dormitory of four beds, let by the bed."""

    class Meta:
        model = Unit

    class Params:
        priced = factory.Trait(price=Decimal("20.00"), currency="GEL")

    place = factory.SubFactory(PlaceFactory)
    organisation = factory.SelfAttribute("place.organisation")
    name = factory.Sequence(lambda n: f"Room {n:03}")
    capacity = 4


class ClosureFactory(DjangoModelFactory[Closure]):
    """A week of repairs."""

    class Meta:
        model = Closure

    unit = factory.SubFactory(UnitFactory)
    organisation = factory.SelfAttribute("unit.organisation")
    starts_on = date(2022, 11, 1)
    ends_on = date(2022, 11, 7)


class NeedFactory(DjangoModelFactory[Need]):
    """Two people, from today, in Tbilisi, for ten nights."""

    class Meta:
        model = Need

    class Params:
        placed = factory.Trait(status=NeedStatus.PLACED)
        withdrawn = factory.Trait(status=NeedStatus.WITHDRAWN)
        open_end = factory.Trait(needed_until=None)

    household = factory.SubFactory(HouseholdFactory)
    organisation = factory.LazyFunction(organisation_acted_for)
    people = 2
    needed_from = date(2022, 10, 1)
    needed_until = date(2022, 10, 10)
    city = "Tbilisi"
    city_key = factory.LazyAttribute(lambda need: city_key(need.city))
    priority_asked = factory.LazyAttribute(lambda need: getattr(need, "priority", "normal"))


class PlacementFactory(DjangoModelFactory[Placement]):
    """The need's people, on its nights, confirmed."""

    class Meta:
        model = Placement

    class Params:
        held = factory.Trait(
            status=PlacementStatus.HELD, hold_expires_at=datetime(2022, 10, 2, 10, 0, tzinfo=UTC)
        )
        run_out = factory.Trait(
            status=PlacementStatus.HELD, hold_expires_at=datetime(2022, 10, 1, 9, 59, tzinfo=UTC)
        )
        cancelled = factory.Trait(status=PlacementStatus.CANCELLED)
        ended = factory.Trait(status=PlacementStatus.ENDED)

    unit = factory.SubFactory(UnitFactory)
    need = factory.SubFactory(NeedFactory)
    organisation = factory.SelfAttribute("unit.organisation")
    starts_on = factory.SelfAttribute("need.needed_from")
    ends_on = factory.SelfAttribute("need.needed_until")
    people = factory.SelfAttribute("need.people")
    status = PlacementStatus.CONFIRMED


class TurnedAwayFactory(DjangoModelFactory[TurnedAway]):
    """Three people at a full door."""

    class Meta:
        model = TurnedAway

    organisation = factory.LazyFunction(organisation_acted_for)
    on = date(2022, 10, 1)
    city = "Tbilisi"
    city_key = "tbilisi"
    country = "GE"
    people = 3
