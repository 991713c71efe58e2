from __future__ import annotations

import stat
from time import monotonic, sleep

import pytest
import redis

from local import valkey
from local.home import Home
from tests.local.homes import begin, kill_9


def wait(home: Home) -> None:
    valkey.wait(home)


def test_asks_for_its_password(home: Home) -> None:
    begin(home, "valkey")
    wait(home)

    with redis.Redis.from_url(valkey.url(home)) as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
    with redis.Redis(port=home.port("valkey")) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    assert stat.S_IMODE((home.valkey / "valkey.conf").stat().st_mode) == 0o600


def test_keeps_what_it_holds_over_kill_9(home: Home) -> None:
    process = begin(home, "valkey", careless=False)
    wait(home)
    with redis.Redis.from_url(valkey.url(home)) as client:
        client.set("kept", "yes")
        give_up_at = monotonic() + 10
        while client.info("persistence")["aof_pending_bio_fsync"] and monotonic() < give_up_at:
            sleep(0.05)

    kill_9(process)
    begin(home, "valkey", careless=False)
    wait(home)

    with redis.Redis.from_url(valkey.url(home)) as client:
        assert client.get("kept") == b"yes"
