"""Examples of work for the OpenAPI document: a bricklayer in Tbilisi, and who looks for one."""

from typing import Any

PERSON_ID = "0b8d1f4e-5a0c-4b52-9a55-0d6f6f0f7a11"
OPENING_ID = "6b7c8d9e-0f1a-4b2c-8d3e-4f5a6b7c8dcc"
NEED_ID = "7c8d9e0f-1a2b-4c3d-9e4f-5a6b7c8d9edd"
RULE_ID = "8d9e0f1a-2b3c-4d4e-8f5a-6b7c8d9e0fee"
STAMPS = {"created_at": "2022-10-01T10:00:00+00:00", "updated_at": "2022-10-01T10:00:00+00:00"}

OPENING = {
    "employer": "Vake Building", "title": "Bricklayer", "sector": "F", "occupation": "7112", "country": "GE",
    "city": "Tbilisi", "positions": 4, "pay": "90.00", "currency": "GEL", "pay_per": "day",
    "languages": ["ru"], "language_levels": {"ru": "B1"}, "housing_offered": True, "opens_on": None,
    "starts_on": "2022-10-10", "closes_on": "2022-10-31", "contact": "Vakho, +995 555 060708",
}  # fmt: skip
NEED = {
    "sectors": ["F"], "occupations": ["7112", "7122"], "skills": ["tiling"], "languages": ["ru", "en"],
    "language_levels": {"ru": "native", "en": "A2"}, "country": "GE", "city": "Tbilisi",
    "available_from": "2022-10-03",
}  # fmt: skip
RULE = {
    "id": RULE_ID, "title": "Georgia: foreigners on a lawful stay work without a permit",
    "source": "Georgian Law on Labour Migration of 01.04.2015", "confidence": "medium",
}  # fmt: skip
FIT = {
    "score": 108,
    "may_work": {
        "answer": "yes", "basis": "visa_free", "rule": RULE,
        "detail": "May work in Georgia on a visa-free stay.",
        "condition": "The employer tells the authority of the contract.",
    },
    "fits": True,
    "reasons": [
        {"code": "same_occupation", "detail": "The occupation looked for: Bricklayers and related workers."},
        {"code": "same_city", "detail": "In the city looked in: Tbilisi."},
    ],
    "against": [{"code": "pay_unknown", "detail": "The pay is not said."}],
}  # fmt: skip

WORK_SENT: dict[tuple[str, str], dict[str, Any]] = {
    ("work/openings", "create"): OPENING,
    ("work/openings", "partial_update"): {"positions": 5},
    ("work/needs", "create"): {"person": PERSON_ID, **NEED},
    ("work/needs", "partial_update"): {"city": "Batumi"},
    ("work/applications", "create"): {"need": NEED_ID, "opening": OPENING_ID},
    ("work/applications", "partial_update"): {"status": "declined", "reason": "They ask for Georgian."},
}
WORK_SHOWN: dict[str, dict[str, Any]] = {
    "work/openings": {
        "id": OPENING_ID, **OPENING, "positions_left": 4, "status": "open", "closed_reason": None, **STAMPS,
    },
    "work/openings/matches": {"need": NEED_ID, "person": PERSON_ID, **FIT},
    "work/needs": {"id": NEED_ID, "person": PERSON_ID, **NEED, "status": "looking", **STAMPS},
    "work/needs/matches": {
        "opening": OPENING_ID, "title": "Bricklayer", "employer": "Vake Building", "country": "GE",
        "city": "Tbilisi", **FIT,
    },
    "work/applications": {
        "id": "9e0f1a2b-3c4d-4e5f-9a6b-7c8d9e0f1aff", "need": NEED_ID, "opening": OPENING_ID,
        "status": "proposed", "reason": "",
        "steps": [
            {
                "from_status": None, "to_status": "proposed", "reason": "", "actor_kind": "client",
                "actor_id": "3", "at": "2022-10-01T10:00:00+00:00",
            }
        ],
        **STAMPS,
    },
    "work/rules": {
        **RULE, "country": "GE", "basis": "any", "nationalities": [], "allowed": "yes",
        "valid_from": "2015-11-01", "valid_until": "2026-02-28",
        "condition": "The employer tells the authority of the contract.", "notes": "",
        "source_date": "2015-04-01", "reviewed_by": None, **STAMPS,
    },
    "work/occupations": {
        "code": "7112",
        "names": {"en": "Bricklayers and related workers", "ru": "Каменщики (кирпичная кладка)"},
    },
    "work/sectors": {"code": "F", "names": {"en": "Construction", "ru": "Строительство"}},
}  # fmt: skip
