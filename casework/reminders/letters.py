"""A row of the ledger becomes a letter at the moment it is sent: references in, words out."""

import logging
from collections.abc import Sequence
from datetime import datetime
from html import escape
from uuid import UUID

from django.conf import settings

from casework.accounts.models import User
from casework.people.models import Person
from casework.reminders.channels import Letter
from casework.reminders.links import link_to
from casework.reminders.mail import domain
from casework.reminders.models import Occasion, RecipientKind, Reminder
from casework.reminders.wording import FALLBACK, WORDINGS
from casework.reminders.wording.language import Wording
from casework.stays.models import Deadline
from casework.stays.zones import local_day

log = logging.getLogger(__name__)
# By id and "is a person": first address, second address, language.
Recipients = dict[tuple[UUID, bool], tuple[str, str, str]]
SECOND = "second_mail"  # the channel of a person's second address
MOST_LINES = 50


class NoAddress(Exception):
    """The recipient has no address, or is no longer there."""


class NothingToTell(Exception):
    """All that a digest held is out of date."""


def compose(reminder: Reminder, written_at: datetime, known: Recipients | None = None) -> Letter:
    """`known` spares the look for the recipient where many are composed. Raises NoAddress."""
    to, asked_for = _recipient(reminder, recipients_of([reminder]) if known is None else known)
    language = _language(reminder, asked_for)
    words = WORDINGS[language]
    return _letter(
        reminder, to, language, asked_for, _subject(reminder, words), _lines(reminder, words),
        _link(reminder, words), written_at,
    )  # fmt: skip


def compose_digest(digest: Reminder, rows: Sequence[Reminder], written_at: datetime) -> Letter:
    """One letter for all rows, the next day first. Raises NoAddress, NothingToTell."""
    if not rows:
        raise NothingToTell(digest.pk)
    to, asked_for = _recipient(digest, recipients_of([digest]))
    language = _language(digest, asked_for)
    words = WORDINGS[language]
    subject = words.subject_digest.format(count=len(rows))
    link = words.link, f"{settings.BASE_URL.rstrip('/')}/admin/stays/deadline/"
    lines = [*_passed_in(rows, words), *_ahead_in(rows, words)]
    return _letter(digest, to, language, asked_for, subject, lines, link, written_at)


def _passed_in(rows: Sequence[Reminder], words: Wording) -> list[str]:
    passed = [_passed(row, words) for row in rows if _has_passed(row)]
    return [*_at_most(passed, words), words.caseworker_passed] if passed else []


def _ahead_in(rows: Sequence[Reminder], words: Wording) -> list[str]:
    ahead = [_in_a_list(row, words) for row in rows if not _has_passed(row)]
    lead = words.digest.format(count=len(ahead))
    return [lead, *_at_most(ahead, words), words.caseworker_ahead] if ahead else []


def _in_a_list(row: Reminder, words: Wording) -> str:
    """Short, unless the law has moved the day: that is the news."""
    if row.occasion == Occasion.MOVED:
        return _ahead(row, words)
    return "{day}: {thing}".format(**_day_and_thing(row, words))


def _at_most(lines: list[str], words: Wording) -> list[str]:
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], words.digest_more.format(count=more)] if more > 0 else lines


def _letter(
    reminder: Reminder, to: str, language: str, asked_for: str, subject: str, lines: list[str],
    leads: tuple[str, str], written_at: datetime,
) -> Letter:  # fmt: skip
    words = WORDINGS[language]
    small = _small(words, is_own=language == _primary(asked_for))
    leads_to, link = leads
    return Letter(
        to=to,
        subject=subject,
        text="\n\n".join([*lines, f"{leads_to}\n{link}", *small]) + "\n",
        html=_html(language, lines, leads_to, link, small),
        language=language,
        message_id=reminder.message_id or f"<reminder.{reminder.pk}@{domain()}>",
        written_at=written_at,
    )


def recipients_of(reminders: Sequence[Reminder]) -> Recipients:
    """Of many rows of one organisation, in two queries."""
    persons = {row.recipient for row in reminders if row.recipient_kind == RecipientKind.PERSON}
    colleagues = {row.recipient for row in reminders} - persons
    organisations = {row.organisation_id for row in reminders}
    people = Person.objects.filter(organisation_id__in=organisations, pk__in=persons)
    users = User.objects.filter(organisation_id__in=organisations, pk__in=colleagues, is_active=True)
    found: Recipients = {}
    if persons:
        for pk, email, second, language in people.values_list(
            "pk", "email", "second_email", "preferred_language"
        ):
            found[pk, True] = (email, second, language)
    if colleagues:
        for pk, email, language in users.values_list("pk", "email", "language"):
            found[pk, False] = (email, "", language)
    return found


