from django.db import migrations, models

# Whoever had adopted the database keeps it: that it was not restored until now cannot be told any more. The
# second statement reads what the first, in the same transaction, has left in xmin.
SEAL = [
    "UPDATE reminders_instance SET written_by = 0",
    "UPDATE reminders_instance SET written_by = xmin::text::bigint",
]


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0011_figures"),
    ]

    operations = [
        migrations.AddField(
            model_name="instance",
            name="written_by",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
    ]
