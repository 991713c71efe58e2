import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from casework.accounts.models import Client, Organisation, User
from casework.accounts.roles import Role
from casework.audit.actors import Actor, system
from casework.audit.operations import record
from casework.isolation import acting_for
from casework.refusals import Conflict, Fault


class UnableToDeactivate(Conflict):
    """An account that must stay open for now."""


@dataclass(frozen=True)
class IssuedClient:
    """A new partner app with its secret, which is shown once and stored only as a hash."""

    client: Client
    secret: str


@transaction.atomic
def create_organisation(
    *,
    name: str,
    country: str,
    city: str,
    time_zone: str,
    language: str,
    is_law_desk: bool,
    at: datetime,
) -> Organisation:
    organisation = Organisation(
        name=name, country=country, city=city, time_zone=time_zone, language=language, is_law_desk=is_law_desk
    )
    organisation.full_clean(exclude=["created_at"])
    if time_zone not in available_timezones():
        raise ValidationError({"time_zone": f"{time_zone} is no time zone of the tz database."})
    organisation.save()
    with acting_for(organisation.pk):
        record(
            by=system("setup", organisation.pk),
            action="organisation.created",
            object_type="organisation",
            object_id=organisation.pk,
            at=at,
        )
    return organisation


@transaction.atomic
def add_user(
    *, organisation: Organisation, username: str, password: str, role: str, email: str, full_name: str,
    language: str, by: Actor, at: datetime,
) -> User:  # fmt: skip
    first_name, _, last_name = full_name.partition(" ")
    user = User(
        organisation=organisation, username=username, role=role, email=email, language=language,
        first_name=first_name, last_name=last_name, is_staff=True,
    )  # fmt: skip
    validate_password(password, user)
    user.set_password(password)
    user.full_clean(exclude=["date_joined"])
    user.save()
    if role == Role.CASEWORKER and organisation.duty_caseworker_id is None:
        organisation.duty_caseworker = user
        organisation.save(update_fields=["duty_caseworker"])
    record(by=by, action="user.added", object_type="user", object_id=user.pk, at=at, about={"role": role})
    return user


@transaction.atomic
def deactivate_user(*, user: User, by: Actor, at: datetime) -> User:
    """Somebody left. Their trail stays; they sign in no more. Raises UnableToDeactivate."""
    _check_own(user, by)
    if str(user.pk) == by.id:
        raise UnableToDeactivate(Fault("", "Nobody deactivates themselves: ask another administrator."))
    if user.organisation and user.organisation.duty_caseworker_id == user.pk:
        raise UnableToDeactivate(Fault("", "This is the duty caseworker: hand the duty over first."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(by=by, action="user.deactivated", object_type="user", object_id=user.pk, at=at)
    return user


@transaction.atomic
def reactivate_user(*, user: User, by: Actor, at: datetime) -> User:
    _check_own(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(by=by, action="user.reactivated", object_type="user", object_id=user.pk, at=at)
    return user


@transaction.atomic
def add_client(
    *, organisation: Organisation, name: str, scopes: Iterable[str], by: Actor, at: datetime
) -> IssuedClient:
    secret = secrets.token_urlsafe(32)
    client = Client(
        organisation=organisation,
        name=name,
        scopes=" ".join(scopes),
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
    )
    client.save()
    record(by=by, action="client.added", object_type="client", at=at, about={"client": client.pk})
    return IssuedClient(client, secret)


def _check_own(user: User, by: Actor) -> None:
    """Users stand outside row-level security, so this is asked here."""
    if user.organisation_id != by.organisation_id:
        raise UnableToDeactivate(Fault("", "There is no such colleague."))
