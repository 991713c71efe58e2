"""One spelling of a city, so that a filter is an equality."""

import unicodedata

LONGEST = 100


def city_key(city: str) -> str:
    """ "  Ust-Kamenogorsk " and "ust-kamenogorsk" are one; another script or language is another city."""
    return " ".join(unicodedata.normalize("NFKC", city).casefold().split())
