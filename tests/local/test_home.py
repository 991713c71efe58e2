from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from local.home import LOOPBACK, Home, UnableToStart, is_free, settle


def test_settle_keeps_secrets(tmp_path: Path) -> None:
    environ = {"CASEWORK_HOME": str(tmp_path / "new" / "home")}

    first, second = settle(environ), settle(environ)

    assert first.secret("django") == second.secret("django")
    assert first.secret("postgres_app") != first.secret("postgres_owner")
    assert stat.S_IMODE((first.path / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o700


def test_settle_leaves_rights_of_a_folder_that_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)

    settle({"CASEWORK_HOME": str(folder)})

    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_settle_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UnableToStart, match="set CASEWORK_HOME to a folder of your own"):
        settle({"CASEWORK_HOME": str(tmp_path / "file" / "home")})


def test_settle_refuses_the_home_of_another_user(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only root can make a file of somebody else; anybody can be somebody else.
    monkeypatch.setattr(os, "geteuid", lambda: 65432)

    with pytest.raises(UnableToStart, match="belongs to another user"):
        settle({"CASEWORK_HOME": str(home.path)})


def test_locked_by_somebody_else(home: Home) -> None:
    with home.locked(), pytest.raises(UnableToStart, match="already running in"), home.locked(patience=0):
        pass

    with home.locked(patience=0):
        pass


def test_keep_port_chooses_again_when_taken(home: Home) -> None:
    kept = home.keep_port("postgres")
    assert home.keep_port("postgres") == kept == home.port("postgres")

    with socket.create_server((LOOPBACK, kept)):
        assert not is_free(kept)
        other = home.keep_port("postgres")

    assert other != kept
    assert home.port("postgres") == other


def test_keep_port_gives_each_program_its_own(home: Home) -> None:
    assert len({home.keep_port(name) for name in ("postgres", "valkey", "mail")}) == 3
