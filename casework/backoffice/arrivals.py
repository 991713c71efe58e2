"""The travel ledger in a person's file: another arrival, a correction, an exit, a mistake."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, now, organisation_of
from casework.backoffice.file_forms import ExitForm, KnownPersonsArrivalForm, VoidForm
from casework.backoffice.folder import address, done, opened, row_of
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import RoomAdmin
from casework.backoffice.words import country_name, day
from casework.cases import operations as cases
from casework.people.models import Document, Person
from casework.stays import operations as stays
from casework.stays.details import ArrivalDetails
from casework.stays.models import Arrival
from casework.stays.zones import local_day


def add(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    organisation = organisation_of(request)
    form = KnownPersonsArrivalForm(
        request.POST or None, documents=_documents(person),
        initial={"country": organisation.country, "entered_on": local_day(organisation.country, now())},
    )  # fmt: skip

    def operate() -> str:
        cases.register_arrival(
            person=person, document=form.cleaned_data["document"], arrival=form.details(),
            by=actor_of(request), at=now(), look_for_duplicates=False,
        )  # fmt: skip
        return done(request, person, "The arrival is registered.")

    question = Question(
        title="Register another arrival", submit="Register", back=address(person), lead=str(person)
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)


def correct(room: RoomAdmin, request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    arrival: Arrival = row_of(person, Arrival.objects.all(), row_id)
    initial = {**vars(ArrivalDetails.of(arrival)), "document": arrival.document_id}
    form = KnownPersonsArrivalForm(request.POST or None, documents=_documents(person), initial=initial)

    def operate() -> str:
        stays.correct_arrival(
            arrival=arrival, document=form.cleaned_data["document"], details=form.details(),
            by=actor_of(request), at=now(),
        )  # fmt: skip
        return done(request, person, "Corrected. The stay is computed anew.")

    question = Question(
        title="Correct the arrival", submit="Save", back=address(person), lead=_told(arrival), subject=arrival
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)


def leave(room: RoomAdmin, request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    arrival: Arrival = row_of(person, Arrival.objects.all(), row_id)
    form = ExitForm(request.POST or None, initial={"left_on": local_day(arrival.country, now())})

    def operate() -> str:
        left_on = form.cleaned_data["left_on"]
        stays.record_exit(arrival=arrival, left_on=left_on, by=actor_of(request), at=now())
        return done(request, person, "The exit is recorded.")

    question = Question(
        title="Record the exit", submit="Record the exit", back=address(person), lead=_told(arrival),
        subject=arrival,
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(form)], operate)


def void(room: RoomAdmin, request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    arrival: Arrival = row_of(person, Arrival.objects.all(), row_id)
    form = VoidForm(request.POST or None)

    def operate() -> str:
        reason = form.cleaned_data["reason"]
        stays.void_arrival(arrival=arrival, reason=reason, by=actor_of(request), at=now())
        return done(request, person, "The arrival no longer counts.")

    question = Question(
        title="This arrival was entered by mistake", submit="It was a mistake", back=address(person),
        lead=f"{_told(arrival)}. The entry stays readable, crossed out; its deadlines are cancelled.",
        dangerous=True, subject=arrival,
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(form)], operate)


def _documents(person: Person) -> QuerySet[Document]:
    return Document.objects.defer("number").filter(person=person).order_by("-created_at")


def _told(arrival: Arrival) -> str:
    return f"{arrival.person}: {country_name(arrival.country)}, entered on {day(arrival.entered_on)}"
