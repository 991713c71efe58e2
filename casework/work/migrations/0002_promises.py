from django.db import migrations

from casework.isolation import isolate

# An update of the opening's row, not a count beside it: under every isolation level two hires meet at that row,
# and the constraint opening_is_not_overfilled speaks of what both have done.
COUNTS_HIRED = """
CREATE FUNCTION work_application_counts_hired() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF OLD.status = 'hired' THEN
            UPDATE work_opening SET hired = hired - 1
            WHERE organisation_id = OLD.organisation_id AND id = OLD.opening_id;
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF NEW.status = 'hired' THEN
            UPDATE work_opening SET hired = hired + 1
            WHERE organisation_id = NEW.organisation_id AND id = NEW.opening_id;
        END IF;
    END IF;
    RETURN NULL;
END $$
"""
# Nobody but the trigger above writes the figure; what a client of the table sends for it is not taken.
KEEPS_HIRED = """
CREATE FUNCTION work_opening_keeps_hired() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 THEN
        NEW.hired := CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.hired END;
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial")]

    operations = [
        isolate("work_opening"),
        isolate("work_need"),
        isolate("work_application"),
        isolate("work_applicationstep"),
        migrations.RunSQL(
            [
                COUNTS_HIRED,
                KEEPS_HIRED,
                "CREATE TRIGGER counts_hired AFTER INSERT OR DELETE OR UPDATE OF status, opening_id,"
                " organisation_id ON work_application"
                " FOR EACH ROW EXECUTE FUNCTION work_application_counts_hired()",
                "CREATE TRIGGER keeps_hired BEFORE INSERT OR UPDATE ON work_opening"
                " FOR EACH ROW EXECUTE FUNCTION work_opening_keeps_hired()",
            ],
            [
                "DROP TRIGGER keeps_hired ON work_opening",
                "DROP TRIGGER counts_hired ON work_application",
                "DROP FUNCTION work_opening_keeps_hired()",
                "DROP FUNCTION work_application_counts_hired()",
            ],
        ),
    ]
