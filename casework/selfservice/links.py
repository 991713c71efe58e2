"""The page behind the link in a reminder: what is due, why, what to do, and three answers.

Whoever holds the link is taken for the person, so the page names nobody. Looking changes nothing: the
scanners of mail providers follow links. An answer is POST, and the token in the address is proof enough;
there is no cookie that another site could misuse.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from casework.audit.actors import Actor, ActorKind
from casework.audit.operations import record_read
from casework.isolation import act_for
from casework.people.models import Person
from casework.refusals import Invalid
from casework.reminders.links import is_over, read_token
from casework.reminders.models import Answer, AnswerKind, RecipientKind, Reminder
from casework.reminders.operations import ANSWERABLE, NothingToAnswer, answer
from casework.reminders.wording import FALLBACK, WORDINGS
from casework.selfservice.answer import told, written
from casework.selfservice.forms import AnswerForm
from casework.selfservice.throttling import opens_too_often, seconds_to_wait
from casework.selfservice.views import HEADERS, STYLE, preferred_language
from casework.selfservice.wording import LANGUAGES, words_of
from casework.stays.duties import stored_reasons
from casework.stays.models import Deadline
from casework.stays.zones import local_day

QUIET = {**HEADERS, "X-Robots-Tag": "noindex, nofollow, noarchive"}
TO_DO = ("stay_end", "registration", "appeal", "document_expiry")


@dataclass(frozen=True)
class Opened:
    """A link that holds, and the language of the page. `token` is for its addresses."""

    token: str
    reminder: Reminder
    deadline: Deadline
    language: str
    at: datetime

    @property
    def by(self) -> Actor:
        return Actor(ActorKind.ANONYMOUS, "reminder link", self.reminder.organisation_id)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest, token: str, language: str | None = None) -> HttpResponse:
    if opens_too_often(request, token):
        return _busy(request, language)
    at = timezone.now()
    reminder = _reminder_of(token)
    if reminder is None or reminder.deadline is None or (language and language not in LANGUAGES):
        return _nothing(request, 404)
    if is_over(reminder, reminder.deadline, at):
        return _nothing(request, 410)
    opened = Opened(token, reminder, reminder.deadline, language or _language_of(reminder, request), at)
    record_read(
        by=opened.by, object_type="deadline", object_ids=[opened.deadline.pk], at=at, where="reminder link"
    )
    return _answered(request, opened) if request.method == "POST" else _page(opened)


def _reminder_of(token: str) -> Reminder | None:
    """The token says for whom the transaction acts; the database shows no other organisation's row."""
    named = read_token(token)
    if named is None:
        return None
    organisation_id, reminder_id = named
    act_for(organisation_id)
    rows = Reminder.objects.select_related("deadline__arrival", "organisation")
    return rows.filter(
        organisation_id=organisation_id, pk=reminder_id, recipient_kind=RecipientKind.PERSON
    ).first()


def _language_of(reminder: Reminder, request: HttpRequest) -> str:
    """The person's, as in the letter; else what the browser asks for."""
    people = Person.objects.filter(pk=reminder.recipient, organisation_id=reminder.organisation_id)
    tag = people.values_list("preferred_language", flat=True).first() or ""
    primary = tag.partition("-")[0].lower()
    return primary if primary in LANGUAGES else preferred_language(request)


def _answered(request: HttpRequest, opened: Opened) -> HttpResponse:
    words = words_of(opened.language)
    form = AnswerForm(request.POST, words=words)
    if not form.is_valid():
        return _page(opened, form, status=400)
    values = form.cleaned_data
    kind = AnswerKind(values["answer"])
    try:
        noted = answer(
            reminder=opened.reminder, version=values["version"], kind=kind, left_on=values["left_on"],
            by=opened.by, at=opened.at,
        )  # fmt: skip
    except Invalid:
        form.add_error("left_on", words["link_error_left"])
        return _page(opened, form, status=400)
    except NothingToAnswer:
        opened.deadline.refresh_from_db()  # it may have moved after this page's own look
        return _page(opened, notice=words["link_changed"], status=409)
    thanks = "link_noted_call" if kind == AnswerKind.CALL_ME else "link_noted"
    return _page(opened, notice=words[thanks if noted else "link_already"])


def _page(
    opened: Opened, form: AnswerForm | None = None, *, notice: str = "", status: int = 200
) -> HttpResponse:
    deadline, words = opened.deadline, words_of(opened.language)
    said = _said(deadline)
    open_to_answers = deadline.status in ANSWERABLE
    things = WORDINGS.get(opened.language, WORDINGS[FALLBACK])
    passed = local_day(deadline.country, opened.at) > deadline.due_on
    ahead = words[f"do_{deadline.kind if deadline.kind in TO_DO else 'other'}"]
    return _rendered(
        {
            "language": opened.language, "words": words, "notice": notice, "token": opened.token,
            "form": form or AnswerForm(None, words=words), "deadline": deadline if open_to_answers else None,
            "thing": _heading(things.things.get(deadline.kind, things.thing)),
            "day": written(deadline.due_on, words),
            "passed": passed, "to_do": things.person_passed if passed else ahead,
            "sentences": told(stored_reasons(deadline.reasons), opened.language) if open_to_answers else [],
            "said": [words[f"link_{kind}"] for kind in said],
            "offered": [kind for kind in AnswerKind.values if kind not in said],
        },
        status,
    )  # fmt: skip


def _heading(thing: str) -> str:
    """A capital first; title case, for Georgian letters have a capital form that nothing begins with."""
    return thing[:1].title() + thing[1:]


def _said(deadline: Deadline) -> list[str]:
    answers = Answer.objects.filter(deadline=deadline, deadline_version=deadline.version)
    return list(answers.order_by("answered_at", "pk").values_list("kind", flat=True))


def _nothing(request: HttpRequest, status: int) -> HttpResponse:
    """The same for what never was, what is another's and what has ended."""
    language = preferred_language(request)
    words = words_of(language)
    return _rendered({"language": language, "words": words, "notice": words["link_over"]}, status)


def _busy(request: HttpRequest, language: str | None) -> HttpResponse:
    language = language if language in LANGUAGES else preferred_language(request)
    words = words_of(language)
    response = _rendered({"language": language, "words": words, "notice": words["error_busy"]}, 429)
    response.headers["Retry-After"] = str(seconds_to_wait())
    return response


def _rendered(context: dict[str, Any], status: int) -> HttpResponse:
    """Without the request: no context processor may touch a session, a message or a token."""
    context |= {
        "style": STYLE,
        "languages": [(code, words["language"]) for code, words in LANGUAGES.items()],
    }
    content = render_to_string("selfservice/link.html", context)
    return HttpResponse(content, status=status, headers={**QUIET, "Content-Language": context["language"]})
