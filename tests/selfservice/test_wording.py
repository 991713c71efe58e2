from __future__ import annotations

from string import Formatter

import pytest

from casework.people.countries import codes
from casework.selfservice.countries import ASKED_ABOUT, NATIONALITIES, choices, names
from casework.selfservice.wording import LANGUAGES

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
    assert [code for code, words in LANGUAGES.items() if words["review_note"]] == ["kk", "mn"]


@EACH
def test_countries_have_names(language: str) -> None:
    known = names(language)
    assert known.keys() == codes()
    assert all(known.values())
    assert [code for code, _ in choices(["RU", "XX", "RU"], language)] == ["RU"]
    if language != "en":
        offered = [*ASKED_ABOUT, *NATIONALITIES, *"FI EE LV LT PL DE NO TR RS ME IL AE AR TH".split()]
        assert [known[code] for code in offered if known[code].isascii()] == []
