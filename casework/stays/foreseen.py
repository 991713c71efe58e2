"""What is told about changes of the law: how far a walk has come, whom a preview found."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from casework.figures import SUPPRESSED_BELOW
from casework.stays.impact import impact_of
from casework.stays.models import AffectedStay, Slice, Walk

LONGEST_LIST = 200


def progress_of(changes: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Of the last walk of each: `walk`, `done`, `parts`, `parts_done`. One query."""
    found: dict[UUID, dict[str, Any]] = {}
    rows = Slice.objects.filter(change__in=changes).order_by("id")
    for change, walk, done_at in rows.values_list("change_id", "walk", "done_at"):
        if change not in found or found[change]["walk"] != walk:
            found[change] = {"walk": walk, "done": True, "parts": 0, "parts_done": 0}
        row = found[change]
        row["parts"] += 1
        row["parts_done"] += done_at is not None
        row["done"] = row["parts"] == row["parts_done"]
    return found


def impacts_of(previewed: Sequence[UUID], organisation: UUID) -> dict[UUID, dict[str, Any]]:
    """`totals` of all organisations with small figures kept back, `own` exact. One query.

    For changes previewed to their end only: half a count would be read as a whole one.
    """
    totals: dict[UUID, Counter[str]] = {change: Counter() for change in previewed}
    own: dict[UUID, Counter[str]] = {change: Counter() for change in previewed}
    slices = Slice.objects.filter(change__in=previewed, walk=Walk.PREVIEW)
    for change, whose, figures in slices.values_list("change_id", "organisation_id", "figures"):
        totals[change].update(figures)
        if whose == organisation:
            own[change].update(figures)
    return {
        change: {
            "suppressed_below": SUPPRESSED_BELOW,
            "totals": impact_of(totals[change], exact=False),
            "own": impact_of(own[change], exact=True),
        }
        for change in previewed
    }


def moved_stays(change: UUID, organisation: UUID) -> list[dict[str, Any]]:
    """The organisation's own stays that the preview found, the first LONGEST_LIST. One query.

    Whoever shows them notes the read.
    """
    rows = AffectedStay.objects.filter(organisation_id=organisation, change_id=change).order_by("id")
    return [
        {
            "arrival": arrival,
            "person": person,
            "before": before,
            "after": after,
            "days": (after - before).days if before and after else None,
        }
        for arrival, person, before, after in rows.values_list(
            "arrival_id", "person_id", "before_on", "after_on"
        )[:LONGEST_LIST]
    ]
