from __future__ import annotations

from typing import Any

import pytest

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.cases.models import Case
from casework.people.models import Document, Person
from casework.stays.models import Arrival
from tests.api.conftest import Api, api_of
from tests.factories.accounts import UserFactory

KSENIA: dict[str, Any] = {
    "family_name": "Смирнова", "given_name": "Ксения", "patronymic": "Игоревна", "birth_date": "1991-03-07",
    "sex": "F", "nationality": "RU", "preferred_language": "ru", "email": "ksenia@example.org",
}  # fmt: skip
INTERNAL_ID = {"kind": "internal_id", "issuing_country": "RU", "number": "4512 345678"}
ARRIVAL: dict[str, Any] = {
    "country": "KZ", "entered_on": "2022-09-25", "entry_point": "Syrym", "person": KSENIA,
    "document": INTERNAL_ID,
}  # fmt: skip


def changed(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in {**ARRIVAL, **values}.items() if value is not ...}


def test_one_call(api: Api, nino: User) -> None:
    response = api.post("arrivals/", ARRIVAL)
    assert response.status_code == 201, response.content
    body = response.json()
    assert {name: body["person"][name] for name in KSENIA} == KSENIA
    assert body["document"]["number"] == "4512 345678"
    assert body["document"]["person"] == body["person"]["id"]
    assert body["person"]["documents"] == [body["document"]["id"]]
    assert body["person"]["arrivals"] == [body["id"]]
    stay = body["stay"]
    assert (stay["status"], stay["last_lawful_day"]) == ("lawful", "2022-12-23")
    assert (stay["first_unlawful_day"], stay["days_used"], stay["days_left"]) == ("2022-12-24", 7, 83)
    assert stay["binding_limit"] == {"kind": "per_entry_days", "days": 90, "entry_day_counts": True}
    assert stay["rule"]["confidence"] == "medium"
    assert stay["explanation"]
    assert [warning["code"] for warning in stay["warnings"]] == ["other_reading"]
    kinds = {deadline["kind"]: deadline for deadline in body["deadlines"]}
    assert kinds["stay_end"]["due_on"] == "2022-12-23"
    assert kinds["stay_end"]["days_left"] == 83
    assert kinds["stay_end"]["assigned_to"] == str(nino.pk)
    assert "registration" in kinds
    assert body["possible_duplicates"] == []
    case = Case.objects.get()
    assert (case.assigned_to, str(case.household_id)) == (nino, body["person"]["household"])
    assert api.get(f"arrivals/{body['id']}/").json() == body


def test_case_of_the_colleague_named(api: Api, levan: User) -> None:
    assert api.post("arrivals/", {**ARRIVAL, "assigned_to": str(levan.pk)}).status_code == 201
    assert Case.objects.get().assigned_to == levan


def test_nobody_of_another_organisation_is_assigned(api: Api, marek: User) -> None:
    response = api.post("arrivals/", {**ARRIVAL, "assigned_to": str(marek.pk)})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/assigned_to")
    assert not Person.objects.exists()


def test_nobody_who_left_is_assigned(api: Api, tbilisi: Organisation) -> None:
    gone = UserFactory.create(organisation=tbilisi, is_active=False)
    assert api.post("arrivals/", {**ARRIVAL, "assigned_to": str(gone.pk)}).status_code == 400


def test_ids_in_place_of_objects(api: Api) -> None:
    first = api.post("arrivals/", {**ARRIVAL, "left_on": "2022-09-27"}).json()
    ids = {"person_id": first["person"]["id"], "document_id": first["document"]["id"]}
    second = api.post("arrivals/", {"country": "KZ", "entered_on": "2022-09-29", **ids})
    assert second.status_code == 201, second.content
    assert second.json()["person"]["arrivals"] == [first["id"], second.json()["id"]]
    assert (Person.objects.count(), Document.objects.count()) == (1, 1)


