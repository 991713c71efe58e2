"""The work board, and the one form that moves a card."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from casework.accounts.models import User
from casework.isolation import acting_for
from casework.work.models import Application, ApplicationStep
from casework.work.operations import advance_application
from tests.backoffice.conftest import BACKEND
from tests.backoffice.pages_of_work import BOARD, page_of
from tests.databases import RealDatabase
from tests.factories.cases import CaseFactory
from tests.factories.work import ApplicationFactory, OpeningFactory


def step(desk: Client, application: Application, **values: str) -> Any:
    application.refresh_from_db()
    return desk.post(
        f"{BOARD}{application.pk}/step/", {"version": str(application.version), "next": BOARD, **values}
    )


def columns(desk: Client, **asked: str) -> dict[str, list[str]]:
    shown = desk.get(BOARD, asked).context["board"]
    return {
        str(column.step): [card.application.need.person.family_name for card in column.cards]
        for column in shown.columns
    }


def test_step_by_step_to_hired(desk: Client) -> None:
    application = ApplicationFactory.create(need__person__family_name="Vera", opening__positions=1)
    for status in ("sent", "interview", "hired"):
        assert step(desk, application, status=status).headers["Location"] == BOARD
    assert columns(desk)["hired"] == ["Vera"]
    application.opening.refresh_from_db()
    assert application.opening.status == "closed"
    late = step(desk, application, status="declined", reason="too late")
    assert late.headers["Location"] == page_of(application)
    assert list(ApplicationStep.objects.values_list("to_status", flat=True).order_by("at", "created_at")) == [
        "sent", "interview", "hired",
    ]  # fmt: skip


def test_declined_needs_a_reason(desk: Client) -> None:
    application = ApplicationFactory.create()
    page = step(desk, application, status="declined")
    assert "Say why it was declined" in str(page.context["parts"][0].form.errors["reason"])
    assert step(desk, application, status="declined", reason="wanted a driver").status_code == 302
    assert "wanted a driver" in desk.get(page_of(application)).content.decode()
    shown = desk.get(BOARD).context["board"]
    assert [(str(name), count) for name, count, _ in shown.lately] == [("declined", 1), ("withdrawn", 0)]


@pytest.mark.parametrize(
    "values", [{"status": "hired"}, {"status": "x"}, {}, {"status": "declined", "reason": "\0"}]
)
def test_steps_that_do_not_follow(desk: Client, values: dict[str, str]) -> None:
    application = ApplicationFactory.create()
    assert step(desk, application, **values).status_code == 200
    application.refresh_from_db()
    assert application.status == "proposed"


def test_a_second_click_moves_nothing(desk: Client) -> None:
    application = ApplicationFactory.create()
    step(desk, application, status="sent")
    page = desk.post(f"{BOARD}{application.pk}/step/", {"version": "1", "status": "interview"})
    assert "Somebody changed this" in page.content.decode()
    application.refresh_from_db()
    assert application.status == "sent"


def test_two_who_move_a_card_at_one_moment(real_database: RealDatabase, nino: User, at: datetime) -> None:
    """What the second saw was the card before the first had moved it, though its own step would still follow."""
    assert nino.organisation_id is not None
    with acting_for(nino.organisation_id):
        application = ApplicationFactory.create()
    desk, answers = Client(), []
    desk.force_login(nino, backend=BACKEND)

    def decline() -> None:
        asked = {"version": str(application.version), "status": "declined", "reason": "wanted a driver"}
        try:
            answers.append(desk.post(f"{BOARD}{application.pk}/step/", asked).content.decode())
        finally:
            connection.close()

    second = threading.Thread(target=decline)
    with acting_for(nino.organisation_id):
        first = Application.objects.get()
        advance_application(application=first, to="sent", by=nino.as_actor(), at=at)
        second.start()
        wait_until_somebody_waits_for_us()
    second.join(60)
    assert "Somebody changed this" in answers[0]
    with acting_for(nino.organisation_id):
        assert Application.objects.get().status == "sent"


def wait_until_somebody_waits_for_us() -> None:
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("nobody waits")


def test_the_board_is_narrowed(desk: Client, nino: User) -> None:
    mine = ApplicationFactory.create(need__person__family_name="Mine")
    CaseFactory.create(household=mine.need.person.household, assigned_to=nino)
    ApplicationFactory.create(
        need__person__family_name="Other", opening__kitchen=True, opening__city="Batumi", status="sent"
    )
    assert columns(desk) == {"proposed": ["Mine"], "sent": ["Other"], "interview": [], "hired": []}
    assert columns(desk, whose="mine")["sent"] == []
    assert columns(desk, city="GE/batumi")["proposed"] == []
    assert columns(desk, sector="I")["sent"] == ["Other"]
    assert columns(desk, step="sent") == {"sent": ["Other"]}
    assert "nobody’s case" not in desk.get(BOARD, {"whose": "mine"}).content.decode()


def test_a_long_column_is_capped(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opening = OpeningFactory.create()
    ApplicationFactory.create_batch(14, opening=opening)
    page = desk.get(BOARD)
    assert len(page.context["board"].applications) == 12
    assert "2 more" in page.content.decode()
    assert len(desk.get(BOARD, {"step": "proposed"}).context["board"].applications) == 14


def test_the_way_back_leads_nowhere_else(desk: Client) -> None:
    application = ApplicationFactory.create()
    answer = step(desk, application, status="sent", next="https://elsewhere.example/")
    assert answer.headers["Location"] == BOARD
