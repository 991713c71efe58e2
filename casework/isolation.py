"""The organisation a transaction acts for: its setting, its policies, its composite foreign keys.

Two walls keep organisations apart. Querysets are scoped; and PostgreSQL itself shows and takes
only rows of the organisation that the transaction acts for. No organisation set means no rows.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint

Model = type[models.Model]
Editor = BaseDatabaseSchemaEditor

SETTING = "casework.organisation"
POLICY = "organisation_isolation"
# The subselect is evaluated once per statement, not once per row.
CURRENT_ORGANISATION = f"(SELECT nullif(current_setting('{SETTING}', true), '')::uuid)"


class NoTransaction(RuntimeError):
    """The organisation is a property of a transaction; there is none."""


class ActsForAnother(RuntimeError):
    """A transaction acts for one organisation from its beginning to its end."""


def current_organisation() -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting(%s, true), '')", [SETTING])
        row = cursor.fetchone()
    return UUID(row[0]) if row and row[0] else None


def act_for(organisation_id: UUID) -> None:
    """Inside the transaction of a request: from here on it acts for this organisation."""
    if not connection.in_atomic_block:
        raise NoTransaction("act_for() needs the transaction that the door opened")
    _set(organisation_id)


@contextmanager
def acting_for(organisation_id: UUID) -> Iterator[None]:
    """Open a transaction that acts for one organisation: the first step of every task and command."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = current_organisation() if nested else None
        if before not in (None, organisation_id):
            raise ActsForAnother("this transaction already acts for another organisation")
        _set(organisation_id)
        yield
        # The end of the outermost takes the setting with it, and so does a rollback.
        if nested and not transaction.get_rollback():
            _set(before)


def planned_once(organisation_id: UUID, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that acts for one organisation, in a transaction of its own.

    For one that is run very often on one connection: PostgreSQL plans it once, which may take longer than to
    carry it out, and setting, statement and commit are one trip. Its parameters need types that show.
    """
    connection.ensure_connection()
    raw = connection.connection
    assert isinstance(raw, psycopg.Connection)
    cursor = psycopg.Cursor(raw)
    if connection.in_atomic_block:
        with acting_for(organisation_id), connection.wrap_database_errors:
            return cursor.execute(statement, values, prepare=True).fetchall()
    with connection.wrap_database_errors:
        with raw.pipeline():  # up to its end one transaction, for nobody begins another
            raw.execute("SELECT set_config(%s, %s, true)", [SETTING, str(organisation_id)])
            cursor.execute(statement, values, prepare=True)
        return cursor.fetchall()


@contextmanager
def request_transaction() -> Iterator[None]:
    """The outermost transaction of a request, around its rendering too.

    A savepoint's rollback would take the setting with it, so the setting is made at this level only.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = current_organisation() if nested else None
        if nested:
            _set(None)  # a door that forgets act_for() sees nothing, in a test too
        yield
        # Rolled back to here, the setting is what it was by itself.
        if nested and not transaction.get_rollback():
            _set(before)


@contextmanager
def visiting(organisation_id: UUID) -> Iterator[None]:
    """One step of a walk over all organisations, inside a transaction that may act for one of them.

    Nothing that is read of a visited organisation may leave this block but figures.
    """
    if not connection.in_atomic_block:
        raise NoTransaction("visiting() needs a transaction")
    before = current_organisation()
    _set(organisation_id)
    yield
    if not connection.needs_rollback:  # a rollback takes the setting with it
        _set(before)


def _set(organisation_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(organisation_id or "")])


def isolate(table: str) -> migrations.RunSQL:
    """A migration step: the table's rows belong to organisations, also for the table's owner."""
    own = f"organisation_id = {CURRENT_ORGANISATION}"
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {POLICY} ON {table} USING ({own}) WITH CHECK ({own})",
        ],
        reverse_sql=[
            f"DROP POLICY {POLICY} ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


class SameOrganisation(BaseConstraint):
    """A foreign key that carries the organisation, so that nobody can point at another's row.

    Beside ``ForeignKey(db_constraint=False)``; the target needs ``UNIQUE (organisation_id, id)``.
    Not deferrable: a deferred one fails at commit, after the answer was made.
    """

    def __init__(
        self,
        *,
        field: str,
        name: str,
        organisation_column: str = "organisation_id",
        violation_error_message: str | None = None,
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.field = field
        self.organisation_column = organisation_column

    def constraint_sql(self, model: Model | None, schema_editor: Editor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        quote = schema_editor.quote_name
        source = model._meta.get_field(self.field)
        target = source.related_model
        if not isinstance(source, models.ForeignKey) or not isinstance(target, type):
            raise TypeError(f"{self.field} is no foreign key")
        columns = f"{quote(self.organisation_column)}, {quote(source.column)}"
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({columns}) "
            f"REFERENCES {quote(target._meta.db_table)} ({quote('organisation_id')}, {quote('id')})"
        )

    def create_sql(self, model: Model | None, schema_editor: Editor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Model | None, schema_editor: Editor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to look up: the doors offer rows of one organisation, the database holds the rest."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SameOrganisation):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like Django's own constraints

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs["field"] = self.field
        if self.organisation_column != "organisation_id":
            kwargs["organisation_column"] = self.organisation_column
        return path, tuple(args), kwargs
