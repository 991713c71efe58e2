from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from casework.reminders import instance


class Command(BaseCommand):
    help = (
        "Send reminders from this database from now on: after a restore or a move. "
        "Stop the instance that sent from it before, or people are written to twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-new", action="store_true", help="only a database that never sent anything")

    def handle(self, *args: Any, **options: Any) -> None:
        why = instance.held_back()
        name = settings.INSTANCE_NAME
        if not why:
            self.stdout.write(f"This database is already that of {name}; nothing was changed.")
            return
        if options["if_new"]:
            adopted = instance.adopt_if_new()
            self.stdout.write(f"Adopted by {name}: the database is new." if adopted else why)
            return
        waiting = instance.waiting()
        instance.adopt()
        self.stdout.write(
            f"Adopted by {name}. {waiting.due} reminders are due and go out at the next tick; what was sent "
            f"after the copy was made goes out again. {waiting.at_work} were just being sent when it was "
            "made: those that may be told twice are, the others become tasks."
        )
