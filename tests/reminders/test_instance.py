"""A copy of a database writes to nobody until somebody says that it is the one."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client as Browser

from casework.accounts.models import User
from casework.api import pages
from casework.isolation import acting_for
from casework.reminders import claims, instance, ledger
from casework.reminders.models import Instance, Reminder, State
from casework.reminders.operations import plan, ticks, work
from local import database as server
from local import postgres
from local.home import Home
from tests.databases import RealDatabase
from tests.local.homes import begin, open_home
from tests.reminders.arranged import deadline_in
from tests.reminders.mailserver import Answers


@pytest.fixture
def due(real_database: RealDatabase, nino: User) -> User:
    with acting_for(nino.organisation_id):
        deadline_in(9)
    plan(nino.organisation_id)
    return nino


@pytest.fixture
def elsewhere(due: User) -> None:
    """As it looks to a process of another name."""
    Instance.objects.update(name="tbilisi")


def states(user: User) -> set[str]:
    with acting_for(user.organisation_id):
        return set(Reminder.objects.filter(last_error="", sent_at=None).values_list("state", flat=True))


@pytest.mark.parametrize("field", ["name", "system_identifier", "database_oid"])
def test_work_sends_nothing_from_another_instances_database(due: User, mails: Answers, field: str) -> None:
    Instance.objects.update(**{field: 1})
    assert work(due.organisation_id) == 0
    assert claims.claim(due.organisation_id) is None
    assert mails.taken == []
    assert states(due) == {State.PENDING}
    instance.adopt()
    assert work(due.organisation_id) == 2
    assert len(mails.taken) == 2


def test_fence_holds_back_what_was_claimed_before(due: User, mails: Answers) -> None:
    claim = claims.claim(due.organisation_id)
    assert claim is not None
    Instance.objects.update(database_oid=1)
    assert ledger.fence(claim, "<one@casework.example>") is False
    assert states(due) == {State.PENDING}


@pytest.mark.usefixtures("elsewhere")
def test_held_back_is_said_once_a_minute(
    due: User, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "_said", {})
    for _ in range(3):
        work(due.organisation_id)
    [said] = [line.message for line in caplog.records if line.levelno == logging.ERROR]
    assert (
        f"belongs to another instance (tbilisi), or is a copy of one that does; this is {settings.INSTANCE_NAME}"
        in said
    )


@pytest.mark.usefixtures("elsewhere")
def test_held_back_is_not_ready_in_a_sentence(due: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_broker_answers", lambda: True)
    response = Browser().get("/healthz/ready")
    assert (response.status_code, response.json()["status"]) == (503, "not ready")
    assert response.json()["reminders"].endswith("run `manage.py adopt_instance`.")


def test_adopted_at_the_first_start_only(
    real_database: RealDatabase, nino: User, capsys: pytest.CaptureFixture[str]
) -> None:
    Instance.objects.all().delete()
    call_command("adopt_instance", if_new=True)
    assert instance.held_back() == ""
    with acting_for(nino.organisation_id):
        deadline_in(9)
    plan(nino.organisation_id)
    Instance.objects.all().delete()
    call_command("adopt_instance", if_new=True)
    assert instance.held_back() == instance.NOBODYS
    assert instance.NOBODYS in capsys.readouterr().out


@pytest.mark.usefixtures("elsewhere")
def test_adopt_if_new_leaves_anothers_alone(due: User) -> None:
    with acting_for(due.organisation_id):
        Reminder.objects.all().delete()
    call_command("adopt_instance", if_new=True)
    assert Instance.objects.get().name == "tbilisi"


@pytest.mark.usefixtures("elsewhere")
def test_adopt_instance_says_what_goes_out(due: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("adopt_instance")
    assert "2 reminders are due and go out at the next tick" in capsys.readouterr().out
    assert instance.held_back() == ""
    call_command("adopt_instance")
    assert "nothing was changed" in capsys.readouterr().out


# --- the drill -------------------------------------------------------------------------------------------
@pytest.fixture
def first_server() -> Home:
    """The embedded server, which every `make test` uses: there the drill is never left out.

    A dump of tables under FORCE ROW LEVEL SECURITY needs a superuser. Of a server that somebody names with
    DATABASE_URL we hold the roles of the application only, so there the drill cannot be done at all.
    """
    home = Home(Path(os.environ["CASEWORK_HOME"]))
    if f":{home.port('postgres')}/" not in os.environ["DATABASE_URL"]:
        pytest.skip("DATABASE_URL names a server whose superuser is not ours: only it may dump isolated rows")
    return home


@pytest.fixture
def second_server() -> Iterator[Home]:
    with open_home() as home:
        server.wait(home, begin(home, "postgres"))
        server.make_roles_and_database(home)
        yield home


def test_restored_backup_writes_to_nobody_until_it_is_adopted(
    first_server: Home,
    second_server: Home,
    real_database: RealDatabase,
    due: User,
    mails: Answers,
    tmp_path: Path,
) -> None:
    """Under the same name and with the same keys, as on the next machine of the same installation."""
    carry_over(first_server, real_database.name, second_server, tmp_path / "dump")
    there = os.environ | {
        "DATABASE_URL": postgres.url(second_server, postgres.APP),
        "DATABASE_OWNER_URL": postgres.url(second_server, postgres.OWNER),
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
    }
    assert instance.NOBODYS not in manage(there, "prepare_database")
    assert "no reminder is sent" in manage(there, "remind")
    assert mails.taken == []
    assert "2 reminders are due" in manage(there, "adopt_instance")
    manage(there, "remind")
    assert len(mails.taken) == 2
    assert work(due.organisation_id) == 2, "the first one is its own as before"


def carry_over(source: Home, name: str, target: Home, dump: Path) -> None:
    folder = postgres.find(source.postgres).folder
    for home, command in [
        (source, ["pg_dump", "--format=custom", f"--file={dump}", name]),
        (
            target,
            [
                "pg_restore",
                "--exit-on-error",
                "--clean",
                "--if-exists",
                f"--dbname={postgres.DATABASE}",
                str(dump),
            ],
        ),
    ]:
        environment = {
            "PATH": os.defpath, "LANG": "C.UTF-8", "PGHOST": "127.0.0.1", "PGPORT": str(home.port("postgres")),
            "PGUSER": postgres.SUPERUSER, "PGPASSWORD": home.secret("postgres_superuser"),
        }  # fmt: skip
        subprocess.run([folder / command[0], *command[1:]], env=environment, check=True)


def manage(environment: dict[str, str], *words: str) -> str:
    """Everything it said."""
    argv = [sys.executable, str(settings.ROOT / "manage.py"), *words]
    done = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return done.stdout
