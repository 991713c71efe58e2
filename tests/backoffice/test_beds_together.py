"""Two desks write on the same placement at the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpResponse

from casework.accounts.models import User
from casework.backoffice.formpage import CHANGED_MEANWHILE
from casework.housing.models import Need, Placement
from casework.isolation import acting_for
from tests.backoffice.conftest import SignIn
from tests.databases import RealDatabase
from tests.factories.housing import PlacementFactory

WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND datname = current_database()
"""


def test_of_two_who_change_the_same_placement_one_is_told(
    real_database: RealDatabase, nino: User, sign_in: SignIn
) -> None:
    with acting_for(nino.organisation_id):
        placement = PlacementFactory.create()
    address = f"/admin/housing/placement/{placement.pk}/nights/"
    asked = [
        {"starts_on": "2022-10-01", "ends_on": last, "version": "1"} for last in ("2022-10-12", "2022-10-13")
    ]
    desks = [sign_in(nino) for _ in asked]
    acts = [
        lambda desk=desk, sent=sent: desk.post(address, sent)  # type: ignore[misc]
        for desk, sent in zip(desks, asked, strict=True)
    ]
    answers = while_held(nino, placement.need_id, acts)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (told,) = [answer.content.decode() for answer in answers if answer.status_code == 200]
    assert CHANGED_MEANWHILE in told
    with acting_for(nino.organisation_id):
        assert Placement.objects.get().version == 2


def while_held(nino: User, need_id: object, acts: list[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """All have come as far as they can while somebody else has the need; then it is let go."""
    answers: list[HttpResponse] = []

    def run(act: Callable[[], HttpResponse]) -> None:
        try:
            answers.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    with acting_for(nino.organisation_id):
        Need.objects.select_for_update().get(pk=need_id)
        for thread in threads:
            thread.start()
        wait_for(len(acts))
    for thread in threads:
        thread.join(30)
    return answers


def wait_for(count: int) -> None:
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone() == (count,):
                return
        time.sleep(0.05)
    raise AssertionError("they did not come as far as the lock")
