"""The waiting list at the desk: asked, found, placed, withdrawn."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from casework.accounts.models import User
from casework.audit.models import Event
from casework.backoffice.housing import once
from casework.backoffice.housing.needs import NeedAdmin
from casework.backoffice.room import BoundedPaginator
from casework.housing.models import Need, NeedStatus, Placement, PlacementStatus, TurnedAway
from tests.acting import acting
from tests.factories.cases import CaseFactory
from tests.factories.housing import NeedFactory, PlaceFactory, PlacementFactory, UnitFactory
from tests.factories.people import PersonFactory

LIST = "/admin/housing/need/"
ASKED = {
    "people": "3", "needed_from": "2022-10-01", "needed_until": "2022-10-05", "city": " Tbilisi ",
    "priority": "normal", "grounds": ["illness"], "budget_per": "night", "currency": "GEL",
}  # fmt: skip

TURNED_AWAY = "/admin/housing/turnedaway/add/"
AWAY = {"on": "2022-10-01", "city": "Tbilisi", "people": "3", "price_asked": "150", "currency": "GEL"}


def page(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def errors(response) -> dict[str, list[str]]:
    return response.context["parts"][0].form.errors


def button(need: Need, **changed: str) -> dict[str, str]:
    """What a button of a match sends."""
    sent = {"how": "place", "starts_on": "2022-10-01", "ends_on": "2022-10-10", "people": str(need.people)}
    return {**sent, **changed}


def test_the_list_stands_in_its_order_and_says_why(desk: Client) -> None:
    person = PersonFactory.create(family_name="Zhuravleva")
    case = CaseFactory.create(household=person.household)
    NeedFactory.create()
    NeedFactory.create(household=person.household, priority="urgent", grounds=["no_shelter"])
    NeedFactory.create(placed=True, city="Batumi")
    response = desk.get(LIST)
    rows = response.context["cl"].result_list
    assert [row.priority for row in rows] == ["urgent", "normal"]
    shown = response.content.decode()
    assert "urgent: a night without shelter; waiting since" in shown
    assert "Zhuravleva" in shown
    assert case.number in shown
    assert {event.action for event in Event.objects.all()} >= {"bed_need.read", "person.read"}
    assert "Batumi" not in shown


def test_the_list_of_one_city_and_of_mine(desk: Client, nino: User) -> None:
    mine = NeedFactory.create(city="Batumi")
    CaseFactory.create(household=mine.household, assigned_to=nino)
    other = NeedFactory.create()
    assert list(desk.get(LIST, {"city": "batumi"}).context["cl"].result_list) == [mine]
    assert list(desk.get(LIST, {"whose": "mine"}).context["cl"].result_list) == [mine]
    assert list(desk.get(LIST).context["cl"].result_list) == [other]  # the organisation's own city
    everywhere = desk.get(LIST, {"city": "all"})
    assert set(everywhere.context["cl"].result_list) == {mine, other}
    assert "1st in Batumi" in re.sub(r"<[^>]*>", "", everywhere.content.decode()).split("normal;")[0]
    other.delete()
    assert list(desk.get(LIST).context["cl"].result_list) == [mine]


def test_whoever_no_longer_waits_stands_with_the_newest_first(desk: Client, at: datetime) -> None:
    first = NeedFactory.create(placed=True, priority="urgent", created_at=at - timedelta(days=1))
    second = NeedFactory.create(placed=True, created_at=at)
    assert list(desk.get(LIST, {"state": "placed"}).context["cl"].result_list) == [second, first]


def test_a_city_is_named_as_it_was_written(desk: Client) -> None:
    place = PlaceFactory.create(city="Ростов-на-Дону")
    UnitFactory.create(place=place)
    NeedFactory.create(city="Ростов-на-Дону")
    for address in (
        LIST,
        "/admin/housing/place/",
        "/admin/housing/place/free/",
        "/admin/housing/place/occupancy/",
    ):
        assert "Ростов-на-Дону" in page(desk, address)
        assert "Ростов-На-Дону" not in page(desk, address)
    free = page(desk, f"/admin/housing/place/free/?city={place.city_key}")
    assert f"city={quote('Ростов-на-Дону')}" in free


def test_days_are_written_in_one_way(desk: Client) -> None:
    need, unit = NeedFactory.create(), UnitFactory.create()
    pages = [
        LIST, f"{LIST}{need.pk}/change/", f"{LIST}{need.pk}/withdraw/", f"{LIST}for/{unit.pk}/",
        f"{LIST}{need.pk}/place/{unit.pk}/",
    ]  # fmt: skip
    for address in pages:
        said = re.sub(r"<[^>]*>", "", page(desk, address))
        assert not re.search(r"\d{4}-\d\d-\d\d", said), address


def test_a_long_list_tells_its_first_rows_and_that_there_are_more(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedPaginator, "most", 4)
    monkeypatch.setattr(NeedAdmin, "list_per_page", 2)
    NeedFactory.create_batch(4)
    told = "these are the first 4"
    assert told not in page(desk, LIST)
    NeedFactory.create_batch(3)
    assert told in page(desk, LIST)
    assert len(desk.get(LIST, {"p": 2}).context["cl"].result_list) == 2
    assert desk.get(LIST, {"p": 3}).status_code == 302


def test_ask_from_the_file_for_all_of_the_household(desk: Client) -> None:
    person = PersonFactory.create()
    PersonFactory.create(household=person.household)
    address = f"/admin/people/person/{person.pk}/bed/"
    form = desk.get(address).context["parts"][0].form
    assert (form.initial["people"], form.initial["needed_from"]) == (2, date(2022, 10, 1))
    assert desk.post(address, ASKED).status_code == 302
    need = Need.objects.get()
    assert (need.household, need.people, need.city) == (person.household, 3, "Tbilisi")
    assert (need.priority, need.currency) == ("high", None)
    file = page(desk, f"/admin/people/person/{person.pk}/change/")
    assert "Waits for a bed for 3" in file
    assert "They wait for a bed already." in page(desk, address)


def test_ask_says_at_the_field_what_is_not_possible(desk: Client) -> None:
    sent = {**ASKED, "needed_until": "2022-09-30", "people": "0", "budget": "-5"}
    wrong = errors(desk.post(f"{LIST}add/", sent))
    assert wrong["needed_until"] == ["The last night cannot lie before the first."]
    assert wrong["people"] == ["A need is for at least one person."]
    assert wrong["budget"] == ["Money below zero is not possible."]
    assert not Need.objects.exists()


def test_place_in_two_clicks(desk: Client) -> None:
    need, unit = NeedFactory.create(), UnitFactory.create(priced=True, step_free=True)
    shown = page(desk, f"{LIST}{need.pk}/change/")
    address = f"{LIST}{need.pk}/place/{unit.pk}/"
    assert f'action="{address}"' in shown
    assert "400.00 GEL for these nights" in shown
    assert desk.post(address, button(need)).status_code == 302
    placement = Placement.objects.get()
    assert (placement.status, placement.unit, placement.people) == ("confirmed", unit, 2)
    need.refresh_from_db()
    assert need.status == NeedStatus.PLACED
    assert "They have or hold beds" in page(desk, f"{LIST}{need.pk}/change/")


def test_hold_for_a_day(desk: Client) -> None:
    need, unit = NeedFactory.create(), UnitFactory.create()
    told = desk.post(f"{LIST}{need.pk}/place/{unit.pk}/", button(need, how="hold"), follow=True)
    assert "Held until 2 Oct 2022, 14:00. Confirm it before then." in told.content.decode()
    assert Placement.objects.get().status == PlacementStatus.HELD


def test_a_bed_that_somebody_else_got_is_said_in_one_sentence(desk: Client) -> None:
    need, taken = NeedFactory.create(), PlacementFactory.create(unit__private=True)
    response = desk.post(f"{LIST}{need.pk}/place/{taken.unit_id}/", button(need))
    assert "one household&#x27;s at a time, and taken on" in response.content.decode()
    assert Placement.objects.get() == taken


def test_splitting_asks_for_a_reason(desk: Client) -> None:
    need, unit = NeedFactory.create(people=5), UnitFactory.create(capacity=3)
    shown = page(desk, f"{LIST}{need.pk}/change/")
    assert "has room for all 5" in shown
    assert "Place 3 of them" in shown
    address = f"{LIST}{need.pk}/place/{unit.pk}/"
    refused = errors(desk.post(address, button(need, people="3")))
    assert refused["split_reason"] == ["A household is placed together, or a caseworker says why not."]
    desk.post(address, button(need, people="3", split_reason="The parents asked for it."))
    assert Placement.objects.get().people == 3
    rest = desk.get(f"{LIST}{need.pk}/change/").context
    assert (rest["wanted"].people, rest["matches"]) == (2, [])


def test_other_nights_are_looked_for_where_they_are_typed(desk: Client) -> None:
    need, unit = NeedFactory.create(), UnitFactory.create()
    PlacementFactory.create(unit=unit, people=4, need__people=4, ends_on=date(2022, 10, 3))
    assert desk.get(f"{LIST}{need.pk}/change/").context["matches"] == []
    found = desk.get(f"{LIST}{need.pk}/change/?from=2022-10-04").context
    assert [one.unit.id for one in found["matches"]] == [unit.pk]
    assert (found["wanted"].first, found["wanted"].last) == (date(2022, 10, 4), date(2022, 10, 10))


@pytest.mark.parametrize(
    ("address", "sent", "model"),
    [(f"{LIST}add/", ASKED, Need), (TURNED_AWAY, AWAY, TurnedAway)],
    ids=["without a file", "turned away"],
)
def test_a_form_that_is_sent_twice_makes_one(
    desk: Client, address: str, sent: dict[str, Any], model: type[Need | TurnedAway]
) -> None:
    assert '<input type="hidden" name="once" value="' in page(desk, address)
    first = desk.post(address, {**sent, "once": "a"})
    again = desk.post(address, {**sent, "once": "a"}, follow=True)
    assert again.redirect_chain[0][0] == first["Location"]
    assert "That was stored when you sent it first." in again.content.decode()
    assert model._default_manager.count() == 1
    desk.post(address, {**sent, "once": "b"})  # the form was opened anew: other people
    desk.post(address, {**sent, "once": "b", "people": "4"})  # gone back to, for others
    assert model._default_manager.count() == 3


def test_two_clicks_at_the_same_moment_make_one(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.post(TURNED_AWAY, {**AWAY, "once": "a"})
    seen: list[Any] = [None]  # the second looked before the first was stored
    monkeypatch.setattr(once, "_made", lambda *key: seen.pop() if seen else TurnedAway.objects.get(pk=key[1]))
    again = desk.post(TURNED_AWAY, {**AWAY, "once": "a"}, follow=True)
    assert "That was stored when you sent it first." in again.content.decode()
    assert TurnedAway.objects.count() == 1


def test_a_household_waits_once_for_the_same_nights(desk: Client) -> None:
    person = PersonFactory.create()
    address = f"/admin/people/person/{person.pk}/bed/"
    desk.post(address, {**ASKED, "once": "a"})
    need = Need.objects.get()
    assert desk.post(address, {**ASKED, "once": "a"})["Location"] == f"{LIST}{need.pk}/change/"
    refused = desk.post(address, {**ASKED, "once": "b", "needed_from": "2022-10-05"})
    assert "They wait for a bed on these nights already" in refused.content.decode()
    assert f"{LIST}{need.pk}/change/" in refused.content.decode()
    later = {**ASKED, "once": "b", "needed_from": "2022-10-06", "needed_until": ""}
    assert desk.post(address, later).status_code == 302
    assert Need.objects.count() == 2


def test_whoever_had_no_file_gets_one(desk: Client) -> None:
    need, person = NeedFactory.create(household=None), PersonFactory.create(family_name="Zhuravleva")
    address = f"{LIST}{need.pk}/whose/"
    assert address in page(desk, f"{LIST}{need.pk}/change/")
    assert "Zhuravleva" in page(desk, f"{address}?q=zhuravleva")
    assert "Nobody of that name" in page(desk, f"{address}?q=nobody")
    assert desk.post(address, {"person": "x"}).status_code == 404
    assert "Zhuravleva" in desk.post(address, {"person": str(person.pk)}, follow=True).content.decode()
    need.refresh_from_db()
    assert need.household == person.household
    assert address not in page(desk, f"{LIST}{need.pk}/change/")
    other = desk.post(address, {"person": str(PersonFactory.create().pk)}, follow=True)
    assert "Their file is known already." in other.content.decode()


def test_a_file_is_not_named_for_nights_on_which_its_household_waits(desk: Client) -> None:
    need, waits = NeedFactory.create(household=None), NeedFactory.create()
    person = PersonFactory.create(household=waits.household)
    told = desk.post(f"{LIST}{need.pk}/whose/", {"person": str(person.pk)}, follow=True).content.decode()
    assert "They wait for a bed on these nights already" in told
    need.refresh_from_db()
    assert need.household is None


def test_a_person_of_another_house_is_not_found(desk: Client, marek: User) -> None:
    need = NeedFactory.create(household=None)
    with acting(marek.organisation):
        theirs = PersonFactory.create(family_name="Zhuravleva")
    address = f"{LIST}{need.pk}/whose/"
    assert "Nobody of that name" in page(desk, f"{address}?q=Zhuravleva")
    assert desk.post(address, {"person": str(theirs.pk)}).status_code == 404


def test_withdraw(desk: Client) -> None:
    need = NeedFactory.create()
    address = f"{LIST}{need.pk}/withdraw/"
    desk.post(address, {"reason": "They found one themselves.", "version": "1"})
    need.refresh_from_db()
    assert (need.status, need.reason) == ("withdrawn", "They found one themselves.")
    again = desk.post(address, {"version": str(need.version)}).content.decode()
    assert "This need was withdrawn: ask anew." in again


def test_change_keeps_what_somebody_wrote_meanwhile(desk: Client, at) -> None:
    need = NeedFactory.create()
    need.change(at=at, people=4)
    stale = desk.post(f"{LIST}{need.pk}/correct/", {**ASKED, "version": "1"})
    assert "Somebody changed this" in stale.content.decode()
    desk.post(f"{LIST}{need.pk}/correct/", {**ASKED, "version": "2"})
    need.refresh_from_db()
    assert need.people == 3


def test_a_unit_of_another_house_is_not_there(desk: Client, marek: User) -> None:
    need = NeedFactory.create()
    with acting(marek.organisation):
        theirs = UnitFactory.create()
    for address in (f"{LIST}{need.pk}/place/{theirs.pk}/", f"{LIST}for/{theirs.pk}/"):
        assert desk.get(address).status_code == 404
        assert desk.post(address, button(need)).status_code == 404


def test_turned_away_is_recorded_and_leads_back(desk: Client) -> None:
    response = desk.post(f"{TURNED_AWAY}?back=waiting", AWAY)
    assert response["Location"] == LIST
    assert TurnedAway.objects.get().city_key == "tbilisi"
    tomorrow = errors(desk.post(TURNED_AWAY, {**AWAY, "on": "2022-10-03"}))
    assert tomorrow["on"] == ["Nobody was turned away in the future."]
    rows = desk.get("/admin/housing/turnedaway/?when=today&city=tbilisi").context["cl"].result_list
    assert [row.people for row in rows] == [3]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Hall", "Room"]),
        ("?people=3", ["Hall"]),
        ("?step_free=1", ["Hall"]),
        ("?night=2022-10-08", ["Hall", "Room", "Shut"]),
        ("?night=2022-10-01&nights=8", ["Hall", "Room"]),
        ("?city=all", ["Sea", "Hall", "Room"]),
        ("?city=batumi", ["Sea"]),
    ],
)
def test_free_tonight(desk: Client, query: str, names: list[str]) -> None:
    place = PlaceFactory.create()
    UnitFactory.create(place=place, name="Hall", step_free=True)
    PlacementFactory.create(
        unit=UnitFactory.create(place=place, name="Room", private=False, capacity=4), people=2
    )
    UnitFactory.create(place=place, name="Shut", available_from=date(2022, 10, 8), capacity=2)
    UnitFactory.create(place=PlaceFactory.create(city="Batumi"), name="Sea")
    shown = desk.get(f"/admin/housing/place/free/{query}").context
    assert [unit.name for unit, _ in shown["rows"]] == names


def test_a_case_shows_the_bed_and_a_need_that_is_over_says_so(desk: Client) -> None:
    need = NeedFactory.create(needed_from=date(2022, 9, 1), needed_until=date(2022, 9, 5))
    case = CaseFactory.create(household=need.household)
    assert "Waits for a bed for 2" in page(desk, f"/admin/cases/case/{case.pk}/change/")
    assert "The nights that they asked for are over." in page(desk, f"{LIST}{need.pk}/change/")
