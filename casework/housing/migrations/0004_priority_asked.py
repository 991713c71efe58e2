from django.db import migrations, models

# What was asked was stored as high as a ground raised it. Where it is that high, the ground explains it.
# The table's owner sees rows of all organisations only until the second ALTER.
ASKED = [
    "ALTER TABLE housing_need NO FORCE ROW LEVEL SECURITY",
    """
    UPDATE housing_need SET priority_asked = priority
    WHERE priority <> CASE
        WHEN grounds::text[] && ARRAY['unaccompanied_child', 'no_shelter'] THEN 'urgent'
        WHEN grounds::text[] && ARRAY['illness'] THEN 'high'
        ELSE 'normal'
    END
    """,
    "ALTER TABLE housing_need FORCE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):
    dependencies = [
        ("housing", "0003_waiting_since"),
    ]

    operations = [
        migrations.AddField(
            model_name="need",
            name="priority_asked",
            field=models.CharField(
                choices=[("normal", "Normal"), ("high", "High"), ("urgent", "Urgent")],
                db_default="normal",
                default="normal",
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority_asked__in", ["normal", "high", "urgent"])),
                name="bed_need_asked_for_a_known_priority",
                violation_error_message="normal, high or urgent.",
            ),
        ),
        migrations.RunSQL(ASKED, migrations.RunSQL.noop),
    ]
