"""The writes of this room, each with its audit row in the same transaction."""

from .ledger import (
    AlreadyThere,
    AlreadyVoided,
    DeadlineClosed,
    DocumentOfAnother,
    correct_arrival,
    correct_document,
    correct_permit,
    correct_person,
    grant_permit,
    mark_met,
    record_arrival,
    record_document,
    record_exit,
    void_arrival,
    withdraw_permit,
)

__all__ = [
    "AlreadyThere",
    "AlreadyVoided",
    "DeadlineClosed",
    "DocumentOfAnother",
    "correct_arrival",
    "correct_document",
    "correct_permit",
    "correct_person",
    "grant_permit",
    "mark_met",
    "record_arrival",
    "record_document",
    "record_exit",
    "void_arrival",
    "withdraw_permit",
]
