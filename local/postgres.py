"""The embedded PostgreSQL: its binaries, its data folder, its command line."""

import importlib.util
import locale
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local import processes, unprivileged
from local.home import LOOPBACK, Home, UnableToStart

OLDEST = 16
SUPERUSER, OWNER, APP = "casework_superuser", "casework_owner", "casework_app"
DATABASE = "casework"
WHAT_TO_INSTALL = (
    f"No PostgreSQL {OLDEST} or newer was found, and no ready-made one exists for this platform; "
    "install one (Debian 13 or newer: apt-get install postgresql), "
    "or set DATABASE_URL and DATABASE_OWNER_URL to one that runs."
)
# What a test run may lose with the machine, a run that somebody works with may not.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int


def find(data: Path, path: str | None = None) -> Binaries:
    """The wheel's binaries, otherwise the machine's; only those that can read `data` if there is any.

    Raises UnableToStart with what to install.
    """
    made_by = _major_of_data(data)
    found = [binaries for folder in _folders(path) if (binaries := _look_into(folder))]
    fitting = [binaries for binaries in found if made_by in (None, binaries.major)]
    if fitting:
        return fitting[0]
    if found:
        raise UnableToStart(
            f"{data} was made by PostgreSQL {made_by}, which is not on this machine any more; "
            f"install PostgreSQL {made_by}, or set CASEWORK_HOME to a new folder."
        )
    raise UnableToStart(WHAT_TO_INSTALL)


def prepare(home: Home, *, careless: bool = False) -> None:
    """Make the data folder if there is none yet, and clear away what a kill -9 left in it."""
    binaries = find(home.postgres)
    if not home.postgres.exists():
        _make_data(home, binaries, careless=careless)
    _clear_stale_pid(home)


def command(home: Home, *, careless: bool = False) -> list[str]:
    """The command line of the server: TCP on the loopback address with passwords, no socket file."""
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(home.port("postgres")),
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %u@%d ",
    } | (CARELESS if careless else {})
    argv = [str(find(home.postgres).folder / "postgres"), "-D", str(home.postgres)]
    argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return _as_server(home.postgres, argv)


def url(home: Home, role: str) -> str:
    secret = {SUPERUSER: "postgres_superuser", OWNER: "postgres_owner", APP: "postgres_app"}[role]
    return f"postgres://{role}:{home.secret(secret)}@{LOOPBACK}:{home.port('postgres')}/{DATABASE}"


def _folders(path: str | None) -> Iterator[Path]:
    wheel = importlib.util.find_spec("pgserver")
    if path is None and wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    if (server := shutil.which("postgres", path=path)) is not None:
        yield Path(server).resolve().parent
    if path is None:
        debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
        yield from sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)


def _look_into(folder: Path) -> Binaries | None:
    if not (folder / "initdb").exists() or not (folder / "postgres").exists():
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=30
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answer)
    if version is None or int(version[1]) < OLDEST:
        return None
    return Binaries(folder, int(version[1]))


def _major_of_data(data: Path) -> int | None:
    version = data / "PG_VERSION"
    return int(version.read_text(encoding="ascii")) if version.exists() else None


def _make_data(home: Home, binaries: Binaries, *, careless: bool) -> None:
    # Made beside its place and moved there when it is whole: a killed initdb leaves no half of a database.
    new = home.path / "postgres.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    password = home.run / "superuser"
    password.unlink(missing_ok=True)
    password.touch(mode=0o600)
    password.write_text(home.secret("postgres_superuser"), encoding="ascii")
    argv = [str(binaries.folder / "initdb"), "-D", str(new), "-U", SUPERUSER, f"--pwfile={password}"]
    argv += ["-A", "scram-sha-256", "-E", "UTF8", *_locale(binaries.major), "--no-instructions"]
    try:
        _run_initdb(home, argv + (["--no-sync"] if careless else []), new)
    finally:
        password.unlink()
    if os.geteuid() == 0:
        unprivileged.give(new, unprivileged.spare_user(home.postgres))
    new.replace(home.postgres)


def _run_initdb(home: Home, argv: list[str], data: Path) -> None:
    if os.geteuid() == 0:
        user = unprivileged.named_user()
        unprivileged.give(data, user)
        argv = unprivileged.as_user(user, argv, "KILL")
    # Without LANG or anything else of the person's environment: the same database everywhere.
    environment = {"PATH": os.defpath, processes.INSTANCE: str(home.path), processes.PROGRAM: "postgres"}
    result = subprocess.run(argv, capture_output=True, text=True, env=environment, cwd="/")
    if result.returncode != 0:
        raise UnableToStart(f"PostgreSQL could not make its data folder {data}:\n{result.stderr.strip()}")


def _locale(major: int) -> list[str]:
    # Sorted by code point everywhere. pg_trgm asks the character type what a letter is: Cyrillic not in "C".
    order = ["--locale=C", f"--lc-ctype={_character_type()}"]
    return order + (["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else [])


def _character_type() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            with suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise UnableToStart("This machine has neither the locale C.UTF-8 nor en_US.UTF-8; install one of them.")


def _as_server(folder: Path, argv: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return argv
    return unprivileged.as_user(unprivileged.spare_user(folder), argv, "INT")


def _clear_stale_pid(home: Home) -> None:
    # The pid file of a killed server may name what is now somebody else's process; PostgreSQL would refuse.
    stale = home.postgres / "postmaster.pid"
    with suppress(FileNotFoundError):
        if not processes.of_home(home, "postgres"):
            stale.unlink()