def test_null_stands_for_absent(api: Api) -> None:
    body = {**ARRIVAL, "document": None, "document_id": None, "person_id": None, "left_on": None,
            "purpose": None, "entry_point": None, "assigned_to": None}  # fmt: skip
    response = api.post("arrivals/", body)
    assert (response.status_code, response.json()["document"]) == (201, None)


def test_joins_a_household(api: Api) -> None:
    first = api.post("arrivals/", ARRIVAL).json()
    child = {"given_name": "Игорь", "nationality": "RU", "household": first["person"]["household"]}
    response = api.post("arrivals/", {"country": "KZ", "entered_on": "2022-09-25", "person": child})
    assert response.status_code == 201
    assert response.json()["person"]["household"] == first["person"]["household"]
    assert Case.objects.count() == 1


def test_possible_duplicates_are_named_not_merged(api: Api) -> None:
    first = api.post("arrivals/", ARRIVAL).json()
    spelled = {**KSENIA, "family_name": "Smirnova", "given_name": "Kseniia", "patronymic": ""}
    second = api.post("arrivals/", changed(person=spelled, document=...)).json()
    [found] = second["possible_duplicates"]
    assert found["id"] == found["person"] == first["person"]["id"]
    assert found["score"] >= 0.7
    assert "birth_date" in found["reasons"]
    assert second["person"]["possible_duplicates"] == [found]
    assert Person.objects.count() == 2


