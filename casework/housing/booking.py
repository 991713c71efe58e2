"""What a placement may be asked for, and how it is stored."""

from datetime import date, datetime, timedelta
from typing import Any

from casework.housing.checks import BACKWARDS, TEXT
from casework.housing.models import LIVE, Need, Placement, Unit
from casework.housing.room import no_room
from casework.people.entered import check_text
from casework.refusals import Conflict, Fault, Faults
from casework.stays.zones import local_day

HELD_FOR = timedelta(hours=24)
HELD_AT_MOST = timedelta(days=14)
# A network of hostels brings its history along; further away than this a year was mistyped.
TEN_YEARS = timedelta(days=3653)
TOGETHER = "A household is placed together, or a caseworker says why not."


class PlacementClosed(Conflict):
    """It has ended, was cancelled, or its hold has run out: only a new placement can follow."""


def store(placement: Placement) -> None:
    """With the price of this day. `private` is the database's to write."""
    for name, value in priced(placement.unit).items():
        setattr(placement, name, value)
    placement.private = placement.unit.private
    with no_room():
        placement.save(force_insert=True)
    placement.refresh_from_db(fields=["created_at", "updated_at"])


def priced(unit: Unit) -> dict[str, Any]:
    return {"price": unit.price, "currency": unit.currency, "price_per": unit.price_per}


def told(placement: Placement) -> dict[str, object]:
    return {
        "need": placement.need_id, "unit": placement.unit_id, "starts_on": placement.starts_on,
        "ends_on": placement.ends_on, "people": placement.people,
        **({"held_until": placement.hold_expires_at.isoformat()} if placement.hold_expires_at else {}),
    }  # fmt: skip


def check_nights(
    faults: Faults, unit: Unit, first: date, last: date, at: datetime, *, began: date | None = None
) -> None:
    """`began`: the first night of a placement that is there already."""
    today = today_in(unit, at)
    faults.check(last >= first, "/ends_on", BACKWARDS)
    recent = first >= today - TEN_YEARS or (began is not None and first >= began)
    faults.check(recent, "/starts_on", "At most ten years back.")
    faults.check(first <= today + TEN_YEARS, "/starts_on", "At most ten years ahead.")
    faults.check(last - first < TEN_YEARS, "/ends_on", "A placement lasts ten years at most.")


def check_party(faults: Faults, need: Need, people: int, split_reason: str) -> None:
    faults.check(people >= 1, "/people", "A placement is of at least one person.")
    faults.check(people <= need.people, "/people", f"The need is of {need.people}.")
    together = people >= need.people or bool(split_reason.strip())
    faults.check(together, "/split_reason", TOGETHER)
    check_text(faults, "/split_reason", split_reason, TEXT)


def expiry_of(faults: Faults, hold: bool, asked: datetime | None, at: datetime) -> datetime | None:
    if not hold:
        faults.check(asked is None, "/hold_expires_at", "Only a hold runs out.")
        return None
    expires_at = asked or at + HELD_FOR
    faults.check(expires_at > at, "/hold_expires_at", "A hold cannot have run out already.")
    faults.check(expires_at <= at + HELD_AT_MOST, "/hold_expires_at", "A bed is held for 14 days at most.")
    return expires_at


def check_live(placement: Placement, at: datetime) -> None:
    if placement.has_run_out(at):
        raise PlacementClosed(Fault("/status", "The hold has run out: the bed is free for others."))
    if placement.status not in LIVE:
        raise PlacementClosed(Fault("/status", f"This placement is {placement.status} already."))


def check_reason(reason: str, pointer: str = "/reason") -> None:
    faults = Faults()
    check_text(faults, pointer, reason, TEXT)
    faults.refuse()


def today_in(unit: Unit, at: datetime) -> date:
    """The unit is with its place."""
    return local_day(unit.place.country, at)
