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
    """Placed while all of its people have confirmed beds on the first night still needed, else waiting again.

    A need whose last night is over was placed if they had their beds then; else it keeps the status that it
    had. `values` are written with it.
    """
    if need.status != NeedStatus.WITHDRAWN:
        status = _status(need, {**_asked(need), **values}, today_of(need, at))
        if status != need.status:
            values["status"] = status
    if values:
        need.change(at=at, **values)


def withdraw(need: Need, why: str, at: datetime) -> None:
    """Nobody waits any more: why stands behind what was asked."""
    reason = "\n".join(filter(None, [need.reason, why.strip()]))
    need.change(at=at, status=NeedStatus.WITHDRAWN, reason=reason)


def _asked(need: Need) -> dict[str, Any]:
    return {name: getattr(need, name) for name in ("people", "needed_from", "needed_until")}


def _status(need: Need, asked: dict[str, Any], today: date) -> str:
    night, last = max(asked["needed_from"], today), asked["needed_until"]
    kept: str = NeedStatus.WAITING
    has = [PlacementStatus.CONFIRMED]
    if last is not None and last <= today:  # who has left before the end of the last night had their bed
        night, has = last, [*has, PlacementStatus.ENDED]
        kept = need.status if last < today else kept
    beds = Placement.objects.filter(need=need, status__in=has).over(night, night)
    sold = [Sold(*row) for row in beds.values_list("starts_on", "ends_on", "people")]
    return NeedStatus.PLACED if is_covered(asked["people"], sold, night) else kept
