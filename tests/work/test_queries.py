"""The right to work asked of a file, and matches: what is found, in which order, in how many queries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import Organisation, User
from casework.people.models import Person
from casework.work.matching import matches_of_need, matches_of_opening
from casework.work.queries import rights_of
from casework.work.rules import MOST_MATCHES, Allowed, Basis, Right
from tests.acting import acting
from tests.factories.people import PersonFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, PermitFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

DAY = date(2022, 10, 1)


def right(person: Person, country: str = "GE", day: date = DAY) -> Right:
    [found] = rights_of(person, [(country, day)])
    return found


def there(country: str = "GE", until: date | None = date(2022, 12, 23), **person: Any) -> Person:
    arrival = ArrivalFactory.create(country=country, person=PersonFactory.create(**person))
    if until is not None:
        DeadlineFactory.create(arrival=arrival, due_on=until)
    return arrival.person


def test_visa_free_until_its_last_day(nino: User) -> None:
    person = there(until=date(2022, 12, 23))
    assert (right(person).answer, right(person).basis) == (Allowed.YES, Basis.VISA_FREE)
    assert right(person).rule is not None
    assert right(person, day=date(2022, 12, 23)).answer == Allowed.YES
    after = right(person, day=date(2022, 12, 24))
    assert (after.answer, after.basis) == (Allowed.UNKNOWN, Basis.NONE)
    assert "2022-12-23" in after.detail


def test_not_there(nino: User) -> None:
    nowhere, left = PersonFactory.create(), ArrivalFactory.create(left=True).person
    voided = ArrivalFactory.create(voided=True).person
    for person in (nowhere, left, voided):
        assert (right(person).answer, right(person).basis) == (Allowed.UNKNOWN, Basis.NONE)
        assert "not in Georgia" in right(person).detail
    assert right(there(), "KZ").basis == Basis.NONE
    assert right(there(), day=date(2022, 9, 20)).basis == Basis.NONE


def test_a_stay_that_could_not_be_computed_is_unknown(nino: User) -> None:
    found = right(there(until=None))
    assert (found.answer, found.basis) == (Allowed.UNKNOWN, Basis.NONE)
    assert "not clear" in found.detail


def test_a_permit_on_that_day_only(nino: User) -> None:
    person = PermitFactory.create(
        country="FI", kind="temporary_protection", starts_on=date(2022, 9, 15), ends_on=date(2023, 3, 4)
    ).person
    assert right(person, "FI", date(2023, 3, 4)).answer == Allowed.YES
    assert right(person, "FI", date(2023, 3, 5)).answer == Allowed.UNKNOWN
    assert right(person, "DE").basis == Basis.NONE


def test_a_permit_stands_in_place_of_the_visa_free_stay(nino: User) -> None:
    """In Türkiye a visa-free stay has a row; a long-stay visa has none, and nobody guesses."""
    person = there("TR")
    assert right(person, "TR").answer == Allowed.WITH_PERMISSION
    PermitFactory.create(person=person, country="TR", kind="long_stay_visa")
    assert (right(person, "TR").answer, right(person, "TR").basis) == (Allowed.UNKNOWN, Basis.LONG_STAY_VISA)


def test_a_permit_of_another_kind_replaces_nothing(nino: User) -> None:
    person = there("TR")
    PermitFactory.create(person=person, country="TR", kind="other")
    assert (right(person, "TR").answer, right(person, "TR").basis) == (
        Allowed.WITH_PERMISSION,
        Basis.VISA_FREE,
    )


@pytest.mark.parametrize(
    ("country", "nationality", "answer"),
    [
        ("KZ", "RU", Allowed.YES), ("KZ", "UA", Allowed.WITH_PERMISSION), ("KZ", "KZ", Allowed.YES),
        ("AM", "BY", Allowed.YES), ("AE", "RU", Allowed.NO), ("MN", "RU", Allowed.UNKNOWN),
    ],
)  # fmt: skip
def test_the_law_that_ships(nino: User, country: str, nationality: str, answer: Allowed) -> None:
    assert right(there(country, nationality=nationality), country).answer == answer


@pytest.mark.parametrize(
    ("country", "day", "basis", "answer", "key"),
    [
        ("GE", date(2026, 2, 28), "residence_permit", Allowed.YES, "Georgia"),
        ("GE", date(2026, 3, 1), "residence_permit", Allowed.WITH_PERMISSION, "Georgia"),
        ("PL", date(2026, 6, 11), "asylum_certificate", Allowed.WITH_PERMISSION, "European Union"),
        ("FI", date(2022, 10, 1), "asylum_certificate", Allowed.YES, "Finland"),
        ("DK", date(2022, 10, 1), "asylum_certificate", Allowed.UNKNOWN, "Denmark"),
        ("LV", date(2022, 3, 3), "temporary_protection", Allowed.UNKNOWN, None),
    ],
)
def test_the_law_of_the_day(
    nino: User, country: str, day: date, basis: str, answer: Allowed, key: str | None
) -> None:
    permit = PermitFactory.create(
        country=country, kind=basis, starts_on=date(2020, 1, 1), ends_on=date(2030, 1, 1)
    )
    found = right(permit.person, country, day)
    assert found.answer == answer
    assert (found.rule.title.partition(":")[0] if found.rule else None) == key


# --- matches ---------------------------------------------------------------------------------------------
def test_openings_for_a_bricklayer(nino: User, at: datetime) -> None:
    cook = OpeningFactory.create(kitchen=True)
    near = OpeningFactory.create(title="Concrete placer", occupation="7114")
    exact = OpeningFactory.create()
    abroad = OpeningFactory.create(country="AM", city="Yerevan")
    OpeningFactory.create(closed=True)
    OpeningFactory.create(closes_on=date(2022, 9, 30))
    need = WorkNeedFactory.create(person=there())

    found = matches_of_need(need, at)

    assert [match.row for match in found] == [exact, near, cook, abroad]
    assert [match.fit.fits for match in found] == [True, True, False, False]
    assert [match.right.answer for match in found] == ["yes", "yes", "yes", "unknown"]


def test_who_may_not_work_is_shown_and_flagged(nino: User, at: datetime) -> None:
    need = WorkNeedFactory.create(person=there("AE"), country="AE", city="Dubai")
    OpeningFactory.create(country="AE", city="Dubai")
    [match] = matches_of_need(need, at)
    assert not match.fit.fits
    assert "may_not_work" in [note.code for note in match.fit.against]


def test_right_is_asked_for_the_day_on_which_work_begins(nino: User, at: datetime) -> None:
    need = WorkNeedFactory.create(person=there(until=date(2022, 10, 9)))
    OpeningFactory.create(starts_on=date(2022, 10, 10))
    [match] = matches_of_need(need, at)
    assert match.right.answer == Allowed.UNKNOWN


def test_people_for_an_opening(nino: User, at: datetime) -> None:
    opening = OpeningFactory.create()
    anything = WorkNeedFactory.create(sectors=[], occupations=[], city="", country=None)
    bricklayer = WorkNeedFactory.create()
    cook = WorkNeedFactory.create(sectors=["I"], occupations=["5120"])
    WorkNeedFactory.create(withdrawn=True)
    ApplicationFactory.create(need=cook, opening=opening)

    found = matches_of_opening(opening, at)

    assert [match.row for match in found] == [bricklayer, anything, cook]
    assert [match.fit.fits for match in found] == [True, True, False]
    assert "already_applied" in [note.code for note in found[-1].fit.against]


def test_declined_may_be_proposed_again(nino: User, at: datetime) -> None:
    application = ApplicationFactory.create(status="declined", reason="asked for Georgian")
    [match] = matches_of_need(application.need, at)
    assert match.fit.fits


def test_nothing_of_another_organisation(nino: User, almaty: Organisation, marek: User, at: datetime) -> None:
    with acting(almaty):
        OpeningFactory.create()
        WorkNeedFactory.create()
    assert matches_of_need(WorkNeedFactory.create(), at) == []
    assert len(matches_of_opening(OpeningFactory.create(), at)) == 1


def test_queries_do_not_grow_and_fifty_are_enough(nino: User, at: datetime) -> None:
    need, opening = WorkNeedFactory.create(person=there()), OpeningFactory.create()

    def counted() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as of_need:
            matches_of_need(need, at)
        with CaptureQueriesContext(connection) as of_opening:
            matches_of_opening(opening, at)
        return len(of_need), len(of_opening)

    few = counted()
    for number in range(MOST_MATCHES + 5):
        OpeningFactory.create(country=("GE", "AM", "KZ")[number % 3])
        WorkNeedFactory.create(person=there())
    assert counted() == few == (6, 6)
    assert len(matches_of_need(need, at)) == len(matches_of_opening(opening, at)) == MOST_MATCHES
