"""What a letter says, and in which language."""

from __future__ import annotations

import pytest

from casework.accounts.models import Organisation, User
from casework.reminders.letters import compose
from casework.reminders.queries import database_now
from casework.reminders.wording import WORDINGS
from casework.stays.models import LawChange
from tests.reminders.arranged import deadline_in, plan_at, rows


@pytest.mark.parametrize(("tag", "checked"), [("en", True), ("ka-GE", True), ("kk-KZ", False), ("mn", False)])
def test_in_the_language_asked_for(nino: User, tag: str, checked: bool) -> None:
    """What no speaker has read says so itself."""
    deadline, at = deadline_in(9), database_now()
    deadline.person.change(at=at, preferred_language=tag)
    plan_at(deadline.organisation_id, at)
    letter = compose(rows(deadline, "person")[0], at)
    words = WORDINGS[tag[:2]]
    assert letter.language == tag[:2]
    assert letter.subject == words.subject.format(day=words.day(deadline.due_on))
    for body in (letter.text, letter.html):
        assert words.things["stay_end"] in body
        assert words.automatic in body
        assert words.instead not in body
        notes = [other.review_note for other in WORDINGS.values() if other.review_note]
        assert [note for note in notes if note in body] == ([] if checked else [words.review_note])


@pytest.mark.parametrize(("own", "language"), [("en", "en"), ("ru", "ru"), ("kk", "kk"), ("hy", "en")])
def test_in_another_language_than_the_readers(nino: User, own: str, language: str) -> None:
    """The organisation's language, else English; the letter says why."""
    deadline, at = deadline_in(9), database_now()
    deadline.person.change(at=at, preferred_language="fr")
    Organisation.objects.filter(pk=nino.organisation_id).update(language=own)
    plan_at(deadline.organisation_id, at)
    letter = compose(rows(deadline, "person")[0], at)
    assert letter.language == language
    assert WORDINGS[language].instead in letter.text
    assert WORDINGS[language].instead in letter.html


@pytest.mark.parametrize("tag", WORDINGS)
def test_a_sentence_begins_as_its_language_does(nino: User, tag: str) -> None:
    """Georgian has capital letters for headlines only: no sentence begins with one."""
    deadline, at = deadline_in(9), database_now()
    deadline.person.change(at=at, preferred_language=tag)
    law = LawChange.objects.create(title="Invented", country="GE", effective_on=at.date(), drafted_by="x")
    deadline.change(at=at, moved_by=law)
    plan_at(deadline.organisation_id, at)
    [told] = rows(deadline, "person", occasion="moved")
    text = compose(told, at).text
    assert not any("\u1c90" <= letter <= "\u1cbf" for letter in text)
    assert text[0].isupper() is (tag != "ka")
