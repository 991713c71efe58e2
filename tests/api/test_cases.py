from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from casework.accounts.models import Organisation, User
from casework.audit import operations as audit
from casework.audit.models import Event
from casework.cases.models import Case
from tests.acting import acting
from tests.api import promises
from tests.api.conftest import Api, api_of
from tests.api.promises import all_pages, ids, pointers
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseFactory, TaskFactory
from tests.factories.people import HouseholdFactory, PersonFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory

FIELDS = (
    "id number household assigned_to status priority opened_on closed_on summary created_at updated_at"
).split()
NO_USER = str(uuid4())


def new_household() -> str:
    return str(HouseholdFactory.create().pk)


# --- opening ---------------------------------------------------------------------------------------------
def test_open_and_read(api: Api, nino: User) -> None:
    household = new_household()
    made = api.post("cases/", {"household": household})
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert body == {
        "id": body["id"], "number": "2022-000001", "household": household, "assigned_to": str(nino.pk),
        "status": "open", "priority": "normal", "opened_on": "2022-10-01", "closed_on": None, "summary": "",
        "created_at": body["created_at"], "updated_at": body["updated_at"],
    }  # fmt: skip
    assert made.headers["Location"].endswith(f"/api/v1/cases/{body['id']}/")
    read = api.get(f"cases/{body['id']}/")
    assert (read.json(), read.headers["ETag"]) == (body, made.headers["ETag"])
    assert api.get("cases/").json() == {"next": None, "previous": None, "results": [body]}


def test_open_with_everything(api: Api, levan: User) -> None:
    asked = {
        "household": new_household(), "assigned_to": str(levan.pk), "priority": "urgent",
        "summary": "Two children, one of them with asthma.\nСпят в зале ожидания. 🙏",
    }  # fmt: skip
    body = api.post("cases/", asked).json()
    assert {name: body[name] for name in asked} == asked


@pytest.mark.parametrize("nobody", [{}, {"assigned_to": None}], ids=["absent", "null"])
def test_open_for_nobody_goes_to_the_duty_caseworker(api: Api, nino: User, nobody: dict[str, None]) -> None:
    assert api.post("cases/", {"household": new_household(), **nobody}).json()["assigned_to"] == str(nino.pk)


def test_numbers_have_no_gap(api: Api) -> None:
    asked = [new_household(), promises.NO_ID, new_household()]
    for household in asked:
        api.post("cases/", {"household": household})
    assert sorted(Case.objects.values_list("number", flat=True)) == ["2022-000001", "2022-000002"]


def test_opened_on_the_organisations_day(
    tbilisi: Organisation, nino: User, clock: time_machine.Traveller
) -> None:
    """Half past nine in the evening UTC is tomorrow in Tbilisi, and next year."""
    clock.move_to(datetime(2022, 12, 31, 21, 30, tzinfo=UTC))
    api = api_of(tbilisi)
    made = api.post("cases/", {"household": new_household()}).json()
    assert (made["number"], made["opened_on"]) == ("2023-000001", "2023-01-01")
    assert api.patch(f"cases/{made['id']}/", {"status": "closed"}).json()["closed_on"] == "2023-01-01"


def test_open_a_second_one(api: Api) -> None:
    case = CaseFactory.create()
    assert pointers(api.post("cases/", {"household": str(case.household_id)}), 409) == ["/household"]
    assert Case.objects.count() == 1


def test_open_again_after_the_first_is_closed(api: Api) -> None:
    case = CaseFactory.create(closed=True)
    assert api.post("cases/", {"household": str(case.household_id)}).status_code == 201


# --- bad input -------------------------------------------------------------------------------------------
NO_REFERENCE = ["", 5, True, [], {}, "x", "00000000", "{" + promises.NO_ID + "}", promises.NO_ID]
BAD = {
    "priority": ["", None, 1, [], "low", "Urgent", "urgent\0"],
    "summary": [5, True, [], {}, "a\0b", "x" * 10_001, "\ud800"],
    "assigned_to": NO_REFERENCE,
}
EVERY_FAULT = [(name, value) for name, values in BAD.items() for value in values]


