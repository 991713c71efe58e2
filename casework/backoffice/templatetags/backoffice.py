from datetime import date

from django import template
from django.utils.safestring import SafeString

from casework.backoffice import words

register = template.Library()
register.filter("country", words.country_name)


@register.filter
def day(value: date | None) -> str:
    return words.day(value)


@register.simple_tag
def due(days: int) -> SafeString:
    """How many days are left, in words and colour."""
    return words.chip(words.days_left(days), words.tone(days))
