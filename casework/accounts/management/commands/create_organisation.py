import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from casework.accounts.models import Organisation
from casework.accounts.operations import add_user, create_organisation
from casework.accounts.roles import Role
from casework.audit.actors import system
from casework.isolation import acting_for


class Command(BaseCommand):
    help = "An organisation with its first administrator. Prints the administrator's password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--country", default="GE", help="where it works: ISO 3166-1, two letters (GE)")
        parser.add_argument("--city", default="")
        parser.add_argument("--time-zone", default="UTC", help="for example Asia/Tbilisi")
        parser.add_argument("--language", default="en")
        parser.add_argument(
            "--username", default="", help="of the administrator; default: made from the country"
        )
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--law-desk", action="store_true", help="may draft and approve changes of the law"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = secrets.token_urlsafe(15)
        try:
            username = self._create(options, password)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"Organisation: {options['name']}, {options['country']}, {options['time_zone']}")
        self.stdout.write(f"Administrator: {username}")
        self.stdout.write(f"Password: {password}  (shown once; change it after the first sign-in)")

    @transaction.atomic
    def _create(self, options: dict[str, Any], password: str) -> str:
        at = timezone.now()
        organisation: Organisation = create_organisation(
            name=options["name"],
            country=options["country"].upper(),
            city=options["city"],
            time_zone=options["time_zone"],
            language=options["language"],
            is_law_desk=options["law_desk"],
            at=at,
        )
        username = options["username"] or f"admin-{organisation.country.lower()}-{str(organisation.pk)[:4]}"
        with acting_for(organisation.pk):
            add_user(
                organisation=organisation, username=username, password=password, role=Role.ADMINISTRATOR,
                email=options["email"], full_name="Administrator", language=options["language"],
                by=system("setup", organisation.pk), at=at,
            )  # fmt: skip
        return username
