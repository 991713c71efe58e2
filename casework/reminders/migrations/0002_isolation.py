from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [
        isolate("reminders_reminder"),
    ]
