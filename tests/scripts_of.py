"""Which letters a language is written in: a sentence left in another one shows at once."""

import re

# A letter that the language's neighbours do not have: it must stand somewhere in a text of some length.
OWN_LETTERS = {"ka": "ა-ჰ", "kk": "әғқңөұүһі", "mn": "өү"}
FOREIGN = {
    "ru": "A-Za-zა-ჰәғқңөұүһіӘҒҚҢӨҰҮҺІ",
    "ka": "A-Za-zА-Яа-яЁё",
    # Letters of Russian that native words of the language do not have; a whole sentence seldom lacks them.
    "kk": "A-Za-zა-ჰЁё",
    "mn": "A-Za-zა-ჰәғқңұһі",
}
# Everyday words of Russian that are no words of Kazakh or Mongolian.
RUSSIAN = re.compile(
    r"\b(и|в|на|по|с|до|для|от|за|или|если|это|этот|день|дня|дней|въезд\w*|последний|нет|есть|нужно|можно|"
    r"пребывани\w*|страна|страны|законн\w*|незаконн\w*)\b",
    re.IGNORECASE,
)


def foreign_letters(language: str, text: str) -> list[str]:
    return re.findall(f"[{FOREIGN[language]}]", text) if language in FOREIGN else []


def russian_words(language: str, text: str) -> list[str]:
    return RUSSIAN.findall(text) if language in ("kk", "mn") else []


def has_own_letters(language: str, text: str) -> bool:
    return language not in OWN_LETTERS or bool(re.search(f"[{OWN_LETTERS[language]}]", text))
