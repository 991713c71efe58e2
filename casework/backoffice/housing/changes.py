"""What becomes of a placement: confirmed, cancelled, ended, on other nights, in another unit."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, now
from casework.backoffice.filters import typed_day
from casework.backoffice.formpage import Part, Question, ask, refused_with
from casework.backoffice.housing.forms import EndForm, MoveForm, NightsForm, ReasonForm
from casework.backoffice.housing.room import HousingRoom, unit_asked
from casework.backoffice.housing.words import nights_told, price_told
from casework.backoffice.room import address_of, note_ids
from casework.cases import operations as cases
from casework.housing.free import FreeUnit, free_units
from casework.housing.locking import lock_placement
from casework.housing.models import Placement
from casework.refusals import Refused
from casework.stays.zones import local_day

UNITS_OFFERED = 200


def confirm(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    """A button: there is nothing to ask."""
    placement = _opened(room, request, row_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        cases.confirm_placement(placement=placement, by=actor_of(request), at=now())
    except Refused as refused:
        refused_with(request, refused)
    else:
        messages.success(request, "Confirmed: the bed is theirs.")
    return HttpResponseRedirect(address_of(placement))


def cancel(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    placement = _opened(room, request, row_id)
    question = Question(
        title="Cancel the placement", submit="Cancel it", back=address_of(placement), dangerous=True,
        lead=f"{_told(placement)}. All of its nights become free.",
        subject=placement,
    )  # fmt: skip
    form = ReasonForm(request.POST or None)
    return _asked(room, request, question, placement, form, cases.cancel_placement, "Cancelled.")


def end(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    placement = _opened(room, request, row_id)
    yesterday = local_day(placement.unit.place.country, now()) - timedelta(days=1)
    last = min(max(placement.starts_on, yesterday), placement.ends_on)
    question = Question(
        title="They have left", submit="End the placement", back=address_of(placement), dangerous=True,
        lead=f"{_told(placement)}. The nights after the last are free at once.", subject=placement,
    )  # fmt: skip
    form = EndForm(request.POST or None, initial={"ends_on": last})
    return _asked(room, request, question, placement, form, cases.end_placement, "Ended.")


def other_nights(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    placement = _opened(room, request, row_id)
    question = Question(
        title="Extend or shorten", submit="Save", back=address_of(placement),
        lead=f"{_told(placement)}.", subject=placement,
    )  # fmt: skip
    nights = {"starts_on": placement.starts_on, "ends_on": placement.ends_on}
    form = NightsForm(request.POST or None, initial=nights)
    return _asked(room, request, question, placement, form, cases.change_placement, "Saved.")


def move(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    """The units offered are free from the day in the form, else from tonight, to the end."""
    placement = _opened(room, request, row_id, _id_in(request.POST.get("unit")))
    today = local_day(placement.unit.place.country, now())
    first = _within(placement, typed_day(request.POST.get("from_day") or request.GET.get("from")) or today)
    offered = _offered(placement, first)
    note_ids(request, "place", [unit.place_id for unit in offered])
    choices = [(str(unit.id), _unit_told(unit)) for unit in offered]
    form = MoveForm(request.POST or None, units=choices, initial={"from_day": first})

    def operate() -> str:
        values = dict(form.cleaned_data)
        unit = unit_asked(request, UUID(values.pop("unit")))
        moved = cases.move_placement(placement=placement, unit=unit, **values, by=actor_of(request), at=now())
        messages.success(request, "Moved. This is their bed from that night on.")
        return address_of(moved)

    question = Question(
        title="Move to another unit", submit="Move them", back=address_of(placement),
        lead=f"{_told(placement)}.", subject=placement,
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(form)], operate, notices=_nowhere(offered, request))


def _asked(
    room: HousingRoom, request: HttpRequest, question: Question, placement: Placement, form: forms.Form,
    operation: Callable[..., Placement], sentence: str,
) -> HttpResponse:  # fmt: skip
    def operate() -> str:
        operation(placement=placement, **form.cleaned_data, by=actor_of(request), at=now())
        messages.success(request, sentence)
        return address_of(placement)

    return ask(request, room.admin_site, question, [Part(form)], operate)


def _opened(room: HousingRoom, request: HttpRequest, row_id: UUID, *others: UUID | None) -> Placement:
    """Held in the order of operations before its version is looked at: of two who write, one is told.

    `others`: units that it may be moved to.
    """
    placement: Placement = room.opened(request, row_id, Scope.HOUSING_WRITE, lock=False)
    if request.method == "POST":
        placement, _ = lock_placement(placement, *filter(None, others))
    return placement


def _told(placement: Placement) -> str:
    nights = nights_told(placement.starts_on, placement.ends_on)
    return f"{placement.unit.place}, {placement.unit}, {nights}"


def _within(placement: Placement, day: date) -> date:
    return min(max(placement.starts_on, day), placement.ends_on)


def _offered(placement: Placement, first: date) -> list[FreeUnit]:
    place = placement.unit.place
    units = free_units(
        first=first, last=placement.ends_on, at=now(), people=placement.people, country=place.country
    )
    units.sort(key=lambda unit: (unit.city_key != place.city_key, unit.city_key, unit.place_name, unit.name))
    return [unit for unit in units if unit.id != placement.unit_id][:UNITS_OFFERED]


def _id_in(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _unit_told(unit: FreeUnit) -> str:
    return f"{unit.city}: {unit.place_name}, {unit.name} ({unit.free} free, {price_told(unit)})"


def _nowhere(offered: list[Any], request: HttpRequest) -> list[str]:
    if offered or request.method == "POST":
        return []
    return ["No other unit has room for them on all of these nights. Try a later first night."]
