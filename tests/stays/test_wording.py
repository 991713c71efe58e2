"""The five languages say the same things with the same values, each in its own letters."""

import re
from dataclasses import replace
from datetime import date
from string import Formatter

import pytest

from casework.stays.rules import PURPOSES, PermitKind, Reason, StayWarning, assess, limits_from_json
from casework.stays.sentences import is_reviewed, named, render, render_warning, told_in
from casework.stays.wording import LANGUAGES
from tests.scripts_of import foreign_letters, has_own_letters, russian_words

from .explored import LIMITS, questions
from .register import REGISTER

EACH = pytest.mark.parametrize("tag", list(LANGUAGES))
TRANSLATED = pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
TABLES = ("sentences", "warnings", "limits", "words")
# The title of a rule is English: other languages say what the rule is about, and leave it out.
MAY_BE_LEFT_OUT = {
    code: {"title"}
    for code in (
        "rule", "length_not_known", "purpose_not_given", "biometric_not_given", "permit_condition",
        "refused_later", "legal_period",
    )
}  # fmt: skip
# What the engine itself never says; tests/stays/test_legal.py and test_operations.py make them.
MADE_BY_DUTIES = set(
    "registration_due legal_period period_from_the_decision period_calendar_days period_working_days"
    " period_weeks period_months rolled_over certificate_ends_first several_periods legal_due appeal_suspends"
    " appeal_does_not_suspend appeal_effect_not_known authority_acts document_expires".split()
)
ONLY_OF_A_REGISTER = {"permit_condition"}  # for a condition with a code that no sentence knows
NUMBERS = ("days", "weeks", "months", "window_days", "used", "entries")


def fields(template):
    return [(name, form or "") for _, name, form, _ in Formatter().parse(template) if name is not None]


def names(template):
    return {name for name, _ in fields(template)}


def english(code):
    return LANGUAGES["en"].warnings[code]


def values_of(code, number):
    words = {"title": "T", "country": "KZ", "document": "passport", "permit": "visa", "purpose": "other"}
    asked = names(english(code)) | {"title"}
    found = {name: words.get(name, number if name in NUMBERS else date(2022, 9, 25)) for name in asked}
    return found | ({"limits": limits_from_json(LIMITS)} if "limits" in found else {})


# --- the same in every language --------------------------------------------------------------------------
def test_the_five_languages():
    assert list(LANGUAGES) == ["en", "ru", "ka", "kk", "mn"]
    assert [tag for tag in LANGUAGES if not is_reviewed(tag)] == ["kk", "mn"]


@EACH
@pytest.mark.parametrize("table", TABLES)
def test_the_same_codes_in_the_same_order(tag, table):
    theirs, ours = getattr(LANGUAGES["en"], table), getattr(LANGUAGES[tag], table)
    assert list(ours) == list(theirs)
    assert all(told.strip() == told and told for told in ours.values())


@EACH
def test_the_same_values(tag):
    language = LANGUAGES[tag]
    for code, template in [*language.warnings.items(), *language.sentences.items()]:
        missing = names(english(code)) - MAY_BE_LEFT_OUT.get(code, set())
        assert missing <= names(template) <= names(english(code)), code
    for code, template in language.limits.items():
        assert names(template) == names(LANGUAGES["en"].limits[code]), code
    assert set(language.missing) == {"", "ends_on"}


@EACH
def test_a_number_has_all_the_forms_of_its_noun(tag):
    language = LANGUAGES[tag]
    forms = {language.plural(n) for n in range(200)}
    assert forms == set(range(len(forms)))
    for code, template in [*language.warnings.items(), *language.limits.items()]:
        for name, form in fields(template):
            assert len(form.split("|")) == (len(forms) if name in NUMBERS else 1), code
            assert bool(form) is (name in NUMBERS), code


@EACH
@pytest.mark.parametrize("number", [0, 1, 2, 5, 21, 90])
def test_every_template_renders(tag, number):
    for code in LANGUAGES["en"].warnings:
        told = render_warning(StayWarning(code, values_of(code, number)), tag)
        assert not re.search(r"[{}|]|None|  ", told), (code, told)
        if names(english(code)) & {*NUMBERS}:
            assert re.search(rf"(?<![\d-]){number} \w", told), (code, told)


