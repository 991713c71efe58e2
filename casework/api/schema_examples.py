"""Examples for the OpenAPI document: one invented family on its way through every resource."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from casework.api.schema_examples_figures import FIGURES_SHOWN
from casework.api.schema_examples_housing import HOUSING_SENT, HOUSING_SHOWN
from casework.api.schema_examples_work import WORK_SENT, WORK_SHOWN

PERSON_ID = "0b8d1f4e-5a0c-4b52-9a55-0d6f6f0f7a11"
DOCUMENT_ID = "2f6a3c1d-7c1b-4b7e-8f57-3f0f8f6c2b22"
ARRIVAL_ID = "5d1e8c2a-0b4f-4a39-b0f5-7d2c9e4a3c33"
HOUSEHOLD_ID = "7e3b9d5f-1c6a-4d4e-9b6a-8f1d0c5b4d44"
DEADLINE_ID = "9a4c0e6b-2d7f-4e5b-8c7d-1a2b3c4d5e55"
COLLEAGUE_ID = "c1d2e3f4-3e8a-4f6c-9d8e-2b3c4d5e6f66"
STAMPS = {"created_at": "2022-10-01T10:00:00+00:00", "updated_at": "2022-10-01T10:00:00+00:00"}

PERSON = {
    "family_name": "Смирнова", "given_name": "Ксения", "patronymic": "Игоревна", "birth_date": "1991-03-07",
    "sex": "F", "nationality": "RU", "preferred_language": "ru", "email": "ksenia@example.org",
}  # fmt: skip
PERSON_READ = {
    "id": PERSON_ID, **PERSON, "native_name": "", "birth_date_precision": "day", "languages": [], "phone": "",
    "second_email": "",
    "household": HOUSEHOLD_ID, "arrivals": [ARRIVAL_ID], "documents": [DOCUMENT_ID],
    "possible_duplicates": [], **STAMPS,
}  # fmt: skip
DOCUMENT = {"kind": "internal_id", "issuing_country": "RU", "number": "4512 345678"}
DOCUMENT_READ = {
    "id": DOCUMENT_ID, "person": PERSON_ID, **DOCUMENT, "biometric": None, "issued_on": None,
    "expires_on": None, **STAMPS,
}  # fmt: skip
LIMIT = {"kind": "per_entry_days", "days": 90, "entry_day_counts": True}
STAY = {
    "status": "lawful", "last_lawful_day": "2022-12-23", "first_unlawful_day": "2022-12-24", "days_used": 7,
    "days_left": 83, "overstays": [], "next_entry": None, "binding_limit": LIMIT,
    "rule": {
        "id": "e0a5d1c9-4f9b-4a7d-8e9f-3c4d5e6f7a77", "title": "Kazakhstan: 90 days per entry",
        "source": "Government Resolution 148 of 21.01.2012", "confidence": "medium",
    },
    "explanation": [
        "It allows 90 days for each entry, and the day of entry is the first of them.",
        "The last lawful day is 2022-12-23; from 2022-12-24 on the stay is unlawful.",
    ],
    "warnings": [{"code": "other_reading", "detail": "three months: 2022-12-25"}],
    "explanation_language": "en", "explanation_reviewed": True,
}  # fmt: skip
DEADLINE_READ = {
    "id": DEADLINE_ID, "person": PERSON_ID, "country": "KZ", "kind": "stay_end", "who": "person",
    "due_on": "2022-12-23", "days_left": 83, "status": "open", "version": 1, "history": [],
    "explanation": STAY["explanation"], "explanation_language": "en", "explanation_reviewed": True,
    "assigned_to": COLLEAGUE_ID, **STAMPS,
}  # fmt: skip
ENTRY = {"country": "KZ", "entered_on": "2022-09-25", "entry_point": "Syrym"}
ARRIVAL_READ = {
    "id": ARRIVAL_ID, "person": PERSON_READ, "document": DOCUMENT_READ, **ENTRY, "left_on": None,
    "purpose": None, "stay": STAY, "deadlines": [DEADLINE_READ], "possible_duplicates": [], **STAMPS,
}  # fmt: skip
PERMIT = {
    "country": "KZ", "kind": "residence_permit", "starts_on": "2022-11-01", "ends_on": "2023-10-31",
    "stay_days": None, "entries": None,
}  # fmt: skip
DECISION = {
    "country": "GE", "kind": "asylum_regular", "served_on": "2022-09-28", "outcome": "refused",
    "within": None, "unit": None,
}  # fmt: skip
CASE = {"household": HOUSEHOLD_ID, "priority": "high", "summary": "Needs a registered address this week."}
QUESTION = {
    "country": "KZ", "nationality": "RU", "on": "2022-10-01", "purpose": "tourism",
    "document": {"kind": "internal_id", "biometric": False, "expires_on": None},
    "stays": [{"entered_on": "2022-09-25", "left_on": None}], "permits": [], "plan_entry_on": None,
    "limits": None,
}  # fmt: skip

# What is sent to each action, and the object that answers.
LAW_CHANGE: dict[str, Any] = {
    "title": "Georgia shortens the stay", "country": "GE", "effective_on": "2027-03-01",
    "rules": [
        {
            "kind": "stay", "title": "Georgia: 90 days for each entry", "nationalities": ["RU"],
            "document_kinds": ["passport"], "limits": [LIMIT], "source": "Ordinance 1 of 01.02.2027",
            "confidence": "high",
        }
    ],
    "ends_rules": ["e0a5d1c9-4f9b-4a7d-8e9f-3c4d5e6f7a77"],
}  # fmt: skip
SENT: dict[tuple[str, str], dict[str, Any]] = {
    ("people", "create"): PERSON,
    ("people", "partial_update"): {"email": "k.smirnova@example.org"},
    ("documents", "create"): {"person": PERSON_ID, **DOCUMENT},
    ("documents", "partial_update"): {"expires_on": "2031-03-07"},
    ("households", "create"): {"members": [PERSON_ID]},
    ("households", "partial_update"): {"members": [PERSON_ID]},
    ("arrivals", "create"): {**ENTRY, "person": PERSON, "document": DOCUMENT},
    ("arrivals", "partial_update"): {"left_on": "2022-11-20"},
    ("permits", "create"): {"person": PERSON_ID, **PERMIT},
    ("permits", "partial_update"): {"ends_on": "2023-12-31"},
    ("decisions", "create"): {"person": PERSON_ID, **DECISION},
    ("decisions", "partial_update"): {"served_on": "2022-09-29"},
    ("deadlines", "partial_update"): {"status": "met"},
    ("cases", "create"): CASE,
    ("cases", "partial_update"): {"status": "waiting"},
    ("stay-rules", "assess"): QUESTION,
    ("law-changes", "create"): LAW_CHANGE,
    **HOUSING_SENT,
    **WORK_SENT,
}
SHOWN: dict[str, dict[str, Any]] = {
    "people": PERSON_READ,
    "documents": DOCUMENT_READ,
    "households": {"id": HOUSEHOLD_ID, "members": [PERSON_ID], "size": 1, **STAMPS},
    "arrivals": ARRIVAL_READ,
    "permits": {"id": "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e88", "person": PERSON_ID, **PERMIT, **STAMPS},
    "decisions": {
        "id": "2d3e4f5a-6b7c-4d8e-9f0a-1b2c3d4e5fbb", "person": PERSON_ID, **DECISION,
        "deadlines": ["3e4f5a6b-7c8d-4e9f-8a0b-2c3d4e5f6acc"], **STAMPS,
    },
    "deadlines": DEADLINE_READ,
    "stay-rules": {
        "id": "e0a5d1c9-4f9b-4a7d-8e9f-3c4d5e6f7a77", "kind": "stay", "country": "KZ",
        "title": "Kazakhstan: 90 days per entry", "nationalities": ["RU"],
        "document_kinds": ["passport", "internal_id"], "applies_to_entries_from": None,
        "applies_to_entries_until": "2023-01-26", "limits": [LIMIT], "readings": [], "condition": None,
        "within": None, "unit": None, "who": None, "if_longer_than_days": None, "area": None, "notes": "",
        "source": "Government Resolution 148 of 21.01.2012", "source_date": None, "confidence": "medium",
        "reviewed_by": None, "status": "in_force", "in_force_at": None, "ended_at": None, "made_by": None,
        "ended_by": None, "replaces": None, **STAMPS,
    },
    "deadline-types": {
        "id": "4f5a6b7c-8d9e-4f0a-9b1c-3d4e5f6a7bdd", "kind": "appeal_regular", "deadline_kind": "appeal",
        "country": "GE", "title": "Georgia: appeal after a regular procedure within 10 days",
        "trigger": "decision_served", "decision_kinds": ["asylum_regular", "asylum"], "permit_kinds": [],
        "purposes": [], "events_from": None, "events_until": None, "n": 10, "unit": "calendar_days",
        "event_day_counts": False, "rolls_over": False, "suspensive": True, "who": "person", "notes": "",
        "source": "Georgian Law on International Protection of 26.06.2025", "source_date": None,
        "confidence": "high", "reviewed_by": None, **STAMPS,
    },
    "law-changes": {
        "id": "5a6b7c8d-9e0f-4a1b-8c2d-3e4f5a6b7cbb", **LAW_CHANGE, "reason": "", "rules": [],
        "keeps_entries_before": None, "status": "previewed", "progress": None, "impact": None,
        "previewed_at": "2022-10-01T10:00:00+00:00", "approved_at": None, "replayed_at": None,
        "withdrawn_at": None, **STAMPS,
    },
    "cases": {
        "id": "3e4f5a6b-7c8d-4e9f-8a0b-1c2d3e4f5a99", "number": "2022-000001", **CASE,
        "assigned_to": COLLEAGUE_ID, "status": "open", "opened_on": "2022-10-01", "closed_on": None, **STAMPS,
    },
    "reminders": {
        "id": "4f5a6b7c-8d9e-4f0a-9b1c-2d3e4f5a6baa", "deadline": DEADLINE_ID, "person": PERSON_ID,
        "occasion": "offset", "recipient_kind": "person", "channel": "mail", "offset_days": 14,
        "send_after": "2022-12-09T04:00:00+00:00", "state": "pending", "sent_at": None, "attempts": 0,
        "message_id": "", "acknowledged_at": None, **STAMPS,
    },
    **HOUSING_SHOWN,
    **WORK_SHOWN,
    **FIGURES_SHOWN,
}  # fmt: skip


def examples_of(resource: str, action: str) -> list[OpenApiExample]:
    found = []
    if (resource, action) in SENT:
        found.append(OpenApiExample("Asked", value=SENT[resource, action], request_only=True))
    shown = f"{resource}/matches" if action == "matches" else resource
    answer = STAY if action == "assess" else SHOWN.get(shown)
    if answer is not None and action != "destroy":
        found.append(
            OpenApiExample("Answered", value=answer, response_only=True, status_codes=["200", "201"])
        )
    return found
