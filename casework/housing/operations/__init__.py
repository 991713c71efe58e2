"""The writes of this room, each with its audit row in the same transaction."""

from casework.housing.booking import PlacementClosed

from .changes import cancel_placement, change_placement, confirm_placement, end_placement
from .moves import move_placement
from .needs import HasBeds, NeedWithdrawn, ask_for_bed, change_need, record_turned_away, withdraw_need
from .placements import place_household
from .places import UnitNameTaken, add_place, add_places, add_unit, add_units, change_place
from .sweeps import begin_placements, expire_holds, finish_placements, withdraw_passed_needs
from .units import InUse, change_unit, close_unit, open_unit

__all__ = [
    "HasBeds",
    "InUse",
    "NeedWithdrawn",
    "PlacementClosed",
    "UnitNameTaken",
    "add_place",
    "add_places",
    "add_unit",
    "add_units",
    "ask_for_bed",
    "begin_placements",
    "cancel_placement",
    "change_need",
    "change_place",
    "change_placement",
    "change_unit",
    "close_unit",
    "confirm_placement",
    "end_placement",
    "expire_holds",
    "finish_placements",
    "move_placement",
    "open_unit",
    "place_household",
    "record_turned_away",
    "withdraw_need",
    "withdraw_passed_needs",
]
