"""What the embedded PostgreSQL holds before anything migrates: two roles, one database, its extensions."""

import subprocess
from time import monotonic, sleep

import psycopg
from psycopg import sql

from local.home import LOOPBACK, Home, UnableToStart
from local.postgres import APP, DATABASE, OWNER, SUPERUSER

EXTENSIONS = ("btree_gist", "pg_trgm")


def answers(home: Home) -> bool:
    try:
        _connect(home, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def wait(home: Home, while_runs: subprocess.Popen[bytes], patience: float = 60.0) -> None:
    """Until the server answers. Raises UnableToStart when it does not, at once if its process has ended."""
    give_up_at = monotonic() + patience
    while not answers(home):
        if while_runs.poll() is not None or monotonic() > give_up_at:
            raise UnableToStart("PostgreSQL does not start.")
        sleep(0.05)


def make_roles_and_database(home: Home, *, owner_makes_databases: bool = False) -> None:
    """Bring the two roles, the database and its extensions to what they must be; safe to repeat."""
    with _connect(home, "template1") as connection:
        _make_role(connection, OWNER, home.secret("postgres_owner"), createdb=owner_makes_databases)
        _make_role(connection, APP, home.secret("postgres_app"), createdb=False)
        _make_extensions(connection)
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    with _connect(home, "postgres") as connection:
        names = {
            "database": sql.Identifier(DATABASE),
            "owner": sql.Identifier(OWNER),
            "app": sql.Identifier(APP),
        }
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {database} TO {app}").format(**names))
    with _connect(home, DATABASE) as connection:
        _make_extensions(connection)


def _make_role(connection: psycopg.Connection, role: str, password: str, *, createdb: bool) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    # The server is given the password's verifier, so that no log of it can hold the password.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    rights = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION " + (
        "CREATEDB" if createdb else "NOCREATEDB"
    )
    statement = sql.SQL("ALTER ROLE {} WITH " + rights + " PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(role), sql.Literal(verifier)))


def _make_extensions(connection: psycopg.Connection) -> None:
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _connect(home: Home, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=LOOPBACK,
        port=home.port("postgres"),
        user=SUPERUSER,
        password=home.secret("postgres_superuser"),
        dbname=database,
        connect_timeout=5,
        autocommit=True,
    )


def drop_strays(home: Home) -> None:
    """Drop the databases that tests made and, killed, could not drop: all but our own and the server's."""
    with _connect(home, "postgres") as connection:
        strays = connection.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname NOT IN ('postgres', %s)",
            [DATABASE],
        ).fetchall()
        for (name,) in strays:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def throw_away(home: Home) -> None:
    """Drop the database and everything in it."""
    with _connect(home, "postgres") as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
        )


def is_empty(owner_url: str) -> bool:
    """Whether nobody works with the database yet: it has no organisation."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM accounts_organisation LIMIT 1").fetchone() is None
