"""Invented people. Names as passports of 2022 carry them, beside the name in the person's own script."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from casework.people import numbers
from casework.people.models import Document, DocumentKind, Household, NameKey, Person, Sex
from casework.people.names import keys
from casework.vault.keys import blind_index
from tests.factories.owned import organisation_acted_for

FAMILY_NAMES = (
    ("Abramtseva", "Абрамцева"),
    ("Berezkina", "Берёзкина"),
    ("Vorontsova", "Воронцова"),
    ("Gorshkova", "Горшкова"),
)


class HouseholdFactory(DjangoModelFactory[Household]):
    class Meta:
        model = Household

    organisation = factory.LazyFunction(organisation_acted_for)


class PersonFactory(DjangoModelFactory[Person]):
    """A Russian citizen who reads Russian and has an address; found by name like everybody."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    class Params:
        unreachable = factory.Trait(email="", phone="")
        child = factory.Trait(birth_date=date(2015, 9, 1))
        born_in_a_year = factory.Trait(birth_date=date(1990, 1, 1), birth_date_precision="year")
        belarusian = factory.Trait(nationality="BY")

    household = factory.SubFactory(HouseholdFactory)
    organisation = factory.SelfAttribute("household.organisation")
    family_name = factory.Sequence(lambda n: FAMILY_NAMES[n % len(FAMILY_NAMES)][0])
    given_name = "Vera"
    patronymic = "Pavlovna"
    native_name = factory.Sequence(lambda n: f"{FAMILY_NAMES[n % len(FAMILY_NAMES)][1]} Вера Павловна")
    birth_date = factory.Sequence(lambda n: date(1960 + n % 40, 1 + n % 12, 1 + n % 28))
    sex = Sex.FEMALE
    nationality = "RU"
    preferred_language = "ru"
    email = factory.Sequence(lambda n: f"person{n}@mail.example")

    @factory.post_generation
    def name_keys(self: Any, create: bool, *_: Any, **__: Any) -> None:
        if create:
            NameKey.objects.bulk_create(
                NameKey(organisation_id=self.organisation_id, person=self, key=key)
                for key in sorted(keys(*self.names(), self.native_name))
            )


class DocumentFactory(DjangoModelFactory[Document]):
    """An international passport, biometric, good for years."""

    class Meta:
        model = Document

    class Params:
        internal_id = factory.Trait(
            kind=DocumentKind.INTERNAL_ID,
            number=factory.Sequence(lambda n: f"45 08 {n + 100000:06}"),
            biometric=None,
            expires_on=None,
        )
        expiring = factory.Trait(expires_on=date(2022, 10, 15))

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SelfAttribute("person.organisation")
    kind = DocumentKind.PASSPORT
    issuing_country = factory.SelfAttribute("person.nationality")
    number = factory.Sequence(lambda n: f"75 {n + 1000000:07}")
    number_index = factory.LazyAttribute(
        lambda d: blind_index(d.organisation.pk, "document", numbers.normalise(d.number))
    )
    biometric = True
    issued_on = date(2019, 3, 4)
    expires_on = date(2029, 3, 4)
