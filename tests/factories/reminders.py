from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import factory
from factory.django import DjangoModelFactory

from casework.reminders.models import Occasion, RecipientKind, Reminder, State
from tests.factories.stays import DeadlineFactory


class ReminderFactory(DjangoModelFactory[Reminder]):
    """To the person, nine days before the day, due since this morning."""

    class Meta:
        model = Reminder

    class Params:
        to_caseworker = factory.Trait(
            recipient_kind=RecipientKind.CASEWORKER,
            recipient=factory.SelfAttribute("deadline.organisation.duty_caseworker_id"),
        )
        claimed = factory.Trait(
            state=State.CLAIMED,
            attempts=1,
            lease_token=UUID("00000000-0000-4000-8000-000000000001"),
            lease_until=datetime(2022, 10, 1, 10, 2, tzinfo=UTC),
        )
        sent = factory.Trait(state=State.SENT, attempts=1, sent_at=datetime(2022, 10, 1, 6, 5, tzinfo=UTC))
        dead = factory.Trait(state=State.DEAD, attempts=8, last_error="mailbox unavailable")

    deadline = factory.SubFactory(DeadlineFactory)
    organisation = factory.SelfAttribute("deadline.organisation")
    deadline_version = factory.SelfAttribute("deadline.version")
    occasion = Occasion.OFFSET
    offset_days = 9
    day = factory.LazyAttribute(lambda r: r.deadline.due_on - timedelta(days=r.offset_days))
    recipient_kind = RecipientKind.PERSON
    recipient = factory.SelfAttribute("deadline.person_id")
    send_after = datetime(2022, 10, 1, 6, 0, tzinfo=UTC)
