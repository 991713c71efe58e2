"""A promise that a trigger keeps: its name as PostgreSQL says it, and the sentence for people.

A rule over several rows (never more people in a room than beds) is no CHECK. The trigger stands in a
migration, locks the row that all of them share, and raises SQLSTATE 23514 with this name as CONSTRAINT; so
it is refused where a CHECK is, and `api/constraints.py` finds its sentence among the model's constraints.
"""

from typing import Any

from django.db import IntegrityError
from django.db.models.constraints import BaseConstraint


class Promise(BaseConstraint):
    """Says that the rule exists. Its SQL is the migration's: a constraint of Django is made only once."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        return ""

    create_sql = remove_sql = constraint_sql

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to look up: the operation has looked, and the database looks again."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Promise) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]  # like Django's own constraints


def broken_constraint(error: IntegrityError) -> str | None:
    """The name of what the database refused, a promise or a constraint; None where PostgreSQL names none.

    Whoever turns one into words of their own raises every other as it is.
    """
    name: str | None = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return name
