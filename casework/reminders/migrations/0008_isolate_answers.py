from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("reminders", "0007_answers")]

    operations = [
        isolate("reminders_answer"),
    ]
