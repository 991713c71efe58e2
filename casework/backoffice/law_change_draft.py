"""Drafting a change of the law: which rules of a country it ends, and the new ones, each from a copy.

It works without a script: the buttons that bring one more form send the page, which comes back with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from casework.backoffice.asked import actor_of, now
from casework.backoffice.filters import by_name
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.law_change_forms import (
    EVERYBODY,
    ChangeForm,
    ConditionForm,
    LimitForm,
    RuleForm,
    ids_of,
    rule_draft,
)
from casework.backoffice.words import country_name
from casework.people.countries import choices, is_country
from casework.stays.drafts import ChangeDraft, RuleDraft
from casework.stays.models import StayRule
from casework.stays.operations import draft_change
from casework.stays.queries import countries_with_rules
from casework.stays.zones import local_day

MOST_RULES, LIMITS, READING = 10, 3, 2
SEND, COPY, MORE = "send", "copy", "more"
TOO_LONG = "“{}” has more limits than this form can hold: draft it over the API."
NEEDS_A_RULE = (
    "To end a rule for those who are there already, put another in its place: tick it and copy it below."
)


@dataclass(frozen=True)
class NewRule:
    """The forms of one new rule. The pointers of its limits count filled rows only, as the engine does."""

    number: int
    rule: RuleForm
    limits: list[LimitForm]
    reading: list[LimitForm]
    condition: ConditionForm

    def parts(self) -> Iterator[Part]:
        here = f"/rules/{self.number}"
        yield Part(self.rule, here)
        yield from _pointed(self.limits, f"{here}/limits")
        yield from _pointed(self.reading, f"{here}/readings/0")
        yield Part(self.condition, f"{here}/condition")

    def draft(self, country: str) -> RuleDraft:
        return rule_draft(country, self.rule, self.limits, self.reading, self.condition)

    @property
    def has_reading(self) -> bool:
        return any(row.is_filled() or row.errors for row in self.reading)

    @property
    def has_condition(self) -> bool:
        return bool(self.condition["kind"].value() or self.condition.errors)

    @property
    def has_registration(self) -> bool:
        names = ("within", "unit", "who", "if_longer_than_days")
        return any(self.rule[name].value() not in (None, "") or self.rule[name].errors for name in names)


def draft(request: HttpRequest, site: AdminSite) -> HttpResponse:
    country, copied = _country(request)
    if country is None:
        with_rules = countries_with_rules()
        context = {"title": "Draft a change of the law", "offered": _offered(with_rules)}
        return TemplateResponse(
            request, "backoffice/law_change_country.html", {**site.each_context(request), **context}
        )
    standing = list(StayRule.objects.in_force().filter(country=country).order_by("kind", "title", "key"))
    pressed = request.POST.get("do", SEND) if request.method == "POST" else COPY
    sent = request.POST if request.method == "POST" else None
    change = _change_form(sent, standing, pressed, copied)
    rules, kept_out = _rules(request, standing, pressed, copied)
    return _asked(request, site, country, pressed, change, rules, kept_out)


def _asked(
    request: HttpRequest, site: AdminSite, country: str, pressed: str, change: ChangeForm,
    rules: list[NewRule], kept_out: list[str],
) -> HttpResponse:  # fmt: skip
    question = Question(
        title=f"Draft a change of the law: {country_name(country)}", submit="Keep the draft",
        back=reverse("admin:stays_lawchange_changelist"), template="backoffice/law_change_draft.html",
    )  # fmt: skip
    parts = [Part(change), *(part for rule in rules for part in rule.parts())]
    context = {
        "country": country, "rules": rules, "kept_out": kept_out, "refused": pressed == SEND,
        "change": change, "room_for_more": len(rules) < MOST_RULES,
    }  # fmt: skip

    def operate() -> str:
        details = _details(country, change, rules)
        made = draft_change(details=details, by=actor_of(request), at=now())
        messages.success(request, "The draft is kept. Preview it to see whom it would touch.")
        return reverse("admin:stays_lawchange_change", args=[made.pk])

    if pressed == SEND and change.is_valid() and change.cleaned_data["for_whom"] == EVERYBODY and not rules:
        change.add_error("for_whom", NEEDS_A_RULE)
    return ask(request, site, question, parts, operate, **context)


def _details(country: str, change: ChangeForm, rules: list[NewRule]) -> ChangeDraft:
    values = dict(change.cleaned_data)
    for_whom, first = values.pop("for_whom"), values["effective_on"]
    drafts = tuple(rule.draft(country) for rule in rules)
    if for_whom != EVERYBODY:
        drafts = tuple(
            replace(row, applies_to_entries_from=row.applies_to_entries_from or first) for row in drafts
        )
    values["ends_rules"] = ids_of(values["ends_rules"])
    return ChangeDraft(**values, country=country, rules=drafts)


# --- what the page shows ---------------------------------------------------------------------------------
def _country(request: HttpRequest) -> tuple[str | None, UUID | None]:
    """Chosen, or that of the rule that is to be replaced."""
    wanted = request.GET.get("replaces")
    if wanted and request.method != "POST":
        rule = _rule(wanted)
        return rule.country, rule.pk
    country = request.POST.get("country") or request.GET.get("country")
    if country and not is_country(country):
        raise Http404
    return country or None, None


def _rule(wanted: str) -> StayRule:
    try:
        return StayRule.objects.in_force().get(pk=UUID(wanted))
    except (ValueError, StayRule.DoesNotExist) as nothing:
        raise Http404 from nothing


def _offered(with_rules: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    others = [pair for pair in choices() if pair[0] not in with_rules]
    return [("With rules", by_name(with_rules)), ("Without rules yet", others)]


def _change_form(
    sent: QueryDict | None, standing: list[StayRule], pressed: str, copied: UUID | None
) -> ChangeForm:
    """Bound only when it is meant: whoever asks for one more form is not told what is missing."""
    if sent is not None and pressed == SEND:
        return ChangeForm(sent, standing=standing)
    initial = _typed(sent, ChangeForm(standing=standing)) if sent is not None else {}
    if copied is not None:
        initial["ends_rules"] = [str(copied)]
    return ChangeForm(initial=initial, standing=standing)


def _rules(
    request: HttpRequest, standing: list[StayRule], pressed: str, copied: UUID | None
) -> tuple[list[NewRule], list[str]]:
    """Those of the page that were not left out, then the ones asked for; titles that cannot be copied."""
    sent = request.POST
    numbers = [n for n in range(_count(sent)) if not sent.get(f"rule-{n}-left_out")]
    rules = [
        _sent_rule(sent, old, new, bound=pressed == SEND) for new, old in enumerate(numbers)
    ]  # fmt: skip
    wanted = {str(copied)} if copied is not None else set(sent.getlist("ends_rules"))
    kept_out = []
    if pressed == COPY:
        there = {sent.get(f"rule-{old}-copy_of") for old in numbers}
        for rule in standing:
            if str(rule.pk) not in wanted or str(rule.pk) in there or len(rules) >= MOST_RULES:
                continue
            if _fits(rule):
                rules.append(_copy(rule, len(rules), local_day(rule.country, now())))
            else:
                kept_out.append(TOO_LONG.format(rule.title))
    if pressed == MORE and len(rules) < MOST_RULES:
        rules.append(_empty(len(rules)))
    return rules, kept_out


def _count(sent: QueryDict) -> int:
    text = sent.get("rules", "0")
    return min(int(text), MOST_RULES) if text.isdecimal() and len(text) < 4 else 0


def _fits(rule: StayRule) -> bool:
    return (
        len(rule.limits) <= LIMITS
        and len(rule.readings) <= 1
        and all(len(r) <= READING for r in rule.readings)
    )


def _copy(rule: StayRule, number: int, today: date) -> NewRule:
    limits = [LimitForm.initial_of(limit) for limit in rule.limits]
    reading = [LimitForm.initial_of(limit) for limit in (rule.readings[0] if rule.readings else [])]
    return _unbound(
        number,
        {**RuleForm.initial_of(rule, today), "copy_of": rule.pk},
        limits,
        reading,
        rule.condition or {},
    )


def _empty(number: int) -> NewRule:
    return _unbound(number, {"kind": "stay", "nationalities": "RU"}, [], [], {})


def _unbound(
    number: int, rule: dict[str, Any], limits: list[dict[str, Any]], reading: list[dict[str, Any]],
    condition: dict[str, Any],
) -> NewRule:  # fmt: skip
    def rows(name: str, found: list[dict[str, Any]], most: int) -> list[LimitForm]:
        filled = [*found, *([{}] * (most - len(found)))]
        return [
            LimitForm(prefix=f"rule-{number}-{name}-{place}", initial=initial)
            for place, initial in enumerate(filled)
        ]

    return NewRule(
        number,
        RuleForm(prefix=f"rule-{number}", initial=rule),
        rows("limit", limits, LIMITS),
        rows("reading", reading, READING),
        ConditionForm(prefix=f"rule-{number}-condition", initial=condition),
    )


def _sent_rule(sent: QueryDict, old: int, new: int, *, bound: bool) -> NewRule:
    """What was typed into the forms of rule `old`, which is number `new` from now on."""
    typed = _unbound(
        new,
        {**_typed(sent, RuleForm(prefix=f"rule-{old}")), "copy_of": sent.get(f"rule-{old}-copy_of")},
        [_typed(sent, LimitForm(prefix=f"rule-{old}-limit-{place}")) for place in range(LIMITS)],
        [_typed(sent, LimitForm(prefix=f"rule-{old}-reading-{place}")) for place in range(READING)],
        _typed(sent, ConditionForm(prefix=f"rule-{old}-condition")),
    )
    if not bound:
        return typed
    return NewRule(
        new,
        _bind(typed.rule),
        [_bind(row) for row in typed.limits],
        [_bind(row) for row in typed.reading],
        _bind(typed.condition),
    )


def _typed(sent: QueryDict, form: Any) -> dict[str, Any]:
    """The texts as they stand in the fields, lists where boxes can be ticked."""
    return {
        name: field.widget.value_from_datadict(sent, {}, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def _bind(form: Any) -> Any:
    """The same form as if its texts had been sent under its own prefix."""
    data = {form.add_prefix(name): value for name, value in form.initial.items()}
    return type(form)(data, prefix=form.prefix, initial=form.initial)


def _pointed(rows: list[LimitForm], pointer: str) -> Iterator[Part]:
    """The first row answers for the list as a whole where there is none."""
    if not any(row.is_filled() for row in rows):
        yield Part(rows[0], pointer)
        rows = rows[1:]
    place = 0
    for row in rows:
        filled = row.is_filled()
        yield Part(row, f"{pointer}/{place}" if filled else f"{pointer}/-")
        place += filled
