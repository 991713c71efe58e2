"""What the demo's stories of beds and jobs share: one organisation, its last twelve weeks, and the dice."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Subquery

from casework.accounts.models import Owned
from casework.audit.actors import Actor
from casework.audit.models import Event
from casework.people.models import Person
from casework.stays.zones import local_day

DAY = timedelta(days=1)
WEEKS = 12
USUAL_PEOPLE = 120


@dataclass
class Story:
    """Told as if it had happened on its days. `people`: of the file, in the order of their registration."""

    country: str
    people: list[Person]
    countries: list[str]
    by: Actor
    at: datetime
    seed: int
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311  # a demo must repeat itself

    @cached_property
    def today(self) -> date:
        return local_day(self.country, self.at)

    @property
    def first(self) -> date:
        return self.today - WEEKS * 7 * DAY

    @property
    def scale(self) -> float:
        return len(self.people) / USUAL_PEOPLE

    def days(self) -> Iterator[date]:
        return (self.first + number * DAY for number in range(WEEKS * 7 + 1))

    def moment(self, day: date, hour: int = 8) -> datetime:
        return min(datetime.combine(day, time(hour), UTC), self.at)

    def by_at(self, day: date, hour: int = 8) -> dict[str, Any]:
        return {"by": self.by, "at": self.moment(day, hour)}

    def times(self, expected: float) -> int:
        """How often something happens that happens so often in the usual demo."""
        whole, rest = divmod(expected * self.scale, 1)
        return int(whole) + (self.dice.random() < rest)


def date_back(model: type[Owned], action: str) -> None:
    """Rows were asked for when the trail says so; the database's clock wrote the moment of the demo."""
    told = Event.objects.filter(
        organisation_id=OuterRef("organisation_id"), object_id=OuterRef("pk"), action=action
    )
    model._default_manager.update(created_at=Subquery(told.values("occurred_at")[:1]))
