"""The walls between organisations, read from PostgreSQL's own catalogue: a new table cannot stand without."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from casework.vault.data_map import Declared
from tests.isolation.catalogue import (
    OWN,
    foreign_keys,
    isolated_tables,
    policies,
    rows,
    tables,
    tables_with_organisation,
    unique_indexes,
)
from tests.isolation.outside import LOOSE, OUTSIDE

pytestmark = pytest.mark.django_db


def test_table_is_isolated_or_in_the_list() -> None:
    assert isolated_tables() | OUTSIDE.keys() == tables()
    assert not isolated_tables() & OUTSIDE.keys()


def test_outside_has_reasons() -> None:
    assert all(len(reason) > 10 for reason in OUTSIDE.values())


def test_isolated_every_table_with_an_organisation() -> None:
    assert tables_with_organisation() - OUTSIDE.keys() == isolated_tables()


def test_isolated_every_table_with_personal_data() -> None:
    personal = {model._meta.db_table for model in apps.get_models() if _is_personal(model)}
    assert "people_person" in personal
    assert personal - OUTSIDE.keys() <= isolated_tables()


def test_isolated_always_belongs_to_an_organisation() -> None:
    nullable = rows(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND column_name = 'organisation_id' AND is_nullable = 'YES'"
    )
    # A failed sign-in has no organisation yet; somebody between organisations has none any more.
    assert {row["table_name"] for row in nullable} == {"audit_event", "accounts_user"}


def test_policy_of_every_isolated_table() -> None:
    own = {("ALL", OWN, OWN)}
    audit = {("SELECT", OWN, None), ("INSERT", None, f"((organisation_id IS NULL) OR {OWN})")}
    expected = {table: audit if table == "audit_event" else own for table in isolated_tables()}
    assert policies() == expected


def test_foreign_keys_between_organisation_tables_carry_the_organisation() -> None:
    targets = {
        key["name"]: (key["columns"][0], key["target_columns"]) for key in _between_organisation_tables()
    }
    assert targets
    assert targets == dict.fromkeys(targets, ("organisation_id", ["organisation_id", "id"]))


def test_foreign_keys_between_organisation_tables_speak_at_once() -> None:
    """A deferred one fails at commit, after the answer was made."""
    late = [key["name"] for key in _between_organisation_tables() if key["deferrable"] or not key["valid"]]
    assert late == []


def test_foreign_key_of_every_field() -> None:
    """`db_constraint=False` without its composite constraint would leave no foreign key at all."""
    ours = tables_with_organisation()
    held = {(key["source"], key["target"], key["columns"][-1]) for key in foreign_keys()}
    declared = {
        (model._meta.db_table, field.related_model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and model._meta.db_table in ours
    }
    assert declared - held == set()


def test_unique_on_isolated_tables_starts_with_the_organisation() -> None:
    """Else a refused duplicate tells one organisation what another has."""
    ours = isolated_tables()
    unique = [index for index in unique_indexes() if index["table"] in ours and not index["primary"]]
    assert unique
    assert [index["name"] for index in unique if index["first_column"] != "organisation_id"] == []


def test_views_none_that_would_look_past_the_policies() -> None:
    views = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')"
        " AND relnamespace = 'public'::regnamespace"
        " AND coalesce(reloptions::text, '') NOT LIKE '%security_invoker=true%'"
    )
    assert views == []


def test_functions_none_that_run_as_the_owner() -> None:
    definers = rows("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert definers == []


@pytest.mark.parametrize("privilege", ["TRUNCATE", "REFERENCES", "TRIGGER"])
def test_grants_rows_only(privilege: str) -> None:
    """TRUNCATE asks no policy; a foreign key or trigger of one's own looks past it."""
    granted = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        f" AND has_table_privilege(current_user, oid, '{privilege}')"
    )
    assert granted == []


def test_grants_on_the_trail_are_read_and_append() -> None:
    granted = rows(
        "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege"
        " WHERE has_table_privilege(current_user, 'audit_event', privilege)"
    )
    assert [row["privilege"] for row in granted] == ["SELECT", "INSERT"]


def _between_organisation_tables() -> list[dict[str, Any]]:
    ours = tables_with_organisation()
    return [
        key
        for key in foreign_keys()
        if {key["source"], key["target"]} <= ours and (key["source"], key["columns"][-1]) not in LOOSE
    ]


def _is_personal(model: type[models.Model]) -> bool:
    declared = getattr(model, "declared", None)
    return isinstance(declared, Declared) and bool(declared.personal or declared.sensitive)
