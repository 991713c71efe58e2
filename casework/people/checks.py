"""Which values of a person or a document are possible. Every fault is told, none is mended in silence."""

import re
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from casework.people.countries import is_country
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import DocumentKind, Precision, Sex
from casework.people.names import InvalidName, clean_name
from casework.people.numbers import InvalidNumber, normalise
from casework.refusals import Faults

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")  # BCP 47, as far as a clerk writes it
PHONE = re.compile(r"[+0-9 ()./-]{0,40}\Z")
OLDEST = date(1900, 1, 1)
NO_FIRST = "There is no first e-mail address: give this one as the first."
NAMES = ("family_name", "given_name", "patronymic", "native_name")


def check_person(details: PersonDetails, today: date, faults: Faults) -> PersonDetails:
    """The same details with tidy names."""
    tidy = {name: _name(name, getattr(details, name), faults) for name in NAMES}
    faults.check(
        any(tidy[name] for name in ("family_name", "given_name", "native_name")),
        "/family_name",
        "Give at least one name.",
    )
    born = details.birth_date
    faults.check(born is None or born <= today, "/birth_date", "A birth date cannot lie in the future.")
    faults.check(born is None or born >= OLDEST, "/birth_date", "A birth date before 1900 is not possible.")
    faults.check(
        details.birth_date_precision in Precision.values, "/birth_date_precision", "day, month or year."
    )
    faults.check(details.sex in Sex.values, "/sex", "F, M, X or empty.")
    faults.check(
        is_country(details.nationality),
        "/nationality",
        "Not a country code of ISO 3166-1 (two capital letters).",
    )
    for position, language in enumerate(details.languages):
        faults.check(
            bool(LANGUAGE.match(language)), f"/languages/{position}", "Not a language code (BCP 47)."
        )
    faults.check(
        bool(LANGUAGE.match(details.preferred_language)),
        "/preferred_language",
        "Not a language code (BCP 47).",
    )
    faults.check(_is_email(details.email), "/email", "Not an e-mail address.")
    faults.check(_is_email(details.second_email), "/second_email", "Not an e-mail address.")
    second = details.second_email.lower()
    faults.check(not second or bool(details.email), "/second_email", NO_FIRST)
    is_other = second != details.email.lower()
    faults.check(not second or is_other, "/second_email", "The same as the first e-mail address.")
    faults.check(
        bool(PHONE.match(details.phone)), "/phone", "Digits, spaces and + ( ) . / - only, at most 40."
    )
    return replace(
        details,
        family_name=tidy["family_name"],
        given_name=tidy["given_name"],
        patronymic=tidy["patronymic"],
        native_name=tidy["native_name"],
    )


def check_document(details: DocumentDetails, today: date, faults: Faults) -> None:
    faults.check(details.kind in DocumentKind.values, "/kind", "Not a kind of document that is known.")
    faults.check(is_country(details.issuing_country), "/issuing_country", "Not a country code of ISO 3166-1.")
    try:
        normalise(details.number)
    except InvalidNumber as invalid:
        faults.add("/number", str(invalid))
    issued, expires = details.issued_on, details.expires_on
    faults.check(issued is None or issued <= today, "/issued_on", "Issued in the future is not possible.")
    faults.check(
        issued is None or expires is None or expires >= issued,
        "/expires_on",
        "A document cannot expire before it was issued.",
    )


def _name(field: str, text: str, faults: Faults) -> str:
    try:
        return clean_name(text) if text else ""
    except InvalidName as invalid:
        faults.add(f"/{field}", str(invalid))
        return text


def _is_email(text: str) -> bool:
    try:
        validate_email(text or "a@example.org")
    except ValidationError:
        return False
    return True
