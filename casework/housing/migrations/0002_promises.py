"""What is never false, whoever writes: no night with more people than beds, nobody in a closed unit or in one
that is not there.

Each of these asks about several rows. So whoever writes one of them first writes the unit's row (a write that
changes nothing): at READ COMMITTED the others wait, and then see what was written; at REPEATABLE READ they fail
and try again. Only a lock would let REPEATABLE READ decide on what it saw before.
"""

from django.db import migrations

from casework.isolation import isolate

TABLES = ("place", "unit", "closure", "need", "placement", "turnedaway")

MOST_PEOPLE = """
CREATE FUNCTION housing_most_people(organisation uuid, unit uuid, first date, last date) RETURNS bigint
LANGUAGE sql AS $$
    SELECT coalesce(max(people), 0)::bigint FROM (
        SELECT sum(sum(change)) OVER (ORDER BY night) AS people
        FROM (
            SELECT greatest(p.starts_on, first) AS night, p.people::bigint AS change
            FROM housing_placement p
            WHERE p.organisation_id = organisation AND p.unit_id = unit AND p.status <> 'cancelled'
                AND p.starts_on <= last AND p.ends_on >= first
            UNION ALL
            SELECT p.ends_on + 1, -p.people
            FROM housing_placement p
            WHERE p.organisation_id = organisation AND p.unit_id = unit AND p.status <> 'cancelled'
                AND p.starts_on <= last AND p.ends_on >= first AND p.ends_on < last
        ) changes
        GROUP BY night
    ) nights
$$
"""

PLACEMENT_TAKES_ITS_UNIT = """
CREATE FUNCTION housing_placement_takes_its_unit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_private boolean;
BEGIN
    UPDATE housing_unit SET version = version
        WHERE organisation_id = NEW.organisation_id AND id = NEW.unit_id
        RETURNING private INTO is_private;
    IF FOUND THEN
        NEW.private := is_private;
    END IF;
    RETURN NEW;  -- a unit that is not there is the foreign key's to refuse
END $$
"""

PLACEMENT_HAS_ROOM = """
CREATE FUNCTION housing_placement_has_room() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first date := NEW.starts_on;
    last date := NEW.ends_on;
    unit housing_unit%ROWTYPE;
BEGIN
    IF NEW.status = 'cancelled' THEN
        RETURN NULL;
    END IF;
    -- Nights that it had before are its own: a unit may since have become smaller.
    IF TG_OP = 'UPDATE' AND OLD.status <> 'cancelled' AND OLD.organisation_id = NEW.organisation_id
            AND OLD.unit_id = NEW.unit_id AND NEW.people <= OLD.people THEN
        IF NEW.starts_on >= OLD.starts_on AND NEW.ends_on <= OLD.ends_on THEN
            RETURN NULL;
        ELSIF NEW.starts_on >= OLD.starts_on THEN
            first := greatest(first, OLD.ends_on + 1);
        ELSIF NEW.ends_on <= OLD.ends_on THEN
            last := least(last, OLD.starts_on - 1);
        END IF;
    END IF;
    SELECT * INTO unit FROM housing_unit u
        WHERE u.organisation_id = NEW.organisation_id AND u.id = NEW.unit_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF first < unit.available_from OR last > unit.available_until THEN
        RAISE EXCEPTION 'the unit is not available from % to %', first, last USING
            ERRCODE = 'check_violation', CONSTRAINT = 'nobody_sleeps_in_a_unit_that_is_not_there',
            TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (
        SELECT FROM housing_closure c
        WHERE c.organisation_id = NEW.organisation_id AND c.unit_id = NEW.unit_id
            AND c.starts_on <= last AND c.ends_on >= first
    ) THEN
        RAISE EXCEPTION 'the unit is closed between % and %', first, last USING
            ERRCODE = 'check_violation', CONSTRAINT = 'nobody_sleeps_in_a_closed_unit', TABLE = TG_TABLE_NAME;
    END IF;
    IF housing_most_people(NEW.organisation_id, NEW.unit_id, first, last) > unit.capacity THEN
        RAISE EXCEPTION 'the unit is full between % and %', first, last USING
            ERRCODE = 'check_violation', CONSTRAINT = 'unit_is_not_oversold', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
"""

