"""The words of the page, one module per language, as data: translators change these and no code.

`months` and `weekdays` are lists with `|` between; `date` says how they stand together. An empty
`review_note` means that a speaker has read the language.
"""

from collections.abc import Mapping

from casework.selfservice.wording import en, ka, kk, mn, ru

Words = Mapping[str, str]
LANGUAGES: dict[str, Words] = {
    "en": en.WORDS,
    "ru": ru.WORDS,
    "ka": ka.WORDS,
    "kk": kk.WORDS,
    "mn": mn.WORDS,
}
FALLBACK = "en"


def words_of(language: str) -> Words:
    return LANGUAGES[language]
