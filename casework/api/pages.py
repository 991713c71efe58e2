"""What anybody may open beside the resources: the OpenAPI document, its page, and whether we are well."""

import time
from datetime import timedelta
from functools import lru_cache

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from kombu.exceptions import OperationalError as BrokerError

from casework.reminders.instance import held_back
from casework.reminders.watching import neglected, together
from config.celery import app as celery

STARTED = time.monotonic()


@lru_cache(maxsize=1)
def openapi_yaml() -> bytes:
    """The same document as docs/openapi.yaml; it does not change while a process runs."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return bytes(OpenApiYamlRenderer().render(document, renderer_context={}))  # type: ignore[no-untyped-call]


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(openapi_yaml(), content_type="application/yaml; charset=utf-8")


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers as the application's role, the broker answers, and reminders are looked after.

    `reminders` is true, or a sentence that says why none is sent or some may not be. `figures` are those of
    all ledgers together; they are for whoever looks, and decide nothing here.
    """
    database, broker = _database_answers(), _broker_answers()
    reminders = _reminders_go() if database else False
    well = database and broker and reminders is True
    return JsonResponse(
        {"status": "ready" if well else "not ready", "database": database, "broker": broker,
         "reminders": reminders, "figures": _figures() if database else {}},
        status=200 if well else 503,
    )  # fmt: skip


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT NOT rolsuper AND NOT rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            row = cursor.fetchone()
    except DatabaseError:
        return False
    return bool(row and row[0])


def _reminders_go() -> bool | str:
    try:
        return held_back() or neglected(up_for=timedelta(seconds=time.monotonic() - STARTED)) or True
    except DatabaseError:
        return False


def _figures() -> dict[str, int]:
    try:
        return together()
    except DatabaseError:
        return {}


def _broker_answers() -> bool:
    try:
        with celery.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (BrokerError, OSError):
        return False
    return True
