"""What the pages of beds have in common: their scopes, what is noted, the households that they name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice.asked import may, organisation_of
from casework.backoffice.room import RoomAdmin, address_of, note, note_ids
from casework.cases.models import Case
from casework.cases.queries import open_cases_of
from casework.housing.models import Placement, Unit
from casework.people.models import Person

NAMED_AT_MOST = 3


class HousingRoom(RoomAdmin):
    reads = Scope.HOUSING_READ
    writes = Scope.HOUSING_WRITE

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Scope.HOUSING_WRITE)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Nothing is sent to the page itself: what may be done has forms at addresses of their own."""
        if request.method != "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        self.asked(request, object_id)
        return HttpResponseNotAllowed(["GET"])


@dataclass(frozen=True)
class Household:
    """Whoever belongs to it, as far as the reader may see, and its open case."""

    members: list[Person] = field(default_factory=list)
    case: Case | None = None

    @property
    def first(self) -> list[Person]:
        return self.members[:NAMED_AT_MOST]

    @property
    def more(self) -> int:
        return len(self.members) - len(self.first)


NOBODY_NAMED = Household()


def note_beds(request: HttpRequest, placements: Iterable[Placement]) -> None:
    """Who sleeps where was told: the placements and, by name, the places."""
    placements = list(placements)
    note(request, "placement", placements)
    note_ids(request, "place", [row.unit.place_id for row in placements])


def households_of(request: HttpRequest, household_ids: Iterable[UUID | None]) -> dict[UUID, Household]:
    """Those of a page, at once. Whoever is named is noted as read."""
    wanted = {household_id for household_id in household_ids if household_id is not None}
    members: dict[UUID, list[Person]] = {household_id: [] for household_id in wanted}
    if may(request, Scope.PEOPLE_READ):
        people = list(Person.objects.filter(household_id__in=wanted).order_by("created_at", "pk"))
        note(request, "person", people)
        for person in people:
            members[person.household_id].append(person)
    cases = open_cases_of(wanted) if may(request, Scope.CASES_READ) else {}
    return {one: Household(persons, cases.get(one)) for one, persons in members.items()}


def named_in_a_list(household: Household) -> SafeString:
    """Each leads to their file; one box, whatever the width."""
    links = [(reverse("admin:people_person_change", args=[one.pk]), one) for one in household.first]
    told = format_html_join(", ", '<a class="cw-link" href="{}">{}</a>', links)
    more = f" and {household.more} more" if household.more else ""
    case = household.case
    if case is None:
        return format_html("<span>{}{}</span>", told, more)
    number = '<span>{}{} <span class="cw-nowrap">(<a class="cw-link" href="{}">{}</a>)</span></span>'
    return format_html(number, told, more, address_of(case), case.number)


def household_of(request: HttpRequest, household_id: UUID | None) -> Household:
    if household_id is None:
        return NOBODY_NAMED
    return households_of(request, [household_id]).get(household_id, NOBODY_NAMED)


def found(request: HttpRequest, rows: QuerySet[Any], row_id: UUID, *, lock: bool = False) -> Any:
    """A row beside the one that the page is about: of this organisation, or the same 404."""
    rows = rows.filter(organisation_id=organisation_of(request).pk, pk=row_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise Http404
    return row


def unit_asked(request: HttpRequest, unit_id: UUID, *, lock: bool = False) -> Unit:
    unit: Unit = found(request, Unit.objects.select_related("place"), unit_id, lock=lock)
    return unit
