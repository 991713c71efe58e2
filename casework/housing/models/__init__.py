"""The rows of this room: where there are beds, who asks for one, who has one."""

from .needs import Ground, Need, NeedQuerySet, NeedStatus, Priority, TurnedAway
from .placements import (
    AVAILABLE,
    LIVE,
    NOT_CLOSED,
    NOT_OVERSOLD,
    PRIVATE_ONCE,
    Placement,
    PlacementQuerySet,
    PlacementStatus,
)
from .places import Closure, Per, Place, PlaceKind, Unit

__all__ = [
    "AVAILABLE",
    "LIVE",
    "NOT_CLOSED",
    "NOT_OVERSOLD",
    "PRIVATE_ONCE",
    "Closure",
    "Ground",
    "Need",
    "NeedQuerySet",
    "NeedStatus",
    "Per",
    "Place",
    "PlaceKind",
    "Placement",
    "PlacementQuerySet",
    "PlacementStatus",
    "Priority",
    "TurnedAway",
    "Unit",
]
