from datetime import datetime
from typing import Any

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.cases.models import Case, Task


def record_on(action: str, subject: Case | Task, by: Actor, at: datetime, about: dict[str, Any]) -> None:
    record(
        by=by, action=action, object_type=action.partition(".")[0], object_id=subject.pk, at=at, about=about
    )
