"""Countries that count a stay together."""

from datetime import date

# Convention implementing the Schengen Agreement; the day from which a stay there counts (Council
# Decisions 2022/2451 for Croatia, 2024/210 for Bulgaria and Romania). None: since before 2013.
SCHENGEN: dict[str, date | None] = {
    **dict.fromkeys("AT BE CH CZ DE DK EE ES FI FR GR HU IS IT LI LT LU LV MT NL NO PL PT SE SI SK".split()),
    "HR": date(2023, 1, 1),
    "BG": date(2024, 3, 31),
    "RO": date(2024, 3, 31),
}
AREAS = {"SCHENGEN": SCHENGEN}

# Where Union law counts a period. The register writes its country as "EU".
UNION = "EU"
EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


def countries_counted_with(country: str) -> frozenset[str]:
    """The country itself and those whose stays stand in the same ledger."""
    for members in AREAS.values():
        if country in members:
            return frozenset(members)
    return frozenset([country])


def counts_in_ledger(country: str, entered_on: date) -> bool:
    """A stay in a state that joined later counts from the day it joined."""
    for members in AREAS.values():
        joined = members.get(country)
        if joined is not None and entered_on < joined:
            return False
    return True
