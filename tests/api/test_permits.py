from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from casework.accounts.models import Organisation, User
from casework.audit import operations as audit
from casework.audit.models import Event
from casework.people.models import Person
from casework.stays.models import Deadline, Permit
from tests.acting import acting
from tests.api import promises
from tests.api.conftest import Api, api_of
from tests.api.promises import all_pages, ids, pointers
from tests.factories.people import PersonFactory
from tests.factories.stays import ArrivalFactory, PermitFactory

VISA = {
    "country": "GE", "kind": "visa", "starts_on": "2022-09-01", "ends_on": "2022-11-30",
    "stay_days": 30, "entries": 1,
}  # fmt: skip
FIELDS = "id person country kind starts_on ends_on stay_days entries created_at updated_at".split()


def visa(person: Person, **changes: Any) -> dict[str, Any]:
    return {"person": str(person.pk), **VISA, **changes}


def version_of(api: Api, person: Person) -> int:
    return int(api.get(f"people/{person.pk}/").headers["ETag"].strip('"').partition(".")[0])


# --- granting --------------------------------------------------------------------------------------------
def test_grant_and_read(api: Api) -> None:
    asked = visa(PersonFactory.create())
    made = api.post("permits/", asked)
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert {name: body[name] for name in asked} == asked
    assert made.headers["Location"].endswith(f"/api/v1/permits/{body['id']}/")
    read = api.get(f"permits/{body['id']}/")
    assert (read.json(), read.headers["ETag"]) == (body, made.headers["ETag"])
    assert api.get("permits/").json() == {"next": None, "previous": None, "results": [body]}


def test_grant_without_numbers_is_any_number(api: Api) -> None:
    asked = visa(PersonFactory.create())
    del asked["stay_days"], asked["entries"]
    body = api.post("permits/", asked).json()
    assert (body["stay_days"], body["entries"]) == (None, None)


@pytest.mark.parametrize(
    "kind",
    ["visa", "long_stay_visa", "residence_permit", "asylum_certificate", "temporary_protection", "other"],
)
def test_grant_every_kind(api: Api, kind: str) -> None:
    made = api.post("permits/", visa(PersonFactory.create(), kind=kind, ends_on=VISA["starts_on"]))
    assert (made.status_code, made.json()["kind"]) == (201, kind)


def test_grant_moves_the_deadline_and_withdrawing_moves_it_back(api: Api) -> None:
    """Georgia lets a Russian citizen stay a year; a residence permit may end sooner or later than that."""
    arrival = ArrivalFactory.create()
    stay_end = Deadline.objects.filter(arrival=arrival, kind="stay_end", status="open")

    short = visa(arrival.person, kind="visa", starts_on="2022-09-21", ends_on="2022-10-20", stay_days=None)
    made = api.post("permits/", short).json()
    assert stay_end.get().due_on == date(2022, 10, 20)

    api.patch(f"permits/{made['id']}/", {"ends_on": "2022-10-25"})
    assert stay_end.get().due_on == date(2022, 10, 25)

    assert api.delete(f"permits/{made['id']}/").status_code == 204
    assert stay_end.get().due_on == date(2023, 9, 20)


def test_every_change_raises_the_persons_version(api: Api) -> None:
    person = PersonFactory.create()
    before = version_of(api, person)
    made = api.post("permits/", visa(person)).json()
    assert version_of(api, person) == before + 1
    api.patch(f"permits/{made['id']}/", {"entries": 2})
    assert version_of(api, person) == before + 2
    api.delete(f"permits/{made['id']}/")
    assert version_of(api, person) == before + 3


def test_a_refused_change_leaves_the_persons_version(api: Api) -> None:
    permit = PermitFactory.create(visa=True)
    before = version_of(api, permit.person)
    pointers(api.post("permits/", visa(permit.person, entries=0)))
    pointers(api.patch(f"permits/{permit.pk}/", {"entries": 0}))
    assert version_of(api, permit.person) == before


