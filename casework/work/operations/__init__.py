"""The writes of this room, each with its audit row in the same transaction.

Whatever may close an opening is called through `cases.operations`, which tells the applicants' caseworkers.
"""

from .applications import (
    AlreadyProposed,
    NoPositionLeft,
    NotOpen,
    WrongStep,
    advance_application,
    propose,
)
from .needs import AlreadyLooking, NotLooking, change_need, look_for_work, withdraw_need
from .openings import (
    AlreadyClosed,
    NotClosed,
    add_opening,
    add_openings,
    change_opening,
    close_opening,
    reopen_opening,
)

__all__ = [
    "AlreadyClosed",
    "AlreadyLooking",
    "AlreadyProposed",
    "NoPositionLeft",
    "NotClosed",
    "NotLooking",
    "NotOpen",
    "WrongStep",
    "add_opening",
    "add_openings",
    "advance_application",
    "change_need",
    "change_opening",
    "close_opening",
    "look_for_work",
    "propose",
    "reopen_opening",
    "withdraw_need",
]
