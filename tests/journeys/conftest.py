from __future__ import annotations

import pytest

from casework.accounts.models import Organisation, User
from tests.acting import acting
from tests.api.conftest import Api, api_of, clock
from tests.isolation.rows import one_of_each

__all__ = ["clock"]

Rows = dict[str, object]


@pytest.fixture
def mareks(almaty: Organisation, marek: User) -> Api:
    """The partner app of Marek's organisation, with every scope."""
    return api_of(almaty)


@pytest.fixture
def ninos_rows(mareks: Api, nino: User, tbilisi: Organisation) -> Rows:
    """One row of each kind, Tbilisi's, by table. The test acts for Tbilisi, which a door forgets at once."""
    return one_of_each(tbilisi, nino)


@pytest.fixture
def mareks_rows(ninos_rows: Rows, almaty: Organisation, marek: User) -> Rows:
    with acting(almaty):
        return one_of_each(almaty, marek)


@pytest.fixture
def api_of_nino(tbilisi: Organisation, nino: User) -> Api:
    return api_of(tbilisi)
