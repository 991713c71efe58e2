from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from casework.isolation import request_transaction

ALIVE = "/healthz/live"


class OuterTransactionMiddleware:
    """One transaction around a request, its rendering and its session.

    Not ATOMIC_REQUESTS: a page rendered lazily would run outside of it and see no rows, and a refusal
    would roll back its own audit row. Only a failure of ours (5xx) undoes the request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == ALIVE:
            return self.get_response(request)  # answers while the database is away
        with request_transaction():
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
