"""The box "Bed" in the file of a person: where the household sleeps, or that it waits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from casework.backoffice.housing.room import note_beds
from casework.backoffice.housing.words import nights_told, status_told
from casework.backoffice.room import note
from casework.housing.models import LIVE, Need, NeedStatus, Placement
from casework.housing.queries import Turn, turns_of

MOST = 10


@dataclass(frozen=True)
class Bed:
    """A placement now or to come."""

    placement: Placement
    status: str
    tone: str
    nights: str


@dataclass(frozen=True)
class Beds:
    """Of a household: its placements, and what it still asks for with its turn."""

    placed: list[Bed]
    waiting: list[tuple[Need, Turn]]


def note_box(request: HttpRequest, beds: Beds | None) -> None:
    """Why somebody waits may be an illness: whoever opens the file has read it."""
    if beds is not None:
        note(request, "bed_need", [need for need, _ in beds.waiting])
        note_beds(request, [bed.placement for bed in beds.placed])


def beds_of(household_id: UUID, at: datetime) -> Beds:
    """A number of queries that does not grow."""
    needs = list(
        Need.objects.filter(household=household_id).exclude(status=NeedStatus.WITHDRAWN)
        .order_by("-created_at")[:MOST]
    )  # fmt: skip
    rows = Placement.objects.with_bed().filter(need__in=needs, status__in=LIVE).order_by("starts_on", "pk")
    placed = [
        Bed(row, *status_told(row, at), nights_told(row.starts_on, row.ends_on))
        for row in rows[:MOST]
        if not row.has_run_out(at)
    ]
    turns = turns_of(needs)
    return Beds(placed, [(need, turns[need.pk]) for need in needs if need.status == NeedStatus.WAITING])