BAD: list[tuple[dict[str, Any], str, int]] = [
    (changed(country="XX"), "/country", 400),
    (changed(country="Kazakhstan"), "/country", 400),
    (changed(country="kz"), "/country", 400),
    (changed(country=...), "/country", 400),
    (changed(country=7), "/country", 400),
    (changed(country=None), "/country", 400),
    (changed(country="KZ\x00"), "/country", 400),
    (changed(entered_on="2022-10-03"), "/entered_on", 400),
    (changed(entered_on="1989-12-31", person={"given_name": "Vera", "nationality": "RU"}), "/entered_on", 400),
    (changed(entered_on="2022-02-30"), "/entered_on", 400),
    (changed(entered_on="25.09.2022"), "/entered_on", 400),
    (changed(entered_on="20220925"), "/entered_on", 400),
    (changed(entered_on="2022-09-25T00:00:00Z"), "/entered_on", 400),
    (changed(entered_on="٢٠٢٢-٠٩-٢٥"), "/entered_on", 400),
    (changed(entered_on=20220925), "/entered_on", 400),
    (changed(entered_on=None), "/entered_on", 400),
    (changed(entered_on=...), "/entered_on", 400),
    (changed(left_on="2022-09-24"), "/left_on", 400),
    (changed(left_on="2022-10-03"), "/left_on", 400),
    (changed(left_on=False), "/left_on", 400),
    (changed(entry_point="Sy\x00rym"), "/entry_point", 400),
    (changed(entry_point="Sy\nrym"), "/entry_point", 400),
    (changed(entry_point="x" * 101), "/entry_point", 400),
    (changed(entry_point=["Syrym"]), "/entry_point", 400),
    (changed(purpose="spying"), "/purpose", 400),
    (changed(purpose=1), "/purpose", 400),
    (changed(person=...), "/person", 400),
    (changed(person="Ksenia"), "/person", 400),
    (changed(person=[KSENIA]), "/person", 400),
    (changed(person_id="00000000-0000-4000-8000-000000000000"), "/person", 400),
    (changed(person=..., person_id="00000000-0000-4000-8000-000000000000"), "/person_id", 400),
    (changed(person=..., person_id="not-an-id"), "/person_id", 400),
    (changed(person=..., person_id=5), "/person_id", 400),
    (changed(document_id="00000000-0000-4000-8000-000000000000"), "/document", 400),
    (changed(document=..., document_id="00000000-0000-4000-8000-000000000000"), "/document_id", 400),
    (changed(document=7), "/document", 400),
    (changed(assigned_to="x"), "/assigned_to", 400),
    (changed(assigned_to="00000000-0000-4000-8000-000000000000"), "/assigned_to", 400),
    (changed(loyalty="high"), "/loyalty", 400),
    (changed(**{"a/b~c": 1}), "/a~1b~0c", 400),
    (changed(id="00000000-0000-4000-8000-000000000000"), "/id", 400),
    (changed(stay={}), "/stay", 400),
    *[
        (changed(person={**KSENIA, name: value}), f"/person/{where}", 400)
        for name, value, where in [
            ("birth_date", "2022-09-26", "birth_date"),
            ("birth_date", "1899-12-31", "birth_date"),
            ("birth_date", "07.03.1991", "birth_date"),
            ("birth_date", {}, "birth_date"),
            ("birth_date_precision", "hour", "birth_date_precision"),
            ("birth_date_precision", None, "birth_date_precision"),
            ("sex", "female", "sex"),
            ("sex", 1, "sex"),
            ("nationality", "XX", "nationality"),
            ("nationality", "", "nationality"),
            ("nationality", "RUS", "nationality"),
            ("languages", "ru", "languages"),
            ("languages", {"0": "ru"}, "languages"),
            ("languages", ["ru", 5], "languages/1"),
            ("languages", ["ru", "not a language"], "languages/1"),
            ("languages", ["ru"] * 21, "languages"),
            ("preferred_language", "русский", "preferred_language"),
            ("preferred_language", None, "preferred_language"),
            ("email", "ksenia", "email"),
            ("email", "a@" + "b" * 300 + ".org", "email"),
            ("email", ["a@example.org"], "email"),
            ("phone", "call me", "phone"),
            ("phone", 7701, "phone"),
            ("family_name", "x" * 151, "family_name"),
            ("family_name", "Smir\x00nova", "family_name"),
            ("family_name", "\ud800", "family_name"),
            ("family_name", 5, "family_name"),
            ("given_name", True, "given_name"),
            ("patronymic", {"a": 1}, "patronymic"),
            ("native_name", "x" * 301, "native_name"),
            ("household", "x", "household"),
            ("household", "00000000-0000-4000-8000-000000000000", "household"),
            ("religion", "x", "religion"),
            ("arrivals", [], "arrivals"),
        ]
    ],
    (changed(person={"nationality": "RU"}), "/person/family_name", 400),
    *[
        (changed(document={**INTERNAL_ID, name: value}), f"/document/{name}", 400)
        for name, value in [
            ("kind", "driving_licence"),
            ("kind", None),
            ("issuing_country", "XX"),
            ("issuing_country", "SU"),
            ("number", "45/12"),
            ("number", ""),
            ("number", "   "),
            ("number", None),
            ("number", 4512345678),
            ("number", "4512\x00345678"),
            ("number", "1" * 65),
            ("biometric", "true"),
            ("biometric", 1),
            ("issued_on", "2022-10-09"),
            ("issued_on", "x"),
            ("expires_on", "tomorrow"),
            ("owner", "x"),
        ]
    ],
    (changed(document={**INTERNAL_ID, "issued_on": "2020-01-02", "expires_on": "2020-01-01"}),
     "/document/expires_on", 400),
]  # fmt: skip


@pytest.mark.parametrize(("body", "pointer", "status"), BAD)
def test_bad_field(api: Api, body: dict[str, Any], pointer: str, status: int) -> None:
    before = Event.objects.count()
    response = api.post("arrivals/", body)
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert not Person.objects.exists()
    assert not Arrival.objects.exists()
    assert Event.objects.count() == before


def test_every_fault_at_once(api: Api) -> None:
    response = api.post("arrivals/", {"country": 1, "entered_on": "x", "person": {"sex": "?"}, "what": 1})
    pointers = {error["pointer"] for error in response.json()["errors"]}
    assert pointers == {"/country", "/entered_on", "/person/sex", "/person/nationality", "/what"}


def test_two_open_arrivals_in_one_country(api: Api) -> None:
    first = api.post("arrivals/", ARRIVAL).json()
    response = api.post("arrivals/", changed(person=..., document=..., person_id=first["person"]["id"]))
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (409, "/country")
    assert Arrival.objects.count() == 1


