"""What runs, in which order, with which command line and which environment."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local import postgres, processes, valkey
from local.home import LOOPBACK, REPOSITORY, Home, UnableToStart

SERVICES = ("postgres", "valkey", "mail")
APPLICATION = ("web", "worker", "beat", "reminders")
# Which variable, when set, points to somewhere else and keeps the embedded service from being started.
ELSEWHERE = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL", "mail": "EMAIL_URL"}

# The owner's role is for the step that migrates; the other is about how this package starts its own modules.
NOT_PASSED_ON = ("DATABASE_OWNER_URL", "PYTHONSAFEPATH")


@dataclass(frozen=True)
class Program:
    argv: list[str]
    environment: dict[str, str]
    folder: Path


def services(environ: Mapping[str, str]) -> list[str]:
    """The services that are embedded, not elsewhere. Raises UnableToStart if only one role is given."""
    if bool(environ.get("DATABASE_URL")) != bool(environ.get("DATABASE_OWNER_URL")):
        raise UnableToStart(
            "Set DATABASE_URL (the application's role) and DATABASE_OWNER_URL (migrates) both, or neither."
        )
    return [name for name in SERVICES if not environ.get(ELSEWHERE[name])]


def describe(name: str, home: Home, environ: Mapping[str, str]) -> Program:
    """One program of SERVICES or APPLICATION, ready to be executed."""
    mark = {processes.INSTANCE: str(home.path), processes.PROGRAM: name}
    if name in SERVICES:
        bare = {"PATH": environ.get("PATH", os.defpath), "LANG": "C.UTF-8"} | mark
        return _service(name, home, bare, careless=bool(environ.get("CASEWORK_CARELESS")))
    return Program(_application(name, home), application_environment(home, environ) | mark, REPOSITORY)


def _service(name: str, home: Home, bare: dict[str, str], *, careless: bool) -> Program:
    match name:
        case "postgres":
            return Program(postgres.command(home, careless=careless), bare, Path("/"))
        case "valkey":
            return Program(valkey.command(home), bare, home.valkey)
        case _:
            argv = [*_python("local.mail"), "--port", str(home.port("mail")), "--maildir", str(home.mail)]
            return Program(argv, bare | {"PYTHONUTF8": "1"}, REPOSITORY)


def _application(name: str, home: Home) -> list[str]:
    celery = [*_python("celery"), "-A", "config"]
    match name:
        case "web":
            return [*_python("granian"), "--interface", "wsgi", "config.wsgi:application"]
        case "worker":
            quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
            return [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", *quiet]
        case "beat":
            return [
                *celery,
                "beat",
                "--loglevel",
                "INFO",
                "--pidfile",
                "",
                "-s",
                str(home.path / "beat-schedule"),
            ]
        case _:
            return manage("remind", "--loop")


def manage(*words: str) -> list[str]:
    return [sys.executable, str(REPOSITORY / "manage.py"), *words]


def application_environment(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    """What Django sees when it serves: the caller's environment, our secrets, never the owner's role."""
    kept = {name: value for name, value in environ.items() if name not in NOT_PASSED_ON}
    port = environ.get("CASEWORK_PORT") or "8000"
    ours = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": environ.get("DATABASE_URL") or postgres.url(home, postgres.APP),
        "REDIS_URL": environ.get("REDIS_URL") or valkey.url(home),
        "EMAIL_URL": environ.get("EMAIL_URL") or f"smtp://{LOOPBACK}:{home.port('mail')}",
        "CASEWORK_HOME": str(home.path),
        "CASEWORK_INSTANCE": environ.get("CASEWORK_INSTANCE") or home.instance,
        "CASEWORK_PORT": port,
        "CASEWORK_BASE_URL": f"http://{LOOPBACK}:{port}",
        "CASEWORK_DEMO": environ.get("CASEWORK_DEMO") or "1",
        "CASEWORK_INSECURE_LOCAL": "1",
        "CASEWORK_ENCRYPTION_KEYS": home.secret("encryption_keys"),
        "CASEWORK_INDEX_KEY": home.secret("index_key"),
        "CASEWORK_SIGNING_SALT": home.secret("signing_salt"),
        "SECRET_KEY": home.secret("django"),
    }
    return kept | ours | _interpreter(environ) | _web_server(environ, port)


def owner_environment(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    """What the step that migrates sees, and no other."""
    owner = environ.get("DATABASE_OWNER_URL") or postgres.url(home, postgres.OWNER)
    return application_environment(home, environ) | {"DATABASE_OWNER_URL": owner}


def _interpreter(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)]),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _web_server(environ: Mapping[str, str], port: str) -> dict[str, str]:
    defaults = {
        "GRANIAN_WORKERS": "2",
        "GRANIAN_BLOCKING_THREADS": "4",
        "GRANIAN_RESPAWN_FAILED_WORKERS": "true",
    }
    chosen = {name: environ[name] for name in defaults if environ.get(name)}
    return defaults | chosen | {"GRANIAN_HOST": LOOPBACK, "GRANIAN_PORT": port}


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]
