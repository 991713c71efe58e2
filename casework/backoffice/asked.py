"""Who asks, what they may, and when: what every page of the back office takes from a request."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from casework.accounts.models import Organisation, User
from casework.accounts.roles import Role, Scope
from casework.audit.actors import Actor, ActorKind

NAMELESS = {
    ActorKind.USER: "a former colleague",
    ActorKind.CLIENT: "a partner app",
    ActorKind.SYSTEM: "Casework itself",
    ActorKind.ANONYMOUS: "nobody who is known",
}


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


class Act(Protocol):
    """What somebody did: a row of the trail, or a step."""

    actor_kind: str
    actor_id: str


def who(request: HttpRequest, acts: Iterable[Act]) -> Callable[[Act], str]:
    """By whom each of them was done, in words. One query for all."""
    users = {act.actor_id for act in acts if act.actor_kind == ActorKind.USER}
    names = names_of(request, users)
    return lambda act: names.get(act.actor_id) or NAMELESS[ActorKind(act.actor_kind)]


def names_of(request: HttpRequest, actor_ids: Iterable[str]) -> dict[str, str]:
    """Of colleagues. Who works elsewhere is nobody's business here."""
    colleagues = User.objects.filter(organisation_id=organisation_of(request).pk)
    found = colleagues.filter(pk__in=filter(_is_uuid, actor_ids))
    return {str(colleague.pk): str(colleague) for colleague in found}


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the form stood that was sent, if that was here."""
    back = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if known else otherwise


def now() -> datetime:
    """The one clock of this door."""
    return timezone.now()


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
