"""A change of the law as a rule editor writes it, and what is refused about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from casework.people.countries import is_country
from casework.people.models import DocumentKind
from casework.refusals import Faults
from casework.stays import rules
from casework.stays.models import Confidence, StayRule

UNITS = ("calendar_days", "working_days", "day_of_stay", "weeks", "months")
WHO = ("person", "host")
NEEDED = {"stay": "limits", "admission": "condition", "registration": "within"}


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """One row to come, in the words of the register."""

    kind: str
    title: str
    country: str
    source: str
    confidence: str
    nationalities: tuple[str, ...] = ()
    document_kinds: tuple[str, ...] = ()
    applies_to_entries_from: date | None = None
    applies_to_entries_until: date | None = None
    limits: tuple[Mapping[str, Any], ...] = ()
    readings: tuple[Sequence[Mapping[str, Any]], ...] = ()
    condition: Mapping[str, Any] | None = None
    within: int | None = None
    unit: str | None = None
    who: str | None = None
    if_longer_than_days: int | None = None
    area: str | None = None
    notes: str = ""
    source_date: date | None = None
    reviewed_by: str | None = None

    def columns(self) -> dict[str, Any]:
        values = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass(frozen=True, kw_only=True)
class ChangeDraft:
    """`keeps_entries_before`: who entered before it keeps the ended rules; None: it follows from `rules`."""

    title: str
    country: str
    effective_on: date
    rules: tuple[RuleDraft, ...] = ()
    ends_rules: tuple[UUID, ...] = ()
    keeps_entries_before: date | None = None
    reason: str = ""


def check_change(draft: ChangeDraft, ended: Sequence[StayRule], today: date) -> None:
    """Raises Invalid with a fault per field; what overlaps is looked at later, beside the whole register."""
    faults = Faults()
    faults.check(bool(draft.title.strip()), "/title", "Say in a line what changes.")
    faults.check(len(draft.title) <= 200, "/title", "At most 200 characters.")
    faults.check(is_country(draft.country), "/country", "Not a country code of ISO 3166-1.")
    faults.check(len(draft.reason) <= 500, "/reason", "At most 500 characters.")
    faults.check(
        draft.effective_on >= today or bool(draft.reason.strip()),
        "/effective_on",
        "This day is in the past: write under `reason` why the change is recorded only now.",
    )
    faults.check(
        bool(draft.rules or draft.ends_rules), "/rules", "A change makes a new rule or ends one, or both."
    )
    known = {rule.pk: rule for rule in ended}
    for number, wanted in enumerate(draft.ends_rules):
        rule = known.get(wanted)
        pointer = f"/ends_rules/{number}"
        faults.check(rule is not None, pointer, "There is no rule in force with this id.")
        faults.check(
            rule is None or rule.country == draft.country, pointer, "This rule is of another country."
        )
    for number, row in enumerate(draft.rules):
        _check_rule(row, f"/rules/{number}", draft.country, faults)
    faults.refuse()


def _check_rule(row: RuleDraft, pointer: str, country: str, faults: Faults) -> None:
    faults.check(row.kind in NEEDED, f"{pointer}/kind", f"One of {', '.join(NEEDED)}.")
    faults.check(bool(row.title.strip()), f"{pointer}/title", "Give the rule a title.")
    faults.check(len(row.title) <= 200, f"{pointer}/title", "At most 200 characters.")
    faults.check(bool(row.source.strip()), f"{pointer}/source", "A rule without a source cannot be used.")
    faults.check(len(row.source) <= 300, f"{pointer}/source", "At most 300 characters.")
    faults.check(row.country == country, f"{pointer}/country", "Each rule is of the change's country.")
    faults.check(
        row.confidence in Confidence.values,
        f"{pointer}/confidence",
        f"One of {', '.join(Confidence.values)}.",
    )
    faults.check(
        all(map(is_country, row.nationalities)), f"{pointer}/nationalities", "Country codes of ISO 3166-1."
    )
    faults.check(
        set(row.document_kinds) <= set(DocumentKind.values),
        f"{pointer}/document_kinds",
        f"Of {', '.join(DocumentKind.values)}.",
    )
    first, last = row.applies_to_entries_from, row.applies_to_entries_until
    faults.check(
        first is None or last is None or first <= last,
        f"{pointer}/applies_to_entries_until",
        "The last day of entry cannot be before the first.",
    )
    needed = NEEDED.get(row.kind)
    faults.check(
        needed is None or bool(getattr(row, needed)),
        f"{pointer}/{needed}",
        f"A rule of kind {row.kind} needs this field.",
    )
    if row.kind == "registration":
        faults.check(row.unit in UNITS, f"{pointer}/unit", f"One of {', '.join(UNITS)}.")
        faults.check(row.who in (None, *WHO), f"{pointer}/who", f"One of {', '.join(WHO)}.")
    faults.check(
        row.within is None or 1 <= row.within <= 3660,
        f"{pointer}/within",
        "A whole number from 1 to 3660.",
    )
    _check_readable(row, pointer, faults)


def _check_readable(row: RuleDraft, pointer: str, faults: Faults) -> None:
    """By the engine's own reader: a window shorter than its days is refused there."""
    if row.kind not in NEEDED:
        return
    try:
        rules.rule_from_row(row.columns())
    except rules.InvalidLimit as error:
        faults.add(f"{pointer}{error.pointer}", error.detail)
    except (KeyError, TypeError, ValueError):
        faults.add(pointer, "This rule cannot be read.")


def settled(draft: ChangeDraft, ended: Sequence[StayRule]) -> ChangeDraft:
    """The same with every open day filled in.

    A new rule without a first day takes the place of those of its kind that end. Whoever entered before the
    first new rule keeps the ended ones; without new rules, whoever entered before the day it takes effect.
    """
    filled = tuple(_placed(row, ended) for row in draft.rules)
    values = {field.name: getattr(draft, field.name) for field in fields(draft)}
    keeps = draft.keeps_entries_before
    if keeps is None:
        starts = [row.applies_to_entries_from for row in filled]
        keeps = draft.effective_on if not starts else _earliest(starts)
    return ChangeDraft(**{**values, "rules": filled, "keeps_entries_before": keeps})


def _placed(row: RuleDraft, ended: Sequence[StayRule]) -> RuleDraft:
    replaced = [rule.applies_to_entries_from for rule in ended if rule.kind == row.kind]
    if row.applies_to_entries_from is not None or not replaced:
        return row
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    return RuleDraft(**{**values, "applies_to_entries_from": _earliest(replaced)})


def _earliest(days: Iterable[date | None]) -> date | None:
    """None where one of them has no beginning."""
    found = list(days)
    return None if None in found else min(day for day in found if day is not None)
