"""The trail, for the auditor: who did and who read what, by ids."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.audit.models import Event
from casework.backoffice.room import RoomAdmin


class EventAdmin(RoomAdmin):
    reads = Scope.EVENTS_READ
    heading = "Audit trail"
    shows_personal_data = False
    list_display = ("occurred_at", "action", "object_told", "actor_told", "about_told")
    list_filter = ("actor_kind", "object_type")
    list_display_links = None
    search_fields = ("object_id",)
    search_help_text = "Id of an object or of whoever acted"
    ordering = ("-id",)
    fields = ("occurred_at", "action", "object_type", "object_id", "actor_kind", "actor_id", "about")

    def asked(self, request: HttpRequest, object_id: UUID | str, *, lock: bool = False) -> Any:
        """Never locked: nobody may change the trail, nor hold a row of it."""
        return super().asked(request, object_id)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(Q(object_id=UUID(term)) | Q(actor_id=term)), False
        except ValueError:
            return queryset.none(), False

    @admin.display(description="object")
    def object_told(self, event: Event) -> str:
        return f"{event.object_type} {event.object_id or ''}".strip()

    @admin.display(description="by")
    def actor_told(self, event: Event) -> str:
        return f"{event.actor_kind} {event.actor_id}"

    @admin.display(description="about")
    def about_told(self, event: Event) -> SafeString:
        return format_html('<span class="cw-about">{}</span>', json.dumps(event.about)[:200])
