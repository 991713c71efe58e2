from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from casework.accounts.models import Organisation
from casework.audit.actors import system
from casework.intake.csv_file import UnreadableFile
from casework.intake.operations import Loaded, load_arrivals
from casework.intake.spreadsheet import Parsed, parse, read
from casework.isolation import acting_for
from casework.stays.zones import local_day


class Command(BaseCommand):
    help = (
        "Load a volunteer's spreadsheet (CSV). Good rows become people, bad ones are told by row and column."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, help="its name or id")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = _organisation(options["organisation"])
        at = timezone.now()
        parsed = _parsed(options["file"], organisation, at)
        with acting_for(organisation.pk):
            by = system("import_arrivals", organisation.pk)
            loaded = load_arrivals(parsed=parsed, organisation=organisation, by=by, at=at)
            if options["dry_run"]:
                transaction.set_rollback(True)
        self._report(loaded, dry_run=options["dry_run"])

    def _report(self, loaded: Loaded, dry_run: bool) -> None:
        for error in loaded.rejected:
            self.stdout.write(f"row {error.row}, {error.column}: {error.detail}")
        for warning in loaded.warnings:
            self.stdout.write(f"row {warning.row}, {warning.column}: please check. {warning.detail}")
        rejected = len({error.row for error in loaded.rejected})
        done = "would be loaded (dry run: nothing is stored)" if dry_run else "loaded"
        self.stdout.write(f"{len(loaded.rows)} rows {done}, {rejected} rejected.")


def _organisation(name_or_id: str) -> Organisation:
    found = Organisation.objects.filter(name=name_or_id).first()
    if found is None:
        try:
            found = Organisation.objects.filter(pk=UUID(name_or_id)).first()
        except ValueError:
            found = None
    if found is None:
        raise CommandError(f"There is no organisation {name_or_id}.")
    return found


def _parsed(file: Path, organisation: Organisation, at: Any) -> Parsed:
    try:
        return parse(read(file, file.name), local_day(organisation.country, at))
    except UnreadableFile as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
