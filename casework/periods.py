"""The one meaning of "valid on": a period holds its first day, its last day and all between."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive on both sides; `ends_on` None runs on. Raises ValueError when it ends before it starts."""

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("a period cannot end before it starts")

    def valid_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def overlaps(self, other: "Period") -> bool:
        """True when at least one day lies in both; periods that only adjoin do not overlap."""
        return (self.ends_on is None or other.starts_on <= self.ends_on) and (
            other.ends_on is None or self.starts_on <= other.ends_on
        )

    @property
    def days(self) -> int | None:
        """The number of days, both ends counted; None while it runs on."""
        return None if self.ends_on is None else (self.ends_on - self.starts_on).days + 1
