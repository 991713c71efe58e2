from __future__ import annotations

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from casework.stays.models import (
    Arrival,
    Deadline,
    DeadlineKind,
    DeadlineStatus,
    Decision,
    DecisionKind,
    Outcome,
    Permit,
    PermitKind,
)
from tests.factories.people import DocumentFactory, PersonFactory


class ArrivalFactory(DjangoModelFactory[Arrival]):
    """A border crossed on foot, ten days before the tests' moment; still there."""

    class Meta:
        model = Arrival

    class Params:
        left = factory.Trait(left_on=date(2022, 9, 28))
        voided = factory.Trait(voided_at=datetime(2022, 9, 22, 8, 0, tzinfo=UTC), void_reason="entered twice")
        without_document = factory.Trait(document=None)

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SelfAttribute("person.organisation")
    document = factory.SubFactory(DocumentFactory, person=factory.SelfAttribute("..person"))
    country = "GE"
    entered_on = date(2022, 9, 21)
    entry_point = "Larsi"


class DecisionFactory(DjangoModelFactory[Decision]):
    """A refusal in the regular procedure."""

    class Meta:
        model = Decision

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SelfAttribute("person.organisation")
    country = "GE"
    kind = DecisionKind.ASYLUM_REGULAR
    served_on = date(2022, 9, 28)
    outcome = Outcome.REFUSED


class PermitFactory(DjangoModelFactory[Permit]):
    """A residence permit for a year."""

    class Meta:
        model = Permit

    class Params:
        visa = factory.Trait(
            kind=PermitKind.VISA,
            starts_on=date(2022, 9, 1),
            ends_on=date(2022, 11, 30),
            stay_days=30,
            entries=1,
        )

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SelfAttribute("person.organisation")
    country = "GE"
    kind = PermitKind.RESIDENCE_PERMIT
    starts_on = date(2022, 9, 15)
    ends_on = date(2023, 9, 14)


class DeadlineFactory(DjangoModelFactory[Deadline]):
    """The end of the stay, nine days ahead: its reminder of fourteen days is overdue."""

    class Meta:
        model = Deadline

    class Params:
        registration = factory.Trait(kind=DeadlineKind.REGISTRATION, due_on=date(2022, 10, 3))
        met = factory.Trait(status=DeadlineStatus.MET, closed_at=datetime(2022, 9, 30, 12, 0, tzinfo=UTC))
        cancelled = factory.Trait(
            status=DeadlineStatus.CANCELLED, closed_at=datetime(2022, 9, 30, 12, 0, tzinfo=UTC)
        )
        missed = factory.Trait(status=DeadlineStatus.MISSED, due_on=date(2022, 9, 25))

    arrival = factory.SubFactory(ArrivalFactory)
    person = factory.SelfAttribute("arrival.person")
    organisation = factory.SelfAttribute("arrival.organisation")
    country = factory.SelfAttribute("arrival.country")
    kind = DeadlineKind.STAY_END
    due_on = date(2022, 10, 10)
