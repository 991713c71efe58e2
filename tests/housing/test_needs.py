"""Who asks, in which turn, and why there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import User
from casework.housing import operations
from casework.housing.details import NeedDetails, TurnedAwayDetails
from casework.housing.models import Need, TurnedAway
from casework.housing.operations import HasBeds, NeedWithdrawn
from casework.housing.queries import POSITIONS, cities_waited_in, turns_of
from casework.housing.room import TooMany
from casework.refusals import Invalid
from tests.factories.housing import NeedFactory, PlacementFactory, TurnedAwayFactory

ASKED = NeedDetails(people=3, needed_from=date(2022, 10, 1), needed_until=date(2022, 10, 20), city="Tbilisi")


def positions_of(needs: Iterable[Need]) -> dict[UUID, int]:
    """Of those whose turn is told by its number."""
    return {need_id: turn.position for need_id, turn in turns_of(needs).items() if turn.position is not None}


def waiting(at: datetime, days: int, **values: Any) -> Need:
    """Asked for so many days ago."""
    need: Need = NeedFactory.create(created_at=at - timedelta(days=days), **values)
    return need


@pytest.mark.parametrize(
    ("grounds", "priority", "stored", "rank"),
    [
        ((), "normal", "normal", 2),
        (("illness",), "normal", "high", 1),
        (("no_shelter", "illness"), "high", "urgent", 0),
    ],
)
def test_ask_for_bed(
    who: dict[str, Any], grounds: tuple[str, ...], priority: str, stored: str, rank: int
) -> None:
    need = operations.ask_for_bed(
        household=None, details=replace(ASKED, grounds=grounds, priority=priority), **who
    )
    assert (need.priority, need.rank, need.status, need.city_key) == (stored, rank, "waiting", "tbilisi")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"people": 0}, "/people"),
        ({"needed_until": date(2022, 9, 30)}, "/needed_until"),
        ({"budget": Decimal(-1), "currency": "GEL"}, "/budget"),
        ({"budget": Decimal(1)}, "/currency"),
        ({"budget": Decimal(1), "currency": "ABC"}, "/currency"),
        ({"country": "XX"}, "/country"),
        ({"grounds": ("illness", "charm")}, "/grounds/1"),
        ({"priority": "immense"}, "/priority"),
        ({"budget_per": "year"}, "/budget_per"),
    ],
)
def test_ask_for_bed_refuses(who: dict[str, Any], changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.ask_for_bed(household=None, details=replace(ASKED, **changes), **who)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert not Need.objects.exists()


def test_ask_for_bed_for_nights_that_have_passed(who: dict[str, Any]) -> None:
    """A paper list is typed in afterwards; the days end it by themselves."""
    details = replace(ASKED, needed_from=date(2022, 9, 1), needed_until=date(2022, 9, 30))
    assert operations.ask_for_bed(household=None, details=details, **who).status == "waiting"


def test_change_need_keeps_its_turn(who: dict[str, Any], at: datetime) -> None:
    need = waiting(at, 9)
    waiting(at, 5)
    details = replace(NeedDetails.of(need), people=5, grounds=("illness",))
    changed = operations.change_need(need=need, details=details, **who)
    assert (changed.people, changed.priority, changed.rank, changed.created_at) == (
        5,
        "high",
        1,
        need.created_at,
    )
    assert positions_of([changed]) == {need.pk: 1}


def test_priority_falls_with_its_ground(who: dict[str, Any]) -> None:
    details = replace(ASKED, grounds=("no_shelter",), priority="high")
    need = operations.ask_for_bed(household=None, details=details, **who)
    assert (need.priority, NeedDetails.of(need)) == ("urgent", details)
    need = operations.change_need(need=need, details=replace(NeedDetails.of(need), grounds=()), **who)
    assert (need.priority, need.rank) == ("high", 1)


def test_change_need_to_fewer_than_have_a_bed(who: dict[str, Any]) -> None:
    need = NeedFactory.create(people=3)
    PlacementFactory.create(need=need)
    with pytest.raises(TooMany):
        operations.change_need(need=need, details=replace(NeedDetails.of(need), people=2), **who)


def test_change_need_to_more_than_have_a_bed_waits_again(who: dict[str, Any]) -> None:
    need = NeedFactory.create(placed=True)
    PlacementFactory.create(need=need)
    assert (
        operations.change_need(need=need, details=replace(NeedDetails.of(need), people=3), **who).status
        == "waiting"
    )


def test_withdraw_need(who: dict[str, Any]) -> None:
    need = operations.withdraw_need(need=NeedFactory.create(), **who)
    assert need.status == "withdrawn"
    for again in (operations.withdraw_need, operations.change_need):
        with pytest.raises(NeedWithdrawn):
            again(need=need, **({"details": ASKED} if again is operations.change_need else {}), **who)  # type: ignore[operator]


def test_withdraw_need_keeps_what_was_asked(who: dict[str, Any]) -> None:
    need = NeedFactory.create(reason="with a cat")
    with pytest.raises(Invalid):
        operations.withdraw_need(need=need, reason="gone\x00", **who)
    need = operations.withdraw_need(need=need, reason=" They have gone on. ", **who)
    assert need.reason == "with a cat\nThey have gone on."


def test_withdraw_need_that_has_a_bed(who: dict[str, Any]) -> None:
    placement = PlacementFactory.create()
    with pytest.raises(HasBeds):
        operations.withdraw_need(need=placement.need, **who)


def test_withdraw_need_whose_hold_has_run_out(who: dict[str, Any]) -> None:
    placement = PlacementFactory.create(run_out=True)
    assert operations.withdraw_need(need=placement.need, **who).status == "withdrawn"


# --- the waiting list ------------------------------------------------------------------------------------
def test_in_turn_what_is_urgent_then_who_waits_longest(nino: User, at: datetime) -> None:
    longest = waiting(at, 30)
    urgent = waiting(at, 1, priority="urgent")
    high, also_high = waiting(at, 2, priority="high"), waiting(at, 3, priority="high")
    waiting(at, 40, placed=True)
    waiting(at, 50, withdrawn=True)
    assert list(Need.objects.waiting().in_turn()) == [urgent, also_high, high, longest]


def test_positions_are_of_ones_own_city(nino: User, at: datetime) -> None:
    needs = [
        waiting(at, days, city=city)
        for days, city in ((1, "Tbilisi"), (2, "Batumi"), (3, "Tbilisi"), (4, ""))
    ]
    placed = waiting(at, 9, placed=True)
    assert positions_of([*needs, placed]) == dict(zip([need.pk for need in needs], [2, 1, 1, 1], strict=True))


@pytest.mark.parametrize("start", [0, 7, 40])
def test_positions_of_any_page(nino: User, at: datetime, start: int) -> None:
    """Of a page in its order, and of rows picked from all over the list."""
    for number in range(50):
        waiting(
            at,
            number % 7,
            priority=("normal", "high", "urgent")[number % 3],
            city=("Tbilisi", "Batumi")[number % 2],
        )
    expected = {
        need.pk: place
        for city in ("tbilisi", "batumi")
        for place, need in enumerate(Need.objects.waiting().filter(city_key=city).in_turn(), 1)
    }
    in_turn = list(Need.objects.waiting().filter(city_key="tbilisi").in_turn())[start : start + 10]
    picked = list(Need.objects.order_by("id")[start : start + 10])
    for page in (in_turn, picked):
        assert positions_of(page) == {need.pk: expected[need.pk] for need in page}


def test_positions_are_counted_to_the_first_thousand(
    nino: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here to the first five; behind them a turn has no number, whichever page it is asked for with."""
    for module in ("queries", "sentences"):
        monkeypatch.setattr(f"casework.housing.{module}.COUNTED", 5)
    needs = [waiting(at, 30 - number, priority=("urgent", "normal")[number > 2]) for number in range(12)]
    assert [turns_of([need])[need.pk].position for need in needs] == [1, 2, 3, 4, 5, *[None] * 7]
    assert [turn.position for turn in turns_of(needs[4::3]).values()] == [5, None, None]
    assert "after the first 5 in Tbilisi" in turns_of(needs)[needs[7].pk].why


