from django.db import migrations, models

# A second address without a first becomes the first; one that is the first again goes.
# The table's owner sees rows of all organisations only until the second ALTER.
PUT_RIGHT = [
    "ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY",
    """
    UPDATE people_person
    SET email = CASE WHEN email = '' THEN second_email ELSE email END, second_email = '',
        version = version + 1, updated_at = now()
    WHERE second_email <> '' AND (email = '' OR upper(email) = upper(second_email))
    """,
    "ALTER TABLE people_person FORCE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_second_email"),
    ]

    operations = [
        migrations.RunSQL(PUT_RIGHT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_email", ""),
                    models.Q(
                        models.Q(("email", ""), _negated=True),
                        models.Q(("second_email__iexact", models.F("email")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="person_second_address_follows_another",
                violation_error_message="A second e-mail address follows a first one, and is another.",
            ),
        ),
    ]
