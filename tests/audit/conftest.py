from __future__ import annotations

from datetime import datetime

import pytest

from casework.accounts.models import User
from tests.audit.acts import Stage
from tests.audit.acts import stage as set_up


@pytest.fixture
def stage(nino: User, levan: User, at: datetime) -> Stage:
    return set_up(nino, levan, at)
