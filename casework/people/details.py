"""What a door hands over: the values of a person and of a document."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from casework.people.models import Document, Person, Precision


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """What is known of a person; names in any script, countries ISO alpha-2, languages BCP 47."""

    family_name: str = ""
    given_name: str = ""
    patronymic: str = ""
    native_name: str = ""
    birth_date: date | None = None
    birth_date_precision: str = Precision.DAY
    sex: str = ""
    nationality: str = ""
    languages: tuple[str, ...] = ()
    preferred_language: str = "en"
    email: str = ""
    second_email: str = ""
    phone: str = ""

    @classmethod
    def of(cls, person: Person) -> Self:
        values = {field.name: getattr(person, field.name) for field in fields(cls)}
        return cls(**{**values, "languages": tuple(person.languages)})


@dataclass(frozen=True, kw_only=True)
class DocumentDetails:
    kind: str
    issuing_country: str
    number: str
    biometric: bool | None = None
    issued_on: date | None = None
    expires_on: date | None = None

    @classmethod
    def of(cls, document: Document) -> Self:
        return cls(**{field.name: getattr(document, field.name) for field in fields(cls)})
