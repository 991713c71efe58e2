"""Hiring, and what follows for the case files: whoever looks after those who wait is told when an opening
closes. No application moves by itself.

Whoever closes an opening, by hand, by filling it or by its closing day, does it here: `work` knows no cases.
An applicant whose household has no open case has no caseworker, and is told of by nobody.
"""

from datetime import datetime, timedelta

from django.db import transaction

from casework.audit.actors import Actor
from casework.cases.models import TaskKind
from casework.cases.operations.tasks import open_or_reopen_task
from casework.cases.queries import closing_key, open_cases_of
from casework.refusals import Fault, Invalid
from casework.stays.zones import local_day
from casework.work import operations as work
from casework.work.details import OpeningDetails
from casework.work.models import Application, ClosedReason, Opening, OpeningStatus


@transaction.atomic
def advance_application(
    *, application: Application, to: str, reason: str = "", by: Actor, at: datetime
) -> Application:
    """As in `work`; when a hire takes the last position, the others' caseworkers are told."""
    opening = application.opening
    # Not held: its need is held first. Whoever closes it meanwhile has told.
    opening.refresh_from_db(fields=["status"])
    before = opening.status
    work.advance_application(application=application, to=to, reason=reason, by=by, at=at)
    _tell_if_closed(opening, before, by, at)
    return application


@transaction.atomic
def change_opening(
    *, opening: Opening, details: OpeningDetails, status: str | None = None,
    closed_reason: str | None = None, by: Actor, at: datetime,
) -> Opening:  # fmt: skip
    """New values and, when a status is named that it has not, closed or open again, in one piece."""
    if closed_reason is not None and status != OpeningStatus.CLOSED:
        raise Invalid(Fault("/closed_reason", "A reason goes with the status closed."))
    before = _held(opening)
    work.change_opening(opening=opening, details=details, by=by, at=at)
    if status is not None and status != opening.status:
        if status == OpeningStatus.CLOSED:
            reason = closed_reason or ClosedReason.WITHDRAWN
            work.close_opening(opening=opening, reason=reason, by=by, at=at)
        else:
            work.reopen_opening(opening=opening, by=by, at=at)
    _tell_if_closed(opening, before, by, at)
    return opening


@transaction.atomic
def close_opening(
    *, opening: Opening, reason: str = ClosedReason.WITHDRAWN, by: Actor, at: datetime
) -> Opening:
    before = _held(opening)
    work.close_opening(opening=opening, reason=reason, by=by, at=at)
    _tell_if_closed(opening, before, by, at)
    return opening


@transaction.atomic
def tell_of_closed_openings(*, by: Actor, at: datetime) -> int:
    """The sweep: openings whose closing day has passed where the work is; how many it closed.

    Runs in a transaction that acts for the organisation, again and again: what is closed is not seen twice.
    """
    closed = 0
    # Somewhere it is tomorrow already.
    tomorrow = at.date() + timedelta(days=1)
    due = Opening.objects.filter(
        organisation_id=by.organisation, status=OpeningStatus.OPEN, closes_on__lt=tomorrow
    )
    for opening in due.select_for_update(skip_locked=True, no_key=True).order_by("pk"):
        if opening.closes_on is not None and opening.closes_on < local_day(opening.country, at):
            close_opening(opening=opening, reason=ClosedReason.CLOSING_DAY, by=by, at=at)
            closed += 1
    return closed


def _held(opening: Opening) -> str:
    """Its status, which nobody else changes before the transaction ends."""
    held = Opening.objects.select_for_update(no_key=True)
    return held.values_list("status", flat=True).get(pk=opening.pk)


def _tell_if_closed(opening: Opening, before: str, by: Actor, at: datetime) -> None:
    """Once each time that it closes: what was open `before` and is not now."""
    if before != OpeningStatus.OPEN or opening.status != OpeningStatus.CLOSED:
        return
    waiting = list(
        Application.objects.live().filter(opening=opening).select_related("need__person").order_by("pk")
    )
    cases = open_cases_of(application.need.person.household_id for application in waiting)
    told = f"{opening.title}, {opening.employer} ({opening.city}): {opening.get_closed_reason_display()}."
    for application in waiting:
        person = application.need.person
        if person.household_id in cases:
            open_or_reopen_task(
                case=cases[person.household_id], kind=TaskKind.OPENING_CLOSED, person=person, detail=told,
                subject_key=closing_key(application), by=by, at=at,
            )  # fmt: skip
