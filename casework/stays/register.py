"""The register before and after a change: which rows end, which take their place, what overlaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from casework.refusals import Fault
from casework.stays import rules
from casework.stays.models import LawChange, StayRule

RULE_COLUMNS = (
    "id kind country area title nationalities document_kinds applies_to_entries_from"
    " applies_to_entries_until limits readings condition within unit who if_longer_than_days source"
    " confidence"
).split()
COPIED = [*RULE_COLUMNS[1:], "notes", "source_date", "reviewed_by"]


@dataclass(frozen=True)
class Edition:
    """What a change does to a country's rows: `remaining` untouched, `ended` no longer, `made` not saved."""

    remaining: list[StayRule]
    ended: list[StayRule]
    made: list[StayRule]

    def engine_rules(self) -> list[rules.Rule]:
        return [engine_rule(row) for row in sorted([*self.remaining, *self.made], key=lambda row: row.key)]


def edition(change: LawChange, standing: Sequence[StayRule], drafts: Sequence[StayRule]) -> Edition:
    """`standing`: the country's rows in force; `drafts`: the rows that the change brings."""
    ended = [row for row in standing if row.pk in set(change.ends_rules)]
    remaining = [row for row in standing if row.pk not in set(change.ends_rules)]
    kept = [row for rule in ended if (row := _cut(rule, change.keeps_entries_before)) is not None]
    return Edition(remaining, ended, [*kept, *drafts])


def reissued(rule: StayRule, until: date | None) -> StayRule:
    """The same law in a new row, which begins to stand now."""
    copied = {name: getattr(rule, name) for name in COPIED}
    root = rule.key.partition("~")[0]
    return StayRule(**{**copied, "applies_to_entries_until": until}, key=_key(root), replaces=rule)


def _cut(rule: StayRule, before: date | None) -> StayRule | None:
    """For those who entered before that day; None where nobody did."""
    first, last = rule.applies_to_entries_from, rule.applies_to_entries_until
    if before is None or (first is not None and first >= before):
        return None
    until = before - timedelta(days=1)
    return reissued(rule, until if last is None else min(last, until))


def _key(root: str) -> str:
    return f"{root[:60]}~{uuid4().hex[:12]}"


def overlaps(drafts: Sequence[StayRule], others: Iterable[StayRule]) -> list[Fault]:
    """A fault per draft that says something of people and days of which another row speaks already."""
    beside = list(others)
    faults = []
    for number, draft in enumerate(drafts):
        for other in [*beside, *drafts[:number]]:
            if _speak_of_the_same(draft, other):
                faults.append(
                    Fault(
                        f"/rules/{number}",
                        f"This overlaps “{other.title}”, which is about the same people, documents and days"
                        " of entry: end that rule in this change, or choose other days.",
                    )
                )
                break
    return faults


def _speak_of_the_same(one: StayRule, other: StayRule) -> bool:
    return (
        about_the_same(one, other)
        and (one.applies_to_entries_from or date.min) <= (other.applies_to_entries_until or date.max)
        and (other.applies_to_entries_from or date.min) <= (one.applies_to_entries_until or date.max)
    )


def about_the_same(one: StayRule, other: StayRule) -> bool:
    """The same question for some of the same people and documents, whatever the days."""
    if (one.kind, one.country) != (other.kind, other.country):
        return False
    if one.kind == "admission" and _condition(one) != _condition(other):
        return False
    if one.kind == "registration" and (one.who or "person") != (other.who or "person"):
        return False
    return _shared(one.nationalities, other.nationalities) and _shared(
        one.document_kinds, other.document_kinds
    )


def _condition(rule: StayRule) -> Any:
    return (rule.condition or {}).get("kind")


def _shared(one: Sequence[str], other: Sequence[str]) -> bool:
    """Empty means all."""
    return not one or not other or bool(set(one) & set(other))


def engine_rule(row: StayRule) -> rules.Rule:
    values = {name: getattr(row, name) for name in RULE_COLUMNS}
    return rules.rule_from_row({**values, "id": str(row.pk)})
