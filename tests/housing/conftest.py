from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from casework.accounts.models import User
from casework.housing.models import Need, Placement, Unit
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory
from tests.housing.arranged import october


@pytest.fixture
def who(nino: User, at: datetime) -> dict[str, Any]:
    return {"by": nino.as_actor(), "at": at}


@pytest.fixture
def need(nino: User) -> Need:
    need: Need = NeedFactory.create(needed_until=october(31))
    return need


@pytest.fixture
def room(nino: User) -> Unit:
    room: Unit = UnitFactory.create(capacity=3, priced=True, name="Room 4")
    return room


@pytest.fixture
def placement(need: Need, room: Unit) -> Placement:
    placement: Placement = PlacementFactory.create(need=need, unit=room, ends_on=october(10))
    return placement