def shown(value: object) -> str:
    return ascii(value)[:20]


@pytest.mark.parametrize(
    ("name", "value"), [*EVERY_FAULT, *(("household", value) for value in [None, *NO_REFERENCE])], ids=shown
)
def test_open_refuses(api: Api, name: str, value: Any) -> None:
    asked = {"household": new_household(), name: value}
    assert pointers(api.post("cases/", asked)) == [f"/{name}"]
    assert not Case.objects.exists()


@pytest.mark.parametrize("name", ["number", "status", "opened_on", "closed_on", "id", "notes"])
def test_open_refuses_what_it_decides_itself(api: Api, name: str) -> None:
    assert pointers(api.post("cases/", {"household": new_household(), name: None})) == [f"/{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [*EVERY_FAULT, *(("status", value) for value in ["", None, 1, [], "done", "Closed"])],
    ids=shown,
)
def test_change_refuses(api: Api, name: str, value: Any) -> None:
    case = CaseFactory.create()
    assert pointers(api.patch(f"cases/{case.pk}/", {name: value})) == [f"/{name}"]
    case.refresh_from_db()
    assert (case.version, case.status, case.summary) == (1, "open", "")


@pytest.mark.parametrize("name", ["household", "number", "opened_on", "closed_on", "id", "version"])
def test_change_refuses_what_stays(api: Api, name: str) -> None:
    case = CaseFactory.create()
    assert pointers(api.patch(f"cases/{case.pk}/", {name: new_household()})) == [f"/{name}"]


def test_every_fault_at_once(api: Api) -> None:
    asked = {"priority": "low", "summary": 5, "assigned_to": 1, "colour": "red"}
    assert sorted(pointers(api.post("cases/", asked))) == [
        "/assigned_to", "/colour", "/household", "/priority", "/summary",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["a stranger", "somebody who left"])
def test_only_a_colleague_is_given_a_case(api: Api, marek: User, tbilisi: Organisation, who: str) -> None:
    gone = UserFactory.create(organisation=tbilisi, is_active=False)
    named = str(marek.pk if who == "a stranger" else gone.pk)
    case = CaseFactory.create()
    household = new_household()
    opened = api.post("cases/", {"household": household, "assigned_to": named})
    assert pointers(opened) == ["/assigned_to"]
    assert opened.content == api.post("cases/", {"household": household, "assigned_to": NO_USER}).content
    assert pointers(api.patch(f"cases/{case.pk}/", {"assigned_to": named})) == ["/assigned_to"]
    assert Case.objects.get().assigned_to_id == case.assigned_to_id


# --- changing --------------------------------------------------------------------------------------------
def test_close_and_open_again(api: Api) -> None:
    path = f"cases/{CaseFactory.create().pk}/"
    closed = api.patch(path, {"status": "closed"})
    assert closed.status_code == 200, closed.content
    assert (closed.json()["status"], closed.json()["closed_on"]) == ("closed", "2022-10-01")
    opened = api.patch(path, {"status": "waiting"}).json()
    assert (opened["status"], opened["closed_on"]) == ("waiting", None)


def test_open_again_beside_another(api: Api) -> None:
    closed = CaseFactory.create(closed=True)
    CaseFactory.create(household=closed.household)
    assert pointers(api.patch(f"cases/{closed.pk}/", {"status": "open"}), 409) == ["/status"]
    assert api.get(f"cases/{closed.pk}/").json()["status"] == "closed"


