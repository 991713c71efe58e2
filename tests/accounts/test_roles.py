"""Who may do what, as a table to be read and argued about."""

from __future__ import annotations

import pytest
from oauth2_provider.models import AbstractApplication

from casework.accounts.models import Client, Organisation, User
from casework.accounts.roles import SCOPES_OF_ROLE, Role, Scope
from casework.audit.actors import Actor, ActorKind, system
from tests.factories.accounts import UserFactory

# r: reads, w: reads and writes, W: writes only. Columns as in the scopes' names.
TABLE = """
               people stays housing work cases reminders statistics events webhooks rules
caseworker     w      w     w       w    w     w         .          .      .        r
supervisor     w      w     w       w    w     w         r          .      .        r
intake         w      w     .       .    .     .         .          .      .        r
legal          r      w     .       .    r     r         .          .      .        r
auditor        .      .     .       .    .     .         r          r      .        r
administrator  .      .     .       .    .     .         r          .      W        r
rule_editor    .      .     .       .    .     .         .          .      .        w
rule_reviewer  .      .     .       .    .     .         .          .      .        w
"""
ENDINGS = {"r": ("read",), "w": ("read", "write"), "W": ("write",), ".": ()}


def _table() -> dict[str, frozenset[str]]:
    heading, *lines = TABLE.strip().splitlines()
    return {
        line.split()[0]: frozenset(
            f"{what}:{ending}"
            for what, mark in zip(heading.split(), line.split()[1:], strict=True)
            for ending in ENDINGS[mark]
        )
        for line in lines
    }


def test_roles_are_the_table() -> None:
    assert {str(role): frozenset(map(str, scopes)) for role, scopes in SCOPES_OF_ROLE.items()} == _table()


def test_roles_every_one_may_something() -> None:
    assert SCOPES_OF_ROLE.keys() == set(Role)


def test_scopes_writing_contains_reading() -> None:
    """Who may change a file may look at it; webhooks have no scope for reading alone."""
    for scopes in SCOPES_OF_ROLE.values():
        written = {scope.partition(":")[0] for scope in scopes if scope.endswith(":write")} - {"webhooks"}
        assert {f"{what}:read" for what in written} <= scopes


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_as_actor_of_every_role(role: Role) -> None:
    user = UserFactory.create(role=role)
    actor = user.as_actor()
    assert (actor.kind, actor.id, actor.organisation) == (ActorKind.USER, str(user.pk), user.organisation_id)
    assert {scope for scope in Scope if actor.may(scope)} == SCOPES_OF_ROLE[role]


def test_as_actor_of_an_unknown_role_may_nothing() -> None:
    assert User(role="superuser").as_actor().scopes == frozenset()


def test_actor_without_organisation_acts_for_none() -> None:
    with pytest.raises(ValueError, match="acts for no organisation"):
        _ = system("sign-in", None).organisation


# --- partner apps ----------------------------------------------------------------------------------------
@pytest.fixture
def client_(tbilisi: Organisation) -> Client:
    return Client(
        pk=7, organisation=tbilisi, scopes="people:read stays:read",
        authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "may"),
    [
        ({"people:read"}, {"people:read"}),
        ({"people:read", "stays:read"}, {"people:read", "stays:read"}),
        ({"people:read", "people:write"}, {"people:read"}),
        ({"everything:read"}, set()),
        (set(), set()),
    ],
)
def test_client_asks_within_its_own_scopes(client_: Client, asked: set[str], may: set[str]) -> None:
    actor = client_.as_actor(frozenset(asked))
    assert actor == Actor(ActorKind.CLIENT, "7", client_.organisation_id, frozenset(may))


def test_client_scopes_that_do_not_exist_are_none(client_: Client) -> None:
    client_.scopes = "people:read everything:read"
    assert client_.scope_list() == ["people:read"]
