"""Partner apps: a bearer token of ten minutes, and the organisation that its client belongs to."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from casework.accounts.models import Client
from casework.accounts.roles import Scope
from casework.audit.actors import Actor
from casework.isolation import act_for

CHALLENGE = 'Bearer realm="casework"'


@dataclass(frozen=True)
class Partner:
    """Who calls, as DRF's `request.user`."""

    actor: Actor
    is_authenticated: bool = True

    @property
    def pk(self) -> str:
        return self.actor.id


class PartnerAuthentication(BaseAuthentication):
    """From here on the request's transaction acts for the client's organisation."""

    def authenticate(self, request: Request) -> tuple[Partner, Any] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, token = header.partition(" ")
        stored = _stored(token.strip()) if scheme.lower() == "bearer" else None
        if stored is None:
            raise AuthenticationFailed
        actor = stored.application.as_actor(frozenset(stored.scope.split()))
        act_for(actor.organisation)
        return Partner(actor), stored

    def authenticate_header(self, request: Request) -> str:
        sent = bool(request.META.get("HTTP_AUTHORIZATION"))
        return f'{CHALLENGE}, error="invalid_token"' if sent else CHALLENGE


def _stored(token: str) -> Any:
    """The row of a token that still runs; only its checksum is stored."""
    checksum = hashlib.sha256(token.encode()).hexdigest()
    return (
        AccessToken.objects.select_related("application")
        .filter(token_checksum=checksum, expires__gt=timezone.now(), application__isnull=False)
        .first()
    )


class PartnerScopes(BaseScopes):
    """A client may ask for its own scopes only, and gets all of them when it names none."""

    def get_all_scopes(self) -> dict[str, str]:
        return {str(scope): scope.replace(":", " ") for scope in Scope}

    def get_available_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return application.scope_list() if application else []

    get_default_scopes = get_available_scopes


class PartnerValidator(OAuth2Validator):
    """Client credentials, sent by HTTP Basic, and no other way in."""

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Client, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return grant_type == "client_credentials"

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._authenticate_basic_auth(request))  # type: ignore[no-untyped-call]

    def _load_application(self, client_id: str, request: Any) -> Client | None:
        if not client_id.isprintable():  # PostgreSQL takes no NUL in a text
            return None
        found: Client | None = super()._load_application(client_id, request)  # type: ignore[no-untyped-call]
        return found
