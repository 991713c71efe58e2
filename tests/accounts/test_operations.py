from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from casework.accounts.models import Organisation, User
from casework.accounts.operations import (
    UnableToDeactivate,
    add_client,
    add_user,
    create_organisation,
    deactivate_user,
    reactivate_user,
)
from casework.accounts.roles import Role
from casework.audit.models import Event
from tests.acting import acting
from tests.factories.accounts import UserFactory

KUTAISI = {
    "name": "Shelter Kutaisi",
    "country": "GE",
    "city": "Kutaisi",
    "time_zone": "Asia/Tbilisi",
    "language": "en",
    "is_law_desk": False,
}
ALLA = {
    "username": "alla",
    "password": "a long and winding road",
    "role": Role.CASEWORKER,
    "email": "alla@casework.example",
    "full_name": "Alla Example",
    "language": "ru",
}


# --- organisations ---------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_create_organisation(at: datetime) -> None:
    organisation = create_organisation(**KUTAISI, at=at)
    assert Organisation.objects.get(name="Shelter Kutaisi") == organisation
    assert organisation.duty_caseworker is None
    with acting(organisation):
        event = Event.objects.get()
    assert (event.action, event.object_id) == ("organisation.created", organisation.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"name": ""}, {"country": "Georgia"}, {"time_zone": "Asia/Atlantis"}, {"time_zone": ""}]
)
def test_create_organisation_refused(change: dict[str, str], at: datetime) -> None:
    with pytest.raises(ValidationError):
        create_organisation(**{**KUTAISI, **change}, at=at)
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_create_organisation_twice_refused(at: datetime) -> None:
    create_organisation(**KUTAISI, at=at)
    with pytest.raises(ValidationError):
        create_organisation(**KUTAISI, at=at)


# --- users -----------------------------------------------------------------------------------------------
def test_add_user(levan: User, at: datetime) -> None:
    alla = add_user(**ALLA, organisation=levan.organisation, by=levan.as_actor(), at=at)
    alla = User.objects.get(pk=alla.pk)
    assert alla.get_full_name() == "Alla Example"
    assert alla.check_password(ALLA["password"])
    assert alla.organisation == levan.organisation
    assert (alla.is_staff, alla.is_superuser) == (True, False)
    assert Event.objects.get().about == {"role": "caseworker"}


def test_add_user_first_caseworker_is_on_duty(levan: User, tbilisi: Organisation, at: datetime) -> None:
    tbilisi.duty_caseworker = None
    tbilisi.save()
    add = {**ALLA, "organisation": tbilisi, "by": levan.as_actor(), "at": at}
    add_user(**{**add, "username": "auditor", "role": Role.AUDITOR})
    assert tbilisi.duty_caseworker is None
    first = add_user(**{**add, "username": "first"})
    add_user(**{**add, "username": "second"})
    tbilisi.refresh_from_db()
    assert tbilisi.duty_caseworker == first


@pytest.mark.parametrize(
    "change",
    [
        {"password": "short"},
        {"password": "password1234"},
        {"password": "alla-alla-alla", "username": "alla-alla-alla"},
        {"role": "superuser"},
        {"username": "nino"},
        {"username": ""},
        {"email": "nowhere"},
    ],
)
def test_add_user_refused(levan: User, change: dict[str, str], at: datetime) -> None:
    before = User.objects.count()
    with pytest.raises(ValidationError):
        add_user(**{**ALLA, **change}, organisation=levan.organisation, by=levan.as_actor(), at=at)
    assert User.objects.count() == before
    assert not Event.objects.exists()


@pytest.mark.parametrize("values", [{"is_superuser": True}, {"role": "superuser"}])
def test_superuser_refused_by_the_database(nino: User, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=nino.pk).update(**values)


def test_deactivate_user(nino: User, levan: User, at: datetime) -> None:
    deactivate_user(user=levan, by=nino.as_actor(), at=at)
    assert not User.objects.get(pk=levan.pk).is_active
    reactivate_user(user=levan, by=nino.as_actor(), at=at)
    assert User.objects.get(pk=levan.pk).is_active
    assert [event.action for event in Event.objects.order_by("pk")] == [
        "user.deactivated",
        "user.reactivated",
    ]


def test_deactivate_user_oneself_refused(levan: User, at: datetime) -> None:
    with pytest.raises(UnableToDeactivate, match="themselves"):
        deactivate_user(user=levan, by=levan.as_actor(), at=at)
    assert User.objects.get(pk=levan.pk).is_active


def test_deactivate_user_on_duty_refused(nino: User, levan: User, at: datetime) -> None:
    """New cases would go to somebody who is no longer there."""
    with pytest.raises(UnableToDeactivate, match="duty"):
        deactivate_user(user=nino, by=levan.as_actor(), at=at)
    assert User.objects.get(pk=nino.pk).is_active


# --- partner apps ----------------------------------------------------------------------------------------
def test_add_client(levan: User, at: datetime) -> None:
    issued = add_client(
        organisation=levan.organisation, name="Hotline", scopes=["people:read"], by=levan.as_actor(), at=at
    )
    issued.client.refresh_from_db()
    assert issued.client.scope_list() == ["people:read"]
    assert issued.secret not in issued.client.client_secret
    assert len(issued.secret) >= 40
    assert Event.objects.get().about == {"client": issued.client.pk}


def test_actor_is_written_as_it_is(levan: User, at: datetime) -> None:
    by = replace(levan.as_actor(), id="7")
    add_client(organisation=levan.organisation, name="Hotline", scopes=[], by=by, at=at)
    assert Event.objects.get().actor_id == "7"


def test_users_of_two_organisations_sign_in_with_different_names(nino: User, marek: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory.create(organisation=marek.organisation, username="nino")
