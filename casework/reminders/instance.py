"""Whether this process and this database belong together: a restored copy must not write to people.

The row travels with a dump or a copy of the data; the server's identity, the database's number, the name in
the environment and the transaction that wrote the row do not. Nothing but `adopt` may write it: a vacuum
leaves `xmin` as it was. A copy of a whole machine that runs under the same name is not noticed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import Now

from casework.accounts.models import Organisation
from casework.audit.actors import system
from casework.audit.operations import record
from casework.isolation import acting_for
from casework.reminders.models import AT_WORK, Instance, Reminder, State
from casework.reminders.queries import database_now

HERE = """
    SELECT %(instance)s AS name, control.system_identifier, base.oid::bigint AS database_oid
    FROM pg_control_system() control, pg_database base WHERE base.datname = current_database()
"""
# For the statements that let a message go. Takes the parameters of `parameters()`.
OURS = f"""EXISTS (
    SELECT FROM reminders_instance adopted
    JOIN ({HERE}) here USING (name, system_identifier, database_oid)
    WHERE adopted.written_by = adopted.xmin::text::bigint
)"""
ADOPT = f"""
    INSERT INTO reminders_instance (id, name, system_identifier, database_oid, adopted_at)
    SELECT 1, here.*, now() FROM ({HERE}) here
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, adopted_at = excluded.adopted_at,
        system_identifier = excluded.system_identifier, database_oid = excluded.database_oid
"""  # noqa: S608 (our own fragments)
# In the transaction (or savepoint) that has just written the row: the next version has the same xmin.
SEAL = "UPDATE reminders_instance SET written_by = xmin::text::bigint"
NAMES = f"""
    SELECT {OURS}, adopted.name, here.name IS NOT NULL
    FROM (SELECT) always LEFT JOIN reminders_instance adopted ON true
    LEFT JOIN ({HERE}) here USING (name, system_identifier, database_oid)
"""  # noqa: S608 (our own fragments)
NOBODYS = (
    "This database was adopted by no instance, and its reminders have a history: none is sent. "
    "If it is the one that people are to hear from, run `manage.py adopt_instance`."
)
ANOTHERS = (
    "This database belongs to another instance ({adopted}), or is a copy of one that does; this is {name}: "
    "no reminder is sent. If this one takes over and the other is stopped, run `manage.py adopt_instance`."
)
RESTORED = (
    "This database was restored from a copy since {name} adopted it, and does not know what was sent after "
    "the copy was made: no reminder is sent. If people are to hear from it all the same, run "
    "`manage.py adopt_instance`."
)


@dataclass(frozen=True)
class Waiting:
    """What adopting lets go: rows due by now, and rows in whose middle the copy was made."""

    due: int = 0
    at_work: int = 0


def parameters() -> dict[str, Any]:
    return {"instance": settings.INSTANCE_NAME}


def held_back() -> str:
    """Why this process may send nothing, as a sentence; empty where it may."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, parameters())
        ours, adopted, named_so = cursor.fetchone()
    if ours:
        return ""
    if adopted is None:
        return NOBODYS
    return (RESTORED if named_so else ANOTHERS).format(adopted=adopted, name=settings.INSTANCE_NAME)


def adopt() -> None:
    """From now on this process and those of its name send from this database, at the next tick."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADOPT, parameters())
        cursor.execute(SEAL)
        record(
            by=system("reminders", None), action="instance.adopted", object_type="instance",
            at=database_now(), about={"name": settings.INSTANCE_NAME},
        )  # fmt: skip


def adopt_if_new() -> bool:
    """At the first start: nobody has adopted the database yet, and its ledger was never used."""
    with transaction.atomic():
        if Instance.objects.exists() or next(_ledgers(), None):
            return False
        adopt()
    return True


def waiting() -> Waiting:
    """Of all organisations together."""
    found = [Waiting(**ledger) for ledger in _ledgers()]
    return Waiting(sum(one.due for one in found), sum(one.at_work for one in found))


def _ledgers() -> Iterator[dict[str, int]]:
    """One per organisation that has a ledger."""
    for organisation_id in Organisation.objects.order_by("pk").values_list("pk", flat=True):
        with acting_for(organisation_id):
            if Reminder.objects.exists():
                yield Reminder.objects.aggregate(
                    due=Count("pk", filter=Q(state=State.PENDING, send_after__lte=Now())),
                    at_work=Count("pk", filter=Q(state__in=AT_WORK)),
                )