# --- bad input -------------------------------------------------------------------------------------------
NO_DAY = ["", None, 5, True, [], "tomorrow", "2022-9-1", "01.09.2022", "2022-02-30", "2022-09-01T00:00:00Z"]
NO_NUMBER = ["30", "", 1.5, True, 0, -1, 3661, 10**12, [], {}]
BAD = {
    "country": ["", None, 5, [], "ge", "GEO", "G", "XX", "ГЕ", "G\0"],
    "kind": ["", None, 1, [], "holiday", "Visa", "visa\0"],
    "starts_on": [*NO_DAY, "1989-12-31", "0000-01-01", "10000-01-01"],
    "ends_on": [*NO_DAY, "2022-08-31", "10000-01-01"],
    "stay_days": NO_NUMBER,
    "entries": NO_NUMBER,
}
EVERY_FAULT = [(name, value) for name, values in BAD.items() for value in values]


@pytest.mark.parametrize(("name", "value"), EVERY_FAULT, ids=repr)
def test_grant_refuses(api: Api, name: str, value: Any) -> None:
    assert pointers(api.post("permits/", visa(PersonFactory.create(), **{name: value}))) == [f"/{name}"]
    assert not Permit.objects.exists()


@pytest.mark.parametrize(("name", "value"), EVERY_FAULT, ids=repr)
def test_correct_refuses(api: Api, name: str, value: Any) -> None:
    permit = PermitFactory.create(visa=True)
    assert pointers(api.patch(f"permits/{permit.pk}/", {name: value})) == [f"/{name}"]
    permit.refresh_from_db()
    assert (permit.version, permit.stay_days, permit.ends_on) == (1, 30, date(2022, 11, 30))


@pytest.mark.parametrize("value", ["", None, 5, [], {}, "x", "{" + promises.NO_ID + "}", promises.NO_ID])
def test_grant_refuses_a_person(api: Api, value: Any) -> None:
    assert pointers(api.post("permits/", {**VISA, "person": value})) == ["/person"]
    assert not Permit.objects.exists()


def test_grant_names_every_fault_at_once(api: Api) -> None:
    assert pointers(api.post("permits/", {"number": "12", "entries": "1"})) == [
        "/country", "/kind", "/starts_on", "/ends_on", "/entries", "/person", "/number",
    ]  # fmt: skip
    wrong = visa(PersonFactory.create(), country="XX", entries=0, stay_days=0, ends_on="2022-08-31")
    assert pointers(api.post("permits/", wrong)) == ["/country", "/ends_on", "/stay_days", "/entries"]


def test_the_last_day_that_can_be_written(api: Api) -> None:
    """For somebody whose deadlines follow it: there is no day after."""
    arrival = ArrivalFactory.create()
    made = api.post("permits/", visa(arrival.person, kind="residence_permit", ends_on="9999-12-31"))
    assert made.status_code == 201, made.content
    assert api.get("arrivals/").status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"visa"', b"{", b"\xff{}", b'{"kind": NaN}'])
def test_grant_refuses_what_is_no_object(api: Api, body: bytes) -> None:
    assert api.post("permits/", body).status_code == 400
    assert not Permit.objects.exists()


# --- correcting and withdrawing --------------------------------------------------------------------------
def test_correct(api: Api, clock: time_machine.Traveller) -> None:
    permit = PermitFactory.create(visa=True)
    clock.shift(timedelta(minutes=5))
    before = api.get(f"permits/{permit.pk}/")
    changed = api.patch(f"permits/{permit.pk}/", {"ends_on": "2022-12-01", "stay_days": None})
    assert changed.status_code == 200, changed.content
    assert changed.json() == {
        **before.json(), "ends_on": "2022-12-01", "stay_days": None,
        "updated_at": "2022-10-01T10:05:00+00:00",
    }  # fmt: skip
    assert changed.headers["ETag"].startswith('"2.')


def test_correct_compares_with_what_stands(api: Api) -> None:
    permit = PermitFactory.create(visa=True)
    assert pointers(api.patch(f"permits/{permit.pk}/", {"starts_on": "2022-12-01"})) == ["/ends_on"]


def test_correct_never_gives_it_to_somebody_else(api: Api) -> None:
    permit = PermitFactory.create()
    other = str(PersonFactory.create().pk)
    assert pointers(api.patch(f"permits/{permit.pk}/", {"person": other})) == ["/person"]
    assert pointers(api.patch(f"permits/{permit.pk}/", {"id": other})) == ["/id"]


