"""Work, as a caseworker says it: who may do it, how far an application is, what is looked for and offered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from casework.accounts.models import User
from casework.backoffice.words import chip, country_name
from casework.people.models import Person
from casework.stays.areas import UNION
from casework.work.languages import language_name
from casework.work.models import Opening, OpeningStatus, WorkRule
from casework.work.occupations import occupation_name
from casework.work.rules import Allowed, Basis, Step
from casework.work.sectors import SECTIONS, sector_name

RIGHT: dict[str, tuple[str, str]] = {
    Allowed.YES: ("may work", "good"),
    Allowed.WITH_PERMISSION: ("needs a permission", "soon"),
    Allowed.NO: ("may not work", "late"),
    Allowed.UNKNOWN: ("right to work not known", "soon"),
}
BASES: dict[str, str] = {
    Basis.VISA_FREE: "a visa-free stay",
    Basis.VISA: "a visa",
    Basis.LONG_STAY_VISA: "a long-stay visa",
    Basis.RESIDENCE_PERMIT: "a residence permit",
    Basis.ASYLUM_CERTIFICATE: "an asylum seeker’s certificate",
    Basis.TEMPORARY_PROTECTION: "temporary protection",
    Basis.CITIZEN: "citizenship",
    Basis.ANY: "any stay",
    Basis.OTHER: "a permit of another kind",
    Basis.NONE: "nothing in the file",
}
STEP_TONES: dict[str, str] = {Step.HIRED: "good", Step.DECLINED: "late", Step.INTERVIEW: "soon"}
STEP_BUTTONS: dict[str, str] = {
    Step.SENT: "Mark sent", Step.INTERVIEW: "Mark invited", Step.HIRED: "Mark hired…",
}  # fmt: skip
FORWARD: dict[str, Step] = {
    Step.PROPOSED: Step.SENT, Step.SENT: Step.INTERVIEW, Step.INTERVIEW: Step.HIRED,
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What a page offers and names, and on whose calendar. Whoever sees work sees files and cases."""

    writes: bool
    zone: ZoneInfo
    caseworkers: dict[UUID, User | None] = field(default_factory=dict)

    def whose(self, person: Person) -> str:
        if person.household_id not in self.caseworkers:
            return "no open case"
        return str(self.caseworkers[person.household_id] or "nobody’s case")


def right_chip(answer: str) -> SafeString:
    return chip(*RIGHT[answer])


def step_chip(status: str) -> SafeString:
    return chip(status, STEP_TONES.get(status, "calm"))


def opening_chip(opening: Opening) -> SafeString:
    if opening.status == OpeningStatus.OPEN:
        return chip("open", "good")
    return chip(f"closed: {opening.get_closed_reason_display()}", "calm")


def unbroken(text: str) -> str:
    """A day in a narrow column."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def left_of(opening: Opening) -> str:
    return f"{opening.positions_left} of {opening.positions}"


def pay_of(opening: Opening) -> str:
    return f"{opening.pay} {opening.currency} per {opening.pay_per}" if opening.pay is not None else ""


def spoken(languages: Sequence[str], levels: Mapping[str, Any]) -> str:
    return ", ".join(f"{language_name(code)} {levels.get(code, '')}".strip() for code in languages)


def sector_told(code: str) -> str:
    """Up to the semicolon: what follows it adds more than a list can carry."""
    return sector_name(code).partition(";")[0]


def sectors_offered() -> list[tuple[str, str]]:
    return [(code, sector_told(code)) for code in SECTIONS]


def looked_for(sectors: Iterable[str], jobs: Iterable[str], skills: Iterable[str]) -> str:
    """In one line: occupations before sectors, for they say more."""
    named = [occupation_name(code) for code in jobs] or [sector_told(code) for code in sectors]
    return ", ".join([*named, *skills]) or "any work"


def law_of(country: str) -> str:
    return "European Union" if country == UNION else country_name(country)


def nationalities_of(rule: WorkRule) -> str:
    return ", ".join(map(country_name, rule.nationalities)) or "all"
