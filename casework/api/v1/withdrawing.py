"""A need of either kind ends by `PATCH {"status": "withdrawn"}`: by itself, or with the reason."""

from casework.api.pagination import Row
from casework.refusals import Fault, Invalid

TOLD = ("status", "reason")


class WithdrawnByItself(Invalid):
    """A need that ends is not changed at the same time."""


def why_withdrawn(values: Row) -> str:
    """Empty where nothing is said. Raises WithdrawnByItself with a fault for each other field."""
    others = [name for name in values if name not in TOLD]
    if others:
        sentence = "Withdraw it by itself: send nothing beside the status and the reason."
        raise WithdrawnByItself(*(Fault(f"/{name}", sentence) for name in others))
    return str(values.get("reason", ""))
