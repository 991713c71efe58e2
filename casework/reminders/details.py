"""What a door hands over: the values of a policy, and which of them are possible."""

from dataclasses import dataclass, fields
from datetime import time
from typing import Self

from casework.refusals import Faults
from casework.reminders import policies
from casework.reminders.models import ChannelName, Policy
from casework.stays.models import DeadlineKind
from casework.stays.queries import longest_period

WEEK = range(1, 8)


@dataclass(frozen=True, kw_only=True)
class PolicyDetails:
    """`kind` empty: every kind without its own. `offsets`: days before, 0 is the day itself; `after`: once
    more when it has passed. `hour` in the recipient's zone. `quiet_days`: ISO weekdays, Monday is 1; what
    would fall on one goes out on the last day before that is none.

    The defaults are what holds where nobody has set anything.
    """

    kind: str = ""
    offsets: tuple[int, ...] = policies.OFFSETS
    after: bool = True
    tells_person: bool = "person" in policies.TOLD
    tells_caseworker: bool = "caseworker" in policies.TOLD
    tells_supervisor: bool = "supervisor" in policies.TOLD
    channel: str = ChannelName.MAIL
    hour: time = policies.HOUR
    quiet_days: tuple[int, ...] = ()

    @classmethod
    def of(cls, policy: Policy) -> Self:
        values = {one.name: getattr(policy, one.name) for one in fields(cls)}
        return cls(**{**values, "offsets": tuple(policy.offsets), "quiet_days": tuple(policy.quiet_days)})


def check_policy(details: PolicyDetails) -> None:
    """Raises Invalid with a fault per field."""
    faults = Faults()
    known = details.kind in ("", *DeadlineKind.values)
    faults.check(known, "/kind", "Not a kind of deadline that is known.")
    somebody = details.tells_person or details.tells_caseworker or details.tells_supervisor
    faults.check(somebody, "/tells_person", "Nobody would be told: choose who is.")
    faults.check(details.channel in ChannelName.values, "/channel", "Not a channel that is known.")
    late = f"Not later than {policies.LATEST_HOUR:%H:%M}: on the day itself there must be time left to act."
    faults.check(details.hour <= policies.LATEST_HOUR, "/hour", late)
    _check_offsets(details, known, faults)
    quiet = details.quiet_days
    faults.check(all(day in WEEK for day in quiet), "/quiet_days", "A day of the week is 1, Monday, to 7.")
    faults.check(len(set(quiet)) == len(quiet), "/quiet_days", "A day of the week is named twice.")
    faults.check(
        not set(WEEK) <= set(quiet), "/quiet_days", "One day of the week must be left to send something."
    )
    faults.refuse()


def _check_offsets(details: PolicyDetails, known: bool, faults: Faults) -> None:
    offsets, most = details.offsets, policies.MOST_OFFSETS
    some = bool(offsets) or details.after
    faults.check(some, "/offsets", "Nobody would ever be told: name the days before, or tell when it passed.")
    faults.check(len(offsets) <= most, "/offsets", f"At most {most} messages before one day.")
    faults.check(len(set(offsets)) == len(offsets), "/offsets", "A number of days is named twice.")
    faults.check(all(days >= 0 for days in offsets), "/offsets", "Days before the day: no number below 0.")
    farthest = max(offsets, default=0)
    if farthest > policies.FARTHEST:
        faults.add("/offsets", f"At most {policies.FARTHEST} days before.")
    elif known and (life := longest_period(details.kind)) is not None and farthest > life:
        name = DeadlineKind(details.kind).label
        faults.add("/offsets", f"No deadline of this kind ({name}) stays open for more than {life} days.")
