from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from local import home as homes
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


def test_instance_is_named_alike_wherever_the_home_is_moved(home: Home, tmp_path: Path) -> None:
    name = home.instance
    moved = Home(home.path.rename(home.path.with_name("moved")))
    settle({"CASEWORK_HOME": str(moved.path)})
    assert moved.instance == name
    moved.path.rename(home.path)
    (home.path / "more").touch()
    home.path.chmod(0o755)
    assert home.instance == name


@pytest.mark.parametrize("how", [["cp", "-a"], ["cp", "-r"]])
def test_instance_of_a_copied_home_has_another_name(home: Home, tmp_path: Path, how: list[str]) -> None:
    for name in ("one", "two"):
        subprocess.run([*how, str(home.path), str(tmp_path / name)], check=True)
    copies = [settle({"CASEWORK_HOME": str(tmp_path / name)}) for name in ("one", "two")]
    assert len({home.instance, *(copy.instance for copy in copies)}) == 3
    assert copies[0].instance == copies[0].instance, "it stays: what was adopted once is"


def test_instance_of_a_home_unpacked_in_its_place_has_another_name(home: Home, tmp_path: Path) -> None:
    name = home.instance
    archive = shutil.make_archive(str(tmp_path / "home"), "tar", home.path)
    shutil.rmtree(home.path)
    home.path.mkdir()
    shutil.unpack_archive(archive, home.path, filter="data")
    assert home.instance != name


def test_instance_of_a_home_from_before_keeps_its_name(home: Home) -> None:
    file = home.path / "secrets.json"
    kept = json.loads(file.read_text())
    del kept["place"]
    file.write_text(json.dumps(kept))
    assert home.instance == kept["instance"]
    assert settle({"CASEWORK_HOME": str(home.path)}).instance == kept["instance"]


def test_instance_where_nobody_tells_when_a_folder_was_made(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert homes._place(home.path) == f"{home.path.stat().st_ino}-0"
