from django.db import migrations

from casework.isolation import CURRENT_ORGANISATION


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL("INSERT INTO audit_epoch (id, number) VALUES (1, 1)", migrations.RunSQL.noop),
        migrations.RunSQL(
            [
                "ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE audit_event FORCE ROW LEVEL SECURITY",
                "CREATE POLICY organisation_isolation ON audit_event FOR SELECT"
                f" USING (organisation_id = {CURRENT_ORGANISATION})",
                # A failed sign-in has no organisation; it may be written, and read by nobody here.
                "CREATE POLICY audit_append ON audit_event FOR INSERT"
                f" WITH CHECK (organisation_id IS NULL OR organisation_id = {CURRENT_ORGANISATION})",
                """
                CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'the audit trail is append-only';
                END $$
                """,
                "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only()",
            ],
            [
                "DROP TRIGGER append_only ON audit_event",
                "DROP FUNCTION audit_event_is_append_only()",
                "DROP POLICY audit_append ON audit_event",
                "DROP POLICY organisation_isolation ON audit_event",
                "ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY",
                "ALTER TABLE audit_event DISABLE ROW LEVEL SECURITY",
            ],
        ),
    ]
