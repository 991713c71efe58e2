"""One instance's folder: its lock, its secrets, the ports it keeps."""

import fcntl
import hashlib
import json
import os
import secrets
import socket
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

REPOSITORY = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
# Below the range from which the kernel takes ports for outgoing connections, so that a kept port stays free.
KEPT_PORTS = range(20000, 32000)
# How long a second start waits for a first one that is just going down.
LOCK_PATIENCE = 10.0


class UnableToStart(Exception):
    """Nothing runs. The text is one sentence for the person who typed the command."""


@dataclass(frozen=True)
class Home:
    """The folder that holds all state of one instance (CASEWORK_HOME)."""

    path: Path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def mail(self) -> Path:
        return self.path / "mail"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def run(self) -> Path:
        return self.path / "run"

    def secret(self, name: str) -> str:
        """The secret of that name, always the same one for this home. Raises KeyError before `settle`."""
        value = self._read("secrets.json")[name]
        assert isinstance(value, str)
        return value

    @property
    def instance(self) -> str:
        """The name under which reminders go out. A copy of the home has another one than its original."""
        name, here = self.secret("instance"), _place(self.path)
        if self._read("secrets.json").get("place", here) == here:
            return name
        return f"{name}-copy-{hashlib.sha256(here.encode()).hexdigest()[:12]}"

    def port(self, name: str) -> int:
        """The port on the loopback address kept for a program. Raises KeyError before `keep_port`."""
        value = self._read("ports.json")[name]
        assert isinstance(value, int)
        return value

    def keep_port(self, name: str) -> int:
        """The port of last time if it is still free, otherwise a new one, which is kept."""
        ports = self._read("ports.json")
        port = ports.get(name)
        if not isinstance(port, int) or not is_free(port):
            port = free_port(taken={value for value in ports.values() if isinstance(value, int)})
            self._write("ports.json", ports | {name: port})
        return port

    def _read(self, name: str) -> dict[str, object]:
        path = self.path / name
        if not path.exists():
            return {}
        stored = json.loads(path.read_text(encoding="utf-8"))
        return dict(stored)

    def _write(self, name: str, content: dict[str, object]) -> None:
        new = self.path / f"{name}.new"
        new.unlink(missing_ok=True)
        with os.fdopen(
            os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / name)

    def make_folders_and_secrets(self) -> None:
        for folder in (self.path, self.logs, self.run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = self._read("secrets.json")
        wanted = _new_secrets() | {"place": _place(self.path)}
        if not wanted.keys() <= kept.keys():
            self._write("secrets.json", wanted | kept)

    @contextmanager
    def locked(self, patience: float = LOCK_PATIENCE) -> Iterator[None]:
        """Nobody else starts anything in this home meanwhile. Raises UnableToStart if somebody has."""
        with (self.path / "lock").open("a") as file:
            give_up_at = monotonic() + patience
            while not _lock(file.fileno()):
                if monotonic() > give_up_at:
                    raise UnableToStart(
                        f"Casework is already running in {self.path}; stop it first, "
                        "or set CASEWORK_HOME to another folder."
                    )
                sleep(0.1)
            yield


def settle(environ: Mapping[str, str], default: Path = REPOSITORY / "var") -> Home:
    """The home that CASEWORK_HOME names, with its folders and secrets. Raises UnableToStart."""
    home = Home(Path(environ.get("CASEWORK_HOME") or default).expanduser().resolve())
    secrets_file = home.path / "secrets.json"
    try:
        if secrets_file.exists() and secrets_file.stat().st_uid != os.geteuid():
            raise UnableToStart(
                f"{home.path} belongs to another user; start Casework as that user, "
                "or set CASEWORK_HOME to another folder."
            )
        home.make_folders_and_secrets()
    except OSError as problem:
        raise UnableToStart(
            f"Casework cannot use {home.path} ({problem.strerror}); "
            "set CASEWORK_HOME to a folder of your own."
        ) from problem
    return home


def is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(taken: set[int]) -> int:
    for _ in range(1000):
        port = secrets.choice(KEPT_PORTS)
        if port not in taken and is_free(port):
            return port
    raise UnableToStart("No free port was found on this machine between 20000 and 32000.")


def _place(folder: Path) -> str:
    """What a folder keeps while it is moved about on its disk, and no copy of it has.

    Its number alone is not enough: a folder that is deleted and unpacked again often gets the same one.
    """
    found = folder.stat()
    born = getattr(found, "st_birthtime", None)  # Python tells it on macOS only
    if born is None:
        argv = ["stat", "--format", "%.9W", str(folder)]
        try:
            born = subprocess.run(argv, capture_output=True, text=True, timeout=10).stdout.strip()
        except (OSError, subprocess.TimeoutExpired):
            born = ""
    return f"{found.st_ino}-{born or 0}"


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _new_secrets() -> dict[str, object]:
    return {
        "postgres_superuser": secrets.token_hex(24),
        "postgres_owner": secrets.token_hex(24),
        "postgres_app": secrets.token_hex(24),
        "valkey": secrets.token_hex(24),
        "django": secrets.token_urlsafe(50),
        "instance": f"local-{secrets.token_hex(6)}",  # a name, kept here because it stays with the home
        "signing_salt": secrets.token_urlsafe(24),
        "encryption_keys": f"1:{b64encode(secrets.token_bytes(32)).decode()}",
        "index_key": b64encode(secrets.token_bytes(32)).decode(),
    }
