"""The rooms and beds of a place: added, changed, closed for some nights and opened again."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, now
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.housing.forms import ClosureForm, UnitForm, usual_currency
from casework.backoffice.housing.room import HousingRoom, found, unit_asked
from casework.backoffice.housing.words import nights_told
from casework.backoffice.room import address_of
from casework.cases import operations as cases
from casework.housing import operations as housing
from casework.housing.details import UnitDetails
from casework.housing.models import Closure, Place, Unit
from casework.stays.zones import local_day


def add(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    place: Place = room.opened(request, row_id, Scope.HOUSING_WRITE)
    form = UnitForm(request.POST or None, initial={"currency": usual_currency(request)})

    def operate() -> str:
        housing.add_unit(place=place, details=form.details(), by=actor_of(request), at=now())
        messages.success(request, "The unit is added: its nights can be given.")
        return address_of(place)

    question = Question(
        title="Add a unit", submit="Add", back=address_of(place), lead=f"A room, flat or bed of {place}."
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)


def correct(room: HousingRoom, request: HttpRequest, row_id: UUID, unit_id: UUID) -> HttpResponse:
    place, unit = _asked(room, request, row_id, unit_id)
    initial = vars(UnitDetails.of(unit))
    if unit.price is None:
        initial = {**initial, "currency": usual_currency(request)}
    form = UnitForm(request.POST or None, initial=initial)

    def operate() -> str:
        cases.change_unit(unit=unit, details=form.details(), by=actor_of(request), at=now())
        messages.success(request, "Saved.")
        return address_of(place)

    question = Question(
        title=f"Change {unit}", submit="Save", back=address_of(place), lead=str(place), subject=unit
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)


def close(room: HousingRoom, request: HttpRequest, row_id: UUID, unit_id: UUID) -> HttpResponse:
    place, unit = _asked(room, request, row_id, unit_id)
    today = local_day(place.country, now())
    form = ClosureForm(request.POST or None, initial={"starts_on": today, "ends_on": today})

    def operate() -> str:
        cases.close_unit(unit=unit, **form.cleaned_data, by=actor_of(request), at=now())
        messages.success(request, "Closed: none of these nights is given to anybody.")
        return address_of(place)

    question = Question(
        title=f"Close {unit} for some nights", submit="Close", back=address_of(place), lead=str(place)
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)


def open_again(room: HousingRoom, request: HttpRequest, row_id: UUID, closure_id: UUID) -> HttpResponse:
    allow(request, Scope.HOUSING_WRITE)
    place: Place = room.asked(request, row_id)
    rows = Closure.objects.filter(unit__place=place).select_related("unit")
    closure: Closure = found(request, rows, closure_id, lock=request.method == "POST")
    room.note_read(request, [place])

    def operate() -> str:
        cases.open_unit(closure=closure, by=actor_of(request), at=now())
        messages.success(request, "Open again: its nights can be given.")
        return address_of(place)

    question = Question(
        title=f"Open {closure.unit} again", submit="Open again", back=address_of(place), subject=closure,
        lead=f"{place}: closed {nights_told(closure.starts_on, closure.ends_on)}.",
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(forms.Form(request.POST or None))], operate)


def _asked(room: HousingRoom, request: HttpRequest, row_id: UUID, unit_id: UUID) -> tuple[Place, Unit]:
    allow(request, Scope.HOUSING_WRITE)
    place: Place = room.asked(request, row_id)
    unit = unit_asked(request, unit_id, lock=request.method == "POST")
    if unit.place_id != place.pk:
        raise Http404
    room.note_read(request, [place])
    return place, unit


PAGES: list[tuple[str, str, Callable[..., HttpResponse]]] = [
    ("<uuid:row_id>/units/add/", "bed_unit_add", add),
    ("<uuid:row_id>/units/<uuid:unit_id>/correct/", "bed_unit_correct", correct),
    ("<uuid:row_id>/units/<uuid:unit_id>/close/", "bed_unit_close", close),
    ("<uuid:row_id>/closures/<uuid:closure_id>/open/", "bed_unit_open", open_again),
]
