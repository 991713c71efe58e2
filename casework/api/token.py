"""`POST /oauth/token/`: RFC 6749's answers, which are problem documents where they refuse."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views.base import TokenView

from casework.api.errors import BAD_REQUEST, BROKEN
from casework.api.problems import MEDIA_TYPE, problem
from casework.api.rendering import as_json

DETAILS = {
    "invalid_client": "The client id or its secret is not right. Send both by HTTP Basic.",
    "invalid_scope": "This client may not ask for one of these scopes.",
    "unsupported_grant_type": "Only grant_type=client_credentials.",
    "unauthorized_client": "Only grant_type=client_credentials.",
}


@method_decorator(csrf_exempt, name="dispatch")
class Token(TokenView):
    """Client credentials only."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response if response.status_code == 200 else _as_problem(response)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().http_method_not_allowed(request, *args, **kwargs)
        response.content = as_json(problem(405, "Only POST."))
        response["Content-Type"] = MEDIA_TYPE
        return response


def _as_problem(refused: HttpResponse) -> HttpResponse:
    """RFC 6749's `error` stays, as a member that RFC 9457 allows."""
    try:
        error = str(json.loads(refused.content)["error"])
    except (ValueError, KeyError, TypeError):
        document = BROKEN if refused.status_code >= 500 else BAD_REQUEST
        return HttpResponse(as_json(document), content_type=MEDIA_TYPE, status=document["status"])
    status = 401 if error == "invalid_client" else 400
    document = problem(status, DETAILS.get(error, "The request could not be understood."))
    body = as_json({**document, "error": error, "error_description": document["detail"]})
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="casework"'
    return HttpResponse(body, content_type=MEDIA_TYPE, status=status, headers=headers)
