"""Openings, needs and applications: what may be written, what is refused, what is logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from casework.accounts.models import User
from casework.refusals import Invalid
from casework.work import operations
from casework.work.details import NeedDetails, OpeningDetails
from casework.work.models import Application, ApplicationStep, Need, Opening
from tests.factories.people import PersonFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

JOB = OpeningDetails(
    employer="Vake Building", title="Bricklayer", sector="F", occupation="7112", country="GE",
    city="  Tbilisi ", positions=2, pay=Decimal("90.00"), currency="GEL", pay_per="day", languages=["ru", "ka"],
    language_levels={"ka": "A2"}, opens_on=date(2022, 9, 26), starts_on=date(2022, 10, 10),
    closes_on=date(2022, 10, 31), contact="Vakho, +995 555 060708",
)  # fmt: skip
WORK = NeedDetails(sectors=["F"], occupations=["7112"], skills=["tiling"], country="GE", city="Tbilisi")


@pytest.fixture
def who(nino: User, at: datetime) -> dict[str, Any]:
    return {"by": nino.as_actor(), "at": at}


def pointers(refused: pytest.ExceptionInfo[Any]) -> list[str]:
    assert all(fault.detail.endswith(".") for fault in refused.value.faults)
    return sorted({fault.pointer for fault in refused.value.faults})


def to(application: Application, *steps: str, who: dict[str, Any]) -> Application:
    for step in steps:
        operations.advance_application(application=application, to=step, reason="so it is", **who)
    return application


# --- openings --------------------------------------------------------------------------------------------
def test_add_opening(who: dict[str, Any]) -> None:
    operations.add_opening(details=JOB, **who)
    opening = Opening.objects.get()
    assert (opening.city, opening.city_key, opening.status, opening.hired) == (
        "Tbilisi",
        "tbilisi",
        "open",
        0,
    )
    assert opening.contact == "Vakho, +995 555 060708"
    assert replace(JOB, city="Tbilisi") == OpeningDetails.of(opening)


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"positions": 0}, ["/positions"]),
    ({"positions": -1}, ["/positions"]),
    ({"positions": 10_001}, ["/positions"]),
    ({"sector": "Z"}, ["/sector"]),
    ({"occupation": "711"}, ["/occupation"]),
    ({"country": "XX"}, ["/country"]),
    ({"employer": " "}, ["/employer"]),
    ({"title": ""}, ["/title"]),
    ({"city": ""}, ["/city"]),
    ({"city": "ß" * 100}, ["/city"]),
    ({"title": "a\x00b"}, ["/title"]),
    ({"pay": Decimal("-1")}, ["/pay"]),
    ({"pay": Decimal("1.005")}, ["/pay"]),
    ({"pay": Decimal("NaN")}, ["/pay"]),
    ({"currency": "XAU"}, ["/currency"]),
    ({"currency": None, "pay_per": None}, ["/currency", "/pay_per"]),
    ({"pay": None}, ["/currency", "/pay_per"]),
    ({"pay_per": "year"}, ["/pay_per"]),
    ({"languages": ["ka", "ka", "ru"]}, ["/languages"]),
    ({"languages": ["Georgian!", "ka"]}, ["/languages/0"]),
    ({"language_levels": {"ka": "good"}}, ["/language_levels"]),
    ({"language_levels": {"de": "A1"}}, ["/language_levels"]),
    ({"closes_on": date(2022, 9, 25)}, ["/closes_on"]),
    ({"closes_on": date(2022, 9, 30), "opens_on": None}, ["/closes_on"]),
    ({"starts_on": date(1022, 10, 10)}, ["/starts_on"]),
    ({"positions": 0, "sector": "", "city": ""}, ["/city", "/positions", "/sector"]),
]


@pytest.mark.parametrize(("changes", "where"), REFUSED)
def test_add_opening_refuses(who: dict[str, Any], changes: dict[str, Any], where: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        operations.add_opening(details=replace(JOB, **changes), **who)
    assert pointers(refused) == where
    assert not Opening.objects.exists()


def test_an_opening_may_close_today(who: dict[str, Any]) -> None:
    assert operations.add_opening(details=replace(JOB, closes_on=date(2022, 10, 1)), **who).pk


def test_add_openings_all_or_nothing(who: dict[str, Any]) -> None:
    good, bad = JOB, replace(JOB, positions=0, city="")
    with pytest.raises(Invalid) as refused:
        operations.add_openings(details=[good, bad, good, replace(JOB, sector="Z")], **who)
    assert pointers(refused) == ["/1/city", "/1/positions", "/3/sector"]
    assert not Opening.objects.exists()

    made = operations.add_openings(details=[replace(JOB, title=f"Job {n}") for n in range(3)], **who)
    assert [opening.title for opening in made] == ["Job 0", "Job 1", "Job 2"]
    assert {opening.contact for opening in Opening.objects.all()} == {JOB.contact}


def test_change_opening_raises_the_version_once(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create()
    details = replace(OpeningDetails.of(opening), title="Tiler", occupation="7122")
    operations.change_opening(opening=opening, details=details, **who)
    operations.change_opening(opening=opening, details=details, **who)
    opening.refresh_from_db()
    assert (opening.title, opening.version) == ("Tiler", 2)


def test_a_past_closing_day_may_stay_while_something_else_changes(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create(closes_on=date(2022, 9, 30))
    operations.change_opening(
        opening=opening, details=replace(OpeningDetails.of(opening), title="Tiler"), **who
    )
    assert opening.title == "Tiler"


def test_close_and_reopen(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create()
    operations.close_opening(opening=opening, **who)
    assert (opening.status, opening.closed_reason) == ("closed", "withdrawn")
    with pytest.raises(operations.AlreadyClosed):
        operations.close_opening(opening=opening, **who)
    operations.reopen_opening(opening=opening, **who)
    assert (opening.status, opening.closed_reason) == ("open", None)
    with pytest.raises(operations.NotClosed):
        operations.reopen_opening(opening=opening, **who)


def test_reopen_after_its_closing_day(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create(closed=True, closes_on=date(2022, 9, 30))
    with pytest.raises(operations.NotClosed):
        operations.reopen_opening(opening=opening, **who)


# --- needs -----------------------------------------------------------------------------------------------
def test_look_for_work(who: dict[str, Any]) -> None:
    operations.look_for_work(person=PersonFactory.create(), details=WORK, **who)
    need = Need.objects.get()
    assert NeedDetails.of(need) == replace(WORK, languages=[])
    assert (need.city_key, need.status) == ("tbilisi", "looking")


def test_look_for_work_twice(who: dict[str, Any]) -> None:
    need = WorkNeedFactory.create()
    with pytest.raises(operations.AlreadyLooking) as refused:
        operations.look_for_work(person=need.person, details=WORK, **who)
    assert pointers(refused) == ["/person"]
    operations.withdraw_need(need=need, **who)
    assert operations.look_for_work(person=need.person, details=WORK, **who).status == "looking"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"sectors": ["F", "f"]}, ["/sectors/1"]),
        ({"sectors": ["F", "F"]}, ["/sectors"]),
        ({"occupations": ["9999"]}, ["/occupations/0"]),
        ({"skills": ["", "x" * 101]}, ["/skills/0", "/skills/1"]),
        ({"skills": [str(n) for n in range(21)]}, ["/skills"]),
        ({"country": "GEO"}, ["/country"]),
        ({"city": "x" * 101}, ["/city"]),
        ({"available_from": date(1022, 1, 1)}, ["/available_from"]),
        ({"language_levels": {"ru": "C1"}}, ["/language_levels"]),
    ],
)
def test_look_for_work_refuses(who: dict[str, Any], changes: dict[str, Any], where: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        operations.look_for_work(person=PersonFactory.create(), details=replace(WORK, **changes), **who)
    assert pointers(refused) == where
    assert not Need.objects.exists()


def test_withdraw_need_with_its_waiting_applications(who: dict[str, Any]) -> None:
    need = WorkNeedFactory.create()
    waiting = operations.propose(need=need, opening=OpeningFactory.create(), **who)
    declined = to(operations.propose(need=need, opening=OpeningFactory.create(), **who), "declined", who=who)

    operations.withdraw_need(need=need, reason="moves to Batumi", **who)

    for application, status in ((waiting, "withdrawn"), (declined, "declined")):
        application.refresh_from_db()
        assert application.status == status
    assert waiting.reason == "moves to Batumi"
    with pytest.raises(operations.NotLooking):
        operations.withdraw_need(need=need, **who)
    with pytest.raises(operations.NotLooking):
        operations.change_need(need=need, details=WORK, **who)


def test_hired_waits_nowhere_else(who: dict[str, Any]) -> None:
    need, other_person = WorkNeedFactory.create(), WorkNeedFactory.create()
    elsewhere = OpeningFactory.create()
    hired, other = (
        operations.propose(need=need, opening=o, **who) for o in (OpeningFactory.create(), elsewhere)
    )
    theirs = operations.propose(need=other_person, opening=elsewhere, **who)
    to(hired, "sent", "interview", "hired", who=who)
    other.refresh_from_db()
    theirs.refresh_from_db()
    assert (other.status, theirs.status) == ("withdrawn", "proposed")
    last = ApplicationStep.objects.filter(application=other).order_by("created_at", "pk").last()
    assert last is not None
    assert (last.to_status, last.reason) == ("withdrawn", "This person was hired for another opening.")


def test_hired_for_one_need_once(who: dict[str, Any]) -> None:
    """As rows of before: a second application that still waits."""
    need = WorkNeedFactory.create(status="hired")
    second = ApplicationFactory.create(need=need, status="interview")
    with pytest.raises(operations.NotLooking) as refused:
        to(second, "hired", who=who)
    assert "was hired" in str(refused.value)
    second.opening.refresh_from_db()
    assert second.opening.hired == 0


# --- applications ----------------------------------------------------------------------------------------
def test_from_proposed_to_hired_with_its_log(nino: User, at: datetime, who: dict[str, Any]) -> None:
    need, opening = WorkNeedFactory.create(), OpeningFactory.create(positions=2)
    application = operations.propose(need=need, opening=opening, **who)
    to(application, "sent", "interview", "hired", who=who)

    steps = ApplicationStep.objects.order_by("pk").values_list(
        "from_status", "to_status", "reason", "actor_id"
    )
    assert set(steps) == {
        (None, "proposed", "", str(nino.pk)),
        ("proposed", "sent", "so it is", str(nino.pk)),
        ("sent", "interview", "so it is", str(nino.pk)),
        ("interview", "hired", "so it is", str(nino.pk)),
    }
    need.refresh_from_db()
    opening.refresh_from_db()
    assert (need.status, opening.hired, opening.status) == ("hired", 1, "open")


def test_a_step_that_may_not_follow(who: dict[str, Any]) -> None:
    application = ApplicationFactory.create()
    with pytest.raises(operations.WrongStep) as refused:
        operations.advance_application(application=application, to="hired", **who)
    assert pointers(refused) == ["/status"]
    for step, where in (("declined", "/reason"), ("promoted", "/status")):
        with pytest.raises(Invalid) as refused:
            operations.advance_application(application=application, to=step, **who)
        assert pointers(refused) == [where]
    assert not ApplicationStep.objects.exists()


def test_a_step_that_another_has_taken_meanwhile(who: dict[str, Any]) -> None:
    application = ApplicationFactory.create()
    seen_before = Application.objects.get()
    to(application, "withdrawn", who=who)
    with pytest.raises(operations.WrongStep):
        operations.advance_application(application=seen_before, to="sent", **who)


def test_the_last_position_closes_the_opening(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create(positions=1)
    first, second = (ApplicationFactory.create(opening=opening, status="interview") for _ in range(2))
    to(first, "hired", who=who)
    opening.refresh_from_db()
    assert (opening.status, opening.closed_reason) == ("closed", "filled")

    with pytest.raises(operations.NoPositionLeft) as refused:
        operations.advance_application(application=second, to="hired", **who)
    assert pointers(refused) == ["/status"]
    second.refresh_from_db()
    assert second.status == "interview"
    with pytest.raises(operations.NotClosed):
        operations.reopen_opening(opening=opening, **who)

    details = replace(OpeningDetails.of(opening), positions=2)
    operations.change_opening(opening=opening, details=details, **who)
    assert opening.status == "open"
    to(second, "hired", who=who)


def test_positions_never_fall_below_who_was_hired(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create(positions=3)
    for _ in range(2):
        to(ApplicationFactory.create(opening=opening, status="interview"), "hired", who=who)
    with pytest.raises(Invalid) as refused:
        operations.change_opening(
            opening=opening, details=replace(OpeningDetails.of(opening), positions=1), **who
        )
    assert pointers(refused) == ["/positions"]
    operations.change_opening(
        opening=opening, details=replace(OpeningDetails.of(opening), positions=2), **who
    )
    assert (opening.status, opening.closed_reason) == ("closed", "filled")


@pytest.mark.parametrize(
    "opening", [{"closed": True}, {"closes_on": date(2022, 9, 30)}], ids=["closed", "past its day"]
)
def test_propose_for_a_closed_opening(who: dict[str, Any], opening: dict[str, Any]) -> None:
    with pytest.raises(operations.NotOpen) as refused:
        operations.propose(need=WorkNeedFactory.create(), opening=OpeningFactory.create(**opening), **who)
    assert pointers(refused) == ["/opening"]


def test_propose_twice(who: dict[str, Any]) -> None:
    need, opening = WorkNeedFactory.create(), OpeningFactory.create()
    first = operations.propose(need=need, opening=opening, **who)
    with pytest.raises(operations.AlreadyProposed):
        operations.propose(need=need, opening=opening, **who)
    to(first, "declined", who=who)
    assert operations.propose(need=need, opening=opening, **who).status == "proposed"


def test_propose_who_does_not_look(who: dict[str, Any]) -> None:
    with pytest.raises(operations.NotLooking):
        operations.propose(
            need=WorkNeedFactory.create(withdrawn=True), opening=OpeningFactory.create(), **who
        )


def test_hired_after_the_opening_closed(who: dict[str, Any]) -> None:
    """An employer who takes nobody new may still decide on who has applied."""
    opening = OpeningFactory.create()
    application = ApplicationFactory.create(opening=opening, status="interview")
    operations.close_opening(opening=opening, **who)
    assert to(application, "hired", who=who).status == "hired"
