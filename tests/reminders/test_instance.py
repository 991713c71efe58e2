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
from django.db import connection, transaction
from django.db.models import F
from django.test import Client as Browser

from casework.accounts.models import User
from casework.api import pages
from casework.isolation import acting_for
from casework.reminders import instance, ledger
from casework.reminders.models import Instance, Reminder, State
from casework.reminders.operations import plan, ticks, work
from local import database as server
from local import postgres, processes
from local.home import Home
from local.programs import application_environment
from tests.databases import RealDatabase
from tests.local.homes import BEGUN, begin, open_home
from tests.reminders.arranged import claim_one, deadline_in
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
    adopted_as(name="tbilisi")


def adopted_as(**values: object) -> None:
    """As another instance would have adopted it."""
    with transaction.atomic(), connection.cursor() as cursor:
        Instance.objects.update(**values)
        cursor.execute(instance.SEAL)


def states(user: User) -> set[str]:
    with acting_for(user.organisation_id):
        return set(Reminder.objects.filter(last_error="", sent_at=None).values_list("state", flat=True))


@pytest.mark.parametrize("field", ["name", "system_identifier", "database_oid"])
def test_work_sends_nothing_from_another_instances_database(due: User, mails: Answers, field: str) -> None:
    adopted_as(**{field: 1})
    assert work(due.organisation_id) == 0
    assert claim_one(due.organisation_id) is None
    assert mails.taken == []
    assert states(due) == {State.PENDING}
    instance.adopt()
    assert work(due.organisation_id) == 2
    assert len(mails.taken) == 2


def test_fence_holds_back_what_was_claimed_before(due: User, mails: Answers) -> None:
    claim = claim_one(due.organisation_id)
    assert claim is not None
    adopted_as(database_oid=1)
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


def test_row_written_anew_holds_back(due: User, mails: Answers) -> None:
    """As a restore leaves it: every value as it was, written by another transaction."""
    Instance.objects.update(adopted_at=F("adopted_at"))
    assert work(due.organisation_id) == 0
    assert claim_one(due.organisation_id) is None
    assert instance.held_back() == instance.RESTORED.format(name=settings.INSTANCE_NAME)
    instance.adopt()
    assert instance.held_back() == ""


def test_adopted_inside_of_other_transactions(real_database: RealDatabase) -> None:
    """A savepoint writes under a number of its own."""
    Instance.objects.all().delete()
    with transaction.atomic(), transaction.atomic():
        assert instance.adopt_if_new()
    assert instance.held_back() == ""


@pytest.mark.parametrize("how", ["FREEZE", "FULL", "FULL, FREEZE"])
def test_vacuum_holds_back_nobody(real_database: RealDatabase, how: str) -> None:
    with real_database.as_owner() as owner:
        owner.execute(f"VACUUM ({how}) reminders_instance")
    assert instance.held_back() == ""


def test_migrated_with_a_row_from_before_goes_on(real_database: RealDatabase) -> None:
    call_command("migrate", "reminders", "0011", database="owner", verbosity=0)
    call_command("migrate", "reminders", database="owner", verbosity=0)
    assert instance.held_back() == ""


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


def test_backup_restored_into_the_very_same_database_writes_to_nobody(
    first_server: Home, real_database: RealDatabase, due: User, mails: Answers, tmp_path: Path
) -> None:
    """What the database does not know any more was sent after the backup."""
    dump(first_server, real_database.name, tmp_path / "dump")
    assert work(due.organisation_id) == 2
    connection.close()
    restore(first_server, real_database.name, tmp_path / "dump")
    assert states(due) == {State.PENDING}
    assert work(due.organisation_id) == 0
    assert len(mails.taken) == 2
    assert "was restored from a copy" in instance.held_back()
    call_command("adopt_instance")
    assert work(due.organisation_id) == 2


def test_copied_home_writes_to_nobody_until_it_is_adopted(
    first_server: Home,
    second_server: Home,
    real_database: RealDatabase,
    due: User,
    mails: Answers,
    tmp_path: Path,
) -> None:
    """A cold copy of the data folder, started beside its original or in its place."""
    carry_over(first_server, real_database.name, second_server, tmp_path / "dump")
    manage(environment_of(second_server), "adopt_instance")
    stop(second_server)
    copy = Home(tmp_path / "copy")
    subprocess.run(["cp", "-a", str(second_server.path), str(copy.path)], check=True)
    server.wait(copy, begin(copy, "postgres"))
    try:
        assert "or is a copy of one" in manage(environment_of(copy), "remind")
        assert mails.taken == []
        assert "2 reminders are due" in manage(environment_of(copy), "adopt_instance")
        manage(environment_of(copy), "remind")
    finally:
        stop(copy)
    assert len(mails.taken) == 2
    server.wait(second_server, begin(second_server, "postgres"))
    manage(environment_of(second_server), "remind")
    assert len(mails.taken) == 4, "the original is its own as before"


def environment_of(home: Home) -> dict[str, str]:
    """Of `manage.py` in that home: its server and its name, with the keys of this run, which sealed the data."""
    elsewhere = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")} | {"EMAIL_URL": "smtp://"}
    return os.environ | {
        "CASEWORK_INSTANCE": application_environment(home, elsewhere)["CASEWORK_INSTANCE"],
        "DATABASE_URL": postgres.url(home, postgres.APP),
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
    }


def stop(home: Home) -> None:
    processes.end_leftovers(home)
    for process in BEGUN.pop(home.path, []):
        process.wait()


def carry_over(source: Home, name: str, target: Home, file: Path) -> None:
    dump(source, name, file)
    restore(target, postgres.DATABASE, file)


def dump(home: Home, name: str, file: Path) -> None:
    as_superuser(home, "pg_dump", "--format=custom", f"--file={file}", name)


def restore(home: Home, name: str, file: Path) -> None:
    options = ["--exit-on-error", "--clean", "--if-exists", f"--dbname={name}"]
    as_superuser(home, "pg_restore", *options, str(file))


def as_superuser(home: Home, program: str, *words: str) -> None:
    environment = {
        "PATH": os.defpath, "LANG": "C.UTF-8", "PGHOST": "127.0.0.1", "PGPORT": str(home.port("postgres")),
        "PGUSER": postgres.SUPERUSER, "PGPASSWORD": home.secret("postgres_superuser"),
    }  # fmt: skip
    subprocess.run([postgres.find(home.postgres).folder / program, *words], env=environment, check=True)


def manage(environment: dict[str, str], *words: str) -> str:
    """Everything it said."""
    argv = [sys.executable, str(settings.ROOT / "manage.py"), *words]
    done = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return done.stdout
