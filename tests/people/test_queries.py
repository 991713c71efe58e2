"""Who might be the same person: the published cases that need a day of birth beside the name."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from casework.accounts.models import User
from casework.people.models import Person
from casework.people.queries import Candidate, possible_duplicates, possible_duplicates_of
from tests.factories.people import PersonFactory

with Path(__file__).with_name("data").joinpath("names.csv").open(encoding="utf-8", newline="") as lines:
    CASES = {
        row["id"]: (json.loads(row["inputs"]), json.loads(row["expected"])) for row in csv.DictReader(lines)
    }
SWAPPED = "birth_date_day_and_month_swapped"


def born(name: str, birth_date: date) -> Person:
    given_name, family_name = name.split()
    return PersonFactory.create(
        given_name=given_name, family_name=family_name, patronymic="", native_name="", birth_date=birth_date
    )


def candidates(one: Person, other: Person) -> list[Candidate]:
    """Asked in both ways and from both sides: they agree."""
    alone = [*possible_duplicates(one), *possible_duplicates(other)]
    on_a_page = possible_duplicates_of([one, other])
    assert [*on_a_page[one.pk], *on_a_page[other.pk]] == alone
    assert len(alone) in (0, 2)
    return alone


def test_another_given_name_does_not_agree(nino: User) -> None:
    """Born on one day with one family name they are shown to a human, who may know the twins."""
    case, expected = CASES["NAME-NEG-1"]
    one, other = (born(name, date(1991, 3, 7)) for name in case["names"])
    for candidate in candidates(one, other):
        assert ("given_name" in candidate.reasons) is expected["same_person"]
        assert candidate.reasons == ("birth_date", "family_name")
    assert Person.objects.filter(pk__in=[one.pk, other.pk]).count() == 2
    assert (
        candidates(born("MARIIA IVANOVA", date(1991, 3, 8)), born("MARINA IVANOVA", date(1991, 8, 3))) == []
    )


def test_day_and_month_changed_places_is_for_a_human_to_see(nino: User) -> None:
    case, expected = CASES["NAME-NEG-2"]
    one, other = (born(case[side]["name"], date.fromisoformat(case[side]["birth"])) for side in "ab")
    found = candidates(one, other)
    assert bool(found) is expected["review"]
    assert {candidate.reasons for candidate in found} == {(SWAPPED, "family_name", "given_name")}
    assert Person.objects.filter(pk__in=[one.pk, other.pk]).count() == 2  # nothing merges them
    assert all(candidate.score < 0.9 for candidate in found)


@pytest.mark.parametrize(
    ("days", "alike"),
    [
        ((date(1990, 1, 2), date(1990, 1, 2)), True),
        ((date(1990, 12, 1), date(1990, 1, 12)), True),
        ((date(1990, 1, 13), date(1990, 1, 14)), False),
        ((date(1990, 1, 2), date(1991, 2, 1)), False),
        ((date(1990, 1, 2), date(1990, 2, 2)), False),
    ],
)
def test_days_of_birth(nino: User, days: tuple[date, date], alike: bool) -> None:
    one, other = (born("ALEKSANDR IVANOV", day) for day in days)
    assert bool(candidates(one, other)) is alike


def test_a_swapped_day_needs_both_names(nino: User) -> None:
    one, other = born("ALEKSANDR IVANOV", date(1990, 1, 2)), born("ALEKSANDR PETROV", date(1990, 2, 1))
    assert candidates(one, other) == []


def test_every_published_row_is_run() -> None:
    """Rows with a name in its own script and transliterations are run in test_names."""
    here = {name for name, (case, _) in CASES.items() if "native" not in case and "cyrillic" not in case}
    assert here == {"NAME-NEG-2"}
