from __future__ import annotations

import pytest
from django.test import Client

from casework.accounts.models import User
from casework.audit.models import Event
from tests.factories.accounts import PASSWORD, UserFactory

LOGIN = "/admin/login/"


def test_the_right_password_opens_and_is_noted(nino: User) -> None:
    door = Client()
    response = door.post(LOGIN, {"username": "nino", "password": PASSWORD})
    assert response.status_code == 302
    assert door.get("/admin/").status_code == 200
    assert Event.objects.filter(action="user.signed_in", actor_id=str(nino.pk)).count() == 1


def test_a_wrong_password_of_somebody_known_is_noted_for_the_organisation(nino: User) -> None:
    response = Client().post(LOGIN, {"username": "nino", "password": "not-the-password"})
    assert response.status_code == 200
    event = Event.objects.get(action="user.sign_in_failed")
    assert (event.organisation_id, event.object_id, event.actor_kind) == (
        nino.organisation_id, nino.pk, "anonymous",
    )  # fmt: skip
    told = f"{event.about} {event.actor_id}"
    assert "nino" not in told
    assert "not-the-password" not in told


@pytest.mark.parametrize("username", ["nobody-here", "a\0b", ""])
def test_an_unknown_name_is_refused_alike(nino: User, username: str) -> None:
    response = Client().post(LOGIN, {"username": username, "password": "x"})
    assert response.status_code == 200
    assert not Event.objects.filter(action="user.signed_in").exists()


def test_without_an_organisation_nobody_comes_in(nino: User) -> None:
    UserFactory.create(username="loose", organisation=None)
    door = Client()
    assert door.post(LOGIN, {"username": "loose", "password": PASSWORD}).status_code == 200
    assert door.get("/admin/").status_code == 302


@pytest.mark.parametrize("lost", [{"is_staff": False}, {"is_active": False}])
def test_who_lost_the_right_is_out_at_once(nino: User, sign_in, lost: dict[str, bool]) -> None:
    desk = sign_in(nino)
    User.objects.filter(pk=nino.pk).update(**lost)
    response = desk.get("/admin/people/person/")
    assert response.status_code == 302
    assert response.url.startswith(LOGIN)


def test_eight_wrong_passwords_lock(nino: User) -> None:
    door = Client()
    for _ in range(8):
        door.post(LOGIN, {"username": "nino", "password": "wrong"})
    assert door.post(LOGIN, {"username": "nino", "password": PASSWORD}).status_code == 429


def test_signing_out_is_noted(desk: Client, nino: User) -> None:
    desk.post("/admin/logout/")
    assert Event.objects.filter(action="user.signed_out", object_id=nino.pk).exists()
    assert desk.get("/admin/").status_code == 302


def test_the_calculator_needs_no_sign_in(nino: User) -> None:
    page = Client().get(LOGIN).content.decode()
    assert '<a class="cw-link" href="/stay/">How long may I stay? Ask without signing in</a>' in page
