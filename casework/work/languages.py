"""How well somebody must speak, and does: levels of the Common European Framework, and native."""

from functools import lru_cache

import pycountry

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2", "native")


def reaches(level: str, wanted: str) -> bool:
    return LEVELS.index(level) >= LEVELS.index(wanted)


def primary(code: str) -> str:
    """What is spoken, without script and country: "ru-KZ" is "ru"."""
    return code.partition("-")[0].lower()


@lru_cache(maxsize=500)
def language_name(code: str) -> str:
    """In English; the code itself where nobody knows it."""
    tag = primary(code)
    found = pycountry.languages.get(alpha_2=tag) if len(tag) == 2 else pycountry.languages.get(alpha_3=tag)
    return str(found.name) if found else code
