import json
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from casework.stays.models import StayRule
from casework.stays.zones import DATA


class Command(BaseCommand):
    help = "Load the rules that ship with Casework. A rule that is already there is left as it is."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        rows = json.loads(DATA.read_text(encoding="utf-8"))["rules"]
        known = set(StayRule.objects.values_list("key", flat=True))
        at = timezone.now()
        new = [StayRule(**row, created_at=at, updated_at=at) for row in rows if row["key"] not in known]
        StayRule.objects.bulk_create(new)
        self.stdout.write(f"{len(new)} rules loaded, {len(rows) - len(new)} already there.")
