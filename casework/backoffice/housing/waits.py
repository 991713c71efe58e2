"""A household stands in the list once for the same nights; for others it may ask again."""

from uuid import UUID

from django.db.models import Q

from casework.housing.details import NeedDetails
from casework.housing.models import Need
from casework.refusals import Conflict, Fault

TWICE = "They wait for a bed on these nights already: change what they ask for there."


class WaitsAlready(Conflict):
    """Two needs for the same nights would offer two beds to one household."""


def check_waits_once(household_id: UUID, details: NeedDetails) -> None:
    first, last = details.needed_from, details.needed_until
    others = Need.objects.waiting().filter(household=household_id)
    others = others.filter(Q(needed_until=None) | Q(needed_until__gte=first))
    if (others.filter(needed_from__lte=last) if last else others).exists():
        raise WaitsAlready(Fault("", TWICE))
