from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from casework.accounts.models import User
from casework.isolation import current_organisation
from tests.acting import set_organisation

BACKEND = "django.contrib.auth.backends.ModelBackend"
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def frozen(request: pytest.FixtureRequest, at: datetime) -> Iterator[None]:
    """The doors read the clock: it stands at the tests' moment, but for a real browser's."""
    if request.node.get_closest_marker("browser"):
        yield
    else:
        with time_machine.travel(at, tick=False):
            yield


class Door(Client):
    """Every request begins acting for nobody, as in production."""

    def request(self, **request: object):  # type: ignore[no-untyped-def]
        before = current_organisation()
        set_organisation(None)
        try:
            return super().request(**request)
        finally:
            set_organisation(before)


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(user: User) -> Client:
        door = Door()
        door.force_login(user, backend=BACKEND)
        return door

    return signed_in


@pytest.fixture
def desk(nino: User, sign_in: SignIn) -> Client:
    """Nino at her desk."""
    return sign_in(nino)