UNIT_KEEPS_ITS_WORD = """
CREATE FUNCTION housing_unit_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Stays that have ended are history; those that go on or are to come were promised a bed.
    IF NEW.capacity < OLD.capacity AND EXISTS (
        SELECT FROM housing_placement p
        WHERE p.organisation_id = NEW.organisation_id AND p.unit_id = NEW.id
            AND p.status IN ('held', 'confirmed')
            AND housing_most_people(NEW.organisation_id, NEW.id, p.starts_on, p.ends_on) > NEW.capacity
    ) THEN
        RAISE EXCEPTION 'more people than % have a bed in the unit', NEW.capacity USING
            ERRCODE = 'check_violation', CONSTRAINT = 'unit_is_not_oversold', TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (
        SELECT FROM housing_placement p
        WHERE p.organisation_id = NEW.organisation_id AND p.unit_id = NEW.id
            AND p.status IN ('held', 'confirmed')
            AND (p.starts_on < NEW.available_from OR p.ends_on > NEW.available_until)
    ) THEN
        RAISE EXCEPTION 'somebody has a bed in the unit on another day' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'nobody_sleeps_in_a_unit_that_is_not_there',
            TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.private <> OLD.private THEN
        UPDATE housing_placement SET private = NEW.private
            WHERE organisation_id = NEW.organisation_id AND unit_id = NEW.id
                AND status IN ('held', 'confirmed');
    END IF;
    RETURN NULL;
END $$
"""

CLOSURE_FINDS_NOBODY = """
CREATE FUNCTION housing_closure_finds_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE housing_unit SET version = version
        WHERE organisation_id = NEW.organisation_id AND id = NEW.unit_id;
    IF EXISTS (
        SELECT FROM housing_placement p
        WHERE p.organisation_id = NEW.organisation_id AND p.unit_id = NEW.unit_id AND p.status <> 'cancelled'
            AND p.starts_on <= NEW.ends_on AND p.ends_on >= NEW.starts_on
    ) THEN
        RAISE EXCEPTION 'somebody has a bed in the unit between % and %', NEW.starts_on, NEW.ends_on USING
            ERRCODE = 'check_violation', CONSTRAINT = 'nobody_sleeps_in_a_closed_unit', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
"""

TRIGGERS = """
CREATE TRIGGER housing_placement_takes_its_unit
    BEFORE INSERT OR UPDATE OF organisation_id, unit_id, starts_on, ends_on, people, status, private
    ON housing_placement FOR EACH ROW EXECUTE FUNCTION housing_placement_takes_its_unit();
CREATE TRIGGER housing_placement_has_room
    AFTER INSERT OR UPDATE OF organisation_id, unit_id, starts_on, ends_on, people, status
    ON housing_placement FOR EACH ROW EXECUTE FUNCTION housing_placement_has_room();
CREATE TRIGGER housing_unit_keeps_its_word
    AFTER UPDATE OF capacity, private, available_from, available_until
    ON housing_unit FOR EACH ROW EXECUTE FUNCTION housing_unit_keeps_its_word();
CREATE TRIGGER housing_closure_finds_nobody
    AFTER INSERT OR UPDATE OF organisation_id, unit_id, starts_on, ends_on
    ON housing_closure FOR EACH ROW EXECUTE FUNCTION housing_closure_finds_nobody();
"""

UNDONE = """
DROP TRIGGER housing_closure_finds_nobody ON housing_closure;
DROP TRIGGER housing_unit_keeps_its_word ON housing_unit;
DROP TRIGGER housing_placement_has_room ON housing_placement;
DROP TRIGGER housing_placement_takes_its_unit ON housing_placement;
DROP FUNCTION housing_closure_finds_nobody();
DROP FUNCTION housing_unit_keeps_its_word();
DROP FUNCTION housing_placement_has_room();
DROP FUNCTION housing_placement_takes_its_unit();
DROP FUNCTION housing_most_people(uuid, uuid, date, date);
"""


class Migration(migrations.Migration):
    dependencies = [("housing", "0001_initial")]

    operations = [
        *(isolate(f"housing_{table}") for table in TABLES),
        migrations.RunSQL(
            sql=[
                MOST_PEOPLE,
                PLACEMENT_TAKES_ITS_UNIT,
                PLACEMENT_HAS_ROOM,
                UNIT_KEEPS_ITS_WORD,
                CLOSURE_FINDS_NOBODY,
                TRIGGERS,
            ],
            reverse_sql=UNDONE,
        ),
    ]
