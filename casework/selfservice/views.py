"""The public stay calculator: one page, asked by anybody. It stores nothing and sets no cookie."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from casework.selfservice.answer import shown_answer
from casework.selfservice.forms import StayForm
from casework.selfservice.throttling import asks_too_often, seconds_to_wait
from casework.selfservice.wording import FALLBACK, LANGUAGES, words_of
from casework.stays.queries import countries_with_rules
from casework.stays.rules import InvalidLedger

STYLE = (Path(__file__).parent / "stay.css").read_text(encoding="utf-8")
STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    # What somebody asks here says where they are: it stays in no cache and goes to no other site.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noarchive",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; img-src data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
}


# Exempt: nothing is changed for anybody, and the check would need a cookie. It is POST, not GET, because an
# address with days and countries in it would stand in access logs and in the history of a shared phone.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest, language: str | None = None) -> HttpResponse:
    language = language or preferred_language(request)
    if language not in LANGUAGES:
        raise Http404
    if request.method != "POST":
        return _page(_form(request, language))
    if asks_too_often(request):
        return _busy(language)
    form = _form(request, language)
    if not form.is_valid():
        return _page(form, status=400)
    try:
        answer, options, go_on = shown_answer(form)
    except InvalidLedger:
        form.add_error(None, form.words["error_read"])
        return _page(form, status=400)
    return _page(form, {"answer": answer, "options": options, "go_on": go_on})


def preferred_language(request: HttpRequest) -> str:
    wished = get_language_from_request(request)
    return wished if wished in LANGUAGES else FALLBACK


def _form(request: HttpRequest, language: str) -> StayForm:
    data = request.POST if request.method == "POST" else None
    return StayForm(data, language=language, with_rules=countries_with_rules(), at=timezone.now())


def _page(form: StayForm, found: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    context = {"form": form, "language": form.language, "words": form.words, **(found or {})}
    return _rendered(context, status)


def _busy(language: str) -> HttpResponse:
    words = words_of(language)
    response = _rendered({"language": language, "words": words, "busy": words["error_busy"]}, 429)
    response.headers["Retry-After"] = str(seconds_to_wait())
    return response


def _rendered(context: dict[str, Any], status: int) -> HttpResponse:
    """Without the request: no context processor may touch a session, a message or a token."""
    language = context["language"]
    context |= {
        "style": STYLE,
        "languages": [(code, words["language"]) for code, words in LANGUAGES.items()],
    }
    content = render_to_string("selfservice/stay.html", context)
    return HttpResponse(content, status=status, headers={**HEADERS, "Content-Language": language})
