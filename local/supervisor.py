"""supervisord: its configuration, and asking it to start programs and what became of them."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

from local import processes, programs
from local.home import REPOSITORY, Home, UnableToStart

# The last group is stopped first: the application's last words go to the services. A group for each program
# would cost a second each, for supervisord goes from one to the next once a second.
GROUPS = {"services": programs.SERVICES, "application": programs.APPLICATION}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}
# A program that cannot start ends within these seconds (a module that is missing is found that late).
STARTS_AFTER = dict.fromkeys(programs.APPLICATION, 4)
# A task in progress may finish; nothing else has anything to finish.
STOP_PATIENCE = {"worker": 15, "postgres": 15}


def configuration(socket_file: str) -> str:
    """The text of the configuration. All paths in it are relative to the home: nothing needs quoting."""
    head = f"""[supervisord]
nodaemon = true
silent = true
logfile = logs/supervisord.log
logfile_maxbytes = 5MB
logfile_backups = 2
pidfile = run/supervisord.pid
umask = 077
{"user = root" if os.geteuid() == 0 else ""}

[unix_http_server]
file = {socket_file}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
    groups = "".join(
        f"\n[group:{group}]\nprograms = {','.join(names)}\npriority = {priority}\n"
        for priority, (group, names) in enumerate(GROUPS.items(), start=1)
    )
    return head + groups + "".join(_section(name) for name in GROUP_OF)


def _section(name: str) -> str:
    return f"""
[program:{name}]
command = python -m local.start {name}
autostart = false
autorestart = true
startsecs = {STARTS_AFTER.get(name, 1)}
startretries = 100
stopsignal = {"INT" if name == "postgres" else "TERM"}
stopwaitsecs = {STOP_PATIENCE.get(name, 10)}
killasgroup = true
redirect_stderr = true
stdout_logfile = logs/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


class _Connection(http.client.HTTPConnection):
    def __init__(self, socket_file: str) -> None:
        super().__init__("localhost", timeout=30)
        self._socket_file = socket_file

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(self._socket_file)
        except OSError:
            self.sock.close()
            raise


class _Transport(xmlrpc.client.Transport):
    def __init__(self, socket_file: str) -> None:
        super().__init__()
        self._socket_file = socket_file

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = _Connection(self._socket_file)
        # Where `close` of the library looks for it.
        self._connection = (host, connection)
        return connection


@dataclass
class Supervisor:
    """A running supervisord. A child of this process, and gone with it."""

    home: Home
    folder: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, home: Home, environ: Mapping[str, str]) -> Self:
        # A socket's path may have about a hundred characters, a home's path has as many as it likes.
        folder = Path(tempfile.mkdtemp(prefix="casework-", dir="/tmp"))
        configuration_file = home.run / "supervisord.conf"
        configuration_file.write_text(configuration(str(folder / "socket")), encoding="ascii")
        _forget_earlier_folder(home, folder)
        argv = [sys.executable, "-m", "supervisor.supervisord", "-c", "run/supervisord.conf"]
        environment = _environment(home, environ)
        with (home.logs / "supervisord.err").open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "local.follow", *argv],
                cwd=home.path,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
            )
        return cls(home, folder, process)

    def wait_until_it_answers(self, patience: float = 30.0) -> None:
        give_up_at = monotonic() + patience
        while monotonic() < give_up_at and self.process.poll() is None:
            try:
                self.states()
            except OSError:
                sleep(0.05)
            else:
                return
        raise UnableToStart("The supervisor did not start." + tail(self.home.logs / "supervisord.err"))

    def begin(self, name: str) -> None:
        self._call("startProcess", f"{GROUP_OF[name]}:{name}", False)

    def states(self) -> dict[str, dict[str, Any]]:
        """What supervisord says of each program: `statename`, `start`, `pid`, ..."""
        answer = self._call("getAllProcessInfo")
        return {row["name"]: row for row in answer}

    def stop(self, patience: float = 40.0) -> None:
        """Stop all programs and supervisord itself, then whatever is still there."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        processes.end_leftovers(self.home)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _call(self, method: str, *arguments: object) -> Any:
        transport = _Transport(str(self.folder / "socket"))
        with xmlrpc.client.ServerProxy("http://localhost/RPC2", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, to stand after a sentence; empty when there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    last = [line for line in text.splitlines() if line.strip()][-lines:]
    return "".join(f"\n    {line}" for line in [f"the end of {log}:", *last]) if last else ""


def _environment(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if name != "DATABASE_OWNER_URL"}
    mark = {
        "CASEWORK_HOME": str(home.path),
        processes.INSTANCE: str(home.path),
        processes.PROGRAM: "supervisor",
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)])
    return (
        kept | mark | {"PATH": path, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", "PYTHONSAFEPATH": "1"}
    )


def _forget_earlier_folder(home: Home, folder: Path) -> None:
    # The folder of a run that was killed, named in a file that only we can write.
    note = home.run / "socket-folder"
    if note.exists():
        earlier = Path(note.read_text(encoding="utf-8"))
        if earlier.parent == Path("/tmp") and earlier.name.startswith("casework-"):
            shutil.rmtree(earlier, ignore_errors=True)
    note.write_text(str(folder), encoding="utf-8")
