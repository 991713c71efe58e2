from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local import database, postgres, processes
from local.home import Home, UnableToStart
from tests.local.homes import begin, kill_9, open_home


@pytest.fixture(scope="module")
def server() -> Iterator[Home]:
    """A running one, for what changes nothing. Its roles are made twice: a second start must find them so."""
    with open_home() as home:
        database.wait(home, while_runs=begin(home, "postgres"))
        database.make_roles_and_database(home)
        database.make_roles_and_database(home)
        yield home


def connect(home: Home, role: str) -> psycopg.Connection:
    return psycopg.connect(postgres.url(home, role), autocommit=True)


def test_roles_are_neither_superuser_nor_each_other(server: Home) -> None:
    for role in (postgres.APP, postgres.OWNER):
        with connect(server, role) as connection:
            assert connection.execute(
                "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone() == (False, False, False, False, False)
            assert connection.execute(
                "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole"
            ).fetchone() == (0,)


def test_owner_makes_tables_and_application_does_not(server: Home) -> None:
    with connect(server, postgres.OWNER) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        connection.execute("CREATE TABLE thing (name text, EXCLUDE USING gist (name WITH =))")
        assert connection.execute(
            "SELECT upper('Ксения'), similarity('Ксения', 'Ксеня') > 0.3"
        ).fetchone() == ("КСЕНИЯ", True)
    with connect(server, postgres.APP) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE another (name text)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM thing")


def test_listens_with_passwords_on_loopback_only(server: Home) -> None:
    with connect(server, postgres.SUPERUSER) as connection:
        show = ("listen_addresses", "unix_socket_directories", "password_encryption", "server_encoding")
        assert [connection.execute(f"SHOW {name}").fetchone() for name in show] == [
            ("127.0.0.1",),
            ("",),
            ("scram-sha-256",),
            ("UTF8",),
        ]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(
            postgres.url(server, postgres.SUPERUSER).replace(server.secret("postgres_superuser"), "guess")
        )


def test_runs_as_a_user_of_its_own_and_opens_no_folder(home: Home) -> None:
    process = begin(home, "postgres")
    database.wait(home, while_runs=process)

    owner = home.postgres.stat().st_uid
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    assert f"Uid:\t{owner}\t{owner}\t{owner}\t{owner}\n" in status
    assert owner != 0
    assert (owner == os.geteuid()) == (os.geteuid() != 0)
    assert {
        stat.S_IMODE(folder.stat().st_mode) for folder in (home.postgres, home.path, home.path.parent)
    } == {0o700}


def test_starts_again_after_kill_9_with_the_same_data(home: Home) -> None:
    process = begin(home, "postgres", careless=False)
    database.wait(home, while_runs=process)
    database.make_roles_and_database(home)
    with connect(home, postgres.OWNER) as connection:
        connection.execute("CREATE TABLE kept (name text)")
        connection.execute("INSERT INTO kept VALUES ('Ксения')")

    kill_9(process)
    # The worst pid file there can be: it names a process that lives and is somebody else's.
    pid_file = home.postgres / "postmaster.pid"
    pid_file.write_text(
        pid_file.read_text(encoding="utf-8").replace(str(process.pid), str(os.getpid()), 1), encoding="utf-8"
    )
    database.wait(home, while_runs=begin(home, "postgres", careless=False))

    with connect(home, postgres.OWNER) as connection:
        assert connection.execute("SELECT name FROM kept").fetchone() == ("Ксения",)


def test_half_made_data_is_made_anew(home: Home) -> None:
    (home.path / "postgres.new").mkdir()
    (home.path / "postgres.new" / "PG_VERSION").write_text("18", encoding="ascii")

    database.wait(home, while_runs=begin(home, "postgres"))

    assert not (home.path / "postgres.new").exists()
    assert not (home.run / "superuser").exists()


def test_an_orphan_of_this_home_is_stopped_and_only_that(home: Home) -> None:
    bystander = subprocess.Popen(["sleep", "60"], env={"CASEWORK_PROCESS_OF": f"{home.path}-other"})
    try:
        orphan = begin(home, "postgres")
        database.wait(home, while_runs=orphan)

        assert [process.pid for process in processes.of_home(home)] == [orphan.pid]
        assert processes.end_leftovers(home) == 1

        orphan.wait()
        assert not database.answers(home)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_drop_strays(home: Home) -> None:
    database.wait(home, while_runs=begin(home, "postgres"))
    database.make_roles_and_database(home, owner_makes_databases=True)
    with connect(home, postgres.OWNER) as connection:
        connection.execute("CREATE DATABASE left_by_a_killed_test")

    database.drop_strays(home)

    with connect(home, postgres.APP) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1"
        ).fetchall()
    assert names == [("casework",), ("postgres",)]


def make_server(folder: Path, version: str) -> None:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n", encoding="ascii")
        (folder / name).chmod(0o755)


def test_find_takes_the_machine_s_server_where_there_is_no_wheel(tmp_path: Path) -> None:
    make_server(tmp_path / "bin", "16.4 (Debian 16.4-1)")

    assert postgres.find(tmp_path / "data", str(tmp_path / "bin")) == postgres.Binaries(
        (tmp_path / "bin").resolve(), 16
    )


def test_find_refuses_an_old_server(tmp_path: Path) -> None:
    make_server(tmp_path / "bin", "15.18")

    with pytest.raises(UnableToStart, match=r"No PostgreSQL 16 or newer was found.*install one"):
        postgres.find(tmp_path / "data", str(tmp_path / "bin"))


def test_find_refuses_a_server_that_cannot_read_the_data(tmp_path: Path) -> None:
    make_server(tmp_path / "bin", "18.3")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("17\n", encoding="ascii")

    with pytest.raises(UnableToStart, match="made by PostgreSQL 17"):
        postgres.find(tmp_path / "data", str(tmp_path / "bin"))
