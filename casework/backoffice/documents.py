from uuid import UUID

from django.http import HttpRequest, HttpResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, now
from casework.backoffice.file_forms import DocumentForm
from casework.backoffice.folder import address, done, opened, row_of
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import RoomAdmin
from casework.people.details import DocumentDetails
from casework.people.models import Document
from casework.stays import operations as stays


def add(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = opened(room, request, person_id, Scope.PEOPLE_WRITE)
    form = DocumentForm(request.POST or None, initial={"issuing_country": person.nationality})

    def operate() -> str:
        stays.record_document(person=person, details=form.shown(), by=actor_of(request), at=now())
        return done(request, person, "The document is recorded.")

    question = Question(title="Add a document", submit="Add", back=address(person), lead=str(person))
    return ask(request, room.admin_site, question, [Part(form)], operate)


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
