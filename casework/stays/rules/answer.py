"""What is answered: days, the limit that binds, and the reasons as codes with their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .law import Rule
from .limits import Limit, limit_to_json
from .question import Permit


class Status(StrEnum):
    LAWFUL = "lawful"
    OVERSTAYED = "overstayed"
    NOT_ADMITTED = "not_admitted"
    LEFT = "left"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the calculation: a code of `casework.stays.sentences` and the values it used."""

    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StayWarning:
    """What the answer leaves open; it never changes the day."""

    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Overstay:
    starts_on: date
    ends_on: date
    days: int


@dataclass(frozen=True, slots=True)
class NextEntry:
    """The next day of entry, and how long the stay may then last without a break; None: no end is known."""

    entry_on: date
    days: int | None
    last_lawful_day: date | None


@dataclass(frozen=True, slots=True)
class Binding:
    """What ends the lawful run. `kind`: that of a limit, visa_validity, visa_days, visa_entries or permit."""

    kind: str
    limit: Limit | None = None
    permit: Permit | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer. Days are days of the host country; `days_left` never falls below 0."""

    status: Status
    last_lawful_day: date | None = None
    first_unlawful_day: date | None = None
    days_used: int | None = None
    days_left: int | None = None
    overstays: tuple[Overstay, ...] = ()
    next_entry: NextEntry | None = None
    binding_limit: Binding | None = None
    rule: Rule | None = None
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[StayWarning, ...] = ()


def binding_to_json(binding: Binding) -> dict[str, object]:
    """The limit as it stands in the register, or the permit with its own dates; days are ISO strings."""
    if binding.limit is not None:
        return limit_to_json(binding.limit)
    permit = binding.permit
    assert permit is not None
    return {
        "kind": binding.kind,
        "permit": str(permit.kind),
        "starts_on": permit.starts_on.isoformat() if permit.starts_on else None,
        "ends_on": permit.ends_on.isoformat() if permit.ends_on else None,
        "stay_days": permit.stay_days,
        "entries": permit.entries,
    }
