"""The tests' network ends at this machine."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

LOCAL_NAMES = (None, "", "localhost", b"localhost", "testserver")


class NetworkClosed(RuntimeError):
    """A test tried to reach another machine. No OSError, which a retry would take for bad luck."""


def close_network(patch: pytest.MonkeyPatch) -> None:
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))


def _guarded(connect: Any) -> Any:
    def local_only(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_unless_local(address[0])
        return connect(self, address)

    return local_only


def _guarded_lookup(getaddrinfo: Any) -> Any:
    def local_only(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_unless_local(host)
        return getaddrinfo(host, *args, **kwargs)

    return local_only


def _refuse_unless_local(host: Any) -> None:
    if host in LOCAL_NAMES or host == socket.gethostname():
        return
    text = host.decode() if isinstance(host, bytes) else host
    try:
        local = ipaddress.ip_address(text).is_loopback or text in ("0.0.0.0", "::")
    except ValueError:
        local = False
    if not local:
        raise NetworkClosed(f"the tests' network is closed: {text}")
