"""Words of work, for the templates."""

from django import template
from django.utils.safestring import SafeString

from casework.backoffice.work import words
from casework.people.models import Person
from casework.work.models import Opening
from casework.work.occupations import occupation_name

register = template.Library()
register.filter("occupation", occupation_name)
register.filter("right_chip", words.right_chip)
register.filter("step_chip", words.step_chip)


@register.filter
def opening_chip(opening: Opening) -> SafeString:
    return words.opening_chip(opening)


@register.filter
def asked_languages(opening: Opening) -> str:
    return words.spoken(opening.languages, opening.language_levels)


@register.simple_tag
def whose(seen: words.Seen, person: Person) -> str:
    return seen.whose(person)
