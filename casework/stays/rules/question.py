"""What is asked: a person's stays and permits, a document, a purpose, a day. Checked before it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .limits import Limit

PURPOSES = (
    "tourism",
    "culture",
    "sport",
    "business",
    "transit",
    "family",
    "work",
    "study",
    "property",
    "humanitarian",
    "transport",
    "non_essential",
    "other",
)


class PermitKind(StrEnum):
    VISA = "visa"
    LONG_STAY_VISA = "long_stay_visa"
    RESIDENCE_PERMIT = "residence_permit"
    ASYLUM_CERTIFICATE = "asylum_certificate"
    TEMPORARY_PROTECTION = "temporary_protection"
    OTHER = "other"


# These stand in place of the country's limits while they run.
REPLACING = frozenset(PermitKind) - {PermitKind.VISA, PermitKind.OTHER}


@dataclass(frozen=True, slots=True)
class Stay:
    """From the day of entry to the day of exit, both days of presence; None: still there or not known."""

    entered_on: date
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """`ends_on` is a lawful day, None runs on; `stay_days` and `entries` are a visa's, None: any number."""

    kind: PermitKind
    starts_on: date | None = None
    ends_on: date | None = None
    stay_days: int | None = None
    entries: int | None = None


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """The document that the person travels on; what is null is not known."""

    kind: str | None
    biometric: bool | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`stays` is the ledger of the country or of its area, in any order; `on` is a day of that country."""

    country: str
    nationality: str
    on: date
    purpose: str | None = None
    document: HeldDocument | None = None
    stays: Sequence[Stay] = ()
    permits: Sequence[Permit] = ()
    plan_entry_on: date | None = None
    limits: tuple[Limit, ...] | None = None


class InvalidLedger(ValueError):
    """A stay or permit that contradicts itself: `pointer` is the JSON pointer of the field."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer}: {detail}")
        self.pointer = pointer
        self.detail = detail


def check_ledger(question: Question) -> None:
    """Raises InvalidLedger, for instance with the pointer `/stays/0/left_on`."""
    for number, stay in enumerate(question.stays):
        if stay.left_on is not None and stay.left_on < stay.entered_on:
            raise InvalidLedger(f"/stays/{number}/left_on", "The exit cannot be before the entry.")
    for number, permit in enumerate(question.permits):
        pointer = f"/permits/{number}"
        if permit.starts_on and permit.ends_on and permit.ends_on < permit.starts_on:
            raise InvalidLedger(f"{pointer}/ends_on", "A permit cannot end before it starts.")
        if permit.stay_days is not None and permit.stay_days < 1:
            raise InvalidLedger(f"{pointer}/stay_days", "A visa allows at least one day.")
        if permit.entries is not None and permit.entries < 1:
            raise InvalidLedger(f"{pointer}/entries", "A visa allows at least one entry.")
