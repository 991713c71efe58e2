"""A small register for the tests of the calculation: rows as the project's own data writes them."""

from casework.stays.rules import Register, Rule, rule_from_row

PASSPORT = ["passport"]
BOTH = ["passport", "internal_id"]


def _stay(country, title, limits, *, documents=PASSPORT, first=None, last=None, **other):
    return {
        "kind": "stay",
        "country": country,
        "title": title,
        "nationalities": ["RU"],
        "document_kinds": documents,
        "applies_to_entries_from": first,
        "applies_to_entries_until": last,
        "limits": limits,
        "source": f"source of {title}",
        "confidence": "high",
        **other,
    }


def _per_entry(days):
    return [{"kind": "per_entry_days", "days": days, "entry_day_counts": True}]


def rolling(days=90, window_days=180, **other):
    return {"kind": "rolling_window", "days": days, "window_days": window_days, **other}


def anchored(days=90, window_days=180, **other):
    return {"kind": "anchored_window", "days": days, "window_days": window_days, **other}


def _admission(country, title, first, condition, documents=PASSPORT):
    return {
        "kind": "admission",
        "country": country,
        "title": title,
        "nationalities": ["RU"],
        "document_kinds": documents,
        "applies_to_entries_from": first,
        "condition": condition,
    }


def _schengen(country):
    return _stay(
        country,
        f"{country}: a visa and 90 days in each 180",
        [rolling()],
        first="2013-10-18",
        area="SCHENGEN",
        condition={"kind": "visa_required"},
    )


def _no_tourists(country, first, purposes):
    return _admission(
        country, f"{country}: no tourists", first, {"kind": "refused_purposes", "purposes": purposes}
    )


def _biometric(country, first):
    return _admission(country, f"{country}: biometric only", first, {"kind": "biometric_required"})


BALTIC = ["tourism", "culture", "sport", "business"]
FROM_2023 = {"counts_stays_entered_from": "2023-01-27"}

ROWS = [
    _stay(
        "KZ",
        "KZ-2022 90 per entry",
        _per_entry(90),
        documents=BOTH,
        last="2023-01-26",
        readings=[[{"kind": "per_entry_months", "months": 3, "last_day": "same_date"}]],
    ),
    _stay(
        "KZ",
        "KZ-2023 90 in 180",
        [rolling(**FROM_2023)],
        documents=BOTH,
        first="2023-01-27",
        readings=[[anchored(**FROM_2023)]],
    ),
    _admission(
        "KZ",
        "KZ: a permit needs a passport",
        "2023-02-01",
        {"kind": "permit_condition", "code": "passport_required_for_permit", "passport_valid_days": 180},
        BOTH,
    ),
    _stay("GE", "GE one year", [{"kind": "per_entry_months", "months": 12, "last_day": "day_before"}]),
    _stay("MN", "MN 30 and 90 in 180", [anchored(per_stay_days=30)], first="2014-11-14"),
    _stay("TR", "TR 60 and 90 in 180", [rolling(per_stay_days=60)], first="2013-05-20"),
    _stay("RS", "RS 30 per entry", _per_entry(30)),
    _stay("AM", "AM 180 in a year", [rolling(180, 365)], readings=[[{"kind": "calendar_year", "days": 180}]]),
    _stay("TH", "TH 30", _per_entry(30), last="2022-09-30"),
    _stay("TH", "TH 45", _per_entry(45), first="2022-10-01", last="2023-03-31"),
    _stay("TH", "TH 30 again", _per_entry(30), first="2023-04-01", last="2023-10-31"),
    _stay("TH", "TH 90", _per_entry(90), first="2023-11-01", last="2024-04-30"),
    _stay("TH", "TH 60", _per_entry(60), first="2024-07-15"),
    _stay("UZ", "UZ length not known", []),
    *(_schengen(country) for country in ("FI", "EE", "LV", "DE")),
    _no_tourists("LV", "2022-09-19", BALTIC),
    _no_tourists("FI", "2022-09-30", ["tourism", "transit"]),
    _biometric("LV", "2025-07-15"),
    _biometric("DE", "2026-01-01"),
    _stay(
        "DE",
        "DE temporary protection",
        [{"kind": "until", "date": "2027-03-04"}],
        nationalities=["UA"],
        condition={"kind": "permit_required", "permit": "temporary_protection"},
    ),
]

RULES: list[Rule] = [rule_from_row({"id": str(number), **row}) for number, row in enumerate(ROWS)]
REGISTER = Register(RULES)
