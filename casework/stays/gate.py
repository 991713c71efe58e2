"""Who reads the register to write deadlines, and who changes it or walks over everybody, take turns.

The table of rules is the gate. Its lock modes say who may go together: writers of one person's deadlines
with each other, steps of a walk with each other, a change of the register with nobody. So no arrival is
registered under rules that end while it is written, and no step of a replay meets a file half changed.
"""

from django.db import connection


def hold_register() -> None:
    """Before one person's deadlines are brought in line; until the transaction ends."""
    _lock("ROW EXCLUSIVE")


def hold_still() -> None:
    """Before a step of a walk over many stays."""
    _lock("SHARE")


def change_register() -> None:
    """Before rules are ended and put in force."""
    _lock("SHARE ROW EXCLUSIVE")


def _lock(mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE stays_stayrule IN {mode} MODE")
