import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.people.cler import NotInTheCode, decode, encode

with Path(__file__).with_name("data").joinpath("mrz.csv").open(encoding="utf-8", newline="") as lines:
    CASES: dict[str, tuple[str, dict[str, str]]] = {
        row["id"]: (json.loads(row["inputs"])["cyrillic"], json.loads(row["expected"]))
        for row in csv.DictReader(lines)
        if row["kind"] == "mrz_cler"
    }
RUSSIAN = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
words = st.text(alphabet=RUSSIAN, min_size=1, max_size=20)


@pytest.mark.parametrize(("name", "expected"), CASES.values(), ids=CASES.keys())
def test_published(name: str, expected: dict[str, str]) -> None:
    assert encode(name) == expected["code"]
    assert decode(expected["code"]) == expected["round_trip"]


def test_every_case_is_here() -> None:
    assert len(CASES) == 6


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Подъячев", "PODX83EV"),
        ("Щукин", "WUKIN"),
        ("Хрущёв", "HRUW2V"),
        ("Крылов Сергей", "KRYLOV<SERGEQ"),
        ("Римский-Корсаков", "RIMSKIQ<KORSAKOV"),
        ("Алексе\u0438\u0306", "ALEKSEQ"),  # й of two characters
        ("", ""),
    ],
)
def test_encode(name: str, code: str) -> None:
    assert encode(name) == code


@given(st.lists(words, min_size=1, max_size=4).map(" ".join))
def test_every_name_comes_back(name: str) -> None:
    assert decode(encode(name)) == name
    assert encode(name.lower()) == encode(name)


def test_no_two_letters_share_a_sign() -> None:
    signs = [encode(letter) for letter in RUSSIAN]
    assert len(set("".join(signs))) == len(RUSSIAN) == 33


@pytest.mark.parametrize(("name", "position"), [("Smirnov", 1), ("Қасым", 1), ("Анна1", 5), ("СMИРНОВ", 2)])
def test_encode_refuses_what_is_not_russian(name: str, position: int) -> None:
    with pytest.raises(NotInTheCode, match=f"Position {position}:"):
        encode(name)


@pytest.mark.parametrize(("code", "position"), [("ANN1", 4), ("anna", 1), ("AN NA", 3), ("АNNA", 1)])
def test_decode_refuses_what_is_no_sign(code: str, position: int) -> None:
    with pytest.raises(NotInTheCode, match=f"Position {position}:"):
        decode(code)
