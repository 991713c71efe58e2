"""The demo's beds and jobs: told through the operations, the same for the same day, and seen in every state."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import get_hasher
from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.cases.models import Task, TaskKind
from casework.housing import models as housing
from casework.housing.nights import nights_of
from casework.intake.demo_openings import EMPLOYERS, TRADES
from casework.isolation import acting_for
from casework.work import models as work
from casework.work.matching import matches_of_need
from casework.work.occupations import is_occupation
from tests.databases import RealDatabase

AT = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
PEOPLE = 150
SLOWLY = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as where it is loaded for people


@pytest.fixture(scope="module")
def loaded(
    another_clone: Callable[[], AbstractContextManager[RealDatabase]], django_db_setup: None,
    django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:  # fmt: skip
    """Loaded once, read by every test here."""
    home = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        another_clone(),
        override_settings(DEMO=PEOPLE, HOME=home, PASSWORD_HASHERS=SLOWLY),
        time_machine.travel(AT, tick=False),
    ):
        call_command("load_demo", verbosity=0)
        yield home / "demo.json"


@pytest.fixture
def demo(loaded: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    with django_db_blocker.unblock():
        yield loaded


def organisations() -> list[Organisation]:
    return list(Organisation.objects.order_by("name"))


def told(model: Any, *fields: str) -> list[tuple[Any, ...]]:
    return sorted(model.objects.values_list(*fields))


def story_of(organisation: Organisation) -> list[list[tuple[Any, ...]]]:
    """What a reader would see; ids are new in every demo."""
    with acting_for(organisation.pk):
        return [
            told(housing.Place, "name", "kind", "city"),
            told(housing.Unit, "place__name", "place__city", "name", "price"),
            told(housing.Need, "created_at", "people", "status", "needed_from", "city"),
            told(housing.Placement, "unit__place__name", "unit__name", "starts_on", "ends_on", "status"),
            told(housing.TurnedAway, "on", "people", "price_asked"),
            told(work.Opening, "created_at", "title", "employer", "status"),
            told(work.Application, "created_at", "opening__title", "status", "reason"),
        ]


def states(model: Any, field: str = "status") -> set[str]:
    return set(model.objects.values_list(field, flat=True))


def test_every_state_is_there(demo: Path) -> None:
    assert json.loads(demo.read_text(encoding="utf-8")).keys() == {"base_url", "staff", "partners", "mail"}
    found, rights = defaultdict[str, set[str]](set), set[str]()
    for organisation in organisations():
        with acting_for(organisation.pk):
            for model in (housing.Need, housing.Placement, work.Opening, work.Need, work.Application):
                found[model._meta.label] |= states(model)
            found["priority"] |= states(housing.Need, "priority")
            assert states(housing.Place, "kind") == set(housing.PlaceKind.values)
            assert housing.Closure.objects.exists()
            for need in work.Need.objects.looking().select_related("person"):
                rights |= {str(match.right.answer) for match in matches_of_need(need, AT)}
    assert rights == {"yes", "no", "with_permission", "unknown"}
    assert found == {
        "housing.Need": set(housing.NeedStatus.values), "housing.Placement": set(housing.PlacementStatus.values),
        "priority": {"normal", "high", "urgent"}, "work.Opening": {"open", "closed"},
        "work.Need": {"looking", "hired"},
        "work.Application": {"proposed", "sent", "interview", "hired", "declined", "withdrawn"},
    }  # fmt: skip


def test_a_password_is_hashed_anew_at_the_first_sign_in(demo: Path) -> None:
    told = json.loads(demo.read_text(encoding="utf-8"))["staff"][0]
    user = User.objects.get(username=told["username"])
    assert get_hasher().must_update(user.password)
    assert user.check_password(told["password"])
    assert not get_hasher().must_update(User.objects.get(pk=user.pk).password)


def test_the_days_of_the_story(demo: Path) -> None:
    for organisation in organisations():
        with acting_for(organisation.pk):
            asked = housing.Need.objects.order_by("created_at").values_list("created_at", flat=True)
            assert (AT - asked[0]).days >= 75
            assert max(asked) <= AT
            steps = work.ApplicationStep.objects.values_list("application__created_at", "at")
            assert all(created <= at <= AT for created, at in steps)
            assert housing.Placement.objects.filter(starts_on__gt=AT.date()).exists()
            assert not housing.Placement.objects.filter(status="confirmed", ends_on__lt=AT.date()).exists()


def test_prices_rise_and_more_are_turned_away(demo: Path) -> None:
    organisation = Organisation.objects.get(country="GE")
    with acting_for(organisation.pk):
        rows = list(
            housing.TurnedAway.objects.filter(city_key="tbilisi")
            .order_by("on")
            .values_list("on", "people", "price_asked")
        )
    half = AT.date() - timedelta(days=42)
    early, late = [row for row in rows if row[0] < half], [row for row in rows if row[0] >= half]
    assert sum(people for _, people, _ in late) > 1.5 * sum(people for _, people, _ in early) > 15
    assert median(price for *_, price in late) > 1.2 * float(median(price for *_, price in early))


def test_the_trail_and_the_tasks_are_there(demo: Path) -> None:
    kinds, actions = set[str](), set[str]()
    for organisation in organisations():
        with acting_for(organisation.pk):
            kinds |= set(Task.objects.values_list("kind", flat=True))
            actions |= set(Event.objects.values_list("action", flat=True))
            asked = Event.objects.filter(action="bed_need.asked").count()
            assert asked == housing.Need.objects.count()
    assert kinds >= {TaskKind.OPENING_CLOSED}
    assert actions >= {
        "place.added", "unit.added", "unit.changed", "closure.added", "bed_need.asked", "bed_need.withdrawn",
        "placement.held", "placement.confirmed", "placement.ended", "placement.cancelled",
        "turned_away.recorded", "opening.added", "opening.closed", "work_need.added", "application.hired",
    }  # fmt: skip


def test_nobody_is_oversold(demo: Path) -> None:
    for organisation in organisations():
        with acting_for(organisation.pk):
            units = list(housing.Unit.objects.all())
            first = min(housing.Placement.objects.values_list("starts_on", flat=True))
            nights = nights_of(units, first, AT.date(), AT)
            assert all(night.people <= night.capacity for of_unit in nights.values() for night in of_unit)


def test_the_same_day_tells_the_same(
    demo: Path, another_clone: Callable[[], AbstractContextManager[RealDatabase]]
) -> None:
    before = [story_of(organisation) for organisation in organisations()]
    with another_clone():
        call_command("load_demo", verbosity=0)
        assert [story_of(organisation) for organisation in organisations()] == before


def test_trades_are_known() -> None:
    assert all(is_occupation(trade.occupation) and trade.sector in EMPLOYERS for trade in TRADES)
    building = sum(trade.often for trade in TRADES if trade.sector == "F")
    assert building > sum(trade.often for trade in TRADES) / 2
