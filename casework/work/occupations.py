"""ISCO-08: the 436 unit groups, with their names in English and Russian."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "occupations.csv"


@dataclass(frozen=True)
class Occupation:
    """`code`: four digits; its first is the major group, two the sub-major, three the minor group."""

    code: str
    en: str
    ru: str


@lru_cache(maxsize=1)
def occupations() -> dict[str, Occupation]:
    """By code, in the order of the codes."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: Occupation(row["code"], row["en"], row["ru"]) for row in csv.DictReader(lines)}


def is_occupation(code: str) -> bool:
    return code in occupations()


def occupation_name(code: str) -> str:
    """In English; the code itself where it is none."""
    found = occupations().get(code)
    return found.en if found else code


def named(words: str) -> list[Occupation]:
    """Those whose code begins with it, or whose names hold every word of it, in either language."""
    wanted = words.casefold().split()
    return [
        one
        for one in occupations().values()
        if all(one.code.startswith(word) or word in f"{one.en} {one.ru}".casefold() for word in wanted)
    ]
