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
from .tasks import TaskClosed, cancel_task, finish_task, move_task, open_task, reopen_task

__all__ = [
    "CaseAlreadyOpen",
    "Registered",
    "TaskClosed",
    "add_person",
    "assign",
    "cancel_task",
    "change_case",
    "change_household",
    "finish_task",
    "move_task",
    "open_case",
    "open_household",
    "open_task",
    "register_arrival",
    "reopen_task",
]
