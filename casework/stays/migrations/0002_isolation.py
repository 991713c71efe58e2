from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("stays", "0001_initial")]

    operations = [
        isolate("stays_arrival"),
        isolate("stays_permit"),
        isolate("stays_deadline"),
        isolate("stays_deadlinehistory"),
    ]
