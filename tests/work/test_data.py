"""The tables that ship: ISCO-08, ISIC, the law on who may work."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import casework.work
from casework.people.cities import city_key
from casework.people.countries import is_country
from casework.people.currencies import is_currency
from casework.work.languages import language_name, reaches
from casework.work.occupations import named, occupation_name, occupations
from casework.work.rules import Allowed
from casework.work.rules.right import OF_LAW
from casework.work.sectors import SECTIONS, sector_name

DATA = Path(casework.work.__file__).parent / "data" / "work-rules.json"
RULES: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))["rules"]
FIELDS = (
    "key country title basis nationalities allowed valid_from valid_until condition notes source source_date"
    " confidence reviewed_by"
).split()
EAEU = {"AM", "BY", "KG", "KZ", "RU"}


def test_isco_08_is_whole() -> None:
    """ILO, ISCO-08 Volume I: 10 major, 43 sub-major, 130 minor and 436 unit groups."""
    codes = list(occupations())
    assert codes == sorted(codes)
    assert [len({code[:digits] for code in codes}) for digits in (1, 2, 3, 4)] == [10, 43, 130, 436]
    in_major = {major: sum(code[0] == major for code in codes) for major in "0123456789"}
    assert list(in_major.values()) == [3, 31, 92, 84, 29, 40, 18, 66, 40, 33]


def test_isco_08_has_a_name_in_both_languages_once() -> None:
    for language in ("en", "ru"):
        names = [getattr(one, language) for one in occupations().values()]
        assert len(set(names)) == 436
        assert all(name == name.strip() and name[0].isupper() for name in names)
    cyrillic = [
        one.ru for one in occupations().values() if not any("а" <= letter <= "я" for letter in one.ru)
    ]
    assert cyrillic == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("bricklayers", "7112"),
        ("КАМЕНЩИКИ", "7112"),
        ("7112", "7112"),
        ("сварщики", "7212"),
        ("cooks", "5120"),
    ],
)
def test_occupation_is_found_by_either_name(words: str, code: str) -> None:
    assert code in [one.code for one in named(words)]


def test_occupations_found_by_every_word() -> None:
    assert [one.code for one in named("construction managers")] == ["1323"]
    assert {one.code[:2] for one in named("71")} == {"71"}
    assert named("nobody does this") == []
    assert occupation_name("7112") == "Bricklayers and related workers"
    assert occupation_name("0000") == "0000"


def test_isic_sections() -> None:
    assert "".join(SECTIONS) == "ABCDEFGHIJKLMNOPQRSTU"
    assert (sector_name("F"), SECTIONS["F"][1], sector_name("Z")) == ("Construction", "Строительство", "Z")


def test_languages_by_name_and_level() -> None:
    assert (language_name("ka"), language_name("ru-KZ"), language_name("xx")) == ("Georgian", "Russian", "xx")
    assert reaches("B1", "B1")
    assert reaches("native", "C2")
    assert not reaches("A2", "B1")


@pytest.mark.parametrize("code", ["GEL", "KZT", "RUB", "EUR", "XOF"])
def test_currencies_in_which_people_are_paid(code: str) -> None:
    assert is_currency(code)


@pytest.mark.parametrize("code", ["XAU", "XXX", "XTS", "CHW", "ABC", "gel", ""])
def test_currencies_nobody_uses(code: str) -> None:
    assert not is_currency(code)


def test_one_spelling_of_a_city() -> None:
    assert city_key("  Ust-Kamenogorsk\t") == city_key("UST-KAMENOGORSK") == "ust-kamenogorsk"
    assert city_key("New\u00a0  York") == "new york"
    assert city_key("Тбилиси") != city_key("Tbilisi")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["key"])
def test_rule_has_one_shape(rule: dict[str, Any]) -> None:
    assert list(rule) == FIELDS
    assert rule["key"].startswith(rule["country"].lower() + "-work-")
    assert rule["country"] == "EU" or is_country(rule["country"])
    assert rule["basis"] in {basis.value for basis in OF_LAW}
    assert rule["allowed"] in set(Allowed)
    assert all(is_country(code) for code in rule["nationalities"])
    assert rule["country"] not in rule["nationalities"]
    assert 0 < len(rule["title"]) <= 200
    assert not rule["title"].endswith(".")
    assert 0 < len(rule["source"]) <= 300
    assert len(rule["condition"]) <= 300
    assert not rule["condition"] or rule["condition"].endswith(".")
    assert rule["confidence"] in {"high", "medium", "low"}
    assert rule["reviewed_by"] is None
    assert day(rule["valid_from"], date.min) <= day(rule["valid_until"], date.max)


def test_rules_of_one_question_do_not_overlap() -> None:
    assert len({rule["key"] for rule in RULES}) == len(RULES)
    clashes = [
        (one["key"], other["key"])
        for one, other in combinations(RULES, 2)
        if (one["country"], one["basis"], one["nationalities"])
        == (other["country"], other["basis"], other["nationalities"])
        and day(one["valid_from"], date.min) <= day(other["valid_until"], date.max)
        and day(other["valid_from"], date.min) <= day(one["valid_until"], date.max)
    ]
    assert clashes == []


def test_the_economic_union_is_mutual() -> None:
    """Treaty on the Eurasian Economic Union, Article 97."""
    rows = {rule["country"]: set(rule["nationalities"]) for rule in RULES if rule["key"].endswith("-eaeu")}
    assert rows == {country: EAEU - {country} for country in EAEU}


def day(text: str | None, otherwise: date) -> date:
    return date.fromisoformat(text) if text else otherwise