@EACH
def test_every_template_renders_where_nothing_is_known(tag):
    for code in LANGUAGES["en"].warnings:
        told = render_warning(StayWarning(code, dict.fromkeys(values_of(code, 1))), tag)
        assert not re.search(r"[{}|]|None", told), (code, told)
        assert ("? " in told) is bool(names(LANGUAGES[tag].warnings[code]) & {*NUMBERS}), (code, told)


# --- each in its own letters -----------------------------------------------------------------------------
@TRANSLATED
def test_no_text_of_another_language(tag):
    language = LANGUAGES[tag]
    for table in TABLES:
        for code, template in getattr(language, table).items():
            text = said(template)
            assert foreign_letters(tag, text) == [], (code, text)
            assert russian_words(tag, text) == [], (code, text)
            original = getattr(LANGUAGES["en"], table)[code]
            assert template != original or not said(original).strip(" :"), code
            if len(text) > 40:
                assert has_own_letters(tag, text), (code, text)
    assert foreign_letters(tag, "".join(language.missing.values()) + language.joined_by) == []


def said(template):
    """Without the names of values, but with the nouns of their numbers."""
    return "".join(text + " " + (form or "") for text, _, form, _ in Formatter().parse(template))


@TRANSLATED
def test_no_two_sentences_are_the_same(tag):
    told = [*LANGUAGES[tag].warnings.values()]
    assert sorted({text for text in told if told.count(text) > 1}) == []


def test_what_a_missing_translation_does(monkeypatch):
    """The tests above fail on it: they look at this table and at no other."""
    # Another table in its place: an entry taken out and put back would stand at the end for the rest of the run.
    without = {code: text for code, text in LANGUAGES["mn"].sentences.items() if code != "left"}
    monkeypatch.setitem(LANGUAGES, "mn", replace(LANGUAGES["mn"], sentences=without))
    with pytest.raises(AssertionError):
        test_the_same_codes_in_the_same_order("mn", "sentences")
    monkeypatch.setitem(LANGUAGES["kk"].warnings, "left", "On {on} no stay is open.")
    with pytest.raises(AssertionError):
        test_no_text_of_another_language("kk")
    monkeypatch.setitem(LANGUAGES["ka"].warnings, "lawful_until", "ბოლო კანონიერი დღეა {last_lawful_day}.")
    with pytest.raises(AssertionError):
        test_the_same_values("ka")


# --- names and tags --------------------------------------------------------------------------------------
@EACH
def test_another_purpose_is_no_document(tag):
    assert len({named(kind, "other", tag) for kind in ("purpose", "permit")}) == 2
    assert all(named("purpose", code, tag) != code or tag == "en" for code in PURPOSES)
    assert all(named("permit", code, tag) != code for code in PermitKind)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("kk-KZ", "kk"),
        ("KK", "kk"),
        ("mn-Cyrl-MN", "mn"),
        ("ka", "ka"),
        ("fr", "en"),
        ("", "en"),
        ("k", "en"),
    ],
)
def test_told_in(tag, language):
    assert told_in(tag) == language
    assert render([Reason("ask_a_lawyer", {})], tag) == render([Reason("ask_a_lawyer", {})], language)


# --- what the engine says --------------------------------------------------------------------------------
def test_every_answer_is_told_in_two_to_six_sentences():
    reasons, warnings, answers = {}, {}, 0
    for question in questions():
        answer = assess(question, REGISTER.law_for(question.country, question.nationality))
        assert 2 <= len(answer.reasons) <= 6, question
        reasons |= {(r.code, repr(r.values)): r for r in answer.reasons}
        warnings |= {(w.code, repr(w.values)): w for w in answer.warnings}
        answers += 1
    assert answers > 10_000
    assert {code for code, _ in reasons} == set(LANGUAGES["en"].sentences) - MADE_BY_DUTIES
    assert {code for code, _ in warnings} >= (
        set(LANGUAGES["en"].warnings) - set(LANGUAGES["en"].sentences) - ONLY_OF_A_REGISTER
    )
    for tag in LANGUAGES:
        for told in [*render([*reasons.values()], tag), *(render_warning(w, tag) for w in warnings.values())]:
            assert not re.search(r"[{}|]|None|\bFalse\b|\b[a-z]+_[a-z]+\b", told), told
        for told in render([*reasons.values()], tag):
            assert told.endswith("."), told
            assert told.count(". ") <= 1, told
