from datetime import date
from typing import Any

from django import template
from django.template.defaulttags import querystring
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.backoffice import rule_words, words
from casework.stays.models import StayRule

register = template.Library()
register.filter("country", words.country_name)
register.filter("days_said", words.days_said)


@register.filter
def day(value: date | None) -> str:
    return words.day(value)


@register.simple_tag
def chip(text: str, tone: str) -> SafeString:
    return words.chip(text, tone)


@register.simple_tag
def due(days: int) -> SafeString:
    """How many days are left, in words and colour."""
    return words.chip(words.days_left(days), words.tone(days))


@register.simple_tag(takes_context=True)
def turned_to(context: Any, name: str, number: int) -> str:
    """This page again with another number under `name`: querystring, for a name that is not fixed."""
    return str(querystring(context, None, **{name: number}))


@register.simple_tag
def told_in(language: str) -> SafeString | str:
    """Stands beside sentences of a calculation: in which language they are, where that is not obvious."""
    note = words.note_on(language)
    return format_html('<p class="cw-quiet">{}</p>', note) if note else ""


@register.simple_tag
def confidence(rule: StayRule) -> SafeString:
    return rule_words.confidence_chip(rule)


@register.simple_tag
def rule_status(rule: StayRule) -> SafeString:
    return rule_words.status_chip(rule)


@register.simple_tag
def rule_entries(rule: StayRule) -> str:
    return rule_words.entries(rule.applies_to_entries_from, rule.applies_to_entries_until)
