"""The rows of this room: the law, the ledger of stays, the days by which somebody must act."""

from .changes import AffectedStay, ChangeStatus, LawChange, Slice, Walk
from .deadlines import Deadline, DeadlineHistory, DeadlineKind, DeadlineQuerySet, DeadlineStatus
from .law import Confidence, RuleStatus, StayRule
from .ledger import Arrival, ArrivalQuerySet, Permit, PermitKind, Purpose

__all__ = [
    "AffectedStay",
    "Arrival",
    "ArrivalQuerySet",
    "ChangeStatus",
    "Confidence",
    "Deadline",
    "DeadlineHistory",
    "DeadlineKind",
    "DeadlineQuerySet",
    "DeadlineStatus",
    "LawChange",
    "Permit",
    "PermitKind",
    "Purpose",
    "RuleStatus",
    "Slice",
    "StayRule",
    "Walk",
]
