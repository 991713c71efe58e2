"""Every field of every request, given what it cannot take: a problem that points at it, and nothing stored."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from rest_framework import serializers

from casework.accounts.models import Organisation, User
from casework.api.asked import Asked
from casework.api.urls import router
from casework.people.models import Person
from casework.stays.models import Arrival
from tests.api.conftest import Api
from tests.api.promises import PROBLEM
from tests.api.test_arrivals import ARRIVAL
from tests.api.test_assess import QUESTION
from tests.api.test_law_changes import RULE
from tests.factories.cases import CaseFactory
from tests.factories.housing import NeedFactory as BedNeedFactory
from tests.factories.housing import PlaceFactory, PlacementFactory, UnitFactory
from tests.factories.people import DocumentFactory, HouseholdFactory, PersonFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, DecisionFactory, PermitFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

OF_ANY_TYPE: list[Any] = [
    True, -1, 10**17, "a\x00b", "\ud800", "x" * 20_000, "2022-02-30", [None], {"a": {"b": []}},
    "00000000-0000-4000-8000-000000000000",
]  # fmt: skip
VISA = {
    "country": "GE", "kind": "visa", "starts_on": "2022-09-01", "ends_on": "2022-11-30", "stay_days": 30, "entries": 1,
}  # fmt: skip
REFUSAL = {
    "country": "GE", "kind": "asylum_regular", "served_on": "2022-09-28", "outcome": "refused",
    "within": 10, "unit": "calendar_days",
}  # fmt: skip
LAW_CHANGE = {
    "title": "Nauru gives 90 days", "country": "NR", "effective_on": "2022-11-01", "rules": [RULE],
}  # fmt: skip
OPENING = {
    "employer": "Vake Building", "title": "Bricklayer", "sector": "F", "occupation": "7112", "country": "GE",
    "city": "Tbilisi", "positions": 4, "pay": "90.00", "currency": "GEL", "pay_per": "day",
    "languages": ["ru"], "language_levels": {"ru": "B1"}, "housing_offered": True, "opens_on": "2022-10-01",
    "starts_on": "2022-10-10", "closes_on": "2022-10-31", "contact": "Vakho, +995 555 060708",
}  # fmt: skip
NEED = {
    "sectors": ["F"], "occupations": ["7112"], "skills": ["tiling"], "languages": ["ru"],
    "language_levels": {"ru": "native"}, "country": "GE", "city": "Tbilisi", "available_from": "2022-10-03",
}  # fmt: skip
PLACE = {
    "name": "Hostel by the river", "kind": "hostel", "country": "GE", "city": "Tbilisi",
    "address": "Invented Street 5", "contact": "Tamar, +995 555 000000",
}  # fmt: skip
UNIT = {
    "name": "Room 4", "capacity": 4, "step_free": True, "pets": False, "private": False, "price": "20.00",
    "currency": "GEL", "price_per": "night", "available_from": "2022-09-01", "available_until": "2023-04-30",
}  # fmt: skip
BED_NEED = {
    "people": 2, "needed_from": "2022-10-01", "needed_until": "2022-10-31", "city": "Tbilisi", "country": "GE",
    "budget": "90.00", "currency": "GEL", "budget_per": "night", "step_free": True, "pets": False,
    "grounds": ["no_shelter"], "priority": "high", "reason": "They sleep at the station.",
}  # fmt: skip
NIGHTS = {"starts_on": "2022-10-01", "ends_on": "2022-10-10"}
TURNED_AWAY = {
    "on": "2022-10-01", "city": "Tbilisi", "country": "GE", "people": 3, "reason": "Every bed is taken.",
    "price_asked": "120.00", "currency": "GEL",
}  # fmt: skip
FACTORIES: dict[str, Any] = {
    "people": PersonFactory, "documents": DocumentFactory, "households": HouseholdFactory,
    "arrivals": ArrivalFactory, "permits": PermitFactory, "deadlines": DeadlineFactory,
    "decisions": DecisionFactory, "cases": CaseFactory,
    "housing/places": PlaceFactory, "housing/units": UnitFactory, "housing/needs": BedNeedFactory,
    "housing/placements": PlacementFactory,
    "work/openings": OpeningFactory, "work/needs": WorkNeedFactory, "work/applications": ApplicationFactory,
}  # fmt: skip
WRITTEN = {prefix: view for prefix, view, _ in router.registry}


def places(form: Any, pointer: str = "") -> Iterator[str]:
    """Where the fields of a form stand; of a list its first element."""
    for name, field in form().fields.items():
        yield f"{pointer}/{name}"
        inner = field.child if isinstance(field, serializers.ListField) else field
        at = f"{pointer}/{name}/0" if isinstance(field, serializers.ListField) else f"{pointer}/{name}"
        if isinstance(inner, Asked):
            yield from places(type(inner), at)


def put(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    body = deepcopy(body)
    *parents, last = pointer.strip("/").split("/")
    spot: Any = body
    for step, following in zip(parents, [*parents, last][1:], strict=True):
        empty: Any = [{}] if following == "0" else {}
        if isinstance(spot, list):
            spot = spot[int(step)]
        else:
            spot[step] = spot.get(step) or empty
            spot = spot[step]
    spot[int(last) if isinstance(spot, list) else last] = value
    return body


def stored() -> list[int]:
    tables = [
        t
        for t in connection.introspection.table_names()
        if t.split("_")[0] in ("people", "stays", "cases", "housing", "work")
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in sorted(tables)))
        return [row[0] for row in cursor.fetchall()]


def refused_or_taken(response: Any, pointer: str, value: Any) -> bool:
    """A value may be possible (a summary may be long); what is refused is refused at its place."""
    where = f"{pointer} = {str(value)[:40]!r}: {response.content[:300]!r}"
    assert response.status_code in (200, 201, 400, 409), where
    if response.status_code < 400:
        return False
    assert response.headers["Content-Type"] == PROBLEM, where
    if response.status_code == 409:  # beside what an earlier value, which was possible, has stored
        return True
    pointers = [error["pointer"] for error in response.json()["errors"]]
    assert any(found.startswith(pointer) or pointer.startswith(found) for found in pointers), where
    return True


def body_for(resource: str, api: Api) -> dict[str, Any]:
    person = PersonFactory.create()
    return {
        "people": {"given_name": "Vera", "nationality": "RU"},
        "documents": {
            "person": str(person.pk),
            "kind": "passport",
            "issuing_country": "RU",
            "number": "71 1234567",
        },
        "households": {"members": [str(person.pk)]},
        "arrivals": ARRIVAL,
        "permits": {"person": str(person.pk), **VISA},
        "decisions": {"person": str(person.pk), **REFUSAL},
        "cases": {"household": str(person.household_id)},
        "law-changes": LAW_CHANGE,
        "housing/places": PLACE,
        "housing/units": {"place": str(PlaceFactory.create().pk), **UNIT},
        "housing/closures": {"unit": str(UnitFactory.create().pk), **NIGHTS, "reason": "A new floor."},
        "housing/needs": {"household": str(person.household_id), **BED_NEED},
        "housing/placements": {
            "need": str(BedNeedFactory.create().pk),
            "unit": str(UnitFactory.create().pk),
            **NIGHTS,
            "people": 2,
            "status": "held",
            "hold_expires_at": "2022-10-02T10:00:00+00:00",
            "split_reason": "",
            "reason": "",
        },
        "housing/turned-away": TURNED_AWAY,
        "work/openings": OPENING,
        "work/needs": {"person": str(person.pk), **NEED},
        "work/applications": {
            "need": str(WorkNeedFactory.create().pk),
            "opening": str(OpeningFactory.create().pk),
        },
    }[resource]


@pytest.mark.parametrize("resource", [prefix for prefix, view in WRITTEN.items() if view.asks])
def test_post(api: Api, nino: User, settings: Any, resource: str) -> None:
    settings.REQUESTS_PER_MINUTE = 10**6
    Organisation.objects.update(is_law_desk=True)
    body, form = body_for(resource, api), WRITTEN[resource].asks
    before, refused = stored(), 0
    for pointer in places(form):
        for value in OF_ANY_TYPE:
            sent = put(body, pointer, value)
            response = api.post(f"{resource}/", sent)
            if refused_or_taken(response, pointer, value):
                refused += 1
                assert stored() == before, (pointer, value)
            before = stored()
    assert refused > 5


@pytest.mark.parametrize("resource", [prefix for prefix, view in WRITTEN.items() if view.changes])
def test_patch(api: Api, nino: User, settings: Any, resource: str) -> None:
    settings.REQUESTS_PER_MINUTE = 10**6
    row = FACTORIES[resource].create()
    for pointer in places(WRITTEN[resource].changes):
        for value in OF_ANY_TYPE:
            before = type(row).objects.get(pk=row.pk).version
            response = api.send("PATCH", f"{resource}/{row.pk}/", put({}, pointer, value), If_Match="*")
            if refused_or_taken(response, pointer, value):
                assert type(row).objects.get(pk=row.pk).version == before, (pointer, value)


def test_assess(anonymous: Api, settings: Any) -> None:
    settings.ASSESSMENTS_PER_MINUTE = 10**6
    question = {**QUESTION, "permits": [{"kind": "visa"}]}
    for pointer in places(WRITTEN["stay-rules"].asks_assessment):
        for value in OF_ANY_TYPE:
            response = anonymous.post("stay-rules/assess/", put(question, pointer, value))
            refused_or_taken(response, pointer, value)


@pytest.mark.parametrize("resource", list(WRITTEN))
def test_query(api: Api, nino: User, settings: Any, resource: str) -> None:
    settings.REQUESTS_PER_MINUTE = 10**6
    for name in WRITTEN[resource].query().fields:
        for value in ("", "%00", "x" * 2000, "-1", "1e9", "%F0%9F%98%80", "'--", "[]", "2022-02-30", "null"):
            response = api.get(f"{resource}/?{name}={value}")
            assert response.status_code in (200, 400), (name, value, response.content)
    assert not Person.objects.exists()
    assert not Arrival.objects.exists()
