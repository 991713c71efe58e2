from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("reminders", "0005_policies")]

    operations = [
        isolate("reminders_policy"),
    ]
