"""Examples of housing for the OpenAPI document: a hostel in Tbilisi, a family that asks for beds."""

from typing import Any

HOUSEHOLD_ID = "7e3b9d5f-1c6a-4d4e-9b6a-8f1d0c5b4d44"
PLACE_ID = "a1b2c3d4-0a1b-4c2d-8e3f-5a6b7c8d9e01"
UNIT_ID = "b2c3d4e5-1b2c-4d3e-9f4a-6b7c8d9e0f12"
OTHER_UNIT_ID = "c3d4e5f6-2c3d-4e4f-8a5b-7c8d9e0f1a23"
NEED_ID = "d4e5f6a7-3d4e-4f5a-9b6c-8d9e0f1a2b34"
STAMPS = {"created_at": "2022-10-01T10:00:00+00:00", "updated_at": "2022-10-01T10:00:00+00:00"}

PLACE = {
    "name": "Hostel Mtatsminda", "kind": "hostel", "country": "GE", "city": "Tbilisi",
    "address": "Invented Street 5", "contact": "Tamar, +995 555 000000",
}  # fmt: skip
UNIT = {
    "name": "Room 4", "capacity": 4, "step_free": True, "pets": False, "private": False, "price": "20.00",
    "currency": "GEL", "price_per": "night", "available_from": None, "available_until": "2023-04-30",
}  # fmt: skip
CLOSURE = {"unit": UNIT_ID, "starts_on": "2022-11-01", "ends_on": "2022-11-07", "reason": "A new floor."}
NEED = {
    "household": HOUSEHOLD_ID, "people": 4, "needed_from": "2022-10-01", "needed_until": "2022-10-31",
    "city": "Tbilisi", "country": None, "budget": "90.00", "currency": "GEL", "budget_per": "night",
    "step_free": True, "pets": False, "grounds": ["no_shelter"], "priority": "urgent", "reason": "",
}  # fmt: skip
PLACEMENT = {
    "need": NEED_ID, "unit": UNIT_ID, "starts_on": "2022-10-01", "ends_on": "2022-10-31", "people": 4,
    "status": "held", "hold_expires_at": "2022-10-02T10:00:00+00:00",
}  # fmt: skip
TURNED_AWAY = {
    "on": "2022-10-01", "city": "Tbilisi", "country": "GE", "people": 3, "reason": "Every bed is taken.",
    "price_asked": "120.00", "currency": "GEL",
}  # fmt: skip

HOUSING_SENT: dict[tuple[str, str], dict[str, Any]] = {
    ("housing/places", "create"): PLACE,
    ("housing/places", "partial_update"): {"contact": "Nana, +995 555 000001"},
    ("housing/units", "create"): {"place": PLACE_ID, **UNIT},
    ("housing/units", "partial_update"): {"price": "18.00"},
    ("housing/closures", "create"): CLOSURE,
    ("housing/needs", "create"): NEED,
    ("housing/needs", "partial_update"): {"status": "withdrawn", "reason": "They have gone on to Yerevan."},
    ("housing/placements", "create"): PLACEMENT,
    ("housing/placements", "partial_update"): {"unit": OTHER_UNIT_ID, "starts_on": "2022-10-15"},
    ("housing/turned-away", "create"): TURNED_AWAY,
}
HOUSING_SHOWN: dict[str, dict[str, Any]] = {
    "housing/places": {"id": PLACE_ID, **PLACE, "units": [UNIT_ID, OTHER_UNIT_ID], **STAMPS},
    "housing/units": {
        "id": UNIT_ID, "place": PLACE_ID, **UNIT, "country": "GE", "city": "Tbilisi", "free": 4, **STAMPS,
    },
    "housing/closures": {"id": "e5f6a7b8-4e5f-4a6b-8c7d-9e0f1a2b3c45", **CLOSURE, **STAMPS},
    "housing/needs": {
        "id": NEED_ID, **NEED, "status": "waiting", "position": 3,
        "why": "urgent: a night without shelter; waiting since 2022-10-01; 3rd in Tbilisi", **STAMPS,
    },
    "housing/needs/matches": {
        "unit": UNIT_ID, "name": "Room 4", "place": PLACE_ID, "place_name": "Hostel Mtatsminda",
        "country": "GE", "city": "Tbilisi", "capacity": 4, "free": 4,
        "starts_on": "2022-10-01", "ends_on": "2022-10-31", "people": 4, "private": False, "score": 7,
        "price_for_stay": "2480.00", "currency": "GEL", "fits": True,
        "reasons": [
            {"code": "fits_budget", "detail": "2480.00 GEL for 31 nights; the budget is 2790.00."},
            {"code": "step_free", "detail": "No steps."},
            {"code": "exact_size", "detail": "Exactly 4 beds."},
        ],
        "against": [
            {
                "code": "stay_shorter",
                "detail": "The allowed stay ends on 2022-10-20, before the last night.",
            }
        ],
    },
    "housing/placements": {
        "id": "f6a7b8c9-5f6a-4b7c-9d8e-0f1a2b3c4d56", "place": PLACE_ID, **PLACEMENT, "private": False,
        "price": "20.00", "currency": "GEL", "price_per": "night", "split_reason": "", "reason": "",
        "moved_from": None, "moved_to": None, **STAMPS,
    },
    "housing/turned-away": {"id": "a7b8c9d0-6a7b-4c8d-8e9f-1a2b3c4d5e67", **TURNED_AWAY, **STAMPS},
}  # fmt: skip
