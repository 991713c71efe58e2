"""Marek's organisation has rows; a transaction that acts for Nino's neither sees nor touches them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DataError, Error, IntegrityError, connection, models, transaction
from psycopg.errors import InsufficientPrivilege

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.isolation import (
    ActsForAnother,
    NoTransaction,
    act_for,
    acting_for,
    current_organisation,
    planned_once,
)
from casework.people.models import Household, Person
from tests.acting import acting, set_organisation
from tests.databases import RealDatabase
from tests.factories.people import HouseholdFactory, PersonFactory
from tests.isolation.catalogue import isolated_tables
from tests.isolation.outside import OUTSIDE
from tests.isolation.rows import one_of_each

ISOLATED = sorted(
    (model for model in apps.get_models() if any(f.column == "organisation_id" for f in model._meta.fields)
     and model._meta.db_table not in OUTSIDE),
    key=lambda model: model._meta.db_table,
)  # fmt: skip
CHANGED = [model for model in ISOLATED if model is not Event]  # the trail refuses that anyway: tests/audit
every_table = pytest.mark.parametrize("model", ISOLATED, ids=lambda model: model._meta.db_table)
every_changed_table = pytest.mark.parametrize("model", CHANGED, ids=lambda model: model._meta.db_table)

Rows = dict[str, Any]
Model = type[models.Model]


def test_rows_cover_every_isolated_table(own_rows: Rows) -> None:
    assert own_rows.keys() == {model._meta.db_table for model in ISOLATED} == isolated_tables()


# --- seeing ----------------------------------------------------------------------------------------------
@every_table
def test_seen_by_its_organisation(model: Model, own_rows: Rows) -> None:
    assert model._default_manager.filter(pk=own_rows[model._meta.db_table].pk).exists()


@every_table
def test_unseen_by_another_organisation(model: Model, foreign_rows: Rows) -> None:
    assert not model._default_manager.exists()


@every_table
def test_unseen_when_nobody_is_acted_for(model: Model, own_rows: Rows, foreign_rows: Rows) -> None:
    set_organisation(None)
    assert not model._default_manager.exists()


@pytest.mark.parametrize("setting", ["", None], ids=["emptied", "never set"])
def test_unseen_on_a_fresh_connection(real_database: RealDatabase, nino: User, setting: str | None) -> None:
    with acting_for(nino.organisation_id):
        HouseholdFactory.create()
    connection.close()
    if setting is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('casework.organisation', %s, false)", [setting])
    assert not Household.objects.exists()


# --- writing ---------------------------------------------------------------------------------------------
@every_table
def test_insert_for_another_organisation_refused(
    model: Model, foreign_rows: Rows, tbilisi: Organisation
) -> None:
    row = foreign_rows[model._meta.db_table]
    row.pk = uuid4() if isinstance(row._meta.pk, models.UUIDField) else None
    row._state.adding = True
    with refused_by_policy():
        row.save(force_insert=True)


@every_changed_table
def test_update_of_another_organisations_row_finds_none(model: Model, foreign_rows: Rows) -> None:
    row = foreign_rows[model._meta.db_table]
    assert model._default_manager.filter(pk=row.pk).update(organisation=row.organisation) == 0


@every_changed_table
def test_update_into_another_organisation_refused(model: Model, own_rows: Rows, almaty: Organisation) -> None:
    with refused_by_policy():
        model._default_manager.filter(pk=own_rows[model._meta.db_table].pk).update(organisation=almaty)


@every_changed_table
def test_delete_of_another_organisations_row_finds_none(
    model: Model, foreign_rows: Rows, almaty: Organisation
) -> None:
    row = foreign_rows[model._meta.db_table]
    assert model._base_manager.filter(pk=row.pk)._raw_delete("default") == 0
    with acting(almaty):
        assert model._default_manager.filter(pk=row.pk).exists()


def test_insert_when_nobody_is_acted_for_refused(tbilisi: Organisation) -> None:
    with refused_by_policy():
        Household.objects.create(organisation=tbilisi)


# --- the setting -----------------------------------------------------------------------------------------
def test_setting_survives_a_savepoint_rolled_back(nino: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(organisation=nino.organisation, household_id=uuid4(), given_name="Vera")
    assert current_organisation() == nino.organisation_id
    HouseholdFactory.create()


def test_setting_ends_with_its_transaction(real_database: RealDatabase, nino: User) -> None:
    with acting_for(nino.organisation_id):
        HouseholdFactory.create()
    assert current_organisation() is None
    assert not Household.objects.exists()


def test_setting_ends_with_a_failed_transaction(real_database: RealDatabase, nino: User) -> None:
    with pytest.raises(KeyError), acting_for(nino.organisation_id):
        raise KeyError
    assert current_organisation() is None


def test_act_for_without_a_transaction_refused(real_database: RealDatabase, nino: User) -> None:
    with pytest.raises(NoTransaction):
        act_for(nino.organisation_id)


def test_acting_for_another_inside_refused(nino: User, almaty: Organisation) -> None:
    with pytest.raises(ActsForAnother), acting_for(almaty.pk):
        pass
    assert current_organisation() == nino.organisation_id


def test_acting_for_the_same_inside(nino: User) -> None:
    with acting_for(nino.organisation_id):
        assert current_organisation() == nino.organisation_id
    assert current_organisation() == nino.organisation_id


def test_acting_for_inside_nobodys_transaction_ends_with_nobody(tbilisi: Organisation) -> None:
    with acting_for(tbilisi.pk):
        assert current_organisation() == tbilisi.pk
    assert current_organisation() is None


def test_acting_for_one_after_another(real_database: RealDatabase, nino: User, marek: User) -> None:
    """As the planner does, a step per organisation on one connection."""
    for user in (nino, marek):
        with acting_for(user.organisation_id):
            HouseholdFactory.create()
            assert Household.objects.count() == 1


def test_planned_once_sees_the_rows_of_whom_it_acts_for(
    real_database: RealDatabase, nino: User, marek: User
) -> None:
    """A plan that is kept knows no organisation: the next one to ask gets its own rows, and nobody gets none."""
    for user, count in ((nino, 1), (marek, 2)):
        with acting_for(user.organisation_id):
            HouseholdFactory.create_batch(count)
    statement = "SELECT count(*) FROM people_household WHERE %(most)s > 0"
    for _ in range(7):  # PostgreSQL thinks about a plan for five times
        for user, count in ((nino, 1), (marek, 2)):
            assert planned_once(user.organisation_id, statement, {"most": 1}) == [(count,)]
    assert current_organisation() is None
    assert not Household.objects.exists()
    with pytest.raises(DataError):
        planned_once(nino.organisation_id, "SELECT 1 / %(by)s::int", {"by": 0})
    assert not connection.in_atomic_block


def test_owner_sees_no_rows_either(real_database: RealDatabase, nino: User) -> None:
    with acting_for(nino.organisation_id):
        one_of_each(nino.organisation, nino)
    with real_database.as_owner() as owner:
        seen = {
            model: owner.execute(f"SELECT count(*) FROM {model._meta.db_table}").fetchone()
            for model in ISOLATED
        }
    assert seen == dict.fromkeys(ISOLATED, (0,))


def test_person_of_another_organisation_is_not_found_by_name(nino: User, almaty: Organisation) -> None:
    with acting(almaty):
        PersonFactory.create(family_name="Zhavoronkova")
    PersonFactory.create(family_name="Gorshkova")
    assert not Person.objects.named("Zhavoronkova").exists()
    assert Person.objects.named("Gorshkova").exists()


@contextmanager
def refused_by_policy() -> Iterator[None]:
    with pytest.raises(Error) as caught, transaction.atomic():
        yield
    assert isinstance(caught.value.__cause__, InsufficientPrivilege)
    assert "row-level security" in str(caught.value)
