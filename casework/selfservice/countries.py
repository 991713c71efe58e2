"""Countries by their names in the reader's language, and which of them a short list offers."""

import gettext
from functools import lru_cache

import pycountry

from casework.people.countries import codes
from casework.selfservice.wording import words_of

# User-assigned by ISO 3166-1, so never a country: for this code there can be no rule.
ANOTHER = "ZZ"
# People ask about these too; the answer is that we do not know, and what to do then.
ASKED_ABOUT = "AZ BY CN CZ EG ES FR GB GR ID IN IT JP KR LK MD RO UA US VN".split()
NATIONALITIES = "AM AZ BY GE KG KZ MD MN RU TJ TM UA UZ".split()

Choices = list[tuple[str, str]]


@lru_cache(maxsize=8)
def names(language: str) -> dict[str, str]:
    """By ISO code. Our own words come first: the long official names fit on no phone."""
    told = gettext.translation(
        "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
    ).gettext
    found = {c.alpha_2: told(getattr(c, "common_name", c.name)) for c in pycountry.countries}
    found |= dict(pair.split("=") for pair in words_of(language)["country_names"].split("|"))
    return {code: name[:1].title() + name[1:] for code, name in found.items()}


def choices(wanted: list[str], language: str) -> Choices:
    """In the order of the names. What is no country is left out."""
    known = names(language)
    return sorted(((code, known[code]) for code in {*wanted} & codes()), key=lambda pair: pair[1])
