from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.cases.models import Task
from casework.reminders.models import Answer, Occasion, Reminder
from tests.api import promises
from tests.api.conftest import Api, api_of
from tests.api.promises import all_pages, ids, pointers
from tests.factories.reminders import ReminderFactory

FIELDS = (
    "id deadline person occasion recipient_kind channel offset_days send_after state sent_at attempts message_id"
    " acknowledged_at created_at updated_at"
).split()


# --- reading ---------------------------------------------------------------------------------------------
def test_read(api: Api) -> None:
    reminder = ReminderFactory.create(sent=True, message_id="<1@casework.example>")
    body = api.get(f"reminders/{reminder.pk}/").json()
    assert list(body) == FIELDS
    assert body == {
        "id": str(reminder.pk), "deadline": str(reminder.deadline_id),
        "person": str(reminder.deadline.person_id), "occasion": "offset", "recipient_kind": "person",
        "channel": "mail", "offset_days": 9, "send_after": "2022-10-01T06:00:00+00:00", "state": "sent",
        "sent_at": "2022-10-01T06:05:00+00:00", "attempts": 1, "message_id": "<1@casework.example>",
        "acknowledged_at": None, "created_at": body["created_at"], "updated_at": body["updated_at"],
    }  # fmt: skip
    assert api.get("reminders/").json() == {"next": None, "previous": None, "results": [body]}


def test_read_of_a_caseworker_names_the_person_of_the_deadline(api: Api) -> None:
    reminder = ReminderFactory.create(to_caseworker=True)
    body = api.get(f"reminders/{reminder.pk}/").json()
    assert (body["recipient_kind"], body["person"]) == ("caseworker", str(reminder.deadline.person_id))


def test_read_of_a_digest_has_no_deadline(api: Api, nino: User, tbilisi: Organisation) -> None:
    digest = ReminderFactory.create(
        organisation=tbilisi, deadline=None, deadline_version=None, occasion=Occasion.DIGEST,
        offset_days=None, day="2022-10-01", recipient_kind="caseworker", recipient=nino.pk,
    )  # fmt: skip
    body = api.get(f"reminders/{digest.pk}/").json()
    assert (body["deadline"], body["person"], body["offset_days"]) == (None, None, None)
    assert ids(api.get("reminders/")) == [str(digest.pk)]


def test_read_of_a_move_names_its_occasion(api: Api) -> None:
    moved = ReminderFactory.create(occasion=Occasion.MOVED, day="2022-10-10", offset_days=None)
    [body] = api.get("reminders/").json()["results"]
    assert (body["id"], body["occasion"], body["offset_days"]) == (str(moved.pk), "moved", None)


@pytest.mark.parametrize("trait", ["claimed", "sent", "dead"])
def test_every_state_can_be_read(api: Api, trait: str) -> None:
    reminder = ReminderFactory.create(**{trait: True})
    assert api.get(f"reminders/{reminder.pk}/").json()["state"] == trait


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_read_only(api: Api, method: str) -> None:
    reminder = ReminderFactory.create()
    path = f"reminders/{reminder.pk}/"
    refused = api.send(method, path, {"state": "sent"}, If_Match=api.get(path).headers["ETag"])
    assert pointers(refused, 405) == []
    assert set(refused.headers["Allow"].split(", ")) <= {"GET", "HEAD", "OPTIONS"}
    assert pointers(api.send(method, "reminders/", {"state": "sent"}), 405) == []
    reminder.refresh_from_db()
    assert (Reminder.objects.count(), reminder.state, reminder.version) == (1, "pending", 1)


# --- taking note -----------------------------------------------------------------------------------------
def test_acknowledge(api: Api) -> None:
    """A person's is their answer: it is done. Once, however often it is said."""
    reminder = ReminderFactory.create(sent=True)
    first = api.post(f"reminders/{reminder.pk}/acknowledge/")
    assert (first.status_code, first.json()["acknowledged_at"]) == (200, "2022-10-01T10:00:00+00:00")
    assert first.json() == api.get(f"reminders/{reminder.pk}/").json()
    assert first.headers["ETag"]
    again = api.post(f"reminders/{reminder.pk}/acknowledge/")
    assert (again.status_code, again.json()) == (200, first.json())
    [answer], [task] = Answer.objects.all(), Task.objects.all()
    assert (answer.kind, answer.deadline_id, answer.reminder) == ("done", reminder.deadline_id, reminder.pk)
    assert (task.kind, task.due_on) == ("says_done", reminder.deadline.due_on)
    assert "a partner app" in task.detail
    assert list(Event.objects.filter(action="reminder.acknowledged").values_list("object_id", flat=True)) == [
        reminder.pk
    ]


def test_acknowledge_of_a_caseworkers_is_no_answer_of_the_person(api: Api) -> None:
    reminder = ReminderFactory.create(to_caseworker=True, sent=True)
    assert api.post(f"reminders/{reminder.pk}/acknowledge/").json()["acknowledged_at"]
    assert not Answer.objects.exists()
    assert not Task.objects.exists()


def test_acknowledge_of_a_day_that_has_moved_is_no_answer_to_the_new_one(api: Api) -> None:
    reminder = ReminderFactory.create(sent=True)
    reminder.deadline.change(at=reminder.send_after, due_on="2022-11-01")
    assert api.post(f"reminders/{reminder.pk}/acknowledge/").json()["acknowledged_at"]
    assert not Answer.objects.exists()


