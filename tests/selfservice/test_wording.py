from __future__ import annotations

import re
from string import Formatter

import pytest

from casework.people.countries import codes
from casework.selfservice.countries import ASKED_ABOUT, NATIONALITIES, choices, names
from casework.selfservice.wording import LANGUAGES
from casework.stays.rules import Reason
from casework.stays.sentences import render, told_in
from casework.stays.wording import LANGUAGES as EXPLAINED
from tests.scripts_of import foreign_letters, has_own_letters, russian_words
from tests.selfservice.conftest import Visitor, part, text_of

EACH = pytest.mark.parametrize("language", sorted(LANGUAGES))


def test_the_five_languages(settings: object) -> None:
    assert list(LANGUAGES) == ["en", "ru", "ka", "kk", "mn"]


@EACH
def test_every_language_says_everything(language: str) -> None:
    words, english = LANGUAGES[language], LANGUAGES["en"]
    assert list(words) == list(english)
    assert [name for name, told in words.items() if not told and name != "review_note"] == []
    for name, told in words.items():
        assert places(told) == places(english[name]), name


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@EACH
def test_nothing_was_left_in_english(language: str) -> None:
    same = {n for n, told in LANGUAGES[language].items() if told == LANGUAGES["en"][n]}
    assert language == "en" or same <= {"review_note", "date"}


@EACH
def test_months_and_days_of_the_week(language: str) -> None:
    words = LANGUAGES[language]
    assert len(set(words["months"].split("|"))) == 12
    assert len(set(words["weekdays"].split("|"))) == 7


def test_what_no_speaker_has_read_says_so() -> None:
    """The page and the sentences of the calculation on it."""
    assert list(EXPLAINED) == list(LANGUAGES)
    assert [code for code, words in LANGUAGES.items() if words["review_note"]] == ["kk", "mn"]
    assert [code for code, language in EXPLAINED.items() if not language.reviewed] == ["kk", "mn"]


@EACH
def test_every_word_in_its_own_letters(language: str) -> None:
    for name, told in LANGUAGES[language].items():
        text = re.sub(r"{\w+}|[A-Z]{2}=|cookie", "", told)  # names of values and codes; a word of the trade
        assert foreign_letters(language, text) == [], name
        assert russian_words(language, text) == [], name
        assert has_own_letters(language, text) or len(text) < 60, name


@EACH
def test_choices_of_the_form(visitor: Visitor, language: str) -> None:
    """Names of purposes and permits come from the sentences: "other" is another thing in each."""
    page = text_of(visitor.look(f"/stay/{language}/")).lower()
    assert EXPLAINED[language].words["purpose_other"] in page
    assert EXPLAINED[language].words["other"] in page
    assert page.count(EXPLAINED[language].words["other"]) == 1


@EACH
def test_the_sentences_and_the_note_stand_on_one_page(visitor: Visitor, language: str) -> None:
    response = visitor.ask(language)
    assert LANGUAGES[language]["review_note"] in text_of(response)
    words = EXPLAINED[language]
    [first] = render([Reason("per_entry_days", {"days": 90})], language)
    assert words is EXPLAINED[told_in(language)]
    assert first in part(response, "answer")


@EACH
def test_countries_have_names(language: str) -> None:
    known = names(language)
    assert known.keys() == codes()
    assert all(known.values())
    assert [code for code, _ in choices(["RU", "XX", "RU"], language)] == ["RU"]
    if language != "en":
        offered = [*ASKED_ABOUT, *NATIONALITIES, *"FI EE LV LT PL DE NO TR RS ME IL AE AR TH".split()]
        assert [known[code] for code in offered if known[code].isascii()] == []
