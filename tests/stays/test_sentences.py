"""Every reason and warning can be read aloud in every language."""

import re
from datetime import date
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.stays.rules import (
    PURPOSES,
    HeldDocument,
    Permit,
    PermitKind,
    Question,
    Reason,
    Stay,
    StayWarning,
    assess,
    limits_from_json,
)
from casework.stays.sentences import render, render_warning
from casework.stays.wording import LANGUAGES
from casework.stays.wording.ru import plural

from .register import REGISTER, anchored, rolling

DAY = date(2022, 9, 25)
WORDS = {
    "title": "Kazakhstan: 90 days",
    "country": "KZ",
    "document": "internal_id",
    "permit": "residence_permit",
    "purpose": "tourism",
    "limits": limits_from_json([rolling(), {"kind": "until", "date": "2027-03-04"}]),
}
NUMBERS = ("days", "weeks", "months", "window_days", "used", "entries")


def names(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


# What any template may ask for: whatever is no word and no number is a day.
VALUES = {
    name: WORDS.get(name, 21 if name in NUMBERS else DAY)
    for template in [*LANGUAGES["en"].sentences.values(), *LANGUAGES["en"].warnings.values()]
    for name in names(template)
} | WORDS
EACH = pytest.mark.parametrize("tag", sorted(LANGUAGES))


@EACH
def test_every_language_has_every_sentence(tag):
    language, english = LANGUAGES[tag], LANGUAGES["en"]
    assert set(language.sentences) == set(english.sentences)
    assert set(language.warnings) == set(english.warnings)
    assert set(language.limits) == set(english.limits)
    assert set(language.words) == set(english.words)
    assert {*PURPOSES, *PermitKind} <= set(language.words)


@EACH
def test_every_sentence_renders(tag):
    for code, template in LANGUAGES[tag].sentences.items():
        (sentence,) = render([Reason(code, VALUES)], tag)
        assert re.fullmatch(r"[A-ZА-ЯІҚӘҮӨა-ჰ].+[.]", sentence, re.DOTALL), (code, sentence)
        assert not re.search(r"[{|]|None", sentence)
        assert ("2022-09-25" in sentence) is any(VALUES[name] == DAY for name in names(template))


@EACH
def test_every_warning_renders(tag):
    for code in LANGUAGES[tag].warnings:
        sentence = render_warning(StayWarning(code, VALUES), tag)
        assert sentence
        assert not re.search(r"[{|]|None", sentence)


@EACH
def test_a_day_that_is_not_there_is_said_in_words(tag):
    values = VALUES | {"latest_exit": None, "earliest_exit": None, "last_lawful_day": None}
    told = render([Reason("exit_not_recorded", values)], tag)[0]
    assert told.count(LANGUAGES[tag].missing[""]) == 2
    warning = render_warning(StayWarning("other_reading", values), tag)
    assert warning.endswith(LANGUAGES[tag].missing[""])


def test_the_warning_of_the_contract():
    months = limits_from_json([{"kind": "per_entry_months", "months": 3, "last_day": "same_date"}])
    warning = StayWarning("other_reading", {"limits": months, "last_lawful_day": date(2022, 12, 25)})
    assert render_warning(warning, "en") == "3 months for each entry: 2022-12-25"
    assert render_warning(warning, "ru-KZ") == "3 месяца после каждого въезда: 2022-12-25"


@pytest.mark.parametrize(
    ("n", "form"),
    [
        (0, 2),
        (1, 0),
        (2, 1),
        (4, 1),
        (5, 2),
        (11, 2),
        (12, 2),
        (14, 2),
        (21, 0),
        (22, 1),
        (90, 2),
        (111, 2),
        (121, 0),
    ],
)
def test_russian_numbers(n, form):
    assert plural(n) == form


def test_russian_days():
    told = [
        render([Reason("per_entry_days", {"days": n, "entered_on": DAY})], "ru")[0]
        .split("разрешено ")[1]
        .split(",")[0]
        for n in (1, 2, 5, 11, 21, 30, 90)
    ]
    assert told == ["1 день", "2 дня", "5 дней", "11 дней", "21 день", "30 дней", "90 дней"]


def test_english_days():
    told = [render([Reason("per_stay_days", {"days": n, "entered_on": DAY})], "en")[0] for n in (1, 30)]
    assert "longer than 1 day," in told[0]
    assert "longer than 30 days," in told[1]


@pytest.mark.parametrize("tag", ["hy", "uz-UZ", "", "en-GB", "EN"])
def test_other_languages_fall_back_to_english(tag):
    assert render([Reason("ask_a_lawyer", {})], tag) == render([Reason("ask_a_lawyer", {})], "en")


def test_a_code_that_only_the_register_knows():
    warning = StayWarning("insurance_required", {"title": "A permit needs an insurance", "days": 0})
    assert "A permit needs an insurance" in render_warning(warning, "en")


days = st.dates(date(2022, 1, 1), date(2024, 12, 31))
stays = st.lists(
    st.tuples(days, st.none() | st.integers(0, 200)).map(
        lambda pair: Stay(
            pair[0], pair[1] if pair[1] is None else date.fromordinal(pair[0].toordinal() + pair[1])
        )
    ),
    max_size=3,
)
permits = st.lists(
    st.tuples(
        st.sampled_from(PermitKind), days, st.none() | st.integers(0, 400), st.none() | st.integers(1, 3)
    ).map(
        lambda p: Permit(
            p[0],
            p[1],
            p[2] if p[2] is None else date.fromordinal(p[1].toordinal() + p[2]),
            None if p[2] is None else p[2] + 1,
            p[3],
        )
    ),
    max_size=3,
)
limits = st.sampled_from(
    [
        None,
        None,
        (),
        limits_from_json([rolling(30, 60)]),
        limits_from_json([anchored(), {"kind": "calendar_year", "days": 9}]),
    ]
)
documents = st.none() | st.builds(
    HeldDocument,
    st.sampled_from(["passport", "internal_id"]),
    st.sampled_from([None, True, False]),
    st.none() | days,
)


@given(
    st.builds(
        Question,
        st.sampled_from(["KZ", "GE", "MN", "TR", "TH", "UZ", "LV", "DE", "AM", "MD"]),
        st.sampled_from(["RU", "UA"]),
        days,
        st.none() | st.sampled_from(PURPOSES),
        documents,
        stays,
        permits,
        st.none() | days,
        limits,
    )
)
def test_every_answer_can_be_told(question):
    answer = assess(question, REGISTER.law_for(question.country, question.nationality))
    assert 2 <= len(answer.reasons) <= 6
    for tag in LANGUAGES:
        assert all(render(answer.reasons, tag))
        assert all(render_warning(warning, tag) for warning in answer.warnings)
    if answer.status in ("left", "unknown", "not_admitted"):
        assert answer.last_lawful_day is None
    if answer.status == "overstayed" and answer.last_lawful_day is not None:
        assert answer.last_lawful_day < question.on
    assert answer.days_left is None or answer.days_left >= 0
