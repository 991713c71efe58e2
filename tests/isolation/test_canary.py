"""Every other test proves nothing if the connection may do everything."""

from __future__ import annotations

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_canary_connection_is_no_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False, False)


def test_canary_connection_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE pg_has_role(current_user, relowner, 'MEMBER')), count(*)"
            " FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        )
        owned, all_of_them = cursor.fetchone()
    assert owned == 0
    assert all_of_them > 20


def test_canary_connection_cannot_become_another_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles"
            " WHERE pg_has_role(current_user, oid, 'MEMBER') AND rolname <> current_user"
        )
        assert cursor.fetchall() == []
