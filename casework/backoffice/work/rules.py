"""The right to work: dated rows of law, in words, with source and confidence. Read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice.filters import ByCountry
from casework.backoffice.room import RoomAdmin
from casework.backoffice.rule_words import confidence_chip, entries
from casework.backoffice.words import chip
from casework.backoffice.work.words import BASES, RIGHT, law_of, nationalities_of
from casework.work.models import WorkRule
from casework.work.rules import Allowed

LOOK_IT_UP = "look it up each time"


class LawFilter(ByCountry):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = model_admin.get_queryset(request).order_by().values_list("country", flat=True).distinct()
        return sorted(((code, law_of(code)) for code in codes), key=lambda pair: pair[1])


class BasisFilter(admin.SimpleListFilter):
    title = "basis of the stay"
    parameter_name = "basis"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = model_admin.get_queryset(request).order_by().values_list("basis", flat=True).distinct()
        return sorted((code, BASES[code]) for code in codes)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(basis=self.value()) if self.value() else queryset


class AnswerFilter(admin.SimpleListFilter):
    title = "answer"
    parameter_name = "allowed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        told = {code: told for code, (told, _) in RIGHT.items()}
        return list({**told, Allowed.UNKNOWN: LOOK_IT_UP}.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(allowed=self.value()) if self.value() else queryset


class WorkRuleAdmin(RoomAdmin):
    reads = Scope.RULES_READ
    shows_personal_data = False
    owned = False
    heading = "Right to work"
    list_display = ("title", "where", "on_basis", "answer", "period", "confidence_told", "source")
    list_filter = (LawFilter, BasisFilter, AnswerFilter, "confidence")
    ordering = ("country", "title", "pk")

    @admin.display(description="country", ordering="country")
    def where(self, rule: WorkRule) -> str:
        return law_of(rule.country)

    @admin.display(description="who stays on", ordering="basis")
    def on_basis(self, rule: WorkRule) -> str:
        return BASES[rule.basis]

    @admin.display(description="may they work", ordering="allowed")
    def answer(self, rule: WorkRule) -> SafeString:
        return answer_chip(rule)

    @admin.display(description="in force", ordering="valid_from")
    def period(self, rule: WorkRule) -> str:
        return entries(rule.valid_from, rule.valid_until)

    @admin.display(description="confidence", ordering="confidence")
    def confidence_told(self, rule: WorkRule) -> SafeString:
        return confidence_chip(rule)

    def page(self, request: HttpRequest, rule: WorkRule, /) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": rule.title, "rule": rule, "country": law_of(rule.country), "basis": BASES[rule.basis],
            "nationalities": nationalities_of(rule), "answer": answer_chip(rule),
            "period": entries(rule.valid_from, rule.valid_until), "confidence": confidence_chip(rule),
        }  # fmt: skip
        return TemplateResponse(request, "backoffice/work/rule.html", context)


def answer_chip(rule: WorkRule) -> SafeString:
    """ "unknown" is a finding of the law: it leaves it to what a card or an authority says."""
    told, tone = RIGHT[rule.allowed]
    return chip(LOOK_IT_UP if rule.allowed == Allowed.UNKNOWN else told, tone)
