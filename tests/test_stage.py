"""The stage the other tests stand on: rolled back or really committed, one cast, no network, no leaks."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

import pytest
from django.core.cache import cache
from django.db import connection

from casework.accounts.models import Organisation, User
from casework.isolation import acting_for, current_organisation
from casework.stays.models import StayRule
from tests.acting import acting
from tests.databases import RealDatabase
from tests.network import NetworkClosed


def test_cast_acts_for_tbilisi(nino: User, levan: User, marek: User) -> None:
    assert current_organisation() == nino.organisation_id == levan.organisation_id
    assert marek.organisation_id != nino.organisation_id
    assert nino.organisation.duty_caseworker == nino


def test_cast_marek_alone_acts_for_nobody(marek: User) -> None:
    assert current_organisation() is None


def test_acting_steps_over_and_back(nino: User, almaty: Organisation) -> None:
    with acting(almaty):
        assert current_organisation() == almaty.pk
    assert current_organisation() == nino.organisation_id


def test_real_database_commits(real_database: RealDatabase, nino: User) -> None:
    assert not connection.in_atomic_block
    with real_database.as_owner() as owner:
        assert owner.execute("SELECT username FROM accounts_user").fetchall() == [("nino",)]


def test_real_database_serves_threads(real_database: RealDatabase, nino: User) -> None:
    found: list[str] = []

    def look() -> None:
        with acting_for(nino.organisation_id):
            found.extend(User.objects.values_list("username", flat=True))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == ["nino"]


def test_real_database_serves_processes(real_database: RealDatabase, nino: User) -> None:
    script = (
        "import django; django.setup();"
        "from casework.accounts.models import User; print(User.objects.get().username)"
    )
    environment = {**real_database.environ(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("nino", "")


@pytest.mark.django_db
def test_real_database_left_nothing() -> None:
    assert not User.objects.exists()


def test_database_closed_to_tests_that_did_not_ask() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        User.objects.exists()


@pytest.mark.django_db
def test_law_is_loaded() -> None:
    assert StayRule.objects.filter(country="GE").exists()


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_network_closed_to_addresses(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as outside, pytest.raises(NetworkClosed):
        outside.connect((host, 80))


def test_network_closed_to_names() -> None:
    with pytest.raises(NetworkClosed):
        socket.create_connection(("casework.example", 80), timeout=1)


def test_network_open_on_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


@pytest.mark.parametrize("turn", [1, 2])
def test_cache_is_empty_for_each_test(turn: int) -> None:
    assert cache.get("requests") is None
    cache.set("requests", 600)
