"""What a Prometheus may read, with a token of its own: the figures of each organisation's ledger, no name."""

from collections.abc import Iterator
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from casework.reminders.models import Figures
from casework.reminders.queries import COUNTED


class Ledgers(Collector):
    """As of each organisation's last comparison, which is a minute old at most while all is well."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        rows = list(Figures.objects.order_by("pk"))
        count = _gauge("", "Rows of the ledger by state; of the pending only those that are due.", "state")
        without = _gauge("_due_without_row", "What is due and has no row of the ledger: must be 0.")
        oldest = _gauge("_oldest_pending_seconds", "How long the oldest row that is due has waited.")
        retrying = _gauge("_retrying", "Rows that were not taken and wait for another attempt.")
        healed = _gauge("_healed_timestamp_seconds", "When the ledger was last compared with what is due.")
        for row in rows:
            label = str(row.pk)
            for state in COUNTED:
                count.add_metric([label, state], getattr(row, state))
            without.add_metric([label], row.due_without_row)
            oldest.add_metric([label], row.oldest_pending.total_seconds() if row.oldest_pending else 0)
            retrying.add_metric([label], row.retrying)
            healed.add_metric([label], row.healed_at.timestamp())
        yield from (count, without, oldest, retrying, healed)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Whoever has no token sees no more than that there is no such page."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Ledgers())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    same = compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    return bool(settings.METRICS_TOKEN) and scheme.lower() == "bearer" and same


def _gauge(name: str, what: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"casework_reminders{name}", what, labels=["organisation", *labels])
