"""Acting for an organisation inside a test's one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from casework.accounts.models import Organisation
from casework.isolation import SETTING, current_organisation


@contextmanager
def acting(organisation: Organisation) -> Iterator[None]:
    """Step over to another organisation and back, as no door can: to arrange what it must not see."""
    before = current_organisation()
    set_organisation(organisation.pk)
    yield
    set_organisation(before)


def set_organisation(organisation_id: UUID | None) -> None:
    """None: the transaction acts for nobody, as every request begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(organisation_id or "")])