def test_change_everything(api: Api, levan: User, clock: time_machine.Traveller) -> None:
    path = f"cases/{CaseFactory.create().pk}/"
    before = api.get(path).json()
    asked = {"status": "waiting", "priority": "high", "summary": "In.", "assigned_to": str(levan.pk)}
    clock.shift(timedelta(minutes=5))
    changed = api.patch(path, asked)
    assert changed.json() == {**before, **asked, "updated_at": "2022-10-01T10:05:00+00:00"}
    assert changed.headers["ETag"] == api.get(path).headers["ETag"]


def test_summary_emptied(api: Api) -> None:
    path = f"cases/{CaseFactory.create(summary='Old news.').pk}/"
    assert api.patch(path, {"summary": None}).json()["summary"] == ""


def test_what_is_open_goes_along(api: Api, nino: User, levan: User) -> None:
    case = CaseFactory.create()
    person = PersonFactory.create(household=case.household)
    arrival = ArrivalFactory.create(person=person)
    deadline = DeadlineFactory.create(arrival=arrival, assigned_to=nino)
    met = DeadlineFactory.create(arrival=arrival, registration=True, met=True, assigned_to=nino)
    task = TaskFactory.create(case=case, person=person)
    api.patch(f"cases/{case.pk}/", {"assigned_to": str(levan.pk)})
    for row in (deadline, met, task):
        row.refresh_from_db()
    assert (deadline.assigned_to, met.assigned_to, task.assigned_to) == (levan, nino, levan)


def test_given_to_nobody(api: Api) -> None:
    path = f"cases/{CaseFactory.create().pk}/"
    assert api.patch(path, {"assigned_to": None}).json()["assigned_to"] is None


def test_if_match(api: Api) -> None:
    promises.assert_needs_if_match(api, f"cases/{CaseFactory.create().pk}/", {"priority": "high"})


def test_the_second_of_two_writers_is_told(api: Api) -> None:
    path = f"cases/{CaseFactory.create().pk}/"
    seen = api.get(path).headers["ETag"]
    assert api.patch(path, {"summary": "First."}, If_Match=seen).status_code == 200
    assert pointers(api.patch(path, {"summary": "Second."}, If_Match=seen), 412) == []
    assert api.get(path).json()["summary"] == "First."


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_no_other_way_to_write(api: Api, method: str) -> None:
    path = f"cases/{CaseFactory.create().pk}/"
    assert pointers(api.send(method, path, {}, If_Match=api.get(path).headers["ETag"]), 405) == []
    assert Case.objects.exists()


def test_open_twice_with_one_key(api: Api) -> None:
    asked = {"household": new_household(), "summary": "Once."}
    first = api.post("cases/", asked, Idempotency_Key="k1")
    second = api.post("cases/", asked, Idempotency_Key="k1")
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert pointers(api.post("cases/", {**asked, "summary": "Twice."}, Idempotency_Key="k1"), 422) == []
    assert Case.objects.count() == 1


# --- lists -----------------------------------------------------------------------------------------------
def test_list_by_status_caseworker_and_household(api: Api, nino: User, levan: User) -> None:
    hers, his, old = (
        CaseFactory.create(),
        CaseFactory.create(assigned_to=levan),
        CaseFactory.create(closed=True),
    )
    assert set(ids(api.get("cases/?status=open"))) == {str(hers.pk), str(his.pk)}
    assert ids(api.get(f"cases/?assigned_to={levan.pk}")) == [str(his.pk)]
    assert ids(api.get(f"cases/?assigned_to={nino.pk}&status=closed")) == [str(old.pk)]
    assert ids(api.get(f"cases/?household={hers.household_id}")) == [str(hers.pk)]
    assert ids(api.get(f"cases/?household={uuid4()}")) == ids(api.get("cases/?status=waiting")) == []


@pytest.mark.parametrize(
    "query", ["status=done", "status=", "assigned_to=nino", "household=", "priority=high"]
)
def test_list_refuses(api: Api, query: str) -> None:
    assert pointers(api.get(f"cases/?{query}")) == ["/" + query.partition("=")[0]]


