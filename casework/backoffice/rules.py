"""The register of stay rules: the law as the machine reads it, where it is written, how sure that is."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice import rule_words
from casework.backoffice.asked import organisation_of
from casework.backoffice.filters import ByCountry, TypedDay, other_filters, typed_day
from casework.backoffice.law_changes import at_the_law_desk
from casework.backoffice.room import RoomAdmin
from casework.backoffice.words import country_name
from casework.stays.lineage import end_of_day, lineage_of, register_began
from casework.stays.models import ChangeStatus, RuleStatus, StayRule


class KnownOn(TypedDay):
    """What was held to be the law on a day."""

    title = "known on"
    parameter_name = "known_on"

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.known_at(end_of_day(day, organisation_of(request).country))  # type: ignore[attr-defined]
        return found


class StayRuleAdmin(RoomAdmin):
    reads = Scope.RULES_READ
    shows_personal_data = False
    owned = False
    heading = "Stay rules"
    list_display = ("title", "where", "kind", "period", "confidence_told", "source", "state")
    list_filter = (ByCountry, "kind", "confidence", "status", KnownOn)
    list_before_template = "backoffice/known_on.html"
    ordering = ("country", "kind", "title")

    @admin.display(description="country", ordering="country")
    def where(self, rule: StayRule) -> str:
        return country_name(rule.country)

    @admin.display(description="for entries")
    def period(self, rule: StayRule) -> str:
        return rule_words.entries(rule.applies_to_entries_from, rule.applies_to_entries_until)

    @admin.display(description="confidence", ordering="confidence")
    def confidence_told(self, rule: StayRule) -> SafeString:
        return rule_words.confidence_chip(rule)

    @admin.display(description="status today", ordering="status")
    def state(self, rule: StayRule) -> SafeString:
        return rule_words.status_chip(rule)

    def changelist_view(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = request.GET.get("known_on", "")
        context = {
            "asked_day": asked, "known_on": typed_day(asked),
            "other_filters": other_filters(request, "known_on"),
            "began": register_began() if asked else None,
        }  # fmt: skip
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def page(self, request: HttpRequest, rule: StayRule, /) -> HttpResponse:
        is_law = rule.status == RuleStatus.IN_FORCE
        context = {
            **self.admin_site.each_context(request),
            "title": rule.title, "told": rule_words.told(rule), "lineage": lineage_of(rule),
            "taken_back": _is_taken_back(rule),
            "may_replace": is_law and at_the_law_desk(request),
        }  # fmt: skip
        return TemplateResponse(request, "backoffice/rule.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("made_by", "ended_by")


def _is_taken_back(rule: StayRule) -> bool:
    """The change that made it was withdrawn, and it went with it."""
    made_by = rule.made_by
    return (
        rule.status == RuleStatus.ENDED
        and rule.ended_by_id is None
        and made_by is not None
        and made_by.status == ChangeStatus.WITHDRAWN
    )
