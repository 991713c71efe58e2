"""The rows of this room: openings, who looks for work, applications with their log, the law on work."""

from .applications import Application, ApplicationQuerySet, ApplicationStep
from .law import WorkRule, WorkRuleQuerySet
from .needs import Need, NeedStatus, WorkNeedQuerySet
from .openings import ClosedReason, Opening, OpeningQuerySet, OpeningStatus, PayPer

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "ApplicationStep",
    "ClosedReason",
    "Need",
    "NeedStatus",
    "Opening",
    "OpeningQuerySet",
    "OpeningStatus",
    "PayPer",
    "WorkNeedQuerySet",
    "WorkRule",
    "WorkRuleQuerySet",
]
