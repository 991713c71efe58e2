from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("stays", "0003_law_changes")]

    operations = [isolate("stays_affectedstay")]
