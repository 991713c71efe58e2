from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from casework.accounts.database import grant_to_application


class Command(BaseCommand):
    help = "Migrate as the owner, let the application's role at the rows, load the law, adopt if new."

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL: migrations run as the owner of the tables.")
        call_command("migrate", database="owner", interactive=False, verbosity=options["verbosity"])
        grant_to_application()
        call_command("load_stay_rules", stdout=self.stdout)
        call_command("load_work_rules", stdout=self.stdout)
        call_command("adopt_instance", if_new=True, stdout=self.stdout)
