"""Whether a need still waits: it has its beds on the first night for which it needs them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from casework.cases import operations as cases
from casework.housing import operations
from casework.housing.models import Need, Placement
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory
from tests.housing.arranged import nights, october


def later(who: dict[str, Any], days: int) -> dict[str, Any]:
    return {**who, "at": who["at"] + timedelta(days=days)}


def placed(need: Need, who: dict[str, Any], first: int, last: int, **asked: Any) -> Placement:
    unit = UnitFactory.create()
    confirmed = {"need": need, "unit": unit, "hold": False, **nights(first, last), **asked}
    return operations.place_household(**confirmed, **who).placement


def status_of(need: Need) -> str:
    need.refresh_from_db()
    return need.status


def test_bed_in_three_weeks_is_none_for_tonight(who: dict[str, Any]) -> None:
    need = NeedFactory.create(open_end=True)
    placed(need, who, 20, 30)
    assert status_of(need) == "waiting"
    placed(need, who, 1, 19)
    assert status_of(need) == "placed"


def test_bed_from_the_first_night_asked_for(who: dict[str, Any]) -> None:
    need = NeedFactory.create(needed_from=october(10), needed_until=october(20))
    placed(need, who, 10, 12)
    assert status_of(need) == "placed"


def test_bed_begins(who: dict[str, Any], at: datetime) -> None:
    """On the calendar there: in Tbilisi it is the 20th while London still has the 19th."""
    need = NeedFactory.create(open_end=True)
    placed(need, who, 20, 30)
    NeedFactory.create(open_end=True)
    half = NeedFactory.create(open_end=True)
    placed(half, who, 20, 30, people=1, split_reason="two rooms")
    assert cases.begin_placements(**later(who, 18)) == 0
    evening = {**who, "at": datetime.fromisoformat("2022-10-19T20:30:00+00:00")}
    assert cases.begin_placements(**evening) == 1
    assert (status_of(need), status_of(half)) == ("placed", "waiting")
    assert cases.begin_placements(**evening) == 0


def test_bed_that_was_had_while_nothing_ran(who: dict[str, Any]) -> None:
    """Two weeks without a worker: they did not wait in vain."""
    need = NeedFactory.create()
    placed(need, who, 5, 10)
    after = later(who, 14)
    assert cases.begin_placements(**after) == 0
    assert operations.finish_placements(**after) == 1
    assert status_of(need) == "placed"
    assert operations.withdraw_passed_needs(**after) == ()


def test_sweeps_begin_with_what_is_over(who: dict[str, Any], monkeypatch: Any) -> None:
    """However many rows are not over yet, they do not stand before one that is."""
    monkeypatch.setattr("casework.housing.operations.sweeps.AT_ONCE", 2)
    late = {"needed_from": date(2022, 9, 20), "created_at": who["at"] - timedelta(days=9)}
    for number in range(4):
        last = october(1) if number else date(2022, 9, 30)
        pk = f"00000000-0000-4000-8000-{9 - number:012}"  # what is over comes last by its key
        NeedFactory.create(pk=pk, needed_until=last, **late)
        PlacementFactory.create(pk=pk, need__needed_from=date(2022, 9, 25), ends_on=last)
    assert operations.finish_placements(**who) == 1
    assert len(operations.withdraw_passed_needs(**who)) == 1
