"""A walk over everybody's stays, killed, doubled and overtaken: it ends where an undisturbed one ends."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from multiprocessing.context import ForkServerProcess
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from casework.accounts.models import Organisation, User
from casework.isolation import acting_for
from casework.people.models import Person
from casework.stays import operations, walking
from casework.stays.deadlines import refresh_deadlines
from casework.stays.details import PermitDetails
from casework.stays.models import Arrival, Deadline, LawChange, Slice, Walk
from config.celery import app as celery_app
from tests.databases import RealDatabase, cloned, pointed_at
from tests.stays import crowd, walker

Clone = Callable[[], AbstractContextManager[RealDatabase]]
BATCH = 3
STATEMENTS = 30  # more than a batch has


@dataclass
class Prepared:
    """A database to clone, as it stands before a walk."""

    name: str
    before: dict[Any, Any]


@pytest.fixture(scope="module")
def approved(
    another_clone: Clone, django_db_blocker: DjangoDbBlocker, moment: datetime
) -> Iterator[Prepared]:
    """The change is law; no stay has been looked at again."""
    small = pytest.MonkeyPatch.context()
    with django_db_blocker.unblock(), another_clone() as database, small as patch:
        patch.setattr(walking, "BATCH", BATCH)  # as many slices as a large organisation has
        editor, reviewer = crowd.settle(moment)
        before = crowd.days()
        crowd.approve(crowd.draft(editor, moment), editor, reviewer, moment)
        with pointed_at("postgres"):  # nobody stays connected to what is cloned
            yield Prepared(database.name, before)


@pytest.fixture(scope="module")
def withdrawn(approved: Prepared, django_db_blocker: DjangoDbBlocker, moment: datetime) -> Iterator[Prepared]:
    """Replayed over everybody, then withdrawn; nothing is replayed back yet."""
    with django_db_blocker.unblock(), cloned(approved.name, f"{approved.name}_back"):
        walking.go_on(at=moment)
        editor = User.objects.get(username="editor")
        with acting_for(editor.organisation_id):
            operations.withdraw_change(change=LawChange.objects.get(), by=editor.as_actor(), at=moment)
        with pointed_at("postgres"):
            yield Prepared(f"{approved.name}_back", approved.before)


@pytest.fixture(scope="module")
def moment() -> datetime:
    return datetime.fromisoformat("2022-10-01T10:00:00+00:00")


@pytest.fixture
def clone_of(
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Callable[[Prepared], AbstractContextManager[RealDatabase]]]:
    numbers = count(1)
    with django_db_blocker.unblock():
        yield lambda prepared: cloned(prepared.name, f"{prepared.name}_{next(numbers)}")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "BATCH", BATCH)


@pytest.fixture
def undisturbed(approved: Prepared, clone_of: Any) -> dict[str, list[str]]:
    with clone_of(approved):
        call_command("replay_law", batch=BATCH, verbosity=0)
        assert LawChange.objects.get().status == "replayed"
        return crowd.state()


# --- killed ----------------------------------------------------------------------------------------------
def test_replay_killed_five_times_ends_the_same(approved, undisturbed, clone_of):
    with clone_of(approved) as database:
        kill_and_go_on(database, Walk.REPLAY, kills=5, seed=20221101)
        assert crowd.state() == undisturbed


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_replay_killed_fifty_times_ends_the_same(approved, undisturbed, clone_of, seed):
    with clone_of(approved) as database:
        kill_and_go_on(database, Walk.REPLAY, kills=10, seed=seed)
        assert crowd.state() == undisturbed


def test_replay_killed_before_each_statement_ends_the_same(approved, undisturbed, clone_of):
    with clone_of(approved) as database, database.as_owner() as owner:
        for statement in range(1, STATEMENTS):
            with walker.walking(database.name, BATCH, dies_before=statement) as process:
                process.join(60)
                assert process.exitcode == -signal.SIGKILL
        assert 0 < seen(owner, Walk.REPLAY) < open_stays(owner)
        finish(database)
        assert crowd.state() == undisturbed


def test_an_end_that_nobody_noted_is_noted_later(approved, clone_of, moment):
    with clone_of(approved):
        batches = 0
        while Slice.objects.filter(walk=Walk.REPLAY, done_at=None).exists():
            batches += walking.go_on(at=moment, most=1)
        assert LawChange.objects.get().status == "approved"
        assert walking.go_on(at=moment, most=1) == 0 < batches
        assert LawChange.objects.get().status == "replayed"


def test_withdrawal_killed_ends_as_if_nothing_had_been(withdrawn, clone_of):
    with clone_of(withdrawn) as database:
        assert crowd.days() != withdrawn.before
        kill_and_go_on(database, Walk.WITHDRAWAL, kills=2, seed=1)
        assert crowd.days() == withdrawn.before


def kill_and_go_on(database: RealDatabase, walk: Walk, *, kills: int, seed: int) -> None:
    """Each process does some batches, then dies somewhere in the next ones; the last comes to the end."""
    chance = random.Random(seed)
    with database.as_owner() as owner:
        goal = 0
        for left in range(kills, 0, -1):
            start, whole = seen(owner, walk), open_stays(owner)
            goal = start + max(1, (whole - start) // (left + 1))
            with walker.walking(database.name, BATCH) as process:
                wait_for(owner, walk, goal, process)
                time.sleep(chance.random() / 100)
                process.kill()
                process.join()
                assert process.exitcode == -signal.SIGKILL, "it was at its end before it could be killed"
        assert to_do(owner, walk)
    finish(database)


def finish(database: RealDatabase) -> None:
    with walker.walking(database.name, BATCH) as process:
        process.join(60)
        assert process.exitcode == 0


def wait_for(owner: psycopg.Connection[Any], walk: Walk, goal: int, process: ForkServerProcess) -> None:
    """Until so many stays have been looked at."""
    ends = time.monotonic() + 60
    while process.is_alive() and seen(owner, walk) < goal:
        assert time.monotonic() < ends
        time.sleep(0.001)


def seen(owner: psycopg.Connection[Any], walk: Walk) -> int:
    return _number(owner, "SELECT coalesce(sum(seen), 0) FROM stays_slice WHERE walk = %s", walk)


def to_do(owner: psycopg.Connection[Any], walk: Walk) -> int:
    return _number(owner, "SELECT count(*) FROM stays_slice WHERE walk = %s AND done_at IS NULL", walk)


def open_stays(owner: psycopg.Connection[Any]) -> int:
    """The preview has counted them."""
    return _number(owner, "SELECT sum(seen) FROM stays_slice WHERE walk = %s", Walk.PREVIEW)


def _number(owner: psycopg.Connection[Any], query: Any, walk: Walk) -> int:
    row = owner.execute(query, [str(walk)]).fetchone()
    assert row is not None
    return int(row[0])


# --- doubled and overtaken -------------------------------------------------------------------------------
def test_two_walkers_at_once_do_each_stay_once(approved, undisturbed, clone_of):
    with clone_of(approved) as database:
        with walker.walking(database.name, BATCH) as one, walker.walking(database.name, BATCH) as other:
            one.join(60)
            other.join(60)
            assert (one.exitcode, other.exitcode) == (0, 0)
        assert crowd.state() == undisturbed


def test_what_happens_during_a_replay_ends_as_if_it_had_come_after(approved, clone_of, moment):
    with clone_of(approved):
        walking.go_on(at=moment)
        happen(moment)
        after = content()
    for done in (1, 40):
        with clone_of(approved):
            assert walking.go_on(at=moment, most=done) == done
            happen(moment)
            walking.go_on(at=moment)
            assert content() == after


def test_who_is_registered_while_a_replay_runs_is_not_forgotten(approved, clone_of, moment):
    with clone_of(approved) as database:
        by = User.objects.filter(role="caseworker").earliest("pk")
        with walker.walking(database.name, BATCH) as process, database.as_owner() as owner:
            wait_for(owner, Walk.REPLAY, 1, process)
            entered = []
            while process.is_alive():
                with acting_for(by.organisation_id):
                    entered.append(crowd.enter(by, moment, date(2022, 8, 30) + timedelta(len(entered) % 30)))
            assert process.exitcode == 0
        assert entered
        assert moved_by_hand(moment) == 0


def test_a_replay_says_what_the_ledger_would_say(approved, clone_of, moment):
    with clone_of(approved):
        assert moved_by_hand(moment) > 0
    with clone_of(approved):
        walking.go_on(at=moment)
        assert moved_by_hand(moment) == 0


def test_each_batch_is_told_once_and_only_what_moves_is_written(approved, clone_of, moment):
    with clone_of(approved):
        walking.go_on(at=moment)
        walking.go_on(at=moment)
        told = crowd.batches()
        assert sum(batch["stays"] for batch in told) == walked()
        assert sum(batch["moved"] for batch in told) == written() > 0
        assert max(batch["stays"] for batch in told) == BATCH
        versions = {deadline.version for deadline in each(Deadline)}
        assert versions == {1, 2}


def test_beat_wakes_a_worker_and_a_doubled_message_does_nothing_twice(approved, undisturbed, clone_of):
    broker_url = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path="/9"))  # nobody else's worker hears it
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "--concurrency",
        "2",
        "--loglevel",
        "WARNING",
    ]
    with clone_of(approved) as database:
        environment = database.environ() | {"REDIS_URL": broker_url}
        with subprocess.Popen(command, cwd=settings.ROOT, env=environment, start_new_session=True) as worker:
            try:
                with celery_app.connection_for_write(broker_url) as broker:
                    for _ in range(2):
                        celery_app.send_task(
                            settings.CELERY_BEAT_SCHEDULE["law-walks"]["task"], connection=broker
                        )
                wait_until_replayed()
                worker.send_signal(signal.SIGTERM)
                assert worker.wait(30) == 0
            finally:
                if worker.poll() is None:
                    os.killpg(worker.pid, signal.SIGKILL)
        same = [name for name in undisturbed if name.startswith(("deadlines", "history"))]
        found = crowd.state()
        assert {name: found[name] for name in same} == {name: undisturbed[name] for name in same}
        assert sum(batch["stays"] for batch in crowd.batches()) == walked()


def wait_until_replayed() -> None:
    ends = time.monotonic() + 60
    while LawChange.objects.get().status != "replayed":
        assert time.monotonic() < ends
        time.sleep(0.05)


def happen(moment: datetime) -> None:
    """A woman crosses the border, and four people of those who stay get a permit."""
    by = User.objects.filter(role="caseworker").earliest("pk")
    permit = PermitDetails(
        country="GE", kind="residence_permit", starts_on=date(2022, 9, 1), ends_on=date(2023, 2, 3)
    )
    with acting_for(by.organisation_id):
        stays = Arrival.objects.open().filter(country="GE", entered_on=date(2022, 7, 1)).order_by("id")
        people = [arrival.person for arrival in stays.select_related("person")[:20:5]]
        crowd.enter(by, moment, date(2022, 8, 30))
        for person in people:
            operations.grant_permit(person=person, details=permit, by=by.as_actor(), at=moment)
    assert len(people) == 4


def content() -> list[str]:
    """Every stay's days, without the ids, which a new arrival has by chance."""
    return sorted(map(repr, crowd.days().values()))


def each(model: Any) -> list[Any]:
    found = []
    for organisation in Organisation.objects.order_by("id"):
        with acting_for(organisation.pk):
            found += list(model.objects.order_by("id"))
    return found


def moved_by_hand(moment: datetime) -> int:
    """How many deadlines a correction of people's files would still move or write."""
    before = sum(deadline.version for deadline in each(Deadline))
    for organisation in Organisation.objects.order_by("id"):
        by = User.objects.filter(organisation=organisation).earliest("pk").as_actor()
        with acting_for(organisation.pk):
            # Copies have no name keys: one of each kind is enough.
            for person in Person.objects.filter(name_keys__isnull=False).distinct():
                refresh_deadlines(person=person, by=by, at=moment, why="person.corrected")
    return sum(deadline.version for deadline in each(Deadline)) - before


def walked() -> int:
    return sum(Slice.objects.filter(walk=Walk.REPLAY).values_list("seen", flat=True))


def written() -> int:
    change = LawChange.objects.get()
    return sum(deadline.moved_by_id == change.pk for deadline in each(Deadline))
