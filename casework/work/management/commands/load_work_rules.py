import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

import casework.work
from casework.work.models import WorkRule

DATA = Path(casework.work.__file__).parent / "data" / "work-rules.json"


class Command(BaseCommand):
    help = "Load the law on who may work that ships with Casework. A row already there is left as it is."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        rows = json.loads(DATA.read_text(encoding="utf-8"))["rules"]
        known = set(WorkRule.objects.values_list("key", flat=True))
        at = timezone.now()
        new = [WorkRule(**row, created_at=at, updated_at=at) for row in rows if row["key"] not in known]
        WorkRule.objects.bulk_create(new)
        self.stdout.write(f"{len(new)} work rules loaded, {len(rows) - len(new)} already there.")
