"""Who looks for work, for what, and when they stop looking."""

from datetime import datetime

from django.db import IntegrityError, transaction

from casework.audit.actors import Actor
from casework.people.models import Person
from casework.promises import broken_constraint
from casework.refusals import Conflict, Fault
from casework.work.details import NeedDetails, check_need
from casework.work.log import check_reason, move
from casework.work.models import Application, Need, NeedStatus
from casework.work.rules import Step
from casework.work.trail import record_on


class AlreadyLooking(Conflict):
    """A person has one need for work at a time."""


class NotLooking(Conflict):
    """This person was hired or no longer looks."""


@transaction.atomic
def look_for_work(*, person: Person, details: NeedDetails, by: Actor, at: datetime) -> Need:
    """Raises Invalid with a fault per field, AlreadyLooking."""
    check_need(details)
    need = Need(organisation_id=by.organisation, person=person, **details.columns())
    try:
        with transaction.atomic():
            need.save(force_insert=True)
    except IntegrityError as error:
        if broken_constraint(error) != "one_live_work_need_per_person":
            raise
        raise AlreadyLooking(Fault("/person", "This person already looks for work.")) from error
    record_on("work_need.added", need, by, at, {"person": person.pk})
    return need


@transaction.atomic
def change_need(*, need: Need, details: NeedDetails, by: Actor, at: datetime) -> Need:
    hold(need)
    check_looking(need)
    check_need(details)
    columns = details.columns()
    changed = {name: value for name, value in columns.items() if getattr(need, name) != value}
    if changed:
        need.change(at=at, **changed)
        record_on("work_need.changed", need, by, at, {"fields": sorted(changed)})
    return need


@transaction.atomic
def withdraw_need(*, need: Need, reason: str = "", by: Actor, at: datetime) -> Need:
    """The applications that wait for an answer are withdrawn with it, for the same reason. Raises Invalid."""
    check_reason(reason)
    hold(need)
    check_looking(need)
    need.change(at=at, status=NeedStatus.WITHDRAWN)
    record_on("work_need.withdrawn", need, by, at, {"person": need.person_id})
    waiting = Application.objects.live().filter(need=need).select_for_update().order_by("pk")
    for application in waiting:
        move(application, Step.WITHDRAWN, reason, by, at)
    return need


def hold(need: Need) -> None:
    """The row as it is now, held to the end of the transaction: before its applications and openings."""
    need.refresh_from_db(from_queryset=Need.objects.select_for_update(no_key=True))


def check_looking(need: Need) -> None:
    if need.status != NeedStatus.LOOKING:
        told = {
            NeedStatus.HIRED: "This person was hired: open a new need if they look again.",
            NeedStatus.WITHDRAWN: "This person no longer looks: open a new need if they look again.",
        }[NeedStatus(need.status)]
        raise NotLooking(Fault("/status", told))
