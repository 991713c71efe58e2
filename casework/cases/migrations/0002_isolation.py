from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        isolate("cases_case"),
        isolate("cases_casecounter"),
        isolate("cases_task"),
    ]
