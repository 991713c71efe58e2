"""How root runs a database server: as a user id of its own, without opening any folder to others."""

import os
import pwd
import shutil
from pathlib import Path

from local.home import UnableToStart

# Numbers that Debian reserves and gives to nobody, below the 65536 that a container usually has.
SPARE_USERS = range(65100, 65400)
# To reach its data below folders that only root may enter, the server gets one right: to pass and read.
# Containers often take that one away and leave the wider one.
RIGHTS = {"dac_read_search": 2, "dac_override": 1}


def as_user(uid: int, argv: list[str], stop_signal: str) -> list[str]:
    """The command that runs `argv` as `uid`, without groups; `stop_signal` stops it when its parent dies."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise UnableToStart(
            "As root Casework needs the program setpriv (Debian: util-linux); "
            "install it, or start as an ordinary user."
        )
    right = _right()
    ids = ["--reuid", str(uid), "--regid", str(uid), "--clear-groups", "--pdeathsig", stop_signal]
    rights = [f"--inh-caps=+{right}", f"--ambient-caps=+{right}", "--securebits=+no_setuid_fixup"]
    return [setpriv, *ids, *rights, "--", *argv]


def spare_user(folder: Path) -> int:
    """The user id that owns `folder`, or one that this machine gives to nobody."""
    if folder.exists() and (owner := folder.stat().st_uid) != 0:
        return owner
    known = {entry.pw_uid for entry in pwd.getpwall()}
    return next(uid for uid in SPARE_USERS if uid not in known)


def named_user() -> int:
    """A user id with a line in the passwd file: initdb does not run without one, the server itself does."""
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return next(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0)


def give(folder: Path, uid: int) -> None:
    """Make `uid` the owner of a folder and everything in it."""
    for parent, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            os.chown(Path(parent) / name, uid, uid, follow_symlinks=False)
    os.chown(folder, uid, uid)


def _right() -> str:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapEff:"):
            mask = int(line.split()[1], 16)
            for name, bit in RIGHTS.items():
                if mask & (1 << bit):
                    return name
    raise UnableToStart(
        "Here root may not pass into folders of other users, so PostgreSQL cannot be started; "
        "start Casework as an ordinary user."
    )
