"""Work in a person's file: what they look for, how far that is, may they work where they are."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from casework.backoffice.work.words import looked_for
from casework.people.models import Person
from casework.reminders.outlook import zone_of_organisation
from casework.stays.models import Arrival
from casework.stays.zones import local_day
from casework.work.models import Application, Need, NeedStatus
from casework.work.queries import rights_of
from casework.work.rules import LIVE, Right

MOST = 8


@dataclass(frozen=True)
class Work:
    """`need`: the live one, else the newest. `rights`: where they are, and the answer for it today."""

    need: Need | None
    looks_for: str
    applications: list[Application]
    more: int
    rights: list[tuple[str, Right]]
    zone: ZoneInfo

    @property
    def is_looking(self) -> bool:
        return self.need is not None and self.need.status == NeedStatus.LOOKING


def work_of(person: Person, at: datetime) -> Work:
    needs = list(Need.objects.filter(person=person).order_by("-created_at", "pk"))
    need = next((row for row in needs if row.status == NeedStatus.LOOKING), needs[0] if needs else None)
    rows = Application.objects.filter(need__person=person).select_related("opening").defer("opening__contact")
    applications = sorted(rows.order_by("-updated_at", "pk"), key=lambda row: row.status not in LIVE)
    return Work(
        need=need,
        looks_for=looked_for(need.sectors, need.occupations, need.skills) if need else "",
        applications=applications[:MOST],
        more=max(len(applications) - MOST, 0),
        rights=_rights(person, at),
        zone=zone_of_organisation(person.organisation),
    )


def _rights(person: Person, at: datetime) -> list[tuple[str, Right]]:
    there = Arrival.objects.filter(person=person, left_on=None, voided_at=None)
    countries = sorted(set(there.values_list("country", flat=True)))
    asked = [(country, local_day(country, at)) for country in countries]
    return list(zip(countries, rights_of(person, asked), strict=True))
