"""A change of the law over every open stay, beside one plain UPDATE of the same rows in the same database.

STAYS=1000000 is what was promised; it takes minutes. Without it there are fewer. WORKERS="1 2" one after the
other.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg

from casework.accounts.models import User
from casework.accounts.operations import add_user, create_organisation
from casework.audit.actors import system
from casework.isolation import SETTING, acting_for
from casework.stays import operations
from casework.stays.drafts import ChangeDraft, RuleDraft
from casework.stays.models import LawChange, Slice, StayRule
from tests.benchmarks import crowd
from tests.benchmarks.table import Figure
from tests.databases import RealDatabase, build_template, cloned, drop, pointed_at

STAYS = int(os.environ.get("STAYS", "100000"))
ORGANISATIONS = 4
WORKERS = tuple(map(int, os.environ.get("WORKERS", "1 2").split()))
AT = datetime(2022, 10, 1, 10, 0, tzinfo=UTC)
PROMISED = {"replay": 5.0, "preview": 2.5}
# What a replay changes in a deadline, for every row of one kind, in one statement and one commit.
UPDATE = """
    UPDATE stays_deadline
    SET due_on = due_on - 275, version = version + 1, updated_at = %s, reasons = reasons || '[]'::jsonb
    WHERE kind = 'stay_end'
"""


def measure() -> Iterator[Figure]:
    template = f"casework_bench_{os.getpid()}"
    build_template(template)
    try:
        with cloned(template, f"{template}_crowd") as database:
            _settled(database)
            with pointed_at("postgres"):
                yield from _measured(database)
    finally:
        drop(template)


def _measured(database: RealDatabase) -> Iterator[Figure]:
    with cloned(database.name, f"{database.name}_update") as plain:
        update = _updated(plain)
    yield Figure(f"UPDATE of {STAYS:,} deadlines, one statement", f"{update:.1f} s")
    for walkers in WORKERS:
        with cloned(database.name, f"{database.name}_{walkers}") as walked:
            yield from _walked(walked, walkers, update)


def _settled(database: RealDatabase) -> None:
    desks = [
        create_organisation(
            name=f"Bench {number}", country="GE", city="", time_zone="Asia/Tbilisi", language="en",
            is_law_desk=number == 0, at=AT,
        )
        for number in range(ORGANISATIONS)
    ]  # fmt: skip
    crowd.settle([desk.pk for desk in desks], STAYS, AT)
    by = system("bench", desks[0].pk)
    with acting_for(desks[0].pk):
        for role in ("rule_editor", "rule_reviewer"):
            add_user(
                organisation=desks[0], username=role, password=uuid4().hex, role=role, full_name=role,
                email=f"{role}@example.org", language="en", by=by, at=AT,
            )  # fmt: skip
        operations.draft_change(details=_change(), by=_actor("rule_editor"), at=AT)
    with database.as_owner() as owner:
        owner.execute("VACUUM (ANALYZE)")


def _change() -> ChangeDraft:
    days = {"kind": "per_entry_days", "days": 90, "entry_day_counts": True}
    rule = RuleDraft(
        kind="stay", title="Georgia: 90 days for each entry", country="GE", nationalities=("RU",),
        document_kinds=("passport",), limits=(days,), source="Invented ordinance 1", confidence="high",
    )  # fmt: skip
    ended = StayRule.objects.get(key="ge-stay-2015")
    return ChangeDraft(
        title="Georgia shortens the stay", country="GE", effective_on=date(2022, 11, 1), rules=(rule,),
        ends_rules=(ended.pk,),
    )  # fmt: skip


def _actor(role: str) -> Any:
    return User.objects.get(role=role).as_actor()


def _updated(database: RealDatabase) -> float:
    """By the owner of the tables, who is held to the same policies: each organisation in turn, one commit."""
    with psycopg.connect(database.owner_url) as owner:
        organisations = owner.execute("SELECT id FROM accounts_organisation").fetchall()
        started = time.perf_counter()
        rows = 0
        for (organisation,) in organisations:
            owner.execute("SELECT set_config(%s, %s, true)", [SETTING, str(organisation)])
            rows += owner.execute(UPDATE, [AT]).rowcount
        owner.commit()
        taken = time.perf_counter() - started
    if rows != STAYS:
        raise RuntimeError(f"{rows} rows updated")
    return taken


def _walked(database: RealDatabase, walkers: int, update: float) -> Iterator[Figure]:
    change = LawChange.objects.get()
    for walk in ("preview", "replay"):
        started = time.perf_counter()
        _begun(change, walk)
        memory = _Memory()
        with memory.of(_walkers(database, walkers)):
            pass
        taken = time.perf_counter() - started
        _check(change, walk)
        beside = f"{taken / update:.2f} times the UPDATE; promised {PROMISED[walk]:g}"
        yield Figure(f"{walk}, {_counted(walkers)}", f"{taken:.1f} s", f"{beside}; {memory}")


def _begun(change: LawChange, walk: str) -> None:
    begin, role = {
        "preview": (operations.preview_change, "rule_editor"),
        "replay": (operations.approve_change, "rule_reviewer"),
    }[walk]
    by = _actor(role)
    with acting_for(by.organisation_id):
        begin(change=change, by=by, at=AT)


def _walkers(database: RealDatabase, count: int) -> list[subprocess.Popen[bytes]]:
    command = [sys.executable, "manage.py", "replay_law"]
    environment = database.environ()
    return [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(count)]


def _counted(walkers: int) -> str:
    return "one worker" if walkers == 1 else f"{walkers} workers"


def _check(change: LawChange, walk: str) -> None:
    change.refresh_from_db()
    moved = sum(Slice.objects.filter(change=change, walk=walk).values_list("moved", flat=True))
    if (change.status, moved) != ({"preview": "previewed", "replay": "replayed"}[walk], STAYS):
        raise RuntimeError(f"{walk}: {change.status}, {moved} moved")


class _Memory:
    """Resident memory of the walkers, in megabytes: the most, and the most in the first third of the time."""

    def __init__(self) -> None:
        self.samples: list[int] = []

    @contextmanager
    def of(self, processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
        watch = threading.Thread(target=self._watch, args=[processes])
        watch.start()
        yield
        watch.join()
        if failed := [process.returncode for process in processes if process.returncode]:
            raise RuntimeError(f"a walker ended with {failed[0]}")

    def _watch(self, processes: list[subprocess.Popen[bytes]]) -> None:
        while [process for process in processes if process.poll() is None]:
            self.samples.append(max(_resident(process.pid) for process in processes))
            time.sleep(0.2)

    def __str__(self) -> str:
        early = max(self.samples[: len(self.samples) // 3 or 1])
        return f"at most {max(self.samples)} MB a worker, {early} MB in the first third"


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    except (OSError, IndexError):
        return 0
