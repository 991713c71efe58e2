"""What a door hands over: the values of an opening and of a need for work, and which of them are possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

from casework.people.checks import LANGUAGE
from casework.people.cities import city_key
from casework.people.countries import is_country
from casework.people.currencies import is_currency
from casework.people.entered import check_city, check_day, check_text, tidy_city
from casework.refusals import Faults
from casework.work.languages import LEVELS
from casework.work.models import Need, Opening, PayPer
from casework.work.occupations import is_occupation
from casework.work.sectors import is_sector

MOST_POSITIONS = 10_000
MOST_PAY = Decimal("9999999999.99")
MOST_SAID = 20
NO_SECTOR = "Not a section of ISIC: one letter from A to U."
NO_OCCUPATION = "Not a unit group of ISCO-08: four digits."
NO_COUNTRY = "Not a country code of ISO 3166-1."


@dataclass(frozen=True, kw_only=True)
class OpeningDetails:
    """`sector` ISIC section, `occupation` ISCO-08 unit group, `pay` per `pay_per`; days inclusive."""

    employer: str
    title: str
    sector: str
    occupation: str
    country: str
    city: str
    positions: int
    pay: Decimal | None = None
    currency: str | None = None
    pay_per: str | None = None
    languages: Sequence[str] = ()
    language_levels: Mapping[str, str] = field(default_factory=dict)
    housing_offered: bool = False
    opens_on: date | None = None
    starts_on: date | None = None
    closes_on: date | None = None
    contact: str | None = None

    @classmethod
    def of(cls, opening: Opening) -> Self:
        return cls(**{one.name: getattr(opening, one.name) for one in fields(cls)})

    def columns(self) -> dict[str, Any]:
        return _columns(self)


@dataclass(frozen=True, kw_only=True)
class NeedDetails:
    """What somebody looks for; empty means that they did not say."""

    sectors: Sequence[str] = ()
    occupations: Sequence[str] = ()
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()
    language_levels: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None
    city: str = ""
    available_from: date | None = None

    @classmethod
    def of(cls, need: Need) -> Self:
        return cls(**{one.name: getattr(need, one.name) for one in fields(cls)})

    def columns(self) -> dict[str, Any]:
        return _columns(self)


def check_opening(details: OpeningDetails, today: date, known: Opening | None = None) -> None:
    """Raises Invalid with a fault per field. `known`: the opening as it is, when it is changed."""
    faults = Faults()
    find_faults(details, today, faults, known)
    faults.refuse()


def find_faults(
    details: OpeningDetails, today: date, faults: Faults, known: Opening | None = None, at: str = ""
) -> None:
    """`at` stands before every pointer: "/3" for the fourth of several."""
    check_text(faults, f"{at}/employer", details.employer, 150, required="Say who employs.")
    check_text(faults, f"{at}/title", details.title, 200, required="Say what the work is.")
    check_city(faults, f"{at}/city", details.city, required="Say in which city the work is.")
    check_text(faults, f"{at}/contact", details.contact or "", 2000, lines=True)
    faults.check(is_sector(details.sector), f"{at}/sector", NO_SECTOR)
    faults.check(is_occupation(details.occupation), f"{at}/occupation", NO_OCCUPATION)
    faults.check(is_country(details.country), f"{at}/country", NO_COUNTRY)
    faults.check(
        1 <= details.positions <= MOST_POSITIONS,
        f"{at}/positions",
        f"An opening has from 1 to {MOST_POSITIONS} positions.",
    )
    _check_pay(details, faults, at)
    _check_languages(details.languages, details.language_levels, faults, at)
    _check_days(details, today, faults, known, at)


def check_need(details: NeedDetails) -> None:
    """Raises Invalid with a fault per field."""
    faults = Faults()
    for name, is_known, told in (
        ("sectors", is_sector, NO_SECTOR),
        ("occupations", is_occupation, NO_OCCUPATION),
    ):
        values: Sequence[str] = getattr(details, name)
        _check_list(values, f"/{name}", faults)
        for position, value in enumerate(values):
            faults.check(is_known(value), f"/{name}/{position}", told)
    _check_list(details.skills, "/skills", faults)
    for position, skill in enumerate(details.skills):
        check_text(faults, f"/skills/{position}", skill, 100, required="A skill in plain words.")
    _check_languages(details.languages, details.language_levels, faults, "")
    faults.check(details.country is None or is_country(details.country), "/country", NO_COUNTRY)
    check_city(faults, "/city", details.city)
    check_day(faults, "/available_from", details.available_from)
    faults.refuse()


def _columns(details: OpeningDetails | NeedDetails) -> dict[str, Any]:
    values = {one.name: getattr(details, one.name) for one in fields(details)}
    lists = ("sectors", "occupations", "skills", "languages")
    tidy: dict[str, Any] = {name: list(values[name]) for name in lists if name in values}
    city = tidy_city(details.city)
    levels = dict(details.language_levels)
    return {**values, **tidy, "language_levels": levels, "city": city, "city_key": city_key(city)}


def _check_pay(details: OpeningDetails, faults: Faults, at: str) -> None:
    if details.pay is None:
        told = "Without pay this says nothing: give the pay too, or leave this out."
        faults.check(details.currency is None, f"{at}/currency", told)
        faults.check(details.pay_per is None, f"{at}/pay_per", told)
        return
    finite = details.pay.is_finite()
    faults.check(finite and details.pay >= 0, f"{at}/pay", "Pay cannot be negative.")
    faults.check(not finite or details.pay <= MOST_PAY, f"{at}/pay", f"At most {MOST_PAY}.")
    faults.check(
        not finite or details.pay == round(details.pay, 2), f"{at}/pay", "At most two digits after the point."
    )
    faults.check(
        details.currency is not None and is_currency(details.currency),
        f"{at}/currency",
        "Pay needs a currency of ISO 4217 in which people are paid.",
    )
    faults.check(details.pay_per in PayPer.values, f"{at}/pay_per", "Pay is per hour, day, week or month.")


def _check_languages(languages: Sequence[str], levels: Mapping[str, str], faults: Faults, at: str) -> None:
    _check_list(languages, f"{at}/languages", faults)
    for position, code in enumerate(languages):
        known = len(code) <= 35 and bool(LANGUAGE.match(code))
        faults.check(known, f"{at}/languages/{position}", "Not a language code (BCP 47).")
    for code, level in levels.items():
        pointer = f"{at}/language_levels"
        faults.check(code in languages, pointer, "A level of a language that does not stand in languages.")
        faults.check(level in LEVELS, pointer, f"A level is one of {', '.join(LEVELS)}.")


def _check_days(details: OpeningDetails, today: date, faults: Faults, known: Opening | None, at: str) -> None:
    opens, closes = details.opens_on, details.closes_on
    for name in ("opens_on", "starts_on", "closes_on"):
        check_day(faults, f"{at}/{name}", getattr(details, name))
    faults.check(
        opens is None or closes is None or closes >= opens,
        f"{at}/closes_on",
        "An opening cannot close before it opens.",
    )
    new = known is None or known.closes_on != closes
    faults.check(
        not new or closes is None or closes >= today,
        f"{at}/closes_on",
        "This closing day has passed already.",
    )


def _check_list(values: Sequence[str], pointer: str, faults: Faults) -> None:
    faults.check(len(values) <= MOST_SAID, pointer, f"At most {MOST_SAID}.")
    faults.check(len(set(values)) == len(values), pointer, "Each of them once.")