def test_document_taken(api: Api) -> None:
    api.post("arrivals/", ARRIVAL)
    response = api.post("arrivals/", {**ARRIVAL, "document": {**INTERNAL_ID, "number": "45-12 34 56 78"}})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (409, "/document/number")
    assert Person.objects.count() == 1


def test_document_of_another_person(api: Api) -> None:
    first = api.post("arrivals/", ARRIVAL).json()
    other = api.post("people/", {"given_name": "Vera", "nationality": "RU"}).json()
    body = {"country": "KZ", "entered_on": "2022-09-25", "document_id": first["document"]["id"]}
    for person in ({"person_id": other["id"]}, {"person": KSENIA}):
        response = api.post("arrivals/", {**body, **person})
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/document_id")


def test_ids_of_another_organisation(api: Api, foreign: Api) -> None:
    theirs = api.post("arrivals/", ARRIVAL).json()
    body = {"country": "KZ", "entered_on": "2022-09-25", "person_id": theirs["person"]["id"]}
    missing = {**body, "person_id": "00000000-0000-4000-8000-000000000000"}
    assert foreign.post("arrivals/", body).content == foreign.post("arrivals/", missing).content
    mine = foreign.post("people/", {"given_name": "Vera", "nationality": "RU"}).json()
    response = foreign.post(
        "arrivals/", {**body, "person_id": mine["id"], "document_id": theirs["document"]["id"]}
    )
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/document_id")


def test_exit(api: Api) -> None:
    arrival = api.post("arrivals/", ARRIVAL).json()
    response = api.patch(f"arrivals/{arrival['id']}/", {"left_on": "2022-09-30"})
    assert response.status_code == 200, response.content
    body = response.json()
    assert (body["left_on"], body["stay"]["status"], body["stay"]["last_lawful_day"]) == (
        "2022-09-30", "left", None,
    )  # fmt: skip
    stay_end = next(deadline for deadline in body["deadlines"] if deadline["kind"] == "stay_end")
    assert (stay_end["status"], stay_end["version"], len(stay_end["history"])) == ("met", 2, 1)


def test_correction_moves_the_deadline(api: Api) -> None:
    arrival = api.post("arrivals/", ARRIVAL).json()
    response = api.patch(f"arrivals/{arrival['id']}/", {"entered_on": "2022-09-20", "document_id": None})
    body = response.json()
    assert (body["document"], body["stay"]["last_lawful_day"]) == (None, "2022-12-18")
    stay_end = next(deadline for deadline in body["deadlines"] if deadline["kind"] == "stay_end")
    assert stay_end["history"][0]["due_on"] == "2022-12-23"
    assert stay_end["history"][0]["version"] == 1


@pytest.mark.parametrize("field", ["person", "person_id", "document", "assigned_to", "stay", "status"])
def test_what_a_correction_may_not_hold(api: Api, field: str) -> None:
    arrival = api.post("arrivals/", ARRIVAL).json()
    response = api.patch(f"arrivals/{arrival['id']}/", {field: arrival["person"]["id"]})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, f"/{field}")


def test_removed_as_entered_by_mistake(api: Api) -> None:
    arrival = api.post("arrivals/", ARRIVAL).json()
    response = api.delete(f"arrivals/{arrival['id']}/")
    assert (response.status_code, response.content) == (204, b"")
    assert api.get(f"arrivals/{arrival['id']}/").status_code == 404
    assert api.get("arrivals/").json()["results"] == []
    person = api.get(f"people/{arrival['person']['id']}/").json()
    assert person["arrivals"] == []
    assert {d["status"] for d in api.get("deadlines/").json()["results"]} == {"cancelled"}
    assert Arrival.objects.get().voided_at is not None


def filtered(api: Api, query: str) -> set[str]:
    response = api.get(f"arrivals/?{query}")
    assert response.status_code == 200, response.content
    return {f"{row['country']} {row['entered_on']}" for row in response.json()["results"]}


