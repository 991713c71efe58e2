"""What the application's role may do with the owner's tables."""

from django.conf import settings
from django.db import connections

# Nobody edits the trail. The admin's own log would hold names: it stays empty.
APPEND_ONLY = ("audit_event",)
READ_ONLY = ("audit_epoch", "django_admin_log", "django_migrations")


def grant_to_application() -> None:
    """As the owner, after each migration: rows for the application's role, never the tables themselves."""
    role = connections["owner"].ops.quote_name(settings.DATABASES["default"]["USER"])
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")
        for table in READ_ONLY:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}")
