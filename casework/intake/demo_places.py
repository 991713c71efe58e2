"""Invented places of the demo: hostels, hotels, flats, shelters and families with a spare room."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casework.housing.details import PlaceDetails, UnitDetails

NAMES = {
    "hostel": "Mulberry Yard,Two Bridges,Quiet Goose,Blue Gate,Third Bell,Paper Boat,Salt Stairs".split(","),
    "hotel": "Old Post,Walnut Court,Grey Heron,Clock House,Sixth Lantern".split(","),
    "flat": "at the Poplars,above the Bakery,by the Tram Depot,behind the Library,on Kite Hill".split(","),
    "host_family": "of Manana,of Aram,of Gulnara,of Zurab,of Saule,of Lusine,of Temur,of Asel".split(","),
    "shelter": "by the Market Hall,at the Old School,under the Plane Tree".split(","),
}
STREETS = "Walnut Lane,Kite Street,Lantern Street,Heron Street,Bellmaker Street,Orchard Rise".split(",")
SAID = {"hostel": "Hostel", "hotel": "Hotel", "flat": "Flat", "host_family": "Family", "shelter": "Shelter"}


@dataclass(frozen=True)
class Town:
    """Where the demo's people look for a bed. `bed`: what one costs a night; `share` of those who ask."""

    name: str
    country: str
    currency: str
    bed: int
    share: float


NEAR_TBILISI = (
    Town("Tbilisi", "GE", "GEL", 32, 0.62),
    Town("Batumi", "GE", "GEL", 28, 0.12),
    Town("Yerevan", "AM", "AMD", 5500, 0.09),
)
NEAR_ALMATY = (
    Town("Almaty", "KZ", "KZT", 4500, 0.66),
    Town("Uralsk", "KZ", "KZT", 3200, 0.12),
    Town("Bishkek", "KG", "KGS", 800, 0.08),
)


@dataclass(frozen=True)
class Room:
    """`price`: how many beds' price it has, for the night; 0 is free of charge, None is not known."""

    name: str
    capacity: int
    price: float | None
    private: bool = False
    step_free: bool = False
    pets: bool = False
    monthly: bool = False


HOUSES: dict[str, tuple[Room, ...]] = {
    "hostel": (
        Room("Dormitory 1", 8, 1, step_free=True),
        Room("Dormitory 2", 6, 1),
        Room("Dormitory 3", 6, 1.1),
        Room("Double", 2, 2.6, private=True),
    ),
    "hotel": (
        Room("Room 101", 2, 3.4, private=True, step_free=True),
        Room("Room 102", 3, 4.2, private=True, step_free=True),
        Room("Room 201", 2, 3.2, private=True),
        Room("Room 202", 4, 5, private=True, pets=True),
    ),
    "flat": (Room("The flat", 4, 2.8, private=True, pets=True, monthly=True),),
    "host_family": (Room("The children's room", 2, None, private=True),),
    "shelter": (Room("Hall", 10, 0, step_free=True),),
}
LARGE = ("hostel", "hotel", "flat", "flat", "host_family", "host_family", "shelter")
SMALL = ("hostel", "flat", "host_family")


def places_of(
    town: Town, *, times: int, since: date, dice: random.Random
) -> Iterator[tuple[PlaceDetails, list[UnitDetails]]]:
    """`times` as many as one office knows of. All rooms are to be had from `since` on."""
    kinds = (LARGE if town.share >= 0.5 else SMALL) * times
    told: dict[str, int] = {}
    for kind in kinds:
        number = told[kind] = told.get(kind, -1) + 1
        names = NAMES[kind]
        again = f" {number // len(names) + 1}" if number >= len(names) else ""
        place = PlaceDetails(
            name=f"{SAID[kind]} {names[number % len(names)]}{again}", kind=kind, country=town.country,
            city=town.name, address=f"{dice.choice(STREETS)} {dice.randint(1, 90)}",
            contact=f"+000 {dice.randint(100, 999)} {dice.randint(1000, 9999)}",
        )  # fmt: skip
        yield place, [_unit(room, town, since) for room in HOUSES[kind]]


def _unit(room: Room, town: Town, since: date) -> UnitDetails:
    nights = 30 if room.monthly else 1
    price = None if room.price is None else rounded(room.price * town.bed * nights)
    return UnitDetails(
        name=room.name, capacity=room.capacity, step_free=room.step_free, pets=room.pets,
        private=room.private, price=price, currency=None if price is None else town.currency,
        price_per="month" if room.monthly else "night", available_from=since,
    )  # fmt: skip


def rounded(amount: float) -> Decimal:
    """As a price is said: 27.60 is 28, 5170 is 5200."""
    step = 1 if amount < 200 else 10 if amount < 2000 else 100
    return Decimal(round(amount / step) * step)
