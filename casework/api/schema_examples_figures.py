"""Examples of the statistics for the OpenAPI document: a week in Tbilisi in autumn."""

from typing import Any

BEDS: dict[str, Any] = {
    "needs_asked": 14, "people_asked": 31, "people_placed": 19, "people_turned_away": 27,
    "nights_sold": 346, "nights_available": 385, "occupancy": 0.899,
    "rents": [{"currency": "GEL", "paid": "74.00", "asked": "118.50"}],
}  # fmt: skip
BEDS_CHANGE: dict[str, Any] = {
    "needs_asked": 2, "people_asked": 6, "people_placed": None, "people_turned_away": 9, "nights_sold": 41,
    "nights_available": 0, "occupancy": 0.107,
    "rents": [{"currency": "GEL", "paid": None, "asked": "12.00"}],
}  # fmt: skip
WHERE = {"period": "2022-09-26", "country": "GE"}

FIGURES_SHOWN: dict[str, dict[str, Any]] = {
    "statistics/housing": {**WHERE, "city": "Tbilisi", **BEDS, "suppressed": [], "change": BEDS_CHANGE},
    "statistics/work": {
        **WHERE, "openings": 6, "positions": 23, "applications": 17, "interviews": None, "hires": None,
        "suppressed": ["interviews", "hires"],
        "change": {"openings": 1, "positions": -2, "applications": 4, "interviews": None, "hires": None},
    },
    "statistics/arrivals": {**WHERE, "arrivals": 112, "suppressed": [], "change": {"arrivals": 38}},
    "statistics/stays": {
        **WHERE, "open_stays": 640, "ending_soon": 41, "overstayed": None, "suppressed": ["overstayed"],
        "change": {"open_stays": 97, "ending_soon": 12, "overstayed": None},
    },
}  # fmt: skip
