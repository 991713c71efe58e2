"""Beds, nights and prices as a caseworker says them."""

from datetime import date, datetime

from casework.backoffice.words import day
from casework.housing.free import FreeUnit
from casework.housing.models import Need, NeedStatus, Placement, PlacementStatus, Unit
from casework.stays.zones import zone_of

NEED_TONES = {NeedStatus.WAITING: "soon", NeedStatus.PLACED: "good", NeedStatus.WITHDRAWN: "calm"}
TONES = {PlacementStatus.HELD: "soon", PlacementStatus.CONFIRMED: "good"}
# What the trail calls it, and what a caseworker calls it.
DONE = {
    "placement.held": "held", "placement.confirmed": "confirmed", "placement.cancelled": "cancelled",
    "placement.ended": "ended", "placement.changed": "other nights",
    "placement.left": "left for another unit", "placement.moved": "moved here from another unit",
    "placement.expired": "the hold ran out",
}  # fmt: skip


def price_told(unit: Unit | Placement | FreeUnit) -> str:
    """Of a private unit for all of it, of a shared one for a bed."""
    if unit.price is None:
        return "not known"
    bed = "" if unit.private else "bed and "
    return f"{unit.price} {unit.currency} per {bed}{unit.price_per}"


def nights_told(first: date, last: date | None) -> str:
    if last is None:
        return f"from {day(first)}"
    if first == last:
        return f"the night of {day(first)}"
    count = (last - first).days + 1
    return f"{_short(first, last)} to {day(last)}, {count} nights"


def moment_told(moment: datetime, country: str) -> str:
    """On the clock of the country where the bed is."""
    local = moment.astimezone(zone_of(country))
    return f"{day(local.date())}, {local:%H:%M}"


def status_told(placement: Placement, at: datetime) -> tuple[str, str]:
    """In a word, and its tone."""
    if placement.has_run_out(at):
        return "the hold has run out", "calm"
    status = PlacementStatus(placement.status)
    return str(status.label).lower(), TONES.get(status, "calm")


def need_told(need: Need) -> str:
    people = "1 person" if need.people == 1 else f"{need.people} people"
    return f"{people} in {need.city or 'any city'}, {nights_told(need.needed_from, need.needed_until)}"


def _short(first: date, last: date) -> str:
    return day(first).removesuffix(f" {first.year}") if first.year == last.year else day(first)
