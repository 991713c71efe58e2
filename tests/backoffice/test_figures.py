"""The page of figures: the shortage and the rents of each city, and nothing of a few people."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import Organisation, User
from tests.acting import acting
from tests.factories.accounts import UserFactory
from tests.factories.housing import NeedFactory, TurnedAwayFactory
from tests.factories.work import OpeningFactory

PAGE = "/admin/figures/"


@pytest.fixture
def levans(levan: User, sign_in) -> Client:
    return sign_in(levan)


def away(city: str, people: int, on: date = date(2022, 10, 1), price: int = 90) -> None:
    TurnedAwayFactory.create(
        city=city, city_key=city.lower(), people=people, on=on, price_asked=Decimal(price), currency="GEL"
    )


def names(levans: Client, query: str) -> list[str]:
    return [city.name for city in levans.get(f"{PAGE}{query}").context["cities"]]


def test_nothing_yet(levans: Client) -> None:
    assert "there are no places yet" in levans.get(PAGE).content.decode()


def test_shortage_and_rents_of_each_city(levans: Client) -> None:
    away("Tbilisi", 21, date(2022, 9, 20), 80)
    away("Tbilisi", 47)
    away("Batumi", 9)
    OpeningFactory.create(opens_on=date(2022, 10, 1), positions=4)
    page = levans.get(PAGE)
    tbilisi, batumi = page.context["cities"]
    assert (tbilisi.name, batumi.name) == ("Tbilisi", "Batumi")
    assert [curve.title.partition(",")[0] for curve in tbilisi.curves] == [
        "People turned away", "Price asked of those turned away",
    ]  # fmt: skip
    assert [bar.told for bar in tbilisi.curves[0].bars[-2:]] == ["21", "47"]
    assert [bar.told for bar in tbilisi.curves[1].bars[-2:]] == ["80", "90"]
    assert tbilisi.curves[0].bars[0].told == "not told"
    assert batumi.curves == []  # fewer than ten: there is nothing to draw
    text = page.content.decode()
    assert "+26" in text
    assert "Work in Georgia" in text
    assert [(week.paid, week.asked) for week in tbilisi.weeks[:3]] == [
        ("–", "90.00 GEL"), ("–", "80.00 GEL"), ("–", "–"),
    ]  # fmt: skip


def test_what_a_city_is_called_is_no_markup(levans: Client) -> None:
    away("<script>x</script>", 21)
    away("Batumi", 21)
    text = levans.get(PAGE).content.decode()
    assert text.count("&lt;script&gt;x&lt;/script&gt;") == 2  # its button and its heading
    assert "<script>x" not in text


def test_one_city_and_other_weeks(levans: Client) -> None:
    away("Tbilisi", 21)
    away("Batumi", 30)
    assert names(levans, "?city=GE/batumi") == ["Batumi"]
    assert names(levans, "?city=nowhere") == ["Batumi", "Tbilisi"]
    assert levans.get(f"{PAGE}?until=2022-09-20").context["last"] == date(2022, 9, 25)


def test_cities_of_one_name_and_those_who_named_none(levans: Client, at: datetime) -> None:
    away("Tripoli", 21)
    TurnedAwayFactory.create(city="Tripoli", city_key="tripoli", country="GR", people=30)
    NeedFactory.create_batch(10, city="", created_at=at)
    shown = levans.get(PAGE)
    assert shown.context["pills"] == [
        ("GR/tripoli", "Tripoli, Greece"), ("GE/tripoli", "Tripoli, Georgia"), ("GE/", "No city named"),
    ]  # fmt: skip
    assert names(levans, "?city=GR/tripoli") == ["Tripoli"]
    assert names(levans, "?city=GE/") == [""]
    assert "Beds, no city named" in levans.get(f"{PAGE}?city=GE/").content.decode()


def test_a_dozen_cities_to_choose_from_and_the_one_that_is_shown(levans: Client) -> None:
    for number in range(13):
        away(f"City {number:02}", 50 - number)
    assert len(levans.get(PAGE).context["pills"]) == 12
    assert len(levans.get(f"{PAGE}?city=GE/city 12").context["pills"]) == 13


@pytest.mark.parametrize(
    "query", ["until=x", "until=0001-01-01", "until=9999-12-31", "until=%00", "city=%00", "city=x", "until=2022-02-30"]
)  # fmt: skip
def test_whatever_is_typed(levans: Client, query: str) -> None:
    assert levans.get(f"{PAGE}?{query}").status_code in (200, 404)


def test_only_who_may(desk: Client) -> None:
    assert desk.get(PAGE).status_code == 403


def test_of_the_own_house(levans: Client, almaty: Organisation) -> None:
    with acting(almaty):
        away("Tbilisi", 47)
    assert levans.get(PAGE).context["cities"] == []


def test_as_many_queries_for_many(levans: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert levans.get(PAGE).status_code == 200
        return len(asked)

    queries()
    few = queries()
    for city in ("Tbilisi", "Batumi", "Kutaisi", "Gori"):
        away(city, 30)
    assert queries() == few


def test_an_auditor_sees_figures_only(nino: User, sign_in) -> None:
    auditor = sign_in(UserFactory.create(organisation=nino.organisation, auditor=True))
    assert auditor.get(PAGE).status_code == 200
