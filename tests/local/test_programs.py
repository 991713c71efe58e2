from __future__ import annotations

import pytest

from local import programs
from local.home import Home, UnableToStart


@pytest.fixture
def home_with_ports(home: Home) -> Home:
    for name in programs.SERVICES:
        home.keep_port(name)
    return home


def test_only_the_step_that_migrates_sees_the_owner(home_with_ports: Home) -> None:
    elsewhere = {"DATABASE_URL": "postgres://app@db/x", "DATABASE_OWNER_URL": "postgres://owner@db/x"}

    for name in programs.APPLICATION:
        for environ in ({}, elsewhere):
            environment = programs.describe(name, home_with_ports, environ).environment
            assert "DATABASE_OWNER_URL" not in environment
            assert home_with_ports.secret("postgres_owner") not in " ".join(environment.values())
    assert (
        programs.owner_environment(home_with_ports, elsewhere)["DATABASE_OWNER_URL"]
        == "postgres://owner@db/x"
    )


def test_services_see_no_secret_of_the_application(home_with_ports: Home) -> None:
    for name in programs.SERVICES:
        environment = programs.describe(name, home_with_ports, {"SECRET_KEY": "of the caller"}).environment
        assert not {"SECRET_KEY", "CASEWORK_ENCRYPTION_KEYS", "DATABASE_URL"} & environment.keys()


def test_no_secret_stands_in_a_command_line(home_with_ports: Home) -> None:
    for name in (*programs.SERVICES, *programs.APPLICATION):
        program = programs.describe(name, home_with_ports, {})
        secrets = [
            home_with_ports.secret(secret)
            for secret in ("postgres_superuser", "postgres_app", "valkey", "django")
        ]
        assert not [word for word in program.argv for secret in secrets if secret in word]


def test_what_is_elsewhere_is_not_started() -> None:
    both = {"DATABASE_URL": "postgres://app@db/x", "DATABASE_OWNER_URL": "postgres://owner@db/x"}

    assert programs.services({}) == ["postgres", "valkey", "mail"]
    assert programs.services(both | {"REDIS_URL": "redis://queue"}) == ["mail"]
    with pytest.raises(UnableToStart, match="both, or neither"):
        programs.services({"DATABASE_URL": "postgres://app@db/x"})
