"""What a door hands over: the values of an arrival and of a permit, and which of them are possible."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Self

from casework.people.countries import is_country
from casework.people.models import Person
from casework.refusals import Faults
from casework.stays.models import (
    Arrival,
    Decision,
    DecisionKind,
    Outcome,
    PeriodUnit,
    Permit,
    PermitKind,
    Purpose,
)

EARLIEST = date(1990, 1, 1)
MOST_DAYS = 3660
MOST_WITHIN = 366


@dataclass(frozen=True, kw_only=True)
class ArrivalDetails:
    """`country` ISO alpha-2; days are calendar days of that country."""

    country: str
    entered_on: date
    left_on: date | None = None
    entry_point: str = ""
    purpose: str | None = None

    @classmethod
    def of(cls, arrival: Arrival) -> Self:
        return cls(**{field.name: getattr(arrival, field.name) for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class DecisionDetails:
    """`within` and `unit`: the period to appeal that the decision itself names, null where it names none."""

    country: str
    kind: str
    served_on: date
    outcome: str
    within: int | None = None
    unit: str | None = None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        return cls(**{field.name: getattr(decision, field.name) for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class PermitDetails:
    """`stay_days` and `entries` null: any number."""

    country: str
    kind: str
    starts_on: date
    ends_on: date
    stay_days: int | None = None
    entries: int | None = None

    @classmethod
    def of(cls, permit: Permit) -> Self:
        return cls(**{field.name: getattr(permit, field.name) for field in fields(cls)})


def check_arrival(details: ArrivalDetails, person: Person, today: date) -> None:
    """Raises Invalid with a fault per field."""
    faults = Faults()
    entered, left, tomorrow = details.entered_on, details.left_on, today + timedelta(days=1)
    faults.check(is_country(details.country), "/country", "Not a country code of ISO 3166-1.")
    # Across the date line it can be tomorrow already; further ahead is a plan, not an arrival.
    faults.check(entered <= tomorrow, "/entered_on", "An arrival cannot lie further ahead than tomorrow.")
    faults.check(entered >= EARLIEST, "/entered_on", "An arrival before 1990 is not possible.")
    born = person.birth_date
    faults.check(born is None or entered >= born, "/entered_on", "This is before the person was born.")
    faults.check(left is None or left >= entered, "/left_on", "Nobody leaves before they have entered.")
    faults.check(
        left is None or left <= tomorrow, "/left_on", "An exit cannot lie further ahead than tomorrow."
    )
    faults.check(len(details.entry_point) <= 100, "/entry_point", "At most 100 characters.")
    faults.check(
        not any(ord(character) < 32 for character in details.entry_point),
        "/entry_point",
        "Control characters are not possible.",
    )
    faults.check(
        details.purpose is None or details.purpose in Purpose.values,
        "/purpose",
        "Not a purpose that is known.",
    )
    faults.refuse()


def check_permit(details: PermitDetails) -> None:
    """Raises Invalid with a fault per field."""
    faults = Faults()
    faults.check(is_country(details.country), "/country", "Not a country code of ISO 3166-1.")
    faults.check(details.kind in PermitKind.values, "/kind", "Not a kind of permit that is known.")
    faults.check(details.ends_on >= details.starts_on, "/ends_on", "A permit cannot end before it starts.")
    faults.check(details.starts_on >= EARLIEST, "/starts_on", "A permit before 1990 is not possible.")
    for name in ("stay_days", "entries"):
        value = getattr(details, name)
        faults.check(value is None or 1 <= value <= MOST_DAYS, f"/{name}", f"From 1 to {MOST_DAYS}, or null.")
    faults.refuse()


def check_decision(details: DecisionDetails, person: Person, today: date) -> None:
    """Raises Invalid with a fault per field."""
    faults = Faults()
    served = details.served_on
    faults.check(is_country(details.country), "/country", "Not a country code of ISO 3166-1.")
    faults.check(details.kind in DecisionKind.values, "/kind", "Not a kind of decision that is known.")
    faults.check(details.outcome in Outcome.values, "/outcome", "Not an outcome that is known.")
    faults.check(
        served <= today + timedelta(days=1), "/served_on", "A decision cannot be served in the future."
    )
    faults.check(served >= EARLIEST, "/served_on", "A decision before 1990 is not possible.")
    born = person.birth_date
    faults.check(born is None or served >= born, "/served_on", "This is before the person was born.")
    within, unit = details.within, details.unit
    faults.check((within is None) == (unit is None), "/within", "A period needs a number and a unit.")
    faults.check(
        within is None or 1 <= within <= MOST_WITHIN, "/within", f"From 1 to {MOST_WITHIN}, or null."
    )
    faults.check(unit is None or unit in PeriodUnit.values, "/unit", "Not a unit that is known.")
    faults.refuse()
