from __future__ import annotations

import socket
from pathlib import Path

import pytest

from local.home import LOOPBACK, UnableToStart
from local.run import settle_port
from local.supervisor import tail


def test_settle_port_that_was_asked_for_and_is_taken() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(UnableToStart, match=f"Port {port} is taken"):
            settle_port({"CASEWORK_PORT": port})

    assert settle_port({"CASEWORK_PORT": port}) == port


@pytest.mark.parametrize("asked", ["http", "0", "65536", "-1", "80.0", "²"])
def test_settle_port_that_is_none(asked: str) -> None:
    with pytest.raises(UnableToStart, match="must be a number from 1 to 65535"):
        settle_port({"CASEWORK_PORT": asked})


def test_settle_port_goes_on_from_a_taken_one() -> None:
    first = int(settle_port({}))
    with socket.create_server((LOOPBACK, first)):
        assert int(settle_port({})) > first


def test_tail_is_short_and_never_fails(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"\n".join(b"line %d" % number for number in range(100)) + b"\n\xff\n")

    assert tail(log, lines=2).splitlines()[1:] == [f"    the end of {log}:", "    line 99", "    �"]
    assert tail(tmp_path / "none.log") == ""
