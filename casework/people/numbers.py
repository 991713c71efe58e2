"""Numbers of documents: one written form, what is refused, what only looks odd."""

import re
import unicodedata

LONGEST_NUMBER = 40

# Series letters are typed on either keyboard. The Latin form stands for both, so that one document typed
# twice is found again; letters without a Latin twin (Б, Ж, ...) stay as they are.
_LATIN_TWINS = str.maketrans("АВЕКМНОРСТУХІЅЈ", "ABEKMHOPCTYXISJ")
_LETTERS_AND_DIGITS = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd"})
_HYPHENS = frozenset("-‐‑‒–—−")


class InvalidNumber(ValueError):
    """The text cannot be the number of a document; the message is one sentence for who typed it."""


def normalise(number: str) -> str:
    """The number as stored and compared: letters in upper case and digits, nothing between them.

    Digits of other scripts become 0-9, Cyrillic letters that look like Latin ones become those.
    Raises InvalidNumber for anything but letters, digits, spaces and hyphens, and for too few or too many.
    """
    written = unicodedata.normalize("NFC", number).strip()
    if not all(_allowed(c) for c in written):
        raise InvalidNumber("A document number may contain only letters, digits, spaces and hyphens.")
    # some letters have no capital of their own and leave a sign behind: ŉ becomes ʼN
    plain = "".join(
        c for c in "".join(map(_plain, written)) if unicodedata.category(c) in _LETTERS_AND_DIGITS
    )
    if not plain:
        raise InvalidNumber("A document number needs at least one letter or digit.")
    if max(len(written), len(plain)) > LONGEST_NUMBER:
        raise InvalidNumber(f"A document number may have at most {LONGEST_NUMBER} characters.")
    return plain


def implausible(kind: str, issuing_country: str, number: str) -> str | None:
    """A code for what looks odd about a normalised number; a warning, never a reason to refuse.

    `placeholder_number`, `internal_id_not_ten_digits`, `internal_id_unknown_series`,
    `passport_not_nine_digits`.
    """
    if len(number) > 3 and len(set(number)) == 1:
        return "placeholder_number"
    if issuing_country == "RU" and kind == "internal_id":
        return _odd_russian_internal_id(number)
    if issuing_country == "RU" and kind == "passport" and not re.fullmatch("[0-9]{9}", number):
        return "passport_not_nine_digits"
    return None


def likely_biometric(kind: str, issuing_country: str, number: str) -> bool | None:
    """Whether a Russian passport has a chip, by its series: a default for the clerk to confirm, or None.

    Series 7x are the ten-year biometric booklets, 6x the five-year ones without a chip.
    """
    if (kind, issuing_country) != ("passport", "RU") or not re.fullmatch("[0-9]{9}", number):
        return None
    return {"6": False, "7": True}.get(number[0])


def _allowed(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _LETTERS_AND_DIGITS or category == "Zs" or character in _HYPHENS


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", character).upper().translate(_LATIN_TWINS)


def _odd_russian_internal_id(number: str) -> str | None:
    if not re.fullmatch("[0-9]{10}", number):
        return "internal_id_not_ten_digits"
    region, year_of_blank = number[:2], int(number[2:4])
    # the first blanks of this passport were printed in 1997
    if region == "00" or 50 <= year_of_blank < 97:
        return "internal_id_unknown_series"
    return None
