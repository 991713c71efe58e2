from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("stays", "0005_decisions")]

    operations = [isolate("stays_decision")]
