"""What the database itself holds, whatever is written past the operations; and fifty hires at one moment."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from casework.accounts.models import Organisation, User
from casework.api.constraints import refusal_of
from casework.audit.actors import Actor
from casework.isolation import acting_for
from casework.refusals import Conflict
from casework.work.models import Application, Need, Opening
from casework.work.operations import advance_application
from tests.databases import RealDatabase
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory


def refused(name: str) -> Any:
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"positions": 0}, "opening_has_a_position"),
        ({"opens_on": date(2022, 10, 2), "closes_on": date(2022, 10, 1)}, "opening_closes_after_it_opens"),
        ({"pay": None}, "opening_pay_is_whole"),
        ({"pay": -1}, "opening_pay_is_whole"),
        ({"currency": None}, "opening_pay_is_whole"),
        ({"status": "closed"}, "opening_closed_with_a_reason"),
        ({"status": "open", "closed_reason": "filled"}, "opening_closed_with_a_reason"),
        ({"status": "gone", "closed_reason": "filled"}, "opening_closed_with_a_reason"),
    ],
)
def test_opening(nino: User, values: dict[str, Any], name: str) -> None:
    opening = OpeningFactory.create()
    with refused(name):
        Opening.objects.filter(pk=opening.pk).update(**values)


def test_need(nino: User) -> None:
    need = WorkNeedFactory.create()
    with refused("work_need_has_a_known_status"), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(status="lost")
    with refused("one_live_work_need_per_person"):
        WorkNeedFactory.create(person=need.person)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"status": "promoted"}, "application_has_a_known_status"),
        ({"status": "declined"}, "application_declined_with_a_reason"),
    ],
)
def test_application(nino: User, values: dict[str, Any], name: str) -> None:
    application = ApplicationFactory.create()
    with refused(name):
        Application.objects.filter(pk=application.pk).update(**values)


@pytest.mark.parametrize(("before", "fits"), [("interview", False), ("hired", False), ("withdrawn", True)])
def test_one_standing_application(nino: User, before: str, fits: bool) -> None:
    application = ApplicationFactory.create(status=before)
    if fits:
        ApplicationFactory.create(need=application.need, opening=application.opening)
        return
    with refused("one_live_application_per_opening"):
        ApplicationFactory.create(need=application.need, opening=application.opening)


# --- who was hired ---------------------------------------------------------------------------------------
def hired(opening: Opening) -> int:
    opening.refresh_from_db()
    assert opening.hired == Application.objects.filter(opening=opening, status="hired").count()
    return opening.hired


def test_hired_is_counted_whatever_writes(nino: User) -> None:
    one, other = OpeningFactory.create(positions=2), OpeningFactory.create(positions=2)
    application = ApplicationFactory.create(opening=one, status="hired")
    assert (hired(one), hired(other)) == (1, 0)
    Application.objects.filter(pk=application.pk).update(opening=other)
    assert (hired(one), hired(other)) == (0, 1)
    Application.objects.filter(pk=application.pk).update(status="interview")
    assert hired(other) == 0
    Application.objects.filter(pk=application.pk).update(status="hired")
    application.delete()
    assert hired(other) == 0


def test_hired_is_nobody_elses_to_write(nino: User) -> None:
    opening = OpeningFactory.create(hired=2)
    assert hired(opening) == 0
    Opening.objects.filter(pk=opening.pk).update(hired=1)
    assert hired(opening) == 0


def test_overfilled_by_a_hire_or_by_fewer_positions(nino: User) -> None:
    opening = OpeningFactory.create(positions=2)
    for _ in range(2):
        ApplicationFactory.create(opening=opening, status="hired")
    with refused("opening_is_not_overfilled") as caught, transaction.atomic():
        ApplicationFactory.create(opening=opening, status="hired")
    told = refusal_of(caught.value)
    assert told is not None
    assert told.faults[0].detail == "Every position of this opening is taken."
    with refused("opening_is_not_overfilled"), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(positions=1)
    assert hired(opening) == 2


# --- at one moment ---------------------------------------------------------------------------------------
AT_ONCE, POSITIONS = 50, 7


def test_fifty_hires_at_one_moment(real_database: RealDatabase, nino: User, at: datetime) -> None:
    opening, waiting = _interviewed(nino.organisation, AT_ONCE, POSITIONS)
    together, results = threading.Barrier(AT_ONCE), list[str]()

    def hire(application_id: Any) -> None:
        together.wait()
        results.append(_hired(nino.as_actor(), application_id, at))
        connection.close()

    threads = [threading.Thread(target=hire, args=(application_id,)) for application_id in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["NoPositionLeft"] * (AT_ONCE - POSITIONS) + ["hired"] * POSITIONS
    with acting_for(nino.organisation_id):
        assert hired(opening) == POSITIONS
        assert (opening.status, opening.closed_reason) == ("closed", "filled")
        assert Need.objects.filter(status="hired").count() == POSITIONS


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_past_the_operations_at_every_isolation_level(
    real_database: RealDatabase, nino: User, level: str
) -> None:
    """Who writes the table directly, twelve at once, three positions: the rest is refused."""
    opening, waiting = _interviewed(nino.organisation, 12, 3)
    together, done = threading.Barrier(len(waiting)), list[bool]()

    def write(application_id: Any) -> None:
        with psycopg.connect(real_database.url) as raw:
            raw.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
            raw.execute("SELECT set_config('casework.organisation', %s, true)", [str(nino.organisation_id)])
            raw.execute("SELECT count(*) FROM work_application")  # its snapshot is taken here
            together.wait()
            try:
                raw.execute("UPDATE work_application SET status = 'hired' WHERE id = %s", [application_id])
                raw.commit()
                done.append(True)
            except (psycopg.errors.CheckViolation, psycopg.errors.SerializationFailure):
                raw.rollback()
                done.append(False)

    threads = [threading.Thread(target=write, args=(application_id,)) for application_id in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting_for(nino.organisation_id):
        assert 1 <= sum(done) == hired(opening) <= 3


def test_hires_against_falling_positions(real_database: RealDatabase, nino: User, at: datetime) -> None:
    opening, waiting = _interviewed(nino.organisation, 10, 10)
    together = threading.Barrier(11)

    def hire(application_id: Any) -> None:
        together.wait()
        _hired(nino.as_actor(), application_id, at)
        connection.close()

    def shrink() -> None:
        together.wait()
        for positions in range(9, 0, -1):
            try:
                with acting_for(nino.organisation_id):
                    Opening.objects.filter(pk=opening.pk).update(positions=positions)
            except IntegrityError:
                break
        connection.close()

    threads = [threading.Thread(target=hire, args=(application_id,)) for application_id in waiting]
    threads.append(threading.Thread(target=shrink))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting_for(nino.organisation_id):
        assert hired(opening) <= opening.positions


def _interviewed(organisation: Organisation, people: int, positions: int) -> tuple[Opening, list[Any]]:
    with acting_for(organisation.pk):
        opening = OpeningFactory.create(positions=positions)
        applications = [ApplicationFactory.create(opening=opening, status="interview") for _ in range(people)]
    return opening, [application.pk for application in applications]


def _hired(by: Actor, application_id: Any, at: datetime) -> str:
    try:
        with acting_for(by.organisation):
            application = Application.objects.get(pk=application_id)
            advance_application(application=application, to="hired", by=by, at=at)
    except (Conflict, DatabaseError) as failure:
        return type(failure).__name__
    return "hired"
