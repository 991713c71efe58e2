"""What authorities decided about a person; each write brings the deadlines in line."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.people.models import Person
from casework.stays.deadlines import refresh_deadlines, release_deadlines
from casework.stays.details import DecisionDetails, check_decision
from casework.stays.models import Decision
from casework.stays.zones import local_day


@transaction.atomic
def record_decision(*, person: Person, details: DecisionDetails, by: Actor, at: datetime) -> Decision:
    """A decision as it was served, and the periods that begin with it. Raises Invalid."""
    check_decision(details, person, local_day(details.country, at))
    decision = Decision(organisation_id=by.organisation, person=person, **asdict(details))
    decision.save(force_insert=True)
    return _moved("decision.recorded", decision, by, at)


@transaction.atomic
def correct_decision(*, decision: Decision, details: DecisionDetails, by: Actor, at: datetime) -> Decision:
    check_decision(details, decision.person, local_day(details.country, at))
    decision.change(at=at, **asdict(details))
    return _moved("decision.corrected", decision, by, at)


@transaction.atomic
def withdraw_decision(*, decision: Decision, by: Actor, at: datetime) -> None:
    """A decision entered by mistake goes; its deadlines are cancelled, the trail keeps that it stood."""
    decision_id = decision.pk
    release_deadlines(cause=decision, by=by, at=at, why="decision.withdrawn")
    decision.delete()
    decision.pk = decision_id
    _moved("decision.withdrawn", decision, by, at)


def _moved(what: str, decision: Decision, by: Actor, at: datetime) -> Decision:
    decision.person.change(at=at)
    about = {"person": decision.person_id, "country": decision.country}
    record(by=by, action=what, object_type="decision", object_id=decision.pk, at=at, about=about)
    refresh_deadlines(person=decision.person, by=by, at=at, why=what)
    return decision
