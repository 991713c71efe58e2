from __future__ import annotations

from typing import Any

import factory
from factory.django import DjangoModelFactory

from casework.accounts.models import Organisation, User
from casework.accounts.roles import Role

PASSWORD = "correct horse battery staple"


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    class Params:
        tbilisi = factory.Trait(name="Shelter Tbilisi", city="Tbilisi", is_law_desk=True)
        almaty = factory.Trait(name="Shelter Almaty", city="Almaty", country="KZ", time_zone="Asia/Almaty")

    name = factory.Sequence(lambda n: f"Shelter {n}")
    country = "GE"
    city = "Batumi"
    time_zone = "Asia/Tbilisi"


class UserFactory(DjangoModelFactory[User]):
    """Signs in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        supervisor = factory.Trait(role=Role.SUPERVISOR)
        intake = factory.Trait(role=Role.INTAKE)
        auditor = factory.Trait(role=Role.AUDITOR)
        administrator = factory.Trait(role=Role.ADMINISTRATOR)

    organisation = factory.SubFactory(OrganisationFactory)
    username = factory.Sequence(lambda n: f"user{n}")
    first_name = "Tamar"
    last_name = "Example"
    email = factory.LazyAttribute(lambda user: f"{user.username}@casework.example")
    role = Role.CASEWORKER
    is_staff = True
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def on_duty(self: Any, create: bool, extracted: bool | None, **_: Any) -> None:
        """Gets every new case of the organisation that names nobody."""
        if create and extracted:
            self.organisation.duty_caseworker = self
            self.organisation.save(update_fields=["duty_caseworker"])
