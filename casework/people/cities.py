"""One spelling of a city, so that a filter is an equality."""


def city_key(city: str) -> str:
    """ "  Ust-Kamenogorsk " and "ust-kamenogorsk" are one; another script or language is another city."""
    return " ".join(city.split()).casefold()
