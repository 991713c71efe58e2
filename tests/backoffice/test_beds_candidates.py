"""A unit is free: who gets it, and on which nights."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from casework.backoffice.housing.candidates import Candidate
from casework.housing.models import Unit
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory

LIST = "/admin/housing/need/"


def page(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def candidates(desk: Client, unit: Unit, query: str = "") -> list[Candidate]:
    return desk.get(f"{LIST}for/{unit.pk}/{query}").context["rows"]


def nights_for(desk: Client, unit: Unit, query: str = "") -> tuple[date, date]:
    """Of the first in turn."""
    theirs = candidates(desk, unit, query)[0].theirs
    assert theirs.fits
    return theirs.wanted.first, theirs.wanted.last


def test_who_waits_for_a_unit_stands_in_their_turn(desk: Client) -> None:
    unit = UnitFactory.create(capacity=2)
    later = NeedFactory.create()
    first = NeedFactory.create(priority="high")
    NeedFactory.create(people=3)
    NeedFactory.create(city="Batumi")
    assert [row.need for row in candidates(desk, unit)] == [first, later]
    assert nights_for(desk, unit) == (date(2022, 10, 1), date(2022, 10, 10))
    assert nights_for(desk, unit, "?night=2022-10-02&nights=3") == (date(2022, 10, 2), date(2022, 10, 4))


def test_who_gets_a_unit_is_offered_no_night_that_they_do_not_ask_for(desk: Client) -> None:
    unit = UnitFactory.create()
    need = NeedFactory.create(needed_until=date(2022, 10, 2))
    assert nights_for(desk, unit, "?nights=7") == (date(2022, 10, 1), date(2022, 10, 2))
    need.delete()
    NeedFactory.create(open_end=True)
    assert nights_for(desk, unit, "?night=2022-10-02") == (date(2022, 10, 2), date(2022, 10, 31))


def test_who_gets_a_unit_for_as_long_as_it_is_free(desk: Client) -> None:
    unit = UnitFactory.create()
    need = NeedFactory.create(people=3)
    nights = {"starts_on": date(2022, 10, 4), "ends_on": date(2022, 10, 5)}
    PlacementFactory.create(unit=unit, **nights)
    assert nights_for(desk, unit) == (date(2022, 10, 1), date(2022, 10, 3))
    address = f"{LIST}for/{unit.pk}/"
    assert "3 nights: after that it is taken" in page(desk, address)
    assert f'action="{LIST}{need.pk}/place/{unit.pk}/"' in page(desk, address)


@pytest.mark.parametrize("query", ["?night=2022-10-04", "?nights=7"])
def test_no_button_where_there_is_no_room(desk: Client, query: str) -> None:
    unit = UnitFactory.create()
    NeedFactory.create(people=3)
    nights = (date(2022, 10, 4), date(2022, 10, 5))
    theirs = NeedFactory.create(needed_from=nights[0], needed_until=nights[1])
    PlacementFactory.create(unit=unit, need=theirs, starts_on=nights[0], ends_on=nights[1])
    shown = page(desk, f"{LIST}for/{unit.pk}/{query}")
    assert "no room for all of them on every one of these" in shown
    assert 'name="how"' not in shown
    assert "Adjust…" in shown


def test_a_household_with_some_of_its_beds_is_offered_the_rest(desk: Client) -> None:
    """Three ask, two have a bed on all nights: one button, for the one who has none."""
    need = NeedFactory.create(people=3, needed_from=date(2022, 10, 1), needed_until=date(2022, 10, 5))
    nights = {"starts_on": date(2022, 10, 1), "ends_on": date(2022, 10, 5)}
    PlacementFactory.create(need=need, people=2, split_reason="No room together.", **nights)
    shown = page(desk, f"{LIST}for/{UnitFactory.create(capacity=1).pk}/?nights=7")
    assert f'action="{LIST}{need.pk}/place/' in shown
    assert '<input type="hidden" name="people" value="1">' in shown