def test_filters(api: Api) -> None:
    first = api.post("arrivals/", {**ARRIVAL, "left_on": "2022-09-27"}).json()
    api.post("arrivals/", {"country": "GE", "entered_on": "2022-09-28", "person_id": first["person"]["id"]})
    vera = {"given_name": "Vera", "nationality": "RU"}
    api.post("arrivals/", {"country": "KZ", "entered_on": "2022-06-01", "person": vera})
    api.post("arrivals/", {"country": "JP", "entered_on": "2022-09-01", "person": vera})
    assert filtered(api, "country=KZ") == {"KZ 2022-09-25", "KZ 2022-06-01"}
    assert filtered(api, f"person={first['person']['id']}") == {"KZ 2022-09-25", "GE 2022-09-28"}
    assert filtered(api, "entered_after=2022-09-25") == {"KZ 2022-09-25", "GE 2022-09-28"}
    assert filtered(api, "entered_before=2022-09-01") == {"KZ 2022-06-01", "JP 2022-09-01"}
    assert filtered(api, "status=left") == {"KZ 2022-09-25"}
    assert filtered(api, "status=overstayed") == {"KZ 2022-06-01"}
    assert filtered(api, "status=lawful") == {"GE 2022-09-28"}
    assert filtered(api, "status=unknown") == {"JP 2022-09-01"}
    assert filtered(api, "status=open") == {"GE 2022-09-28", "KZ 2022-06-01", "JP 2022-09-01"}


def test_status_is_paged_over_what_is_kept(api: Api) -> None:
    for day in range(1, 6):
        left = {"left_on": "2022-09-30"} if day % 2 else {}
        person = {"given_name": f"Vera {'abcde'[day - 1]}", "nationality": "RU"}
        api.post("arrivals/", {"country": "KZ", "entered_on": f"2022-09-0{day}", "person": person, **left})
    seen, path = [], "/api/v1/arrivals/?status=left&limit=2"
    while path:
        page = api.get(path).json()
        seen += [row["entered_on"] for row in page["results"]]
        path = page["next"]
    assert seen == ["2022-09-01", "2022-09-03", "2022-09-05"]


def test_without_the_right_to_read_people(api: Api, tbilisi: Organisation) -> None:
    made = api.post("arrivals/", ARRIVAL).json()
    reader = api_of(tbilisi, "stays:read")
    body = reader.get(f"arrivals/{made['id']}/").json()
    assert body["person"] == {"id": made["person"]["id"]}
    assert body["document"] == {"id": made["document"]["id"]}
    assert body["possible_duplicates"] == []
    assert body["stay"] == made["stay"]


def test_without_the_right_to_write_people(api: Api, tbilisi: Organisation) -> None:
    writer = api_of(tbilisi, "stays:write")
    assert writer.post("arrivals/", ARRIVAL).status_code == 403
    person = api.post("people/", KSENIA).json()
    body = {"country": "KZ", "entered_on": "2022-09-25", "person_id": person["id"]}
    assert writer.post("arrivals/", body).status_code == 201


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru", "ru"), ("RU-ru", "ru"), ("en", "en"), ("hy", "en"), ("ka", "ka"), ("mn;q=0.3, kk-KZ;q=0.4", "kk"), ("", "en"), ("fr, ru;q=0.5, en;q=0.4", "ru"),
        ("ru;q=0.1, en", "en"), ("ru;q=0", "en"), ("*", "en"), (";;;,q=,ru;q=x", "en"),
    ],
)  # fmt: skip
def test_explained_in_the_language_asked_for(api: Api, header: str, language: str) -> None:
    made = api.post("arrivals/", ARRIVAL).json()
    response = api.get(f"arrivals/{made['id']}/", Accept_Language=header)
    body = response.json()
    for explained in (body["stay"], *body["deadlines"]):
        assert explained["explanation_language"] == response.headers["Content-Language"] == language
        assert explained["explanation_reviewed"] is (language != "kk")
    told = "".join(body["stay"]["explanation"] + body["deadlines"][0]["explanation"])
    assert any("а" <= letter <= "я" for letter in told) is (language in ("ru", "kk"))
    assert any("ა" <= letter <= "ჰ" for letter in told) is (language == "ka")
