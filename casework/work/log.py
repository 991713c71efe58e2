"""One step of an application: its row, its log and its trail, together."""

from datetime import datetime

from casework.audit.actors import Actor
from casework.people.entered import check_text
from casework.refusals import Faults
from casework.work.models import Application, ApplicationStep
from casework.work.rules import Step
from casework.work.trail import record_on

LONGEST_REASON = 500


def check_reason(reason: str) -> None:
    faults = Faults()
    check_text(faults, "/reason", reason, LONGEST_REASON, lines=True)
    faults.refuse()


def begin(application: Application, by: Actor, at: datetime) -> None:
    _log(application, None, by, at)
    about = {"need": application.need_id, "opening": application.opening_id}
    record_on("application.proposed", application, by, at, about)


def move(application: Application, to: Step, reason: str, by: Actor, at: datetime) -> None:
    """Whoever calls has asked `rules.refusal` and holds the row."""
    before = application.status
    application.change(at=at, status=to.value, reason=reason)
    _log(application, before, by, at)
    about = {"need": application.need_id, "opening": application.opening_id, "from": before}
    record_on(f"application.{to}", application, by, at, about)


def _log(application: Application, before: str | None, by: Actor, at: datetime) -> None:
    ApplicationStep.objects.create(
        organisation_id=application.organisation_id, application=application, from_status=before,
        to_status=application.status, reason=application.reason, actor_kind=by.kind, actor_id=by.id, at=at,
    )  # fmt: skip
