"""What the machine readable lines of a document put into its form, and what a clerk is told about them."""

from collections.abc import Iterator

from casework.backoffice.words import day
from casework.people import numbers
from casework.people.details import DocumentDetails
from casework.people.models import Person, Precision
from casework.people.mrz import Zone
from casework.people.names import keys

CALLED = {
    "number": "number", "birth_date": "birth date", "expires_on": "day of expiry",
    "optional": "optional data", "composite": "whole zone",
}  # fmt: skip


def details_of(zone: Zone) -> DocumentDetails:
    country = zone.issuing_country or ""
    return DocumentDetails(
        kind=zone.kind,
        issuing_country=country,
        number=zone.number,
        biometric=numbers.likely_biometric(zone.kind, country, zone.number),
        issued_on=zone.issued_on,
        expires_on=zone.expires_on,
    )


def notices_on(zone: Zone, person: Person) -> list[str]:
    """Never empty: what was read is compared with the document before it is stored."""
    return [*_wrong_digits(zone), *(remark.detail for remark in zone.remarks), *_unlike(zone, person)]


def _wrong_digits(zone: Zone) -> Iterator[str]:
    for name, verdict in zone.checks.items():
        if not verdict.ok:
            yield (
                f"The check digit of the {CALLED[name]} is {verdict.printed}, but {verdict.computed} would be"
                " right: a character is misread, or the document is not what it seems."
            )
    if zone.valid:
        yield "All check digits are right. Compare with the document, then add it."


def _unlike(zone: Zone, person: Person) -> Iterator[str]:
    """A document in the wrong file is found by what it says of its bearer."""
    known = keys(*person.names(), person.native_name)
    if not keys(zone.names.family_name) & known:
        yield f"The family name in the document, {zone.names.family_name}, is not the one in this file."
    exact = zone.birth_precision == person.birth_date_precision == Precision.DAY
    if exact and person.birth_date and zone.birth_date and person.birth_date != zone.birth_date:
        yield f"Born {day(zone.birth_date)} by the document, {day(person.birth_date)} by this file."
