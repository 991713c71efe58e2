import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.people.numbers import InvalidNumber, implausible, likely_biometric, normalise


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("4512 345678", "4512345678"),
        ("45 12 345678", "4512345678"),
        ("4512-345678", "4512345678"),
        ("4512–345678", "4512345678"),
        (" 65\u00a04201072 ", "654201072"),
        ("ab 123456", "AB123456"),
        ("АВ 123456", "AB123456"),  # Cyrillic А and В
        ("мт123456", "MT123456"),
        ("II-БЖ 123456", "IIБЖ123456"),
        ("٤٥١٢", "4512"),
        ("ＡＢ１２", "AB12"),
        ("და123", "ᲓᲐ123"),
        ("9" * 40, "9" * 40),
    ],
)
def test_normalise(written: str, stored: str) -> None:
    assert normalise(written) == stored


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ('=HYPERLINK("http://x")', "only letters, digits, spaces and hyphens"),
        ("+7 999", "only letters"),
        ("№ 123456", "only letters"),
        ("4512/345678", "only letters"),
        ("4512\x00345678", "only letters"),
        ("4512\n345678", "only letters"),
        ("4512\u202e345678", "only letters"),
        ("4512_345678", "only letters"),
        ("10²", "only letters"),
        ("", "at least one"),
        ("  - ", "at least one"),
        ("9" * 41, "40 characters"),
    ],
)
def test_normalise_refuses(written: str, sentence: str) -> None:
    with pytest.raises(InvalidNumber, match=sentence):
        normalise(written)


@settings(deadline=None)
@given(st.text(max_size=45))
@example("ﬃ" * 40)
@example("ŉß")
def test_normalise_of_anything_is_refused_or_stable(written: str) -> None:
    try:
        stored = normalise(written)
    except InvalidNumber:
        return
    assert 0 < len(stored) <= 40
    assert normalise(stored) == stored


@pytest.mark.parametrize(
    ("kind", "country", "number", "code"),
    [
        ("internal_id", "RU", "4512345678", None),
        ("internal_id", "RU", "4597345678", None),
        ("internal_id", "RU", "451234567", "internal_id_not_ten_digits"),
        ("internal_id", "RU", "45123456789", "internal_id_not_ten_digits"),
        ("internal_id", "RU", "AB12345678", "internal_id_not_ten_digits"),
        ("internal_id", "RU", "4560345678", "internal_id_unknown_series"),
        ("internal_id", "RU", "0012345678", "internal_id_unknown_series"),
        ("internal_id", "RU", "0000000000", "placeholder_number"),
        ("passport", "RU", "654201072", None),
        ("passport", "RU", "65420107", "passport_not_nine_digits"),
        ("passport", "RU", "999999999", "placeholder_number"),
        ("passport", "KZ", "N12345678", None),
        ("internal_id", "KZ", "012345678", None),
        ("other", "RU", "X1", None),
    ],
)
def test_implausible(kind: str, country: str, number: str, code: str | None) -> None:
    assert implausible(kind, country, number) == code


@pytest.mark.parametrize(
    ("kind", "country", "number", "biometric"),
    [
        ("passport", "RU", "722092572", True),
        ("passport", "RU", "752612099", True),
        ("passport", "RU", "654201072", False),
        ("passport", "RU", "612345678", False),
        ("passport", "RU", "100123456", None),
        ("passport", "RU", "7220925720", None),
        ("internal_id", "RU", "7220925720", None),
        ("passport", "KZ", "722092572", None),
    ],
)
def test_likely_biometric(kind: str, country: str, number: str, biometric: bool | None) -> None:
    assert likely_biometric(kind, country, number) is biometric