def test_positions_read_no_more_than_they_count(
    nino: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.housing.queries.COUNTED", 5)
    needs = [waiting(at, 60 - number) for number in range(60)]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {POSITIONS}", [[needs[50].pk], 6, 6])
        plan = json.dumps(cursor.fetchone()[0])
    read = [int(rows) for rows in re.findall(r'"Node Type": "Limit".*?"Actual Rows": (\d+)', plan)]
    assert read == [6]


def test_positions_cost_one_query(nino: User, at: datetime) -> None:
    needs = [waiting(at, days) for days in range(20)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        turns_of(needs)
    assert len(queries) == 1


def test_turns_say_why(nino: User, at: datetime) -> None:
    waiting(at, 1, priority="urgent", grounds=["no_shelter"])
    need = waiting(at, 6)
    turn = turns_of([need])[need.pk]
    assert (turn.position, turn.why) == (2, "normal; waiting since 2022-09-25; 2nd in Tbilisi")
    late = NeedFactory.create(created_at=datetime(2022, 9, 28, 21, 30, tzinfo=UTC))
    assert "waiting since 2022-09-29;" in turns_of([late])[late.pk].why  # the day in Tbilisi
    abroad = NeedFactory.create(created_at=late.created_at, country="PL")
    assert "waiting since 2022-09-28;" in turns_of([abroad])[abroad.pk].why
    placed = waiting(at, 6, placed=True)
    assert turns_of([placed])[placed.pk].why == "has a bed"


def test_cities_waited_in_begin_with_those_of_most_needs(nino: User, at: datetime) -> None:
    assert cities_waited_in(nino.organisation_id, 9) == {}
    for city in ("Tbilisi", "Batumi", "Batumi", "", "Kutaisi", "Kutaisi", "Kutaisi"):
        waiting(at, 1, city=city)
    waiting(at, 1, city="Gori", placed=True)
    written = cities_waited_in(nino.organisation_id, 9)
    assert list(written.items()) == [
        ("kutaisi", "Kutaisi"), ("batumi", "Batumi"), ("", ""), ("tbilisi", "Tbilisi"),
    ]  # fmt: skip
    assert list(cities_waited_in(nino.organisation_id, 2)) == ["kutaisi", "batumi"]


# --- turned away -----------------------------------------------------------------------------------------
def test_record_turned_away(who: dict[str, Any]) -> None:
    details = TurnedAwayDetails(
        on=date(2022, 10, 1), city="Tbilisi", people=4, price_asked=Decimal(90), currency="GEL"
    )
    row = operations.record_turned_away(details=details, **who)
    assert (row.country, row.city_key, TurnedAway.objects.count()) == ("GE", "tbilisi", 1)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"on": date(2022, 10, 3)}, "/on"),
        ({"people": 0}, "/people"),
        ({"city": " "}, "/city"),
        ({"price_asked": Decimal(9)}, "/currency"),
        ({"country": "XX"}, "/country"),
    ],
)
def test_record_turned_away_refuses(who: dict[str, Any], changes: dict[str, Any], pointer: str) -> None:
    details = replace(TurnedAwayDetails.of(TurnedAwayFactory.build(organisation=None)), **changes)
    with pytest.raises(Invalid) as refused:
        operations.record_turned_away(details=details, **who)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_the_list_of_all_cities_is_read_in_its_order(nino: User, at: datetime) -> None:
    waiting(at, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = Need.objects.waiting().filter(organisation=nino.organisation).in_turn()[:50].explain()
    assert "bed_need_in_turn_anywhere" in plan
    assert "Sort" not in plan
