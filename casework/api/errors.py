"""Every failure of a request, named where it was raised, becomes one kind of answer here."""

from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from casework.api.constraints import refusal_of
from casework.api.problems import MEDIA_TYPE, faults_of, problem, type_of
from casework.api.rendering import as_json
from casework.refusals import Fault, Refused

# The same bytes for what is another organisation's and for what never was.
NOT_FOUND = problem(404, "There is no such thing here.")
FORBIDDEN = problem(403, "This client may not do that.")
UNAUTHORIZED = problem(401, "Send a valid bearer token: see /oauth/token/.")
BROKEN = problem(500, "The fault is ours. Nothing was stored; it has been noted.")
BAD_REQUEST = problem(400, "The request could not be understood.")
NOT_READY = problem(503, "The database does not answer.")
CONTENTION = ("40001", "40P01", "55P03")  # serialization, deadlock, lock timeout
OURS = ("/api/", "/oauth/", "/healthz/")


class PreconditionRequired(exceptions.APIException):
    status_code = 428
    default_detail = "Send If-Match with the ETag of what you read."


class PreconditionFailed(exceptions.APIException):
    status_code = 412
    default_detail = "It has changed since you read it: read it again, then decide."


class StillRunning(exceptions.APIException):
    status_code = 409
    default_detail = "The first request with this Idempotency-Key is still running."


class KeyReused(exceptions.APIException):
    status_code = 422
    default_detail = "This Idempotency-Key was used for another request."


class TryAgain(exceptions.APIException):
    status_code = 503
    default_detail = "Others were writing at the same moment. Nothing was stored: send it again."


class Gone(exceptions.APIException):
    status_code = 410
    default_detail = "What this request made has been removed since."


class BadQuery(Refused):
    """A query parameter that is not listed, repeated, or not possible."""

    title = "The query is not possible"


def as_problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None for what nobody named: that becomes a 500 without a trace."""
    if getattr(exc.__cause__, "sqlstate", None) in CONTENTION:
        exc = TryAgain()
    if isinstance(exc, IntegrityError):
        refused = refusal_of(exc)
        if refused is None:
            return None
        exc = refused
    if isinstance(exc, Refused):
        document = problem(
            exc.status, _told(exc), title=exc.title, type_=type_of(type(exc)), faults=exc.faults
        )
    elif isinstance(exc, exceptions.ValidationError):
        faults = faults_of(exc.detail)
        document = problem(
            400,
            "Some of what was sent is not possible.",
            title="The request is not valid",
            type_="urn:casework:problem:not-valid",
            faults=faults,
        )
    elif isinstance(exc, Http404 | exceptions.NotFound):
        document = NOT_FOUND
    elif isinstance(exc, DjangoPermissionDenied | exceptions.PermissionDenied):
        document = FORBIDDEN
    elif isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        document = UNAUTHORIZED
    elif isinstance(exc, exceptions.APIException):
        unread = exc.status_code in (400, 413)  # a body that could not be read: the fault is the whole of it
        faults = [Fault("", str(exc.detail))] if unread else []
        document = problem(exc.status_code, str(exc.detail), faults=faults)
    else:
        return None
    return Response(document, document["status"], headers=_headers(exc), content_type=MEDIA_TYPE)


def _told(refused: Refused) -> str:
    return " ".join(fault.detail for fault in refused.faults[:3])


def _headers(exc: Exception) -> dict[str, str]:
    if challenge := getattr(exc, "auth_header", None):
        return {"WWW-Authenticate": challenge}
    if wait := getattr(exc, "wait", None):
        return {"Retry-After": str(max(1, int(wait)))}
    return {"Retry-After": "1"} if isinstance(exc, StillRunning | TryAgain) else {}


# --- what Django itself answers, outside of any view of ours ---------------------------------------------
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(BAD_REQUEST) if _is_ours(request) else defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(FORBIDDEN) if _is_ours(request) else defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(NOT_FOUND) if _is_ours(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/healthz/"):
        return _plain(NOT_READY)
    return _plain(BROKEN) if _is_ours(request) else defaults.server_error(request)


def _is_ours(request: HttpRequest) -> bool:
    return request.path.startswith(OURS)


def _plain(document: dict[str, Any]) -> HttpResponse:
    return HttpResponse(as_json(document), content_type=MEDIA_TYPE, status=document["status"])
