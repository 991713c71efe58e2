"""The trail cannot be written: then nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from pytest_django import DjangoDbBlocker

from tests.acting import acting
from tests.audit.acts import ACTS, Stage
from tests.databases import RealDatabase
from tests.isolation.catalogue import tables


@pytest.fixture(scope="module")
def broken_trail(
    django_db_blocker: DjangoDbBlocker,
    another_clone: Callable[[], AbstractContextManager[RealDatabase]],
) -> Iterator[None]:
    """A database that takes no more events."""
    with django_db_blocker.unblock(), another_clone() as database:
        with database.as_owner() as owner:
            owner.execute("ALTER TABLE audit_event ADD CONSTRAINT broken CHECK (false) NOT VALID")
        yield


@pytest.fixture
def database(broken_trail: None) -> Iterator[None]:
    """The cast lives here instead of in the usual place."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_operation_without_its_trail_stores_nothing(act: str, stage: Stage) -> None:
    before = _everything(stage)
    with pytest.raises(IntegrityError, match="broken"):
        ACTS[act](stage)
    # The operation undid itself: the transaction around it goes on and finds what was there.
    assert _everything(stage) == before


def _everything(stage: Stage) -> dict[str, list[str]]:
    """Every row that the organisation can see, in PostgreSQL's own words."""
    with acting(stage.caseworker.organisation), connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in sorted(tables())}


def _rows(cursor: CursorWrapper, table: str) -> list[str]:
    cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
    return [row[0] for row in cursor.fetchall()]
