from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import Connection, sql

from casework.accounts.models import Organisation, User
from casework.accounts.roles import Role
from casework.isolation import acting_for
from tests.databases import RealDatabase
from tests.factories.people import HouseholdFactory


@pytest.mark.django_db
def test_create_organisation_gives_a_first_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "create_organisation", "Shelter Kutaisi", "--country", "ge", "--time-zone", "Asia/Tbilisi",
        "--username", "tamar", "--email", "tamar@casework.example",
    )  # fmt: skip
    tamar = User.objects.get()
    assert (tamar.role, tamar.organisation) == (Role.ADMINISTRATOR, Organisation.objects.get(country="GE"))
    (password,) = re.findall(r"^Password: (\S+)", capsys.readouterr().out, re.MULTILINE)
    assert tamar.check_password(password)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [["", "--country", "GE"], ["Kutaisi", "--country", "Georgia"], ["Kutaisi", "--time-zone", "Here"]],
)
def test_create_organisation_refused_in_a_sentence(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"\w{2,}.*\."):
        call_command("create_organisation", *arguments)
    assert not Organisation.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_create_organisation_twice_refused() -> None:
    call_command("create_organisation", "Shelter Kutaisi")
    with pytest.raises(CommandError):
        call_command("create_organisation", "Shelter Kutaisi")
    assert Organisation.objects.count() == 1


def test_prepare_database_again_changes_nothing(real_database: RealDatabase, nino: User) -> None:
    """As at each start: on a database that is in use and up to date."""
    with acting_for(nino.organisation_id):
        HouseholdFactory.create()
    with real_database.as_owner() as owner:
        before = _grants(owner)
        call_command("prepare_database", verbosity=0)
        assert _grants(owner) == before
    assert User.objects.get() == nino


def test_prepare_database_grants_what_was_lost(real_database: RealDatabase) -> None:
    with real_database.as_owner() as owner:
        before = _grants(owner)
        application = sql.Identifier(connection.settings_dict["USER"])
        owner.execute(sql.SQL("REVOKE SELECT ON people_person FROM {}").format(application))
        owner.execute(sql.SQL("GRANT UPDATE ON audit_event TO {}").format(application))
        assert _grants(owner) != before
        call_command("prepare_database", verbosity=0)
        assert _grants(owner) == before


def _grants(owner: Connection) -> dict[str, str]:
    return dict(
        owner.execute("SELECT relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL").fetchall()
    )
