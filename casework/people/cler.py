"""The code in which the machine readable zone of a Russian internal passport writes Russian letters.

Thirty-three letters do not fit into twenty-six: seven digits help, so that every name can be read back letter
for letter. What the code gives is no Latin spelling of a name: VI3 is -вич.
Source: MVD order 773 of 16.11.2020, appendix 24 ("modernised CLER").
"""

import unicodedata

FILLER = "<"
_LETTERS = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
_SIGNS = "ABVGDE2JZIQKLMNOPRSTUFHC34WXY9678"
_OF_LETTER = dict(zip(_LETTERS, _SIGNS, strict=True))
_OF_SIGN = dict(zip(_SIGNS, _LETTERS, strict=True))
SIGNS = frozenset(_SIGNS)


class NotInTheCode(ValueError):
    """A character that the code has no sign for; the message names its place, counted from 1."""


def encode(name: str) -> str:
    """Russian letters, large or small, as signs; what stands between the parts of a name as one filler.

    Raises NotInTheCode.
    """
    return _translated(unicodedata.normalize("NFC", name).upper().replace("-", " "), _OF_LETTER, " ", FILLER)


def decode(code: str) -> str:
    """Signs as capital Russian letters, fillers as spaces. A hyphen is not told from a space.

    Raises NotInTheCode.
    """
    return _translated(code, _OF_SIGN, FILLER, " ")


def _translated(text: str, table: dict[str, str], gap: str, gap_becomes: str) -> str:
    for position, character in enumerate(text, 1):
        if character != gap and character not in table:
            raise NotInTheCode(f"Position {position}: the code has no such character.")
    parts = ("".join(table[character] for character in part) for part in text.split(gap) if part)
    return gap_becomes.join(parts)
