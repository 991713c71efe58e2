from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.home import Home
from tests.local.homes import open_home


@pytest.fixture
def home() -> Iterator[Home]:
    with open_home() as home:
        yield home
