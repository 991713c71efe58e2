"""The rows of this room: the law, the ledger of stays, the days by which somebody must act."""

from .changes import AffectedStay, ChangeStatus, LawChange, Slice, Walk
from .deadlines import CAUSES, Deadline, DeadlineHistory, DeadlineKind, DeadlineQuerySet, DeadlineStatus
from .decisions import Decision, DecisionKind, Outcome, PeriodUnit
from .law import Confidence, RuleStatus, StayRule
from .ledger import Arrival, ArrivalQuerySet, Permit, PermitKind, Purpose
from .periods import DeadlineType, DeadlineTypeQuerySet, Trigger

__all__ = [
    "CAUSES",
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
    "DeadlineType",
    "DeadlineTypeQuerySet",
    "Decision",
    "DecisionKind",
    "LawChange",
    "Outcome",
    "PeriodUnit",
    "Permit",
    "PermitKind",
    "Purpose",
    "RuleStatus",
    "Slice",
    "StayRule",
    "Trigger",
    "Walk",
]
