from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, now, organisation_of
from casework.backoffice.file_forms import DecisionForm
from casework.backoffice.folder import address, done, opened, row_of
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import RoomAdmin
from casework.stays import operations as stays
from casework.stays.details import DecisionDetails
from casework.stays.legal import begins_an_appeal
from casework.stays.models import Deadline, Decision


def _outcome(decision: Decision) -> str:
    """What follows, in a sentence. A period that nobody knows must not look like one that is not needed."""
    if Deadline.objects.open().filter(decision=decision).exists():
        return "The decision is recorded, and its deadline stands below."
    if begins_an_appeal(decision):
        return "The decision is recorded. How long there is to appeal is not known here: ask a lawyer today."
    return "The decision is recorded. It begins no period to appeal."


def add(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    organisation = organisation_of(request)
    form = DecisionForm(request.POST or None, initial={"country": organisation.country})

    def operate() -> str:
        decision = stays.record_decision(
            person=person, details=form.details(), by=actor_of(request), at=now()
        )
        return done(request, person, _outcome(decision))

    question = Question(
        title="Record a decision", submit="Record", back=address(person),
        lead=f"{person}. The period to appeal is counted from the day on which the decision was served.",
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(form)], operate)


def correct(room: RoomAdmin, request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    decision: Decision = row_of(person, Decision.objects.all(), row_id)
    form = DecisionForm(request.POST or None, initial=vars(DecisionDetails.of(decision)))

    def operate() -> str:
        stays.correct_decision(decision=decision, details=form.details(), by=actor_of(request), at=now())
        return done(request, person, _outcome(decision))

    question = Question(
        title="Correct the decision", submit="Save", back=address(person), lead=str(person), subject=decision
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)


def withdraw(room: RoomAdmin, request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.STAYS_WRITE)
    decision: Decision = row_of(person, Decision.objects.all(), row_id)
    form = forms.Form(request.POST or None)

    def operate() -> str:
        stays.withdraw_decision(decision=decision, by=actor_of(request), at=now())
        return done(request, person, "The decision is removed, and its deadline is cancelled.")

    question = Question(
        title="Remove the decision", submit="Remove it", back=address(person), lead=f"{person}: {decision}",
        dangerous=True, subject=decision,
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(form)], operate)
