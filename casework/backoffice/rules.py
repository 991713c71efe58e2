"""The register of stay rules: the law as the machine reads it, where it is written, how sure that is."""

from django.contrib import admin
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice.filters import ByCountry
from casework.backoffice.room import RoomAdmin
from casework.backoffice.words import chip, country_name, day
from casework.stays.models import Confidence, StayRule

TONES = {Confidence.HIGH: "good", Confidence.MEDIUM: "soon", Confidence.LOW: "late"}


class StayRuleAdmin(RoomAdmin):
    reads = Scope.RULES_READ
    shows_personal_data = False
    owned = False
    heading = "Stay rules"
    list_display = ("title", "where", "kind", "period", "confidence_told", "source", "status")
    list_filter = (ByCountry, "kind", "confidence", "status")
    ordering = ("country", "kind", "title")
    fields = (
        "title", "kind", "where", "area", "nationalities", "document_kinds", "applies_to_entries_from",
        "applies_to_entries_until", "limits", "readings", "condition", "within", "unit", "who",
        "if_longer_than_days", "notes", "source", "source_date", "confidence", "reviewed_by", "status",
    )  # fmt: skip

    @admin.display(description="country", ordering="country")
    def where(self, rule: StayRule) -> str:
        return country_name(rule.country)

    @admin.display(description="for entries")
    def period(self, rule: StayRule) -> str:
        first, last = rule.applies_to_entries_from, rule.applies_to_entries_until
        if first is None and last is None:
            return "always"
        return f"{'from ' + day(first) if first else ''} {'until ' + day(last) if last else ''}".strip()

    @admin.display(description="confidence", ordering="confidence")
    def confidence_told(self, rule: StayRule) -> SafeString:
        return chip(rule.confidence, TONES[Confidence(rule.confidence)])
