"""Questions that reach every sentence of the engine, and nothing at random."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from casework.stays.rules import HeldDocument, Permit, PermitKind, Question, Stay, limits_from_json

from .register import anchored, rolling

ON = date(2022, 12, 30)
LATER = [date(2023, 3, 1), date(2026, 2, 1)]
COUNTRIES = ["KZ", "GE", "MN", "TR", "UZ", "LV", "DE", "MD", "AM", "TH"]
LIMITS = [
    {"kind": "per_entry_days", "days": 10, "entry_day_counts": True},
    {"kind": "per_entry_days", "days": 10, "entry_day_counts": False},
    {"kind": "per_entry_months", "months": 3, "last_day": "same_date"},
    {"kind": "per_entry_months", "months": 3, "last_day": "day_before"},
    rolling(30, 60),
    anchored(30, 60),
    anchored(90, 180, per_stay_days=30),
    {"kind": "calendar_year", "days": 40},
    {"kind": "until", "date": "2022-12-31"},
]


def _ago(days: int) -> date:
    return ON - timedelta(days=days)


LEDGERS = [
    (),
    (Stay(_ago(5), None),),
    (Stay(_ago(100), None),),
    (Stay(_ago(100), _ago(60)),),
    (Stay(_ago(100), None), Stay(_ago(20), None)),
    (Stay(_ago(100), _ago(40)), Stay(_ago(50), _ago(30)), Stay(_ago(10), None)),
    (Stay(_ago(5), None), Stay(ON + timedelta(days=60), None)),
]
HELD = [
    (),
    (Permit(PermitKind.VISA, _ago(120), ON + timedelta(days=20)),),
    (Permit(PermitKind.VISA, _ago(120), ON + timedelta(days=400), stay_days=7, entries=1),),
    (Permit(PermitKind.RESIDENCE_PERMIT, _ago(90), ON + timedelta(days=90)),),
    (Permit(PermitKind.ASYLUM_CERTIFICATE, _ago(90), None),),
    (Permit(PermitKind.TEMPORARY_PROTECTION, _ago(3), date.max),),
    (Permit(PermitKind.OTHER, _ago(90), None), Permit(PermitKind.VISA, ON + timedelta(days=300), None)),
]
DOCUMENTS = [
    None,
    HeldDocument("passport", biometric=False, expires_on=ON + timedelta(days=9)),
    HeldDocument("internal_id"),
]


def questions() -> Iterator[Question]:
    given = [None, (), *(limits_from_json([limit]) for limit in LIMITS)]
    plans = [None, ON + timedelta(days=1), ON + timedelta(days=50)]
    for stays, permits, plan in product(LEDGERS, HELD, plans):
        for country, document, purpose in product(COUNTRIES, DOCUMENTS, [None, "tourism"]):
            yield Question(country, "RU", ON, purpose, document, stays, permits, plan, None)
        for limits in given:
            yield Question("KZ", "RU", ON, None, None, stays, permits, plan, limits)
        yield Question("XX", "RU", ON, None, None, stays, permits, plan, None)
    for on, country, nationality, document in product(LATER, ["KZ", "DE"], ["RU", "UA"], DOCUMENTS):
        visa = Permit(PermitKind.VISA, on, on + timedelta(days=90))
        booked = (Stay(on + timedelta(days=40), on + timedelta(days=120)),)
        for stays in ((), (Stay(on, None),), booked):
            plan = None if stays and stays is not booked else on
            yield Question(country, nationality, on, None, document, stays, (visa,), plan, None)
