"""From what was entered to what is shown: the question, the assessment, the sentences."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from casework.selfservice.countries import names
from casework.selfservice.forms import EARLIER_STAYS, PLAN, StayForm
from casework.selfservice.wording import Words, words_of
from casework.stays import queries, rules
from casework.stays.comparing import Holding, Journey, Option, Visit, compare
from casework.stays.models import StayRule
from casework.stays.sentences import render, render_warning

Values = Mapping[str, Any]
ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True)
class Cited:
    """What the register says of a rule beside the law itself."""

    source_date: date | None
    reviewed_by: str | None


@dataclass(frozen=True)
class Shown:
    """One answer in the reader's language. Days are written out; `iso` is for those who compare stamps."""

    country: str
    status: str
    status_told: str
    last_day: str
    last_iso: str
    first_unlawful: str
    days_left: int | None
    sentences: list[str]
    warnings: list[str]
    rule: rules.Rule | None
    confidence: str
    source_date: str
    gaps: list[str]


def shown_answer(form: StayForm) -> tuple[Shown, list[Shown], str]:
    """The answer, the options in other countries, and the line above them.

    Raises InvalidLedger. Four queries at most.
    """
    values, at = form.cleaned_data, form.at
    stay = queries.assess(_question(values, form.today))
    go_on = _go_on(values, form.today)
    others = _options(values, at, go_on)
    cited = _cited([stay, *(option.stay for option in others)])
    words = words_of(form.language)
    here, planned = Option(values["country"], stay), values["mode"] == PLAN
    shown = _shown(here, values, cited, form.language, planned=planned)
    options = [_shown(option, values, cited, form.language, planned=True) for option in others]
    return shown, options, words["options_lead"].format(day=written(go_on, words))


def written(day: date, words: Words) -> str:
    """As the language writes it, with the day of the week: it catches a slip of a digit."""
    month = words["months"].split("|")[day.month - 1]
    weekday = words["weekdays"].split("|")[day.weekday()]
    return words["date"].format(d=day.day, month=month, y=day.year) + f" ({weekday})"


def told(reasons: Sequence[rules.Reason], language: str) -> list[str]:
    """The sentences of a calculation, with countries by their names."""
    sentences = render([replace(r, values=_named(r.values, language)) for r in reasons], language)
    return [_unbroken(sentence) for sentence in sentences]


def _unbroken(sentence: str) -> SafeString:
    """No day is torn apart at the end of a line."""
    return mark_safe(ISO_DAY.sub(r'<span class="whole">\g<0></span>', escape(sentence)))  # noqa: S308 (escaped)


# --- the question ----------------------------------------------------------------------------------------
def _question(values: Values, today: date) -> rules.Question:
    permit = _permit(values)
    planned = values["mode"] == PLAN
    stay = [] if planned else [rules.Stay(values["entered_on"], values["left_on"])]
    return rules.Question(
        country=values["country"],
        nationality=values["nationality"],
        on=today,
        purpose=values["purpose"] or None,
        document=_document(values),
        stays=(*(rules.Stay(first, last) for first, last in _earlier(values)), *stay),
        permits=(permit,) if permit else (),
        plan_entry_on=values["entered_on"] if planned else None,
    )


def _document(values: Values) -> rules.HeldDocument:
    biometric = {"yes": True, "no": False}.get(values["biometric"])
    return rules.HeldDocument(kind=values["document"] or None, biometric=biometric)


def _permit(values: Values) -> rules.Permit | None:
    if not values["permit_kind"]:
        return None
    kind = rules.PermitKind(values["permit_kind"])
    numbers = values["visa_days"], values["visa_entries"]
    return rules.Permit(kind, values["permit_from"], values["permit_until"], *numbers)


def _earlier(values: Values) -> list[tuple[date, date]]:
    pairs = ((values[f"earlier_{n}_from"], values[f"earlier_{n}_until"]) for n in EARLIER_STAYS)
    return [(first, last) for first, last in pairs if first]


def _go_on(values: Values, today: date) -> date:
    if values["go_on"]:
        return values["go_on"]  # type: ignore[no-any-return]
    return max(today, values["entered_on"]) if values["mode"] == PLAN else today


def _options(values: Values, at: datetime, go_on: date) -> list[Option]:
    """Whoever is somewhere leaves it on the day of the new entry; a plan is compared, not added."""
    if not values["compare"]:
        return []
    country, permit = values["country"], _permit(values)
    visits = [Visit(country, first, last) for first, last in _earlier(values)]
    if values["mode"] != PLAN:
        visits.append(Visit(country, values["entered_on"], values["left_on"] or go_on))
    journey = Journey(
        nationality=values["nationality"],
        entry_on=go_on,
        purpose=values["purpose"] or None,
        document=_document(values),
        visits=visits,
        holdings=[Holding(country, permit)] if permit else [],
    )
    return compare(journey, values["compare"], at=at)


def _cited(stays: Sequence[rules.Assessment]) -> dict[str, Cited]:
    ids = {UUID(stay.rule.id) for stay in stays if stay.rule and stay.rule.id}
    rows = StayRule.objects.filter(pk__in=ids).values_list("pk", "source_date", "reviewed_by")
    return {str(pk): Cited(source_date, reviewed_by) for pk, source_date, reviewed_by in rows}


# --- the answer ------------------------------------------------------------------------------------------
def _shown(
    option: Option, values: Values, cited: Mapping[str, Cited], language: str, *, planned: bool
) -> Shown:
    words, stay = words_of(language), option.stay
    last, first = stay.last_lawful_day, stay.first_unlawful_day
    rule = stay.rule
    citation = cited.get(rule.id, Cited(None, None)) if rule else Cited(None, None)
    return Shown(
        country=names(language).get(option.country, words["another_country"]),
        status=str(stay.status),
        status_told=words["may_enter" if planned and stay.status == "lawful" else str(stay.status)],
        last_day=written(last, words) if last else words[_without_a_day(stay)],
        last_iso=last.isoformat() if last else "",
        first_unlawful=written(first, words) if first else "",
        days_left=stay.days_left,
        sentences=told(stay.reasons, language),
        warnings=[_warning(warning, language) for warning in stay.warnings],
        rule=rule,
        confidence=words[str(rule.confidence)] if rule else "",
        source_date=written(citation.source_date, words) if citation.source_date else "",
        gaps=_gaps(values, rule, citation, words),
    )


def _without_a_day(stay: rules.Assessment) -> str:
    return "no_end" if stay.status in (rules.Status.LAWFUL, rules.Status.UNKNOWN) else "no_day"


def _named(values: Mapping[str, object], language: str) -> Mapping[str, object]:
    """The values of a sentence. Nobody at a border thinks in codes of countries."""
    if "country" not in values:
        return values
    another = words_of(language)["another_country"]
    return {**values, "country": names(language).get(str(values["country"]), another)}


def _warning(warning: rules.StayWarning, language: str) -> str:
    told = render_warning(replace(warning, values=_named(warning.values, language)), language)
    other = words_of(language)["other_reading"]
    return _unbroken(f"{other}: {told}." if warning.code == "other_reading" else told)


def _gaps(values: Values, rule: rules.Rule | None, citation: Cited, words: Words) -> list[str]:
    """What would matter most, and was not said, comes first."""
    gaps = [] if values["document"] else ["gap_document"]
    if not _earlier(values):
        gaps.append("gap_earlier")
    gaps += ["gap_person", "gap_law"]
    if rule is not None and citation.reviewed_by is None:
        gaps.append("gap_review")
    return [words[gap] for gap in gaps]
