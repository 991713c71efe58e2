"""Who may work where, asked of what is stored: permits, open stays with their last lawful day, the law."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.people.countries import name_of
from casework.people.models import Person
from casework.stays.areas import EUROPEAN_UNION, UNION
from casework.stays.models import Arrival, Deadline, DeadlineKind, DeadlineStatus, Permit, PermitKind
from casework.work.models import WorkRule
from casework.work.rules import Allowed, Basis, Right, Standing, WorkLaw, right_to_work

# What tells only of itself: the visa-free stay goes on beside it.
REPLACES_NOTHING = (PermitKind.OTHER,)
LAW_COLUMNS = (
    "id title country basis nationalities allowed valid_from valid_until condition source confidence".split()
)
Stay = tuple[UUID, str]  # a person in a country


@dataclass(frozen=True)
class Stays:
    """The file of some persons in some countries, as far as it says on what somebody may work."""

    nationalities: dict[UUID, str]
    permits: dict[Stay, list[Permit]]
    arrivals: dict[Stay, Arrival]
    last_days: dict[UUID, date]
    law: dict[str, list[WorkLaw]]

    def right(self, person_id: UUID, country: str, day: date) -> Right:
        return right_to_work(
            country=country,
            nationality=self.nationalities[person_id],
            day=day,
            standing=self._standing(person_id, country, day),
            law=self._law_of(country),
        )

    def _standing(self, person_id: UUID, country: str, day: date) -> Standing:
        permits = [
            permit for permit in self.permits[person_id, country] if permit.starts_on <= day <= permit.ends_on
        ]
        bases = tuple(Basis(permit.kind) for permit in permits)
        if any(permit.kind not in REPLACES_NOTHING for permit in permits):
            return Standing(bases)
        why_none = self._why_not_there(person_id, country, day)
        return Standing(bases if why_none else (*bases, Basis.VISA_FREE), why_none)

    def _why_not_there(self, person_id: UUID, country: str, day: date) -> str:
        place, arrival = name_of(country), self.arrivals.get((person_id, country))
        if arrival is None or arrival.entered_on > day:
            return f"This person is not in {place}, as far as the file says."
        last_day = self.last_days.get(arrival.pk)
        if last_day is None:
            return f"How long this person may stay in {place} is not clear: look at the stay first."
        if last_day < day:
            return f"The stay in {place} ends on {last_day}, before the work would begin."
        return ""

    def _law_of(self, country: str) -> list[WorkLaw]:
        union = self.law[UNION] if country in EUROPEAN_UNION else []
        return [*self.law[country], *union]


def stays_of(persons: Iterable[Person], countries: Iterable[str]) -> Stays:
    """Four queries, however many persons and countries."""
    nationalities = {person.pk: person.nationality for person in persons}
    wanted = set(countries)
    permits: defaultdict[Stay, list[Permit]] = defaultdict(list)
    for permit in Permit.objects.filter(person_id__in=nationalities, country__in=wanted):
        permits[permit.person_id, permit.country].append(permit)
    open_arrivals = Arrival.objects.filter(
        person_id__in=nationalities, country__in=wanted, left_on=None, voided_at=None
    )
    arrivals = {(arrival.person_id, arrival.country): arrival for arrival in open_arrivals}
    return Stays(nationalities, permits, arrivals, _last_days(arrivals.values()), _law(wanted))


def rights_of(person: Person, asked: Sequence[tuple[str, date]]) -> list[Right]:
    """One person in several countries, each on its day."""
    stays = stays_of([person], {country for country, _ in asked})
    return [stays.right(person.pk, country, day) for country, day in asked]


def _last_days(arrivals: Iterable[Arrival]) -> dict[UUID, date]:
    """The last lawful day of each stay, as it was computed when anything moved."""
    told = Deadline.objects.filter(
        arrival_id__in=[arrival.pk for arrival in arrivals],
        kind=DeadlineKind.STAY_END,
        status__in=[DeadlineStatus.OPEN, DeadlineStatus.MISSED],
    ).values_list("arrival_id", "due_on")
    return {arrival_id: due_on for arrival_id, due_on in told if arrival_id is not None}


def _law(countries: set[str]) -> dict[str, list[WorkLaw]]:
    found: defaultdict[str, list[WorkLaw]] = defaultdict(list)
    rows = WorkRule.objects.of_countries(countries).order_by("key").values(*LAW_COLUMNS)
    for row in rows:
        values = {
            **row,
            "id": str(row["id"]),
            "basis": Basis(row["basis"]),
            "allowed": Allowed(row["allowed"]),
            "nationalities": frozenset(row["nationalities"]),
        }
        found[row["country"]].append(WorkLaw(**values))
    return found
