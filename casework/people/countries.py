"""ISO 3166-1 alpha-2, and nothing beside it."""

from functools import lru_cache

import pycountry


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


def is_country(code: str) -> bool:
    return code in codes()


@lru_cache(maxsize=1)
def choices() -> tuple[tuple[str, str], ...]:
    """Codes with their English names, for a form."""
    return tuple(sorted(((c.alpha_2, c.name) for c in pycountry.countries), key=lambda pair: pair[1]))


def name_of(code: str) -> str:
    """The English name as it is said; the code itself where there is no such country."""
    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name)) if found else code


def of_alpha_3(code: str) -> str | None:
    """The alpha-2 code of a country's alpha-3 code; None for what is no country."""
    found = pycountry.countries.get(alpha_3=code)
    return found.alpha_2 if found else None
