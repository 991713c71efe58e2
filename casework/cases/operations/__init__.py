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
from .hiring import advance_application, change_opening, close_opening
from .tasks import TaskClosed, finish_task, open_task, reopen_task

__all__ = [
    "CaseAlreadyOpen",
    "Registered",
    "TaskClosed",
    "add_person",
    "advance_application",
    "assign",
    "change_case",
    "change_household",
    "change_opening",
    "close_opening",
    "finish_task",
    "open_case",
    "open_household",
    "open_task",
    "register_arrival",
    "reopen_task",
]