def test_withdraw(api: Api) -> None:
    permit = PermitFactory.create()
    gone = api.delete(f"permits/{permit.pk}/")
    assert (gone.status_code, gone.content) == (204, b"")
    assert api.get(f"permits/{permit.pk}/").status_code == 404
    event = Event.objects.get(action="permit.withdrawn")
    assert (event.object_id, event.about["person"]) == (permit.pk, str(permit.person_id))


def test_if_match(api: Api) -> None:
    path = f"permits/{PermitFactory.create().pk}/"
    promises.assert_needs_if_match(api, path, {"entries": 2})
    promises.assert_needs_if_match(api, path, {}, "DELETE")


def test_the_second_of_two_writers_is_told(api: Api) -> None:
    path = f"permits/{PermitFactory.create().pk}/"
    seen = api.get(path).headers["ETag"]
    assert api.patch(path, {"entries": 2}, If_Match=seen).status_code == 200
    assert pointers(api.patch(path, {"entries": 3}, If_Match=seen), 412) == []
    assert pointers(api.delete(path, If_Match=seen), 412) == []
    assert api.get(path).json()["entries"] == 2


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_no_other_way_to_write(api: Api, method: str) -> None:
    assert api.send(method, f"permits/{PermitFactory.create().pk}/", VISA).status_code == 405


