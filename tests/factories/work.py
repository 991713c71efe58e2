"""Work in construction, as it is offered in Tbilisi, and people who look for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from casework.people.cities import city_key
from casework.work.models import (
    Application,
    ApplicationStep,
    ClosedReason,
    Need,
    NeedStatus,
    Opening,
    OpeningStatus,
)
from tests.factories.owned import organisation_acted_for
from tests.factories.people import PersonFactory


class OpeningFactory(DjangoModelFactory[Opening]):
    """Two bricklayers wanted, with pay, without housing."""

    class Meta:
        model = Opening

    class Params:
        closed = factory.Trait(status=OpeningStatus.CLOSED, closed_reason=ClosedReason.WITHDRAWN)
        kitchen = factory.Trait(title="Cook", sector="I", occupation="5120")

    organisation = factory.LazyFunction(organisation_acted_for)
    employer = "Vake Building"
    title = "Bricklayer"
    sector = "F"
    occupation = "7112"
    country = "GE"
    city = "Tbilisi"
    city_key = factory.LazyAttribute(lambda opening: city_key(opening.city))
    positions = 2
    pay = Decimal("90.00")
    currency = "GEL"
    pay_per = "day"
    contact = "Vakho, +995 555 060708"


class WorkNeedFactory(DjangoModelFactory[Need]):
    """A bricklayer in Tbilisi."""

    class Meta:
        model = Need

    class Params:
        withdrawn = factory.Trait(status=NeedStatus.WITHDRAWN)

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SelfAttribute("person.organisation")
    sectors = factory.LazyFunction(lambda: ["F"])
    occupations = factory.LazyFunction(lambda: ["7112"])
    country = "GE"
    city = "Tbilisi"
    city_key = factory.LazyAttribute(lambda need: city_key(need.city))
    available_from = date(2022, 10, 1)


class ApplicationFactory(DjangoModelFactory[Application]):
    class Meta:
        model = Application

    need = factory.SubFactory(WorkNeedFactory)
    organisation = factory.SelfAttribute("need.organisation")
    opening = factory.SubFactory(OpeningFactory)


class ApplicationStepFactory(DjangoModelFactory[ApplicationStep]):
    class Meta:
        model = ApplicationStep

    application = factory.SubFactory(ApplicationFactory)
    organisation: Any = factory.SelfAttribute("application.organisation")
    to_status = "proposed"
    actor_kind = "user"
    actor_id = "nino"
