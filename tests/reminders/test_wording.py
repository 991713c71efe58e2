"""Every language says the same in its letters, in its own letters."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from string import Formatter

import pytest

from casework.reminders.wording import BROKEN, FALLBACK, WORDINGS, WRITTEN, broken, whole
from casework.reminders.wording.language import Wording, faults_of
from casework.stays.models import DeadlineKind
from casework.stays.wording import LANGUAGES
from config import checks
from tests.scripts_of import foreign_letters, has_own_letters, russian_words

EACH = pytest.mark.parametrize("tag", list(WORDINGS))
TRANSLATED = pytest.mark.parametrize("tag", [tag for tag in WORDINGS if tag != "en"])
ENGLISH = WORDINGS["en"]


def sentences(words: Wording) -> dict[str, str]:
    told = {field.name: getattr(words, field.name) for field in fields(words)}
    return {name: text for name, text in told.items() if isinstance(text, str) and name != "review_note"}


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_the_five_languages() -> None:
    assert list(WORDINGS) == list(LANGUAGES)
    assert FALLBACK in WORDINGS


def test_what_no_speaker_has_read_says_so() -> None:
    unread = [tag for tag, words in WORDINGS.items() if words.review_note]
    assert unread == [tag for tag, language in LANGUAGES.items() if not language.reviewed]


@EACH
def test_every_language_says_everything(tag: str) -> None:
    words = WORDINGS[tag]
    assert list(words.things) == list(ENGLISH.things)
    assert [name for name, text in [*sentences(words).items(), *words.things.items()] if not text] == []
    for name, text in sentences(words).items():
        assert places(text) == places(getattr(ENGLISH, name)), name


def test_things_are_kinds_of_deadlines() -> None:
    assert {*ENGLISH.things} <= {*DeadlineKind.values}


@EACH
def test_every_sentence_renders(tag: str) -> None:
    words = WORDINGS[tag]
    for text in sentences(words).values():
        for thing in (words.thing, *words.things.values()):
            told = text.format(day=words.day(date(2022, 9, 25)), thing=thing, count=7)
            assert "{" not in told
            assert ("2022" in told) is ("day" in places(text))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ahead", "{thing}: {name}"), ("ahead", "{count}: {day}"), ("digest", "{count"), ("moved", "{0} {day}"),
        ("person_ahead", "ask {thing}"), ("subject", "{day.nobody}"), ("day", lambda day: f"{day.month}"),
        ("day", lambda day: day.nobody), ("day", lambda day: "1 May 2022"), ("day", lambda day: f"{day:%d} {{2022}}"),
        ("ahead", ""), ("passed", " "), ("ahead", "Dear reader."), ("ahead", "{day}: {thing}}}"),
        ("subject", "A day\nBcc: x@y.example {day}"),
    ],
)  # fmt: skip
def test_what_could_not_be_written_is_found(name: str, value: object) -> None:
    assert faults_of(replace(WORDINGS["kk"], **{name: value}), ENGLISH) == [name]  # type: ignore[arg-type]


def test_a_thing_that_could_not_be_written_is_found() -> None:
    words = WORDINGS["kk"]
    broken = replace(words, things={**words.things, "appeal": "by {date}"})
    assert faults_of(broken, ENGLISH) == ["things.appeal"]


def test_no_language_is_broken() -> None:
    assert BROKEN == {}
    assert list(WRITTEN) == list(WORDINGS)


def test_a_broken_language_is_said_and_not_written_in(monkeypatch: pytest.MonkeyPatch) -> None:
    written = {**WRITTEN, "kk": replace(WRITTEN["kk"], ahead="{thing}: {name}")}
    assert list(whole(written, broken(written))) == ["en", "ru", "ka", "mn"]
    monkeypatch.setattr(checks, "BROKEN", broken(written))
    [warning] = checks.check_wordings()
    assert (warning.id, warning.msg) == ("casework.W020", "Reminders in 'kk' cannot be written: ahead.")


@EACH
def test_days_are_all_different(tag: str) -> None:
    days = {WORDINGS[tag].day(date(2022, month, day)) for month in range(1, 13) for day in (1, 2, 12, 22)}
    assert len(days) == 48
    assert all("2022" in day for day in days)


@TRANSLATED
def test_no_text_of_another_language(tag: str) -> None:
    words = WORDINGS[tag]
    days = {f"month {month}": words.day(date(2022, month, 1)) for month in range(1, 13)}
    for name, text in {**sentences(words), **words.things, **days, "review_note": words.review_note}.items():
        told = text.format(day="", thing="", count=7)
        assert foreign_letters(tag, told) == [], name
        assert russian_words(tag, told) == [], name
        assert has_own_letters(tag, told) or len(told) < 20, name
        assert text != sentences(ENGLISH).get(name, ENGLISH.things.get(name)), name


def test_a_missing_translation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    kazakh = WORDINGS["kk"]
    less = {kind: thing for kind, thing in kazakh.things.items() if kind != "appeal"}
    for lacking in (
        replace(kazakh, things=less),
        replace(kazakh, ahead="{thing}."),
        replace(kazakh, person_ahead=""),
    ):
        monkeypatch.setitem(WORDINGS, "kk", lacking)  # type: ignore[arg-type]  # a Mapping to its readers
        with pytest.raises(AssertionError):
            test_every_language_says_everything("kk")
    monkeypatch.setitem(WORDINGS, "kk", replace(kazakh, link=ENGLISH.link))  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        test_no_text_of_another_language("kk")