# --- sent twice ------------------------------------------------------------------------------------------
def test_grant_twice_with_one_key(api: Api) -> None:
    asked = visa(PersonFactory.create())
    first = api.post("permits/", asked, Idempotency_Key="k1")
    second = api.post("permits/", dict(reversed(asked.items())), Idempotency_Key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Permit.objects.count() == 1


def test_a_replay_shows_it_as_it_now_is(api: Api) -> None:
    asked = visa(PersonFactory.create())
    made = api.post("permits/", asked, Idempotency_Key="k1").json()
    now = api.patch(f"permits/{made['id']}/", {"entries": 2})
    replayed = api.post("permits/", asked, Idempotency_Key="k1")
    assert (replayed.status_code, replayed.json()) == (201, now.json())
    assert replayed.headers["ETag"] == now.headers["ETag"]


def test_one_key_for_two_permits(api: Api) -> None:
    asked = visa(PersonFactory.create())
    api.post("permits/", asked, Idempotency_Key="k1")
    assert pointers(api.post("permits/", {**asked, "entries": 2}, Idempotency_Key="k1"), 422) == []
    assert Permit.objects.count() == 1


def test_a_refusal_keeps_no_key(api: Api) -> None:
    asked = visa(PersonFactory.create())
    pointers(api.post("permits/", {**asked, "entries": 0}, Idempotency_Key="k1"))
    assert api.post("permits/", asked, Idempotency_Key="k1").status_code == 201


# --- lists -----------------------------------------------------------------------------------------------
def test_list_by_person_country_and_kind(api: Api) -> None:
    visa_of_vera = PermitFactory.create(visa=True)
    card = PermitFactory.create(person=visa_of_vera.person, country="KZ")
    PermitFactory.create()
    assert set(ids(api.get(f"permits/?person={card.person_id}"))) == {str(visa_of_vera.pk), str(card.pk)}
    assert ids(api.get("permits/?country=KZ")) == [str(card.pk)]
    assert ids(api.get("permits/?kind=visa")) == [str(visa_of_vera.pk)]
    assert ids(api.get(f"permits/?person={card.person_id}&country=GE&kind=visa")) == [str(visa_of_vera.pk)]
    assert ids(api.get(f"permits/?person={uuid4()}")) == []


@pytest.mark.parametrize("query", ["person=x", "person=", "country=ge", "country=GEO", "kind=holiday"])
def test_list_refuses(api: Api, query: str) -> None:
    assert pointers(api.get(f"permits/?{query}")) == ["/" + query.partition("=")[0]]


def test_list_in_pages(api: Api) -> None:
    made = {str(permit.pk) for permit in PermitFactory.create_batch(7)}
    found = all_pages(api, "permits/?limit=3")
    assert (len(found), set(found)) == (7, made)
    assert all_pages(api, "permits/?limit=3&ordering=-created_at") == found[::-1]


def test_list_refuses_queries(api: Api) -> None:
    promises.assert_refuses_queries(api, "permits/")


def test_list_asks_no_more_for_more_rows(api: Api) -> None:
    PermitFactory.create_batch(3)
    few = promises.queries_of(api, "permits/")
    PermitFactory.create_batch(27)
    assert len(ids(api.get("permits/"))) == 30
    assert promises.queries_of(api, "permits/") == few


# --- who may, who sees, what is noted --------------------------------------------------------------------
def test_etag(api: Api) -> None:
    promises.assert_known_by_its_etag(api, f"permits/{PermitFactory.create().pk}/")


def test_another_organisation(foreign: Api, api: Api) -> None:
    permit = PermitFactory.create()
    promises.assert_nowhere_for(foreign, f"permits/{permit.pk}/", "GET", "HEAD", "PATCH", "DELETE")
    assert ids(foreign.get("permits/")) == ids(foreign.get(f"permits/?person={permit.person_id}")) == []
    assert Permit.objects.filter(pk=permit.pk, version=1).exists()


def test_another_organisations_person(foreign: Api, api: Api, almaty: Organisation) -> None:
    person = PersonFactory.create()
    refused = foreign.post("permits/", visa(person))
    assert pointers(refused) == ["/person"]
    assert refused.content == foreign.post("permits/", {**VISA, "person": promises.NO_ID}).content
    assert not Permit.objects.exists()
    with acting(almaty):
        assert not Permit.objects.exists()


def test_scopes(tbilisi: Organisation, nino: User) -> None:
    path = f"permits/{PermitFactory.create().pk}/"
    reader, writer = api_of(tbilisi, "stays:read"), api_of(tbilisi, "stays:write")
    other = api_of(tbilisi, "people:read", "people:write", "cases:write")
    asked = visa(PersonFactory.create())
    assert reader.get(path).status_code == reader.get("permits/").status_code == 200
    assert writer.get(path).status_code == other.get(path).status_code == 403
    for refused in (reader, other):
        assert pointers(refused.post("permits/", asked), 403) == []
        assert pointers(refused.patch(path, {"entries": 2}, If_Match='"1.x"'), 403) == []
        assert pointers(refused.delete(path, If_Match='"1.x"'), 403) == []
    assert writer.post("permits/", asked).status_code == 201


def test_anonymous(anonymous: Api) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE"):
        assert anonymous.send(method, f"permits/{uuid4()}/", {}).status_code == 401
    assert anonymous.get("permits/").status_code == 401


def test_reads_are_noted(api: Api) -> None:
    one, two = PermitFactory.create_batch(2)
    api.get(f"permits/{one.pk}/")
    api.get(f"permits/{one.pk}/", If_None_Match="*")
    listed = ids(api.get("permits/"))
    api.get(f"permits/{uuid4()}/")
    assert promises.reads("permit") == [(one.pk, []), (one.pk, []), (None, listed)]
    assert set(listed) == {str(one.pk), str(two.pk)}


def test_writes_are_noted(api: Api) -> None:
    made = api.post("permits/", visa(PersonFactory.create())).json()
    api.patch(f"permits/{made['id']}/", {"entries": 2})
    events = Event.objects.filter(object_id=made["id"]).exclude(action="permit.read").order_by("pk")
    assert [(event.action, event.actor_kind) for event in events] == [
        ("permit.granted", "client"), ("permit.corrected", "client"),
    ]  # fmt: skip


def test_no_note_no_answer(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    permit = PermitFactory.create()
    asked = visa(permit.person)
    monkeypatch.setattr(audit, "INSERT", audit.INSERT.replace("audit_event", "no_table"))
    for broken in (api.get(f"permits/{permit.pk}/"), api.get("permits/"), api.post("permits/", asked)):
        assert pointers(broken, 500) == []
        assert b"no_table" not in broken.content
        assert str(permit.pk).encode() not in broken.content
    assert Permit.objects.count() == 1
