"""Prints the data map: `manage.py data_map > docs/data-map.md`. A test compares the file."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models

from casework.vault.data_map import Declared
from casework.vault.fields import SealedTextField

PREFACE = """\
# Data map

Which fields Casework stores, in the words of data protection. Made by `manage.py data_map` from what each
model declares of itself; a field that declares nothing fails the build.

- **sensitive**: could get somebody hurt
- **personal**: tells who somebody is, or was helped with
- **neither**: the rest

Rows with an organisation are shown by the database only to transactions that act for it. Sealed fields are
encrypted with a key that is not in the database and open only in their own row.

Besides these, the framework keeps sessions (who is signed in), failed sign-ins (user name and address, until
they are forgotten) and digests of access tokens. Nothing of a person who is helped is in them.
"""


class Command(BaseCommand):
    help = "Print the data map as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(data_map(), ending="")


def data_map() -> str:
    declaring = [
        model for model in apps.get_models() if isinstance(getattr(model, "declared", None), Declared)
    ]
    declaring.sort(key=lambda model: model._meta.db_table)
    counted = Counter(_class_of(model, field) for model in declaring for field in _fields(model))
    total = ", ".join(f"{counted[name]} {name}" for name in ("sensitive", "personal", "neither"))
    sections = [line for model in declaring for line in _section(model)]
    return "\n".join([PREFACE, f"{len(declaring)} tables; fields: {total}.", *sections, ""])


def _section(model: type[models.Model]) -> Iterator[str]:
    yield f"\n## {model._meta.db_table}\n"
    yield f"{(model.__doc__ or '').strip().splitlines()[0]}\n"
    yield "| field | what it is | kept as |"
    yield "|---|---|---|"
    for field in _fields(model):
        what = _class_of(model, field)
        yield f"| {field.name} | {what if what == 'neither' else f'**{what}**'} | {_kept_as(field)} |"


def _fields(model: type[models.Model]) -> list[Any]:
    return [*model._meta.fields, *model._meta.many_to_many]


def _class_of(model: type[models.Model], field: Any) -> str:
    declared: Declared = getattr(model, "declared")  # noqa: B009  # only models that declare come here
    return declared.class_of(field.name)


def _kept_as(field: Any) -> str:
    if isinstance(field, SealedTextField):
        return "sealed text"
    if field.is_relation:
        return f"link to {field.related_model._meta.db_table}"
    return re.sub(r"(?<!^)(?=[A-Z][a-z])", " ", field.get_internal_type().removesuffix("Field")).lower()
