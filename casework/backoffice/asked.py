"""Who asks, what they may, and when: what every page of the back office takes from a request."""

from datetime import datetime
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from casework.accounts.models import Organisation, User
from casework.accounts.roles import Role, Scope
from casework.audit.actors import Actor


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def organisation_of(request: HttpRequest) -> Organisation:
    """Every page but the sign-in has one: the site sees to it."""
    organisation = user_of(request).organisation
    if organisation is None:
        raise PermissionDenied
    return organisation


def actor_of(request: HttpRequest) -> Actor:
    return user_of(request).as_actor()


def may(request: HttpRequest, scope: Scope | None) -> bool:
    return scope is not None and request.user.is_authenticated and actor_of(request).may(scope)


def is_administrator(request: HttpRequest) -> bool:
    """Accounts are no scope of the API: only the role opens them."""
    return request.user.is_authenticated and user_of(request).role == Role.ADMINISTRATOR


def sets_policies(request: HttpRequest) -> bool:
    """Whom the organisation tells of its deadlines is not for every caseworker to change."""
    roles = (Role.SUPERVISOR, Role.ADMINISTRATOR)
    return request.user.is_authenticated and user_of(request).role in roles


def allow(request: HttpRequest, *scopes: Scope) -> None:
    if not all(may(request, scope) for scope in scopes):
        raise PermissionDenied


def now() -> datetime:
    """The one clock of this door."""
    return timezone.now()
