"""The writes of this room, each with its audit row in the same transaction."""

from .files import (
    CaseAlreadyOpen,
    Registered,
    add_person,
    assign,
    change_case,
    change_household,
    open_case,
    open_household,
    register_arrival,
)
from .hiring import (
    advance_application,
    change_opening,
    close_opening,
    tell_of_closed_openings,
)
from .placing import (
    cancel_placement,
    change_placement,
    change_unit,
    close_unit,
    confirm_placement,
    end_placement,
    expire_holds,
    move_placement,
    place_household,
    withdraw_need,
)
from .tasks import (
    TaskClosed,
    cancel_task,
    finish_task,
    move_task,
    open_task,
    reopen_task,
)
from .tending import (
    tell_of_ending_beds,
    tend,
    withdraw_passed_needs,
)

__all__ = [
    "CaseAlreadyOpen",
    "Registered",
    "TaskClosed",
    "add_person",
    "advance_application",
    "assign",
    "cancel_placement",
    "cancel_task",
    "change_case",
    "change_household",
    "change_opening",
    "change_placement",
    "change_unit",
    "close_opening",
    "close_unit",
    "confirm_placement",
    "end_placement",
    "expire_holds",
    "finish_task",
    "move_placement",
    "move_task",
    "open_case",
    "open_household",
    "open_task",
    "place_household",
    "register_arrival",
    "reopen_task",
    "tell_of_closed_openings",
    "tell_of_ending_beds",
    "tend",
    "withdraw_need",
    "withdraw_passed_needs",
]
