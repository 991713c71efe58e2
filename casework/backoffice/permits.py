from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, now, organisation_of
from casework.backoffice.file_forms import PermitForm
from casework.backoffice.folder import address, done, opened, row_of
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import RoomAdmin
from casework.stays import operations as stays
from casework.stays.details import PermitDetails
from casework.stays.models import Permit


def add(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    organisation = organisation_of(request)
    form = PermitForm(request.POST or None, initial={"country": organisation.country})

    def operate() -> str:
        stays.grant_permit(person=person, details=form.details(), by=actor_of(request), at=now())
        return done(request, person, "The permit is recorded. The stay is computed anew.")

    question = Question(title="Add a visa or permit", submit="Add", back=address(person), lead=str(person))
    return ask(request, room.admin_site, question, [Part(form)], operate)


def correct(room: RoomAdmin, request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    permit: Permit = row_of(person, Permit.objects.all(), row_id)
    form = PermitForm(request.POST or None, initial=vars(PermitDetails.of(permit)))

    def operate() -> str:
        stays.correct_permit(permit=permit, details=form.details(), by=actor_of(request), at=now())
        return done(request, person, "Corrected. The stay is computed anew.")

    question = Question(
        title="Correct the permit", submit="Save", back=address(person), lead=str(person), subject=permit
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)


def withdraw(room: RoomAdmin, request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    permit: Permit = row_of(person, Permit.objects.all(), row_id)
    form = forms.Form(request.POST or None)

    def operate() -> str:
        stays.withdraw_permit(permit=permit, by=actor_of(request), at=now())
        return done(request, person, "The permit is withdrawn. The stay is computed anew.")

    question = Question(
        title="Withdraw the permit", submit="Withdraw it", back=address(person), lead=f"{person}: {permit}",
        dangerous=True, subject=permit,
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(form)], operate)
