"""What a placement may be asked for, and how it is stored."""

from datetime import date, datetime, timedelta

from casework.housing.checks import BACKWARDS, TEXT, check_text
from casework.housing.models import Need, Placement, Unit
from casework.housing.room import no_room
from casework.refusals import Faults
from casework.stays.zones import local_day

HELD_FOR = timedelta(hours=24)
HELD_AT_MOST = timedelta(days=14)
# What is recorded later than this is history, and who plans further ahead does not know yet.
BACK, AHEAD, LONGEST = timedelta(days=31), timedelta(days=730), timedelta(days=3660)
TOGETHER = "A household is placed together, or a caseworker says why not."


def store(placement: Placement) -> None:
    """With the price of this day. `private` is the database's to write."""
    unit = placement.unit
    placement.price, placement.currency, placement.price_per = unit.price, unit.currency, unit.price_per
    placement.private = unit.private
    with no_room():
        placement.save(force_insert=True)
    placement.refresh_from_db(fields=["created_at", "updated_at"])


def told(placement: Placement) -> dict[str, object]:
    return {
        "need": placement.need_id, "unit": placement.unit_id, "starts_on": placement.starts_on,
        "ends_on": placement.ends_on, "people": placement.people,
    }  # fmt: skip


def check_nights(
    faults: Faults, unit: Unit, first: date, last: date, at: datetime, *, began: date | None = None
) -> None:
    """`began`: the first night of a placement that is there already."""
    today = local_day(unit.place.country, at)
    faults.check(last >= first, "/ends_on", BACKWARDS)
    days = BACK.days
    recent = first >= today - BACK or (began is not None and first >= began)
    faults.check(recent, "/starts_on", f"Nights more than {days} days back are history.")
    faults.check(first <= today + AHEAD, "/starts_on", "At most two years ahead.")
    faults.check(last - first < LONGEST, "/ends_on", "At most ten years.")


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
