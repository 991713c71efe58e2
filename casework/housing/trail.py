from datetime import datetime
from typing import Any

from casework.accounts.models import Owned
from casework.audit.actors import Actor
from casework.audit.operations import record


def record_on(
    action: str, subject: Owned, by: Actor, at: datetime, about: dict[str, Any] | None = None
) -> None:
    """`action` is "<object>.<verb>". A need for a bed is a `bed_need`: work has needs too."""
    record(
        by=by, action=action, object_type=action.partition(".")[0], object_id=subject.pk, at=at, about=about
    )


def differing(row: Owned, details: dict[str, Any]) -> dict[str, Any]:
    """The fields that would change."""
    return {name: value for name, value in details.items() if getattr(row, name) != value}
