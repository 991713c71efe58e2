"""The way in: who may sign in here, and the trail of those who did or tried."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.forms import AuthenticationForm

from casework.accounts.models import User
from casework.audit.actors import Actor, ActorKind
from casework.audit.operations import record
from casework.backoffice.asked import actor_of, now, user_of
from casework.isolation import acting_for


class SignInForm(AuthenticationForm):
    def confirm_login_allowed(self, user: User) -> None:
        """The same words as for a wrong password: they tell nobody which accounts exist."""
        super().confirm_login_allowed(user)
        if user.organisation_id is None:
            raise ValidationError(
                self.error_messages["invalid_login"],
                code="invalid_login",
                params={"username": self.username_field.verbose_name},
            )


def record_sign_in(request: HttpRequest) -> None:
    """One event per try. What was typed is in none of them."""
    if request.user.is_authenticated:
        _record(actor_of(request), "user.signed_in", user_of(request).pk)
        return
    tried = request.POST.get("username", "").replace("\0", "")
    known = User.objects.filter(username=tried).first()
    nobody = Actor(ActorKind.ANONYMOUS, "admin", known.organisation_id if known else None)
    _record(nobody, "user.sign_in_failed", known.pk if known else None)


def record_own(request: HttpRequest, action: str) -> None:
    """What somebody did with their own account: signed out, changed the password."""
    _record(actor_of(request), action, user_of(request).pk)


def _record(by: Actor, action: str, user_id: UUID | None) -> None:
    event: dict[str, Any] = {
        "by": by, "action": action, "object_type": "user", "object_id": user_id, "at": now(),
    }  # fmt: skip
    if by.organisation_id is None:
        record(**event)
        return
    with acting_for(by.organisation_id):
        record(**event)
