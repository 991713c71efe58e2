"""Which values are possible. Every fault is told, none is mended in silence."""

from datetime import date, timedelta
from decimal import Decimal

from casework.housing.details import NeedDetails, PlaceDetails, TurnedAwayDetails, UnitDetails
from casework.housing.models import Ground, Per, PlaceKind, Priority
from casework.people.countries import is_country
from casework.people.currencies import is_currency
from casework.people.entered import check_city, check_day, check_text
from casework.refusals import Faults

MOST_PEOPLE = 1000
MOST_MONEY = Decimal("99999999.99")
COUNTRY = "Not a country code of ISO 3166-1."
BACKWARDS = "The last night cannot lie before the first."
LINE, TEXT, LONG = 150, 300, 2000


def check_place(details: PlaceDetails, faults: Faults) -> None:
    check_text(faults, "/name", details.name, LINE, required="Name the place.")
    check_city(faults, "/city", details.city, required="Say in which city it is.")
    check_text(faults, "/address", details.address, TEXT, lines=True)
    check_text(faults, "/contact", details.contact, TEXT, lines=True)
    faults.check(details.kind in PlaceKind.values, "/kind", "Not a kind of place that is known.")
    faults.check(is_country(details.country), "/country", COUNTRY)


def check_unit(details: UnitDetails, faults: Faults) -> None:
    check_text(faults, "/name", details.name, 100, required="Name the unit, as it stands on the door.")
    check_people(faults, "/capacity", details.capacity, "A unit has at least one bed.")
    check_money(faults, "price", details.price, details.currency)
    faults.check(details.price_per in Per.values, "/price_per", "night or month.")
    first, last = details.available_from, details.available_until
    check_day(faults, "/available_from", first)
    check_day(faults, "/available_until", last)
    in_order = first is None or last is None or last >= first
    faults.check(in_order, "/available_until", "A unit cannot be available until a day before its first.")


def check_need(details: NeedDetails, faults: Faults) -> None:
    check_people(faults, "/people", details.people, "A need is for at least one person.")
    check_day(faults, "/needed_from", details.needed_from)
    check_day(faults, "/needed_until", details.needed_until)
    last = details.needed_until
    faults.check(last is None or last >= details.needed_from, "/needed_until", BACKWARDS)
    check_city(faults, "/city", details.city)
    check_text(faults, "/reason", details.reason, LONG, lines=True)
    faults.check(details.country is None or is_country(details.country), "/country", COUNTRY)
    check_money(faults, "budget", details.budget, details.currency)
    faults.check(details.budget_per in Per.values, "/budget_per", "night or month.")
    faults.check(details.priority in Priority.values, "/priority", "normal, high or urgent.")
    for position, ground in enumerate(details.grounds):
        faults.check(ground in Ground.values, f"/grounds/{position}", "Not a ground that is known.")


def check_turned_away(details: TurnedAwayDetails, today: date, faults: Faults) -> None:
    check_day(faults, "/on", details.on)
    # Across the date line it can be tomorrow already.
    faults.check(details.on <= today + timedelta(days=1), "/on", "Nobody was turned away in the future.")
    check_city(faults, "/city", details.city, required="Say in which city.")
    check_text(faults, "/reason", details.reason, TEXT)
    check_people(faults, "/people", details.people, "At least one person was turned away.")
    faults.check(not details.country or is_country(details.country), "/country", COUNTRY)
    check_money(faults, "price_asked", details.price_asked, details.currency)


def check_people(faults: Faults, pointer: str, number: int, too_few: str) -> None:
    faults.check(number >= 1, pointer, too_few)
    faults.check(number <= MOST_PEOPLE, pointer, f"At most {MOST_PEOPLE}.")


def check_money(faults: Faults, field: str, amount: Decimal | None, currency: str | None) -> None:
    known = currency is None or is_currency(currency)
    faults.check(known, "/currency", "Not a currency that is in use (ISO 4217, three capital letters).")
    if amount is None:
        return
    faults.check(currency is not None, "/currency", "Say in which currency.")
    if not amount.is_finite() or amount > MOST_MONEY or -amount > MOST_MONEY:
        faults.add(f"/{field}", f"At most {MOST_MONEY}.")
        return
    faults.check(amount >= 0, f"/{field}", "Money below zero is not possible.")
    faults.check(amount == amount.quantize(Decimal("0.01")), f"/{field}", "At most two decimal places.")
