"""A person's way into an opening, step by step. Locks: the need, then its application, then the opening."""

from datetime import datetime

from django.db import IntegrityError, transaction

from casework.audit.actors import Actor
from casework.promises import broken_constraint
from casework.refusals import Conflict, Fault, Invalid
from casework.stays.zones import local_day
from casework.work.log import begin, check_reason, move
from casework.work.models import Application, Need, NeedStatus, Opening, OpeningStatus
from casework.work.operations import needs, openings
from casework.work.rules import Step, refusal
from casework.work.trail import record_on

HIRED_ELSEWHERE = "This person was hired for another opening."


class NotOpen(Conflict):
    """Nobody can be proposed for an opening that is closed or full."""


class AlreadyProposed(Conflict):
    """A person is proposed for an opening once at a time."""


class WrongStep(Conflict):
    """The steps of an application follow each other."""


class NoPositionLeft(Conflict):
    """Every position is taken."""


@transaction.atomic
def propose(*, need: Need, opening: Opening, by: Actor, at: datetime) -> Application:
    """Whether the person may work there is shown, and refuses nothing. Raises NotLooking, NotOpen,
    AlreadyProposed."""
    needs.hold(need)
    needs.check_looking(need)
    openings.hold(opening)
    _check_open(opening, at)
    application = Application(organisation_id=by.organisation, need=need, opening=opening)
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError as error:
        if broken_constraint(error) != "one_live_application_per_opening":
            raise
        told = "This person has already been proposed for this opening."
        raise AlreadyProposed(Fault("/opening", told)) from error
    begin(application, by, at)
    return application


@transaction.atomic
def advance_application(
    *, application: Application, to: str, reason: str = "", by: Actor, at: datetime
) -> Application:
    """One step on. Hired takes a position, ends the need and its other applications, and closes an opening
    that is full with it.

    Raises WrongStep, NotLooking (hired elsewhere already), NoPositionLeft, Invalid.
    """
    check_reason(reason)
    needs.hold(application.need)
    application.refresh_from_db(
        fields=["status", "reason", "version"], from_queryset=Application.objects.select_for_update()
    )
    refused = refusal(Step(application.status), _step(to), reason)
    if refused is not None:
        pointer, told = refused
        raise (WrongStep if pointer == "/status" else Invalid)(Fault(pointer, told))
    if to == Step.HIRED:
        _hire(application, reason, by, at)
    else:
        move(application, Step(to), reason, by, at)
    return application


def _hire(application: Application, reason: str, by: Actor, at: datetime) -> None:
    need, opening = application.need, application.opening
    needs.check_looking(need)
    others = Application.objects.live().filter(need=need).exclude(pk=application.pk)
    for other in others.select_for_update().order_by("pk"):
        move(other, Step.WITHDRAWN, HIRED_ELSEWHERE, by, at)
    openings.hold(opening)
    if not opening.positions_left:
        told = f"Every position is taken: hired already are {opening.hired} of {opening.positions}."
        raise NoPositionLeft(Fault("/status", told))
    move(application, Step.HIRED, reason, by, at)
    openings.hold(opening)  # the database counts who was hired
    need.change(at=at, status=NeedStatus.HIRED)
    record_on("work_need.hired", need, by, at, {"person": need.person_id, "opening": opening.pk})
    openings.close_if_full(opening=opening, by=by, at=at)


def _check_open(opening: Opening, at: datetime) -> None:
    today = local_day(opening.country, at)
    if opening.status == OpeningStatus.CLOSED:
        told = f"This opening is closed: {opening.get_closed_reason_display()}."
    elif opening.closes_on is not None and opening.closes_on < today:
        told = f"This opening closed on {opening.closes_on}."
    elif not opening.positions_left:
        told = "Every position is taken."
    else:
        return
    raise NotOpen(Fault("/opening", told))


def _step(to: str) -> Step:
    try:
        return Step(to)
    except ValueError:
        raise Invalid(Fault("/status", f"One of: {', '.join(Step)}.")) from None
