"""Dated rows of law, and which of them a given entry day falls under."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .days import FOREVER
from .limits import InvalidLimit, Limit, limits_from_json


class RuleKind(StrEnum):
    STAY = "stay"
    ADMISSION = "admission"
    REGISTRATION = "registration"


class ConditionKind(StrEnum):
    VISA_REQUIRED = "visa_required"
    PERMIT_REQUIRED = "permit_required"
    REFUSED_PURPOSES = "refused_purposes"
    BIOMETRIC_REQUIRED = "biometric_required"
    PERMIT_CONDITION = "permit_condition"


@dataclass(frozen=True, slots=True)
class Condition:
    """What an entry or a permit asks for; only a permit condition never refuses."""

    kind: ConditionKind
    purposes: frozenset[str] = frozenset()
    permit: str = ""
    code: str = ""
    passport_valid_days: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the register. Empty `nationalities` or `document_kinds` mean all; bounds are entry days.

    Raises nothing: rows are checked when they are read (`rule_from_row`).
    """

    id: str
    kind: RuleKind
    title: str
    country: str | None = None
    area: str | None = None
    nationalities: frozenset[str] = frozenset()
    document_kinds: frozenset[str] = frozenset()
    entries_from: date | None = None
    entries_until: date | None = None
    limits: tuple[Limit, ...] = ()
    readings: tuple[tuple[Limit, ...], ...] = ()
    condition: Condition | None = None
    source: str = ""
    confidence: str = ""
    within: int | None = None
    unit: str | None = None
    who: str | None = None
    if_longer_than_days: int | None = None

    def accepts(self, document_kind: str | None) -> bool:
        return document_kind is None or not self.document_kinds or document_kind in self.document_kinds


# A row with the ordinals of its first and last entry day.
Dated = tuple[int, int, Rule]


class CountryLaw:
    """The rows of one country and nationality, made ready for many questions."""

    __slots__ = ("admission", "changes", "registration", "replaced_register", "stay")

    def __init__(self, rules: Iterable[Rule], *, replaced_register: bool = False) -> None:
        rows = [_dated(rule) for rule in rules]
        self.stay = [row for row in rows if row[2].kind is RuleKind.STAY]
        self.admission = [row for row in rows if row[2].kind is RuleKind.ADMISSION]
        self.registration = [row for row in rows if row[2].kind is RuleKind.REGISTRATION]
        # The days from which an entry falls under other law than the day before.
        self.changes = sorted(
            {day for first, last, _ in self.stay + self.admission for day in (first, last + 1)}
        )
        self.replaced_register = replaced_register

    def stay_rules(self, entry: int) -> list[Rule]:
        return [rule for first, last, rule in self.stay if first <= entry <= last]

    def conditions(self, entry: int, document_kind: str | None) -> list[Rule]:
        return [
            rule
            for first, last, rule in self.admission
            if first <= entry <= last and rule.accepts(document_kind)
        ]

    def coming_conditions(self, after: int, document_kind: str | None) -> list[tuple[int, Rule]]:
        return [
            (first, rule)
            for first, _, rule in self.admission
            if first > after and rule.accepts(document_kind)
        ]


class Register:
    """All rows, sorted once by country. A row without a country is ignored: give it one per member state."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_country: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.country:
                self._by_country.setdefault(rule.country, []).append(rule)
        self._laws: dict[tuple[str, str], CountryLaw] = {}

    def law_for(self, country: str, nationality: str) -> CountryLaw:
        rules = self._by_country.get(country)
        if rules is None:  # not kept: the public may ask for any code
            return CountryLaw(())
        law = self._laws.get((country, nationality))
        if law is None:
            law = law_of(rules, country, nationality)
            if law.stay or law.admission or law.registration:
                self._laws[country, nationality] = law
        return law


def law_of(rules: Sequence[Rule], country: str, nationality: str) -> CountryLaw:
    return CountryLaw(
        rule
        for rule in rules
        if rule.country in (country, None) and (not rule.nationalities or nationality in rule.nationalities)
    )


def law_of_limits(limits: tuple[Limit, ...]) -> CountryLaw:
    """Limits that are tried in place of everything the register says."""
    return CountryLaw((Rule("", RuleKind.STAY, "", limits=limits),), replaced_register=True)


def condition_from_json(row: Mapping[str, object], pointer: str = "/condition") -> Condition:
    """Read a condition. Raises InvalidLimit, which carries the pointer of the field."""
    value = row.get("kind")
    if not isinstance(value, str) or value not in list(ConditionKind):
        raise InvalidLimit(f"{pointer}/kind", f"One of {', '.join(ConditionKind)}.")
    purposes = row.get("purposes") or []
    if not isinstance(purposes, list) or not all(isinstance(purpose, str) for purpose in purposes):
        raise InvalidLimit(f"{pointer}/purposes", "A list of purposes.")
    valid_days = row.get("passport_valid_days") or 0
    if isinstance(valid_days, bool) or not isinstance(valid_days, int):
        raise InvalidLimit(f"{pointer}/passport_valid_days", "A whole number of days.")
    return Condition(
        kind=ConditionKind(value),
        purposes=frozenset(purposes),
        permit=str(row.get("permit") or ""),
        code=str(row.get("code") or ""),
        passport_valid_days=valid_days,
    )


def rule_from_row(row: Mapping[str, object]) -> Rule:
    """A rule from a row of the register with JSON values (ISO days or dates, lists).

    The condition may stand under `condition` or, for a stay rule, `requires`. Raises InvalidLimit for limits,
    readings and conditions that cannot be read, KeyError without `kind` or `title`, ValueError for a wrong
    day.
    """
    condition = row.get("condition") or row.get("requires")
    readings = row.get("readings") or []
    if not isinstance(readings, list):
        raise InvalidLimit("/readings", "Readings must be a list of lists of limits.")
    return Rule(
        id=str(row.get("id") or row.get("key") or ""),
        kind=RuleKind(str(row["kind"])),
        title=str(row["title"]),
        country=_text(row, "country"),
        area=_text(row, "area"),
        nationalities=_texts(row, "nationalities"),
        document_kinds=_texts(row, "document_kinds"),
        entries_from=_day(row, "applies_to_entries_from"),
        entries_until=_day(row, "applies_to_entries_until"),
        limits=limits_from_json(row.get("limits") or []),
        readings=tuple(
            limits_from_json(limits, f"/readings/{number}") for number, limits in enumerate(readings)
        ),
        condition=condition_from_json(condition) if isinstance(condition, Mapping) else None,
        source=str(row.get("source") or ""),
        confidence=str(row.get("confidence") or ""),
        within=_number(row, "within"),
        unit=_text(row, "unit"),
        who=_text(row, "who"),
        if_longer_than_days=_number(row, "if_longer_than_days"),
    )


def _dated(rule: Rule) -> Dated:
    first = rule.entries_from.toordinal() if rule.entries_from else 0
    last = rule.entries_until.toordinal() if rule.entries_until else FOREVER
    return first, last, rule


def _text(row: Mapping[str, object], key: str) -> str | None:
    value = row.get(key)
    return str(value) if value else None


def _texts(row: Mapping[str, object], key: str) -> frozenset[str]:
    values = row.get(key) or []
    return frozenset(str(value) for value in values) if isinstance(values, Iterable) else frozenset()


def _day(row: Mapping[str, object], key: str) -> date | None:
    value = row.get(key)
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def _number(row: Mapping[str, object], key: str) -> int | None:
    value = row.get(key)
    return value if isinstance(value, int) else None