def _recipient(reminder: Reminder, known: Recipients) -> tuple[str, str]:
    """The address, and the language that the recipient reads."""
    to_person = reminder.recipient_kind == RecipientKind.PERSON
    first, second, language = known.get((reminder.recipient, to_person), ("", "", ""))
    address = second if reminder.channel == SECOND else first
    if not address:
        raise NoAddress(reminder.recipient_kind)
    return address, language


def _language(reminder: Reminder, asked_for: str) -> str:
    """The recipient's, else the organisation's, else English; said in the log where it is not the first."""
    wanted = _primary(asked_for)
    if wanted in WORDINGS:
        return wanted
    own = _primary(reminder.organisation.language)
    language = own if own in WORDINGS else FALLBACK
    log.warning("reminder %s: no words in %r, sent in %r", reminder.pk, wanted, language)
    return language


def _primary(tag: str) -> str:
    """`ru-KZ` is read as `ru`."""
    return tag.partition("-")[0].lower()


def _small(words: Wording, *, is_own: bool) -> list[str]:
    """What the letter says of itself."""
    about = ["" if is_own else words.instead, words.review_note, words.automatic]
    return [sentence for sentence in about if sentence]


def _deadline(reminder: Reminder) -> Deadline:
    if reminder.deadline is None:
        raise ValueError(f"reminder {reminder.pk} tells of no deadline")
    return reminder.deadline


def _has_passed(reminder: Reminder) -> bool:
    """As of the row's planning, so that every attempt says the same; the fence stops what is too late."""
    if reminder.occasion != Occasion.MOVED:
        return reminder.occasion == Occasion.PASSED
    deadline = _deadline(reminder)
    return local_day(deadline.country, reminder.created_at) > deadline.due_on


def _day_and_thing(reminder: Reminder, words: Wording) -> dict[str, str]:
    deadline = _deadline(reminder)
    return {"day": words.day(deadline.due_on), "thing": words.things.get(deadline.kind, words.thing)}


def _subject(reminder: Reminder, words: Wording) -> str:
    ahead = words.subject_moved if reminder.occasion == Occasion.MOVED else words.subject
    subject = words.subject_passed if _has_passed(reminder) else ahead
    return subject.format(**_day_and_thing(reminder, words))


def _lines(reminder: Reminder, words: Wording) -> list[str]:
    to_person = reminder.recipient_kind == RecipientKind.PERSON
    if _has_passed(reminder):
        return [_passed(reminder, words), words.person_passed if to_person else words.caseworker_passed]
    advice = words.person_ahead if to_person else words.caseworker_ahead
    if reminder.occasion == Occasion.SILENT:
        advice = words.silent
    return [_ahead(reminder, words), advice]


def _passed(reminder: Reminder, words: Wording) -> str:
    text = words.moved_passed if reminder.occasion == Occasion.MOVED else words.passed
    return text.format(**_day_and_thing(reminder, words))


def _ahead(reminder: Reminder, words: Wording) -> str:
    text = words.moved if reminder.occasion == Occasion.MOVED else words.ahead
    return _sentence(text.format(**_day_and_thing(reminder, words)))


def _sentence(text: str) -> str:
    """A capital first; title case, for Georgian letters have a capital form that no sentence begins with."""
    return text[0].title() + text[1:]


def _link(reminder: Reminder, words: Wording) -> tuple[str, str]:
    """To the deadline, for those who sign in; to their own page for the person."""
    if reminder.recipient_kind == RecipientKind.PERSON:
        return words.person_link, link_to(reminder)
    return words.link, f"{settings.BASE_URL.rstrip('/')}/admin/stays/deadline/{reminder.deadline_id}/change/"


def _html(language: str, lines: list[str], leads_to: str, link: str, small: list[str]) -> str:
    paragraphs = [f"<p>{escape(line)}</p>" for line in lines]
    paragraphs.append(f'<p>{escape(leads_to)}<br><a href="{escape(link)}">{escape(link)}</a></p>')
    paragraphs += [f"<p><small>{escape(sentence)}</small></p>" for sentence in small]
    body = "\n".join(paragraphs)
    return f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8"><body>\n{body}\n</body></html>\n'
