"""Which nights are lacking, and for how many."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from casework.accounts.models import User
from casework.housing.matching import matches_of
from casework.housing.rules import Sold
from casework.housing.wanted import Wanted, asked_of, lacking, offered
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory
from tests.housing.arranged import october


def sold(first: int, last: int, people: int) -> Sold:
    return Sold(october(first), october(last), people)


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        ([], (1, 10, 5)),
        ([(1, 10, 5)], None),
        ([(1, 10, 3)], (1, 10, 2)),
        ([(1, 4, 5)], (5, 10, 5)),
        ([(1, 4, 3), (5, 10, 3)], (1, 10, 2)),
        ([(1, 4, 3), (5, 10, 4)], (1, 4, 2)),
        ([(3, 6, 5)], (1, 2, 5)),
        ([(1, 20, 5)], None),
    ],
)
def test_lacking(nino: User, at: datetime, has: list[Any], wanted: Any) -> None:
    need = NeedFactory.create(people=5)
    expected = Wanted(october(wanted[0]), october(wanted[1]), wanted[2]) if wanted else None
    assert lacking(need, [sold(*one) for one in has], at) == expected


def test_lacking_without_an_end_is_thirty_nights_after_the_last_bed(nino: User, at: datetime) -> None:
    need = NeedFactory.create(open_end=True)
    thirty = timedelta(days=29)
    assert lacking(need, [], at) == Wanted(october(1), october(1) + thirty, 2)
    long = Sold(october(1), date(2022, 12, 1), 2)
    assert lacking(need, [long], at) == Wanted(date(2022, 12, 2), date(2022, 12, 2) + thirty, 2)


def test_matches_are_for_those_who_still_lack_a_bed(nino: User, at: datetime) -> None:
    need = NeedFactory.create(people=3)
    PlacementFactory.create(need=need, people=2, unit=UnitFactory.create(capacity=2), held=True)
    single = UnitFactory.create(capacity=1)
    [match] = matches_of(need, at=at)
    assert (match.unit.id, match.wanted) == (single.pk, Wanted(october(1), october(10), 1))
    PlacementFactory.create(need=need, people=1, unit=single)
    UnitFactory.create()
    assert matches_of(need, at=at) == []


def test_matches_where_no_unit_has_room_for_all(nino: User, at: datetime) -> None:
    need = NeedFactory.create(people=5)
    UnitFactory.create(capacity=2, priced=True)
    larger = UnitFactory.create(capacity=3)
    assert matches_of(need, at=at) == []
    first, second = matches_of(need, at=at, parts=True)
    assert (first.unit.id, first.wanted.people, first.fits) == (larger.pk, 3, False)
    told = "Room for 2 of 5: they would be placed apart, which needs a reason."
    assert [note.detail for note in second.against if note.code == "too_small"] == [told]
    assert second.price_for_stay == Decimal("400.00")
    whole = UnitFactory.create(capacity=5)
    assert [match.unit.id for match in matches_of(need, at=at, parts=True)] == [whole.pk]


def test_nights_that_have_passed_are_not_looked_for(nino: User, at: datetime) -> None:
    UnitFactory.create(available_from=october(1))
    waits = NeedFactory.create(needed_from=date(2022, 9, 20))
    assert asked_of(waits, at) == Wanted(october(1), october(10), 2)
    assert len(matches_of(waits, at=at)) == 1
    over = NeedFactory.create(needed_from=date(2022, 9, 20), needed_until=date(2022, 9, 22))
    assert lacking(over, [], at) is None
    assert matches_of(over, at=at) == []


@pytest.mark.parametrize(
    ("until", "asked", "expected"),
    [
        (2, (1, 7), (1, 2)),
        (10, (1, 7), (1, 7)),
        (None, (1, 7), (1, 7)),
        (10, (5, None), (5, 10)),
        (None, (2, None), (2, 31)),
    ],
)
def test_offered_is_what_is_free_cut_to_what_is_asked_for(
    nino: User, until: int | None, asked: Any, expected: tuple[int, int]
) -> None:
    need = NeedFactory.create(needed_until=october(until) if until else None)
    first, last = asked
    wanted = offered(need, october(first), october(last) if last else None)
    assert wanted == Wanted(october(expected[0]), october(expected[1]), 2)
