"""Fifty partners at the same moment, each on a connection of its own, through the API."""

from __future__ import annotations

from collections import Counter
from typing import Any

from casework.accounts.models import Organisation, User
from casework.isolation import acting_for
from tests.api.conftest import Api, ask_token, issued
from tests.databases import RealDatabase
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory
from tests.together import at_once

DESKS = 50
NIGHTS = {"starts_on": "2022-10-01", "ends_on": "2022-10-10"}


def test_fifty_post_for_the_last_bed(real_database: RealDatabase, tbilisi: Organisation, nino: User) -> None:
    token = ask_token(issued(tbilisi)).json()["access_token"]
    with acting_for(tbilisi.pk):
        PlacementFactory.create(unit=(room := UnitFactory.create(capacity=3)))
        needs = NeedFactory.create_batch(DESKS, people=1)
    bodies = [{"need": str(need.pk), "unit": str(room.pk), **NIGHTS} for need in needs]
    answers = at_once([lambda b=body: Api(token).post("housing/placements/", b) for body in bodies])  # type: ignore[misc]

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: DESKS - 1}
    refused = [answer for answer in answers if answer.status_code == 409]
    assert {answer.headers["Content-Type"] for answer in refused} == {"application/problem+json"}
    [sentence] = {answer.json()["detail"] for answer in refused}
    assert sentence.endswith("too few free beds for 1 person on the nights of 2022-10-01 to 2022-10-10.")


def test_changed_by_fifty_nobody_waits_in_a_circle(
    real_database: RealDatabase, tbilisi: Organisation, nino: User
) -> None:
    """Moved to and fro, extended, confirmed though they have run out, while others ask for the same beds."""
    token = ask_token(issued(tbilisi)).json()["access_token"]
    with acting_for(tbilisi.pk):
        rooms = [UnitFactory.create(capacity=DESKS) for _ in range(2)]
        placed = [PlacementFactory.create(unit=rooms[n % 2], need__people=1) for n in range(20)]
        placed += [
            PlacementFactory.create(unit=rooms[n % 2], need__people=1, run_out=True) for n in range(10)
        ]
        needs = NeedFactory.create_batch(DESKS - len(placed), people=1)
    changes: list[dict[str, str]] = [
        *({"unit": str(rooms[(n + 1) % 2].pk), "starts_on": f"2022-10-0{n % 3 + 1}"} for n in range(20)),
        *({"status": "confirmed"} for _ in range(10)),
    ]

    def patch(placement: Any, body: dict[str, str]) -> Any:
        return Api(token).send("PATCH", f"housing/placements/{placement.pk}/", body, If_Match="*")

    def post(number: int) -> Any:
        room = rooms[number % 2]
        asked = {"need": str(needs[number].pk), "unit": str(room.pk), **NIGHTS}
        return Api(token).post("housing/placements/", asked)

    answers = at_once([
        *(lambda p=placement, b=body: patch(p, b) for placement, body in zip(placed, changes, strict=True)),  # type: ignore[misc]
        *(lambda n=number: post(n) for number in range(len(needs))),  # type: ignore[misc]
    ])  # fmt: skip
    assert [answer.status_code for answer in answers] == [200] * 20 + [409] * 10 + [201] * len(needs)
