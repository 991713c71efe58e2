"""Registering somebody new, and correcting what is known of a person."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from casework.accounts.models import User
from casework.accounts.roles import Role, Scope
from casework.backoffice.asked import actor_of, allow, may, now, organisation_of
from casework.backoffice.file_forms import DocumentForm, NewPersonsArrivalForm, PersonForm
from casework.backoffice.folder import address, done, opened
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import RoomAdmin
from casework.cases import operations as cases
from casework.people.details import PersonDetails
from casework.people.models import Person
from casework.stays import operations as stays
from casework.stays.zones import local_day

LOOK_AFTER_CASES = (Role.CASEWORKER, Role.SUPERVISOR, Role.LEGAL)


def colleagues_of(request: HttpRequest) -> QuerySet[User]:
    active = User.objects.filter(organisation=organisation_of(request), is_active=True)
    return active.filter(role__in=LOOK_AFTER_CASES).order_by("first_name", "last_name", "username")


def register(room: RoomAdmin, request: HttpRequest, person_id: UUID | None = None) -> HttpResponse:
    """One form: the person, what they showed, where they came in. With `person_id`: one of that household."""
    scopes = (Scope.PEOPLE_WRITE, Scope.STAYS_WRITE)
    allow(request, *scopes)
    relative = opened(room, request, person_id, *scopes) if person_id else None
    person = PersonForm(request.POST or None, prefix="person", initial=_expected(relative))
    document = DocumentForm(
        request.POST or None, prefix="document", empty_permitted=True, use_required_attribute=False
    )
    arrival = NewPersonsArrivalForm(
        request.POST or None, prefix="arrival", initial=_here(request),
        colleagues=colleagues_of(request) if may(request, Scope.CASES_WRITE) else None,
    )  # fmt: skip

    def operate() -> str:
        registered = cases.register_arrival(
            person=person.details(),
            document=document.details(),
            arrival=arrival.details(),
            assigned_to=arrival.cleaned_data.get("assigned_to"),
            household=relative.household if relative else None,
            by=actor_of(request),
            at=now(),
            look_for_duplicates=False,  # the file looks for them whenever it is opened
        )
        return done(request, registered.person, "The arrival is registered.")

    back = address(relative) if relative else reverse("admin:people_person_changelist")
    question = Question(
        title="Register a relative" if relative else "Register an arrival",
        submit="Register",
        back=back,
        lead=f"Joins the household of {relative}." if relative else "",
    )
    parts = [
        Part(person, "/person", "Person"),
        Part(document, "/document", "Document they showed (leave empty if none)"),
        Part(arrival, legend="Arrival"),
    ]
    return ask(request, room.admin_site, question, parts, operate)


def correct(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.PEOPLE_WRITE)
    initial = PersonForm.initial_of(PersonDetails.of(person))
    form = PersonForm(request.POST or None, initial=initial)

    def operate() -> str:
        stays.correct_person(person=person, details=form.details(), by=actor_of(request), at=now())
        return done(request, person, "Corrected. Deadlines that depend on it are computed anew.")

    question = Question(
        title="Correct the person", submit="Save", back=address(person), lead=str(person), subject=person
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)


def _here(request: HttpRequest) -> dict[str, object]:
    organisation = organisation_of(request)
    return {"country": organisation.country, "entered_on": local_day(organisation.country, now())}


def _expected(relative: Person | None) -> dict[str, str]:
    """What relatives usually share; a clerk sees it and changes it."""
    if relative is None:
        return {}
    shared = ("family_name", "nationality", "preferred_language", "email", "phone")
    return {name: getattr(relative, name) for name in shared}