@pytest.mark.parametrize("state", ["superseded", "dead"])
def test_acknowledge_of_what_told_nobody(api: Api, state: str) -> None:
    reminder = ReminderFactory.create(state=state)
    assert pointers(api.post(f"reminders/{reminder.pk}/acknowledge/"), 409) == ["/state"]
    reminder.refresh_from_db()
    assert (reminder.acknowledged_at, reminder.version) == (None, 1)


def test_acknowledge_of_another_organisation(foreign: Api, api: Api) -> None:
    reminder = ReminderFactory.create(sent=True)
    here = foreign.post(f"reminders/{reminder.pk}/acknowledge/")
    nowhere = foreign.post(f"reminders/{uuid4()}/acknowledge/")
    assert (here.status_code, here.content) == (nowhere.status_code, nowhere.content) == (404, here.content)
    assert not Answer.objects.exists()


def test_acknowledge_scopes(tbilisi: Organisation, nino: User) -> None:
    path = f"reminders/{ReminderFactory.create(sent=True).pk}/acknowledge/"
    assert pointers(api_of(tbilisi, "reminders:read", "cases:write").post(path), 403) == []
    assert api_of(tbilisi, "reminders:write").post(path).status_code == 200


# --- lists -----------------------------------------------------------------------------------------------
def test_list_by_state_deadline_person_and_recipient(api: Api) -> None:
    pending, sent = ReminderFactory.create(), ReminderFactory.create(sent=True)
    to_nino = ReminderFactory.create(to_caseworker=True, deadline=sent.deadline)
    assert ids(api.get("reminders/?state=sent")) == [str(sent.pk)]
    assert ids(api.get(f"reminders/?deadline={pending.deadline_id}")) == [str(pending.pk)]
    of_person = f"reminders/?person={sent.deadline.person_id}"
    assert set(ids(api.get(of_person))) == {str(sent.pk), str(to_nino.pk)}
    assert ids(api.get(f"{of_person}&state=pending")) == [str(to_nino.pk)]
    assert ids(api.get("reminders/?recipient_kind=caseworker")) == [str(to_nino.pk)]
    assert ids(api.get("reminders/?recipient_kind=supervisor")) == []
    assert ids(api.get(f"reminders/?person={uuid4()}")) == ids(api.get("reminders/?state=dead")) == []


@pytest.mark.parametrize(
    "query",
    ["state=late", "state=", "deadline=5", "deadline=", "person=x", "recipient_kind=x", "lease_until="],
)
def test_list_refuses(api: Api, query: str) -> None:
    assert pointers(api.get(f"reminders/?{query}")) == ["/" + query.partition("=")[0]]


def test_list_in_pages(api: Api) -> None:
    made = {str(reminder.pk) for reminder in ReminderFactory.create_batch(7)}
    found = all_pages(api, "reminders/?limit=3")
    assert (len(found), set(found)) == (7, made)


def test_list_newest_first(api: Api) -> None:
    older = ReminderFactory.create(created_at=datetime(2022, 9, 20, tzinfo=UTC))
    newer = ReminderFactory.create(created_at=datetime(2022, 9, 21, tzinfo=UTC))
    assert ids(api.get("reminders/?ordering=-created_at")) == [str(newer.pk), str(older.pk)]
    assert all_pages(api, "reminders/?ordering=-created_at&limit=1") == [str(newer.pk), str(older.pk)]


def test_list_refuses_queries(api: Api) -> None:
    promises.assert_refuses_queries(api, "reminders/")


def test_list_asks_no_more_for_more_rows(api: Api) -> None:
    ReminderFactory.create_batch(3)
    few = promises.queries_of(api, "reminders/")
    ReminderFactory.create_batch(27)
    assert len(ids(api.get("reminders/"))) == 30
    assert promises.queries_of(api, "reminders/") == few


# --- who may, who sees, what is noted --------------------------------------------------------------------
def test_etag(api: Api) -> None:
    promises.assert_known_by_its_etag(api, f"reminders/{ReminderFactory.create().pk}/")


def test_another_organisation(foreign: Api, api: Api) -> None:
    reminder = ReminderFactory.create()
    promises.assert_nowhere_for(foreign, f"reminders/{reminder.pk}/", "GET", "HEAD")
    for query in ("", f"?deadline={reminder.deadline_id}", f"?person={reminder.deadline.person_id}"):
        assert ids(foreign.get(f"reminders/{query}")) == []


def test_scopes(tbilisi: Organisation, nino: User) -> None:
    path = f"reminders/{ReminderFactory.create().pk}/"
    reader = api_of(tbilisi, "reminders:read")
    assert reader.get(path).status_code == reader.get("reminders/").status_code == 200
    for other in (api_of(tbilisi, "reminders:write"), api_of(tbilisi, "people:read", "stays:read")):
        assert pointers(other.get(path), 403) == pointers(other.get("reminders/"), 403) == []


def test_reads_are_noted(api: Api) -> None:
    one, two = ReminderFactory.create_batch(2)
    api.get(f"reminders/{one.pk}/")
    listed = ids(api.get("reminders/"))
    api.get(f"reminders/{uuid4()}/")
    assert promises.reads("reminder") == [(one.pk, []), (None, listed)]
    assert set(listed) == {str(one.pk), str(two.pk)}
