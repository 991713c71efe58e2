from __future__ import annotations

import pytest

from casework.accounts.models import Organisation, Owned, User
from tests.acting import acting
from tests.isolation.rows import one_of_each


@pytest.fixture
def foreign_rows(nino: User, marek: User, almaty: Organisation) -> dict[str, Owned]:
    """One row of each isolated table, Marek's organisation's; the test acts for Tbilisi."""
    with acting(almaty):
        return one_of_each(almaty, marek)


@pytest.fixture
def own_rows(nino: User, tbilisi: Organisation) -> dict[str, Owned]:
    return one_of_each(tbilisi, nino)
