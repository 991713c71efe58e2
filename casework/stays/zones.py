"""Which calendar day it is in a host country. A border stamp is a local day, never a moment in UTC."""

import json
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

DATA = Path(__file__).parent / "data" / "stay-rules.json"


def local_day(country: str, at: datetime) -> date:
    """The day that a calendar on the wall there shows. UTC where the country's zone is not known."""
    return at.astimezone(zone_of(country)).date()


@lru_cache(maxsize=300)
def zone_of(country: str) -> ZoneInfo:
    return ZoneInfo(_recorded().get(country) or _first_listed().get(country) or "UTC")


@lru_cache(maxsize=1)
def _recorded() -> dict[str, str]:
    return dict(json.loads(DATA.read_text(encoding="utf-8"))["time_zones"])


@lru_cache(maxsize=1)
def _first_listed() -> dict[str, str]:
    """For countries without rules: the zone that the tz database lists first (its most peopled one)."""
    zones: dict[str, str] = {}
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones.setdefault(country, zone)
    return zones
