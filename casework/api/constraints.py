"""The database's promises in a caseworker's words: which message belongs to which constraint."""

from functools import lru_cache

from django.apps import apps
from django.db import IntegrityError
from django.db.models import BaseConstraint, UniqueConstraint

from casework.isolation import SameOrganisation
from casework.refusals import Conflict, Fault, Invalid, Refused

NOT_THERE = "There is no such thing here."
DEFAULT_MESSAGE = str(BaseConstraint.default_violation_error_message)


def refusal_of(error: IntegrityError) -> Refused | None:
    """A race that validation could not see. None for a constraint that is not ours: that is a fault."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    constraint = _constraints().get(name) if name else None
    if constraint is None:
        return None
    if isinstance(constraint, SameOrganisation):
        return Invalid(Fault(f"/{constraint.field}", NOT_THERE))
    message = str(constraint.violation_error_message)
    if message == DEFAULT_MESSAGE:
        message = "This does not fit beside what is recorded."
    if isinstance(constraint, UniqueConstraint):
        return Conflict(Fault("", message))
    return Invalid(Fault("", message))


@lru_cache(maxsize=1)
def _constraints() -> dict[str, BaseConstraint]:
    return {
        constraint.name: constraint
        for model in apps.get_models()
        if model.__module__.startswith("casework.")
        for constraint in model._meta.constraints
    }
