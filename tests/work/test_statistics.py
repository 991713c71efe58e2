"""Work in figures: by the country of the opening and the local day of each step."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import Organisation, User
from casework.figures import By, Span, Told
from casework.work.models import Opening
from casework.work.statistics import work_figures
from tests.acting import acting
from tests.factories.work import ApplicationFactory, ApplicationStepFactory, OpeningFactory, WorkNeedFactory

MONDAY, SUNDAY = date(2022, 9, 26), date(2022, 10, 2)
TUESDAY = datetime(2022, 9, 27, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("nino")


def told(by: By = By.WEEK, last: date = SUNDAY, **asked: str) -> list[Told]:
    return work_figures(Span.over(by, MONDAY, last), zone="Asia/Tbilisi", **asked)


def steps(count: int, to: str = "proposed", at: datetime = TUESDAY, **opening: Any) -> Opening:
    """So many people, one step each."""
    made = OpeningFactory.create(created_at=datetime(2022, 8, 1, tzinfo=UTC), **opening)
    for _ in range(count):
        ApplicationStepFactory.create(application__opening=made, to_status=to, at=at)
    return made


def test_openings_by_the_day_on_which_they_open() -> None:
    OpeningFactory.create(positions=3, opens_on=MONDAY, created_at=datetime(2022, 8, 1, tzinfo=UTC))
    OpeningFactory.create(positions=2, created_at=datetime(2022, 10, 2, 19, 0, tzinfo=UTC))
    OpeningFactory.create(positions=9, created_at=datetime(2022, 10, 2, 21, 0, tzinfo=UTC))
    [row] = told()
    assert (row.figures["openings"], row.figures["positions"]) == (2, 5)
    assert row.change["openings"] == 2


def test_steps_of_ten_people_and_of_nine() -> None:
    steps(11)
    steps(10, "interview")
    steps(9, "hired")
    steps(30, "declined")
    [row] = told()
    found = {name: row.figures[name] for name in ("applications", "interviews", "hires")}
    assert found == {"applications": 11, "interviews": 10, "hires": None}
    assert row.suppressed == ["hires"]


def test_twelve_applications_of_one_person_are_one_persons() -> None:
    need = WorkNeedFactory.create()
    for _ in range(12):
        application = ApplicationFactory.create(need=need)
        ApplicationStepFactory.create(application=application, at=TUESDAY)
    assert told()[0].figures["applications"] is None


def test_by_country_of_the_work() -> None:
    steps(12)
    steps(13, country="AM", city="Yerevan", city_key="yerevan")
    rows = told(last=date(2022, 10, 3))
    assert [(row.country, row.figures["applications"]) for row in rows] == [
        ("AM", 13), ("GE", 12), ("AM", None), ("GE", None),
    ]  # fmt: skip
    assert [row.country for row in told(country="AM")] == ["AM"]


def test_one_statement(almaty: Organisation, marek: User) -> None:
    with acting(almaty):
        steps(20)
    with CaptureQueriesContext(connection) as asked:
        assert told(By.DAY) == []
    assert len(asked) == 1
