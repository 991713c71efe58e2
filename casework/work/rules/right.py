"""May this person work there? By nationality, by what the stay rests on, by dated rows of law.

No row of law means "unknown", never a guess; the answer is advice with its source, and hides no job.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.people.countries import name_of


class Allowed(StrEnum):
    YES = "yes"
    NO = "no"
    WITH_PERMISSION = "with_permission"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """What a stay rests on; ANY stands in the law only, NONE and OTHER in answers only."""

    VISA_FREE = "visa_free"
    VISA = "visa"
    LONG_STAY_VISA = "long_stay_visa"
    RESIDENCE_PERMIT = "residence_permit"
    ASYLUM_CERTIFICATE = "asylum_certificate"
    TEMPORARY_PROTECTION = "temporary_protection"
    CITIZEN = "citizen"
    ANY = "any"
    OTHER = "other"
    NONE = "none"


OF_LAW = tuple(basis for basis in Basis if basis not in (Basis.OTHER, Basis.NONE))
# Of several permits the one that opens most counts; "no" is the last, for a better one may not be known.
BEST_FIRST = (Allowed.YES, Allowed.WITH_PERMISSION, Allowed.UNKNOWN, Allowed.NO)
TOLD = {
    Basis.VISA_FREE: "on a visa-free stay", Basis.VISA: "on a visa",
    Basis.LONG_STAY_VISA: "on a long-stay visa", Basis.RESIDENCE_PERMIT: "with a residence permit",
    Basis.ASYLUM_CERTIFICATE: "as an asylum seeker",
    Basis.TEMPORARY_PROTECTION: "under temporary protection", Basis.OTHER: "on a permit of another kind",
}  # fmt: skip


@dataclass(frozen=True)
class WorkLaw:
    """A dated row of law. `nationalities` empty: all; `country`: its own code, or EU for Union law."""

    id: str
    title: str
    country: str
    basis: Basis
    nationalities: frozenset[str]
    allowed: Allowed
    valid_from: date | None
    valid_until: date | None
    condition: str
    source: str
    confidence: str

    def holds(self, nationality: str, basis: Basis, day: date) -> bool:
        """The country, and the law of the Union where it binds, are looked up by who reads the rows."""
        return (
            self.basis in (basis, Basis.ANY)
            and (not self.nationalities or nationality in self.nationalities)
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True)
class Standing:
    """What somebody's stay rests on, on one day in one country; `why_none` when it rests on nothing."""

    bases: tuple[Basis, ...] = ()
    why_none: str = ""


@dataclass(frozen=True)
class Right:
    """The answer with its reason. `detail` is a sentence, `condition` what the law asks for besides."""

    answer: Allowed
    basis: Basis
    rule: WorkLaw | None
    detail: str
    condition: str = ""


def right_to_work(
    *, country: str, nationality: str, day: date, standing: Standing, law: Sequence[WorkLaw]
) -> Right:
    place = name_of(country)
    if nationality == country:
        return Right(
            Allowed.YES, Basis.CITIZEN, None, f"A national of {place} needs no permission to work there."
        )
    if not standing.bases:
        return Right(Allowed.UNKNOWN, Basis.NONE, None, standing.why_none)
    found = (_by_law(country, nationality, day, basis, law) for basis in standing.bases)
    return min(found, key=lambda right: BEST_FIRST.index(right.answer))


def _by_law(country: str, nationality: str, day: date, basis: Basis, law: Iterable[WorkLaw]) -> Right:
    rows = [row for row in law if row.holds(nationality, basis, day)]
    place, how = name_of(country), TOLD[basis]
    if not rows:
        told = f"Whether somebody {how} may work in {place} is not in the register: ask before they begin."
        return Right(Allowed.UNKNOWN, basis, None, told)
    row = max(rows, key=lambda row: _precision(row, country))
    sentence = {
        Allowed.YES: f"May work in {place} {how}.",
        Allowed.NO: f"May not work in {place} {how}.",
        Allowed.WITH_PERMISSION: f"Needs a permission to work in {place} {how}.",
        Allowed.UNKNOWN: f"Whether somebody {how} may work in {place} has to be looked up each time.",
    }[row.allowed]
    return Right(row.allowed, basis, row, sentence, row.condition)


def _precision(row: WorkLaw, country: str) -> tuple[bool, bool, bool, date]:
    """The row that speaks of fewest: of the country before the Union, of a nationality before all, …"""
    return (
        row.country == country,
        bool(row.nationalities),
        row.basis != Basis.ANY,
        row.valid_from or date.min,
    )
