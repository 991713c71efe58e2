from datetime import datetime
from typing import Any

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.work.models import Application, Need, Opening


def record_on(
    action: str, subject: Opening | Need | Application, by: Actor, at: datetime, about: dict[str, Any]
) -> None:
    """`action` is "opening.…", "work_need.…" or "application.…"."""
    object_type = action.partition(".")[0]
    record(by=by, action=action, object_type=object_type, object_id=subject.pk, at=at, about=about)
