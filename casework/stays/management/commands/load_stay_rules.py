import json
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from casework.stays.models import DeadlineType, StayRule
from casework.stays.zones import DATA


class Command(BaseCommand):
    help = "Load the law that ships with Casework. A row that is already there is left as it is."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        shipped = json.loads(DATA.read_text(encoding="utf-8"))
        self._load(StayRule, shipped["rules"], "rules")
        self._load(DeadlineType, shipped["deadline_types"], "legal periods")

    def _load(
        self, model: type[StayRule] | type[DeadlineType], rows: list[dict[str, Any]], name: str
    ) -> None:
        known = set(model.objects.values_list("key", flat=True))
        at = timezone.now()
        new: list[Any] = [
            model(**row, created_at=at, updated_at=at) for row in rows if row["key"] not in known
        ]
        model.objects.bulk_create(new)
        self.stdout.write(f"{len(new)} {name} loaded, {len(rows) - len(new)} already there.")
