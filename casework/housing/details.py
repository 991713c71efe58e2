"""What a door hands over: the values of a place, a unit, a need, a request turned away."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Self

from casework.housing.models import Need, Place, TurnedAway, Unit


@dataclass(frozen=True, kw_only=True)
class PlaceDetails:
    """`country` ISO alpha-2. `address` and `contact` are sealed at rest."""

    name: str
    kind: str
    country: str
    city: str
    address: str = ""
    contact: str = ""

    @classmethod
    def of(cls, place: Place) -> Self:
        return cls(**{field.name: getattr(place, field.name) for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class UnitDetails:
    """`price` of a private unit is for the unit, of a shared one for one bed; null where it is not known."""

    name: str
    capacity: int
    step_free: bool = False
    pets: bool = False
    private: bool = False
    price: Decimal | None = None
    currency: str | None = None
    price_per: str = "night"
    available_from: date | None = None
    available_until: date | None = None

    @classmethod
    def of(cls, unit: Unit) -> Self:
        return cls(**{field.name: getattr(unit, field.name) for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class NeedDetails:
    """`needed_until` null: no end is known. `city` empty: any of the country (null: the organisation's own).

    `budget` is for the whole household. `grounds` raise the priority above the one that is asked for here.
    """

    people: int
    needed_from: date
    needed_until: date | None = None
    city: str = ""
    country: str | None = None
    budget: Decimal | None = None
    currency: str | None = None
    budget_per: str = "night"
    step_free: bool = False
    pets: bool = False
    grounds: tuple[str, ...] = ()
    priority: str = "normal"
    reason: str = ""

    @classmethod
    def of(cls, need: Need) -> Self:
        values = {field.name: getattr(need, field.name) for field in fields(cls)}
        return cls(**{**values, "grounds": tuple(need.grounds), "priority": need.priority_asked})


@dataclass(frozen=True, kw_only=True)
class TurnedAwayDetails:
    """`country` empty: the organisation's own. `price_asked` for the night and the whole household."""

    on: date
    city: str
    people: int
    country: str = ""
    reason: str = ""
    price_asked: Decimal | None = None
    currency: str | None = None

    @classmethod
    def of(cls, turned_away: TurnedAway) -> Self:
        return cls(**{field.name: getattr(turned_away, field.name) for field in fields(cls)})
