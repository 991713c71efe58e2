"""Plain Python: the steps of an application, the right to work, how well a person and an opening fit."""

from casework.weighing import Fit, Note

from .fit import MOST_MATCHES, Offer, Wanted, compare
from .right import Allowed, Basis, Right, Standing, WorkLaw, right_to_work
from .steps import LIVE, OVER, STANDING, STEPS, Step, refusal

__all__ = [
    "LIVE",
    "MOST_MATCHES",
    "OVER",
    "STANDING",
    "STEPS",
    "Allowed",
    "Basis",
    "Fit",
    "Note",
    "Offer",
    "Right",
    "Standing",
    "Step",
    "Wanted",
    "WorkLaw",
    "compare",
    "refusal",
    "right_to_work",
]
