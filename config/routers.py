from typing import Any

from django.conf import settings


class OwnerMigrates:
    """Migrations run as the owner of the tables; everything else as the application's role."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner" or "owner" not in settings.DATABASES
