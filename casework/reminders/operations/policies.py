"""Whom an organisation tells of a kind of deadline, and when."""

from dataclasses import fields
from datetime import datetime

from django.db import transaction

from casework.accounts.models import Organisation
from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.reminders.details import PolicyDetails, check_policy
from casework.reminders.models import Policy


@transaction.atomic
def set_policy(*, organisation: Organisation, details: PolicyDetails, by: Actor, at: datetime) -> Policy:
    """Holds from now on for all deadlines of the kind; the next ticks plan the open ones again.

    What is no longer wanted is superseded, and stopped by the fence before that; a number of days whose day
    has begun already is told at once. Raises Invalid.
    """
    check_policy(details)
    values = {one.name: getattr(details, one.name) for one in fields(details)}
    values |= {
        "offsets": sorted(details.offsets, reverse=True), "quiet_days": sorted(details.quiet_days),
        "stands": True, "replanned_to": None,
    }  # fmt: skip
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)  # one at a time
    policy = (
        Policy.objects.select_for_update(of=("self",))
        .filter(organisation=organisation, kind=details.kind)
        .first()
    )
    if policy is None:
        policy = Policy.objects.create(organisation=organisation, created_at=at, updated_at=at, **values)
    else:
        policy.change(at=at, **values)
    record(
        by=by, action="policy.set", object_type="policy", object_id=policy.pk, at=at,
        about={name: value for name, value in values.items() if name not in ("stands", "replanned_to")},
    )  # fmt: skip
    return policy


@transaction.atomic
def drop_policy(*, policy: Policy, by: Actor, at: datetime) -> None:
    """From now on the policy of every other kind holds for its kind, or the defaults."""
    policy.change(at=at, stands=False, replanned_to=None)
    about = {"kind": policy.kind}
    record(by=by, action="policy.dropped", object_type="policy", object_id=policy.pk, at=at, about=about)
