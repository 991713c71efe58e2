from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from casework.stays import walking
from casework.stays.models import Slice


class Command(BaseCommand):
    help = "Go on with every preview, replay and withdrawal that is not at its end, in the foreground."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=walking.BATCH, help="stays in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        walking.BATCH = options["batch"]
        while walking.go_on(at=timezone.now(), most=1):
            left = Slice.objects.filter(done_at=None).count()
            self.stdout.write(f"{left} parts left")
