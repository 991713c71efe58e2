"""ISO 4217, as far as somebody can be paid in it."""

from functools import lru_cache

import pycountry

# Units of account, metals and codes for tests stand in the same table, and are in nobody's pocket.
SHARED = frozenset({"XAF", "XCD", "XCG", "XOF", "XPF"})
FUNDS = frozenset("BOV CHE CHW CLF COU MXV USN UYI UYW".split())


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    listed = {currency.alpha_3 for currency in pycountry.currencies}
    return frozenset(code for code in listed if not code.startswith("X") or code in SHARED) - FUNDS


def is_currency(code: str) -> bool:
    return code in codes()
