from django.db import migrations

from casework.isolation import isolate


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [
        isolate("api_idempotencykey"),
    ]
