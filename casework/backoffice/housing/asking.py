"""Asking for a bed, at the desk or from somebody's file; changing what was asked; giving it up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, now, organisation_of
from casework.backoffice.folder import address, opened
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.housing.forms import AskForm, NeedForm, WithdrawForm, usual_currency
from casework.backoffice.housing.once import made_once
from casework.backoffice.housing.room import HousingRoom
from casework.backoffice.housing.waits import check_waits_once
from casework.backoffice.housing.words import need_told
from casework.backoffice.room import RoomAdmin, address_of
from casework.cases import operations as cases
from casework.housing import operations as housing
from casework.housing.details import NeedDetails
from casework.housing.models import Need
from casework.people.models import Household, Person
from casework.stays.zones import local_day


def for_household(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    """From the file of a person: all of their household, unless said otherwise."""
    person = opened(room, request, person_id, Scope.HOUSING_WRITE, Scope.PEOPLE_READ)
    members = Person.objects.filter(household_id=person.household_id).count()
    waits = Need.objects.waiting().filter(household=person.household_id).first()
    context: dict[str, Any] = {}
    if waits is not None:
        context = {"shortcut": {"address": address_of(waits), "label": "They wait for a bed already."}}
    question = Question(
        title="Ask for a bed", submit="Put on the waiting list", back=address(person),
        lead=f"For the household of {person}.",
    )  # fmt: skip
    return _asked(room, request, question, person.household, people=members, **context)


def without_file(room: HousingRoom, request: HttpRequest) -> HttpResponse:
    """For somebody who stands at the door and has no file yet."""
    allow(request, Scope.HOUSING_WRITE)
    listed = reverse("admin:housing_need_changelist")
    question = Question(
        title="Ask for a bed", submit="Put on the waiting list", back=listed,
        lead="For people who have no file yet. Whoever has one: ask from there, so that their names stand"
        " in the list.",
    )  # fmt: skip
    return _asked(room, request, question, None, people=1)


def correct(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    need: Need = room.opened(request, row_id, Scope.HOUSING_WRITE)
    initial = vars(NeedDetails.of(need))
    if need.budget is None:
        initial = {**initial, "currency": usual_currency(request)}
    form = NeedForm(request.POST or None, initial=initial)

    def operate() -> str:
        cases.change_need(need=need, details=form.details(), by=actor_of(request), at=now())
        messages.success(request, "Saved. Their turn is still by the day on which they first asked.")
        return address_of(need)

    question = Question(title="Change what they ask for", submit="Save", back=address_of(need), subject=need)
    return ask(request, room.admin_site, question, [Part(form)], operate)


def withdraw(room: HousingRoom, request: HttpRequest, row_id: UUID) -> HttpResponse:
    need: Need = room.opened(request, row_id, Scope.HOUSING_WRITE)
    form = WithdrawForm(request.POST or None)

    def operate() -> str:
        reason = form.cleaned_data["reason"]
        cases.withdraw_need(need=need, reason=reason, by=actor_of(request), at=now())
        messages.success(request, "They are off the waiting list.")
        return reverse("admin:housing_need_changelist")

    question = Question(
        title="Take off the waiting list", submit="They need no bed", back=address_of(need), dangerous=True,
        lead=f"{need_told(need)}: whoever needs a bed again asks anew, and waits from then on.", subject=need,
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(form)], operate)


def _asked(
    room: RoomAdmin, request: HttpRequest, question: Question, household: Household | None, *, people: int,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    organisation = organisation_of(request)
    form = AskForm(
        request.POST or None,
        initial={
            "people": people, "city": organisation.city, "currency": usual_currency(request),
            "needed_from": local_day(organisation.country, now()),
        },
    )  # fmt: skip

    def make(row_id: UUID) -> Need:
        details = form.details()
        if household is not None:
            check_waits_once(household.pk, details)
        return housing.ask_for_bed(
            household=household, details=details, by=actor_of(request), at=now(), id=row_id
        )

    def operate() -> str:
        return address_of(
            made_once(request, Need, "On the waiting list. These are the beds that suit now.", make)
        )

    return ask(request, room.admin_site, question, [Part(form)], operate, **context)
