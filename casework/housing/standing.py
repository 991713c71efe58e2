"""Whether a need still waits. Written under the need's lock, by whatever changes its placements."""

from datetime import date, datetime
from typing import Any

from casework.accounts.models import Organisation
from casework.housing.models import Need, NeedStatus, Placement, PlacementStatus
from casework.housing.rules import Sold, is_covered
from casework.stays.zones import local_day


def country_of(need: Need) -> str:
    return need.country or Organisation.objects.values_list("country", flat=True).get(pk=need.organisation_id)


def today_of(need: Need, at: datetime) -> date:
    return local_day(country_of(need), at)


def stand(need: Need, at: datetime, **values: Any) -> None:
    """Placed while confirmed beds for all of its people are there or to come, else waiting again.

    A need whose last night is over keeps the status that it had. `values` are written with it.
    """
    today = today_of(need, at)
    needed_until = values.get("needed_until", need.needed_until)
    status = need.status
    if status != NeedStatus.WITHDRAWN and (needed_until is None or needed_until >= today):
        status = _status(need, values.get("people", need.people), today)
    if status != need.status:
        values["status"] = status
    if values:
        need.change(at=at, **values)


def _status(need: Need, people: int, today: date) -> str:
    confirmed = Placement.objects.filter(need=need, status=PlacementStatus.CONFIRMED, ends_on__gte=today)
    sold = [Sold(*row) for row in confirmed.values_list("starts_on", "ends_on", "people")]
    return NeedStatus.PLACED if is_covered(people, sold, today) else NeedStatus.WAITING
