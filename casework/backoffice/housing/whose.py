"""Whoever asked for a bed without a file has one now: from then on their names stand in the list."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, now, organisation_of
from casework.backoffice.formpage import refused_with
from casework.backoffice.housing.room import HousingRoom, found
from casework.backoffice.housing.waits import check_waits_once
from casework.backoffice.housing.words import need_told
from casework.backoffice.room import address_of, note
from casework.cases import operations as cases
from casework.housing.details import NeedDetails
from casework.housing.models import Need
from casework.people.models import Person
from casework.refusals import Refused

PEOPLE_FOUND = 20


def whose(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Finds the person by name; one button, and the need is their household's."""
    allow(request, Scope.HOUSING_WRITE, Scope.PEOPLE_READ)
    need: Need = room.asked(request, row_id, lock=request.method == "POST")
    room.note_read(request, [need])
    if need.household_id is not None:
        messages.info(request, "Their file is known already.")
        return HttpResponseRedirect(address_of(need))
    if request.method == "POST":
        return _named(request, need)
    asked = request.GET.get("q", "").strip()
    people = Person.objects.filter(organisation_id=organisation_of(request).pk)
    named = list(people.named(asked).order_by("-created_at", "pk")[: PEOPLE_FOUND + 1]) if asked else []
    note(request, "person", named[:PEOPLE_FOUND])
    context = {
        **room.admin_site.each_context(request),
        "title": "Whose file is it?", "need": need, "told": need_told(need), "asked": asked,
        "people": named[:PEOPLE_FOUND], "more": len(named) > PEOPLE_FOUND,
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/housing/whose.html", context)


def _named(request: HttpRequest, need: Need) -> HttpResponse:
    person: Person = found(request, Person.objects.select_related("household"), _id_in(request))
    note(request, "person", [person])
    try:
        check_waits_once(person.household_id, NeedDetails.of(need))
        cases.change_need(
            need=need,
            details=NeedDetails.of(need),
            household=person.household,
            by=actor_of(request),
            at=now(),
        )
    except Refused as refused:
        refused_with(request, refused)
    else:
        messages.success(request, "Their names stand in the list now.")
    return HttpResponseRedirect(address_of(need))


def _id_in(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("person", ""))
    except ValueError as no_id:
        raise Http404 from no_id
