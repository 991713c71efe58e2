from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory

from casework.accounts.middleware import OuterTransactionMiddleware
from casework.accounts.models import User
from casework.isolation import act_for, acting_for, current_organisation
from casework.people.models import Household
from tests.databases import RealDatabase
from tests.factories.people import HouseholdFactory

View = Callable[[HttpRequest], HttpResponse]


def _answer(view: View, path: str = "/") -> HttpResponse:
    return OuterTransactionMiddleware(view)(RequestFactory().get(path))


def _storing(user: User, status: int) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        act_for(user.organisation_id)
        HouseholdFactory.create()
        return HttpResponse(status=status)

    return view


def _stored(user: User) -> int:
    with acting_for(user.organisation_id):
        return Household.objects.count()


@pytest.mark.parametrize(("status", "stored"), [(200, 1), (302, 1), (403, 1), (404, 1), (500, 0), (503, 0)])
def test_middleware_undoes_only_our_own_failures(
    real_database: RealDatabase, nino: User, status: int, stored: int
) -> None:
    """A refusal keeps its audit row."""
    assert _answer(_storing(nino, status)).status_code == status
    assert _stored(nino) == stored
    assert not connection.in_atomic_block


@pytest.mark.parametrize(("status", "stored"), [(200, 1), (403, 1), (500, 0)])
def test_middleware_inside_a_test_does_the_same(nino: User, status: int, stored: int) -> None:
    _answer(_storing(nino, status))
    assert _stored(nino) == stored
    assert current_organisation() == nino.organisation_id


def test_middleware_exception_undoes(real_database: RealDatabase, nino: User) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        _storing(nino, 200)(request)
        raise KeyError

    with pytest.raises(KeyError):
        _answer(view)
    assert _stored(nino) == 0


def test_middleware_begins_for_nobody(nino: User) -> None:
    """What the test acts for is none of the request's business."""
    seen: list[object] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_organisation())
        return HttpResponse()

    _answer(view)
    assert seen == [None]
    assert current_organisation() == nino.organisation_id


def test_middleware_renders_while_it_acts(real_database: RealDatabase, nino: User) -> None:
    """A page rendered later would find no rows."""
    with acting_for(nino.organisation_id):
        HouseholdFactory.create()

    def view(request: HttpRequest) -> HttpResponse:
        act_for(nino.organisation_id)
        template = engines["django"].from_string("{{ households.count }}")
        return SimpleTemplateResponse(template, {"households": Household.objects.all()})

    assert _answer(view).content == b"1"


def test_middleware_leaves_nobody_for_the_next_request(real_database: RealDatabase, nino: User) -> None:
    _answer(_storing(nino, 200))
    seen: list[object] = []

    def next_view(request: HttpRequest) -> HttpResponse:
        seen.append((current_organisation(), Household.objects.count()))
        return HttpResponse()

    _answer(next_view)
    assert seen == [(None, 0)]
