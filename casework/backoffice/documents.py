from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, now, organisation_of
from casework.backoffice.file_forms import DocumentForm, LinesForm
from casework.backoffice.folder import address, done, opened, row_of
from casework.backoffice.formpage import Part, Question, ask, page
from casework.backoffice.room import RoomAdmin
from casework.backoffice.zone import details_of, notices_on
from casework.people import mrz
from casework.people.details import DocumentDetails
from casework.people.models import Document
from casework.stays import operations as stays
from casework.stays.zones import local_day


def add(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.PEOPLE_WRITE)
    form = DocumentForm(request.POST or None, initial={"issuing_country": person.nationality})

    def operate() -> str:
        stays.record_document(person=person, details=form.shown(), by=actor_of(request), at=now())
        return done(request, person, "The document is recorded.")

    question = Question(title="Add a document", submit="Add", back=address(person), lead=str(person))
    shortcut = {
        "address": reverse("admin:document_read", args=[person.pk]),
        "label": "Fill this in from the machine readable lines",
    }
    return ask(request, room.admin_site, question, [Part(form)], operate, shortcut=shortcut)


def read(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The lines become a document form to look over; storing it is the next step, and another page."""
    person = opened(room, request, person_id, Scope.PEOPLE_WRITE)
    back = reverse("admin:document_add", args=[person.pk])
    lines = LinesForm(request.POST or None)
    if request.method == "POST" and lines.is_valid():
        try:
            zone = mrz.read(lines.cleaned_data["lines"], local_day(organisation_of(request).country, now()))
        except mrz.UnreadableZone as unreadable:
            for fault in unreadable.faults:
                line = f"Line {int(fault.pointer[1:]) + 1}. " if fault.pointer else ""
                lines.add_error("lines", line + fault.detail)
        else:
            filled = DocumentForm(initial=DocumentForm.initial_of(details_of(zone)))
            question = Question(
                title="Add a document", submit="Add", back=address(person), lead=str(person), action=back
            )
            return page(request, room.admin_site, question, [Part(filled)], notices=notices_on(zone, person))
    question = Question(title="Read a document", submit="Read", back=back, lead=str(person))
    return page(request, room.admin_site, question, [Part(lines)])


def correct(room: RoomAdmin, request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.PEOPLE_WRITE)
    document: Document = row_of(person, Document.objects.all(), row_id)
    initial = DocumentForm.initial_of(DocumentDetails.of(document))
    form = DocumentForm(request.POST or None, initial=initial)

    def operate() -> str:
        stays.correct_document(document=document, details=form.shown(), by=actor_of(request), at=now())
        return done(request, person, "Corrected. Deadlines that depend on it are computed anew.")

    question = Question(
        title="Correct the document", submit="Save", back=address(person), lead=str(person), subject=document
    )
    return ask(request, room.admin_site, question, [Part(form)], operate)
