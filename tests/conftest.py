"""The walls of the test run: its database and role, its network, its cast and its one fixed moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from itertools import count

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from casework.accounts.models import Organisation, User
from casework.isolation import act_for
from casework.reminders.instance import adopt
from tests.databases import RealDatabase, build_template, clone, cloned, drop, lead_to
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.network import close_network

RUN = f"casework_test_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
TEMPLATE = f"{RUN}_template"
CLONES = count(1)
QUICK = {
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "SECURE_SSL_REDIRECT": False,
}

# The same examples in every run: what fails here fails everywhere.
hypothesis.settings.register_profile("house", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("house")


# --- the run ---------------------------------------------------------------------------------------------
@pytest.fixture(scope="session", autouse=True)
def quick_settings(django_test_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of this process, so that no counter of requests leaks to another; a cheap password hash."""
    with override_settings(**QUICK, STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        close_network(patch)
        yield


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    yield
    cache.clear()


# --- the databases ---------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def template_database(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    try:
        with django_db_blocker.unblock():
            build_template(TEMPLATE)
        yield TEMPLATE
    finally:
        drop(TEMPLATE)


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Ours instead of Django's: the application's role could neither create nor migrate a database."""
    clone(template_database, RUN)
    with django_db_blocker.unblock():
        lead_to(RUN)
        adopt()
    yield
    with django_db_blocker.unblock():
        connection.close()
    drop(RUN)


@pytest.fixture(scope="session")
def another_clone(template_database: str) -> Callable[[], AbstractContextManager[RealDatabase]]:
    return lambda: cloned(template_database, f"{RUN}_{next(CLONES)}")


@pytest.fixture
def real_database(
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    another_clone: Callable[[], AbstractContextManager[RealDatabase]],
) -> Iterator[RealDatabase]:
    """A clone for what needs commits, several connections or processes; gone after the test.

    Inside, a test enters `acting_for(organisation.pk)` itself, as a task does.
    """
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        raise pytest.UsageError("a test has either `db` (rolled back) or `real_database` (a clone)")
    with django_db_blocker.unblock(), another_clone() as database:
        yield database


@pytest.fixture
def transactional_db() -> None:
    raise pytest.UsageError("the application's role may not truncate tables: use `real_database`")


@pytest.fixture
def database(request: pytest.FixtureRequest) -> None:
    """Where the cast lives: the clone where a test asks for one, else the rolled-back transaction."""
    request.getfixturevalue("real_database" if "real_database" in request.fixturenames else "db")


# --- time ------------------------------------------------------------------------------------------------
@pytest.fixture
def at() -> datetime:
    """The moment of every test: ten in the morning UTC, the second week of the arrivals of autumn 2022."""
    return datetime(2022, 10, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def today(at: datetime) -> date:
    return at.date()


# --- the cast --------------------------------------------------------------------------------------------
@pytest.fixture
def tbilisi(database: None) -> Organisation:
    """The organisation that owns the data; nobody acts for it until one of its people is in the test."""
    return OrganisationFactory.create(tbilisi=True)


@pytest.fixture
def almaty(database: None) -> Organisation:
    """Another organisation."""
    return OrganisationFactory.create(almaty=True)


@pytest.fixture
def nino(tbilisi: Organisation) -> User:
    """Caseworker in Tbilisi and its duty caseworker. A test with her acts for her organisation."""
    nino = UserFactory.create(organisation=tbilisi, username="nino", first_name="Nino", on_duty=True)
    _act_for(tbilisi)
    return nino


@pytest.fixture
def levan(tbilisi: Organisation, nino: User) -> User:
    """Nino's supervisor."""
    return UserFactory.create(organisation=tbilisi, username="levan", first_name="Levan", supervisor=True)


@pytest.fixture
def marek(almaty: Organisation) -> User:
    """Caseworker at another organisation, who must see nothing of Tbilisi's.

    The test does not act for his organisation: `with acting(almaty)` arranges what is his.
    """
    return UserFactory.create(organisation=almaty, username="marek", first_name="Marek", on_duty=True)


def _act_for(organisation: Organisation) -> None:
    # On a real database each transaction says for whom it acts, as in production.
    if connection.in_atomic_block:
        act_for(organisation.pk)