def test_list_in_pages(api: Api) -> None:
    made = {str(case.pk) for case in CaseFactory.create_batch(7)}
    found = all_pages(api, "cases/?limit=3")
    assert (len(found), set(found)) == (7, made)
    assert all_pages(api, "cases/?limit=3&ordering=-created_at") == found[::-1]


def test_list_refuses_queries(api: Api) -> None:
    promises.assert_refuses_queries(api, "cases/")


def test_list_asks_no_more_for_more_rows(api: Api) -> None:
    CaseFactory.create_batch(3)
    few = promises.queries_of(api, "cases/")
    CaseFactory.create_batch(27)
    assert len(ids(api.get("cases/"))) == 30
    assert promises.queries_of(api, "cases/") == few


# --- who may, who sees, what is noted --------------------------------------------------------------------
def test_etag(api: Api) -> None:
    promises.assert_known_by_its_etag(api, f"cases/{CaseFactory.create().pk}/")


def test_another_organisation(foreign: Api, api: Api) -> None:
    case = CaseFactory.create()
    promises.assert_nowhere_for(foreign, f"cases/{case.pk}/", "GET", "HEAD", "PATCH")
    assert ids(foreign.get("cases/")) == []
    case.refresh_from_db()
    assert case.version == 1


def test_another_organisations_household(foreign: Api, api: Api, almaty: Organisation) -> None:
    refused = foreign.post("cases/", {"household": new_household()})
    assert pointers(refused) == ["/household"]
    assert refused.content == foreign.post("cases/", {"household": promises.NO_ID}).content
    assert not Case.objects.exists()
    with acting(almaty):
        assert not Case.objects.exists()


def test_scopes(tbilisi: Organisation, nino: User) -> None:
    path = f"cases/{CaseFactory.create().pk}/"
    reader, writer = api_of(tbilisi, "cases:read"), api_of(tbilisi, "cases:write")
    other = api_of(tbilisi, "people:read", "people:write", "stays:write")
    asked = {"household": new_household()}
    assert reader.get(path).status_code == reader.get("cases/").status_code == 200
    assert writer.get(path).status_code == other.get(path).status_code == 403
    for refused in (reader, other):
        assert pointers(refused.post("cases/", asked), 403) == []
        assert pointers(refused.patch(path, {"priority": "high"}, If_Match='"1.x"'), 403) == []
    assert writer.post("cases/", asked).status_code == 201


def test_reads_are_noted(api: Api) -> None:
    one, two = CaseFactory.create_batch(2)
    api.get(f"cases/{one.pk}/")
    listed = ids(api.get("cases/"))
    api.get(f"cases/{uuid4()}/")
    assert promises.reads("case") == [(one.pk, []), (None, listed)]
    assert set(listed) == {str(one.pk), str(two.pk)}


def test_writes_are_noted_without_their_words(api: Api, levan: User) -> None:
    made = api.post("cases/", {"household": new_household(), "summary": "Asthma."}).json()
    api.patch(f"cases/{made['id']}/", {"summary": "Diabetes.", "assigned_to": str(levan.pk)})
    events = Event.objects.filter(object_id=made["id"]).exclude(action="case.read").order_by("pk")
    assert [event.action for event in events] == ["case.opened", "case.assigned", "case.changed"]
    told = json.dumps([event.about for event in events])
    assert "Asthma" not in told
    assert "Diabetes" not in told


def test_no_note_no_answer(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CaseFactory.create(summary="Asthma.")
    asked = {"household": new_household()}
    monkeypatch.setattr(audit, "INSERT", audit.INSERT.replace("audit_event", "no_table"))
    for broken in (api.get(f"cases/{case.pk}/"), api.get("cases/"), api.post("cases/", asked)):
        assert pointers(broken, 500) == []
        assert b"no_table" not in broken.content
        assert b"Asthma" not in broken.content
    assert Case.objects.count() == 1
