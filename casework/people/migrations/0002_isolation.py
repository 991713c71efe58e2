from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        isolate("people_household"),
        isolate("people_person"),
        isolate("people_namekey"),
        isolate("people_document"),
    ]
