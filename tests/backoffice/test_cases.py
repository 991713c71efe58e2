from __future__ import annotations

from django.test import Client

from casework.accounts.models import User
from casework.cases.models import Task
from tests.factories.cases import CaseFactory, TaskFactory
from tests.factories.people import PersonFactory
from tests.factories.stays import DeadlineFactory

LIST = "/admin/cases/case/"


def shown(desk: Client, **query: str) -> set[str]:
    return {row.number for row in desk.get(LIST, query).context["cl"].result_list}


def test_the_list_shows_what_is_going_on(desk: Client, nino: User, levan: User) -> None:
    mine = CaseFactory.create(assigned_to=nino)
    other = CaseFactory.create(assigned_to=levan)
    nobody = CaseFactory.create(unassigned=True)
    closed = CaseFactory.create(closed=True)
    assert shown(desk) == {mine.number, other.number, nobody.number}
    assert shown(desk, whose="mine") == {mine.number}
    assert shown(desk, whose="nobody") == {nobody.number}
    assert shown(desk, state="closed") == {closed.number}


def test_the_list_finds_by_number_and_name(desk: Client) -> None:
    person = PersonFactory.create(family_name="Zhuravleva")
    wanted = CaseFactory.create(household=person.household)
    CaseFactory.create()
    assert shown(desk, q="журавлева") == {wanted.number}
    assert shown(desk, q=wanted.number) == {wanted.number}


def test_assign_hands_over_deadlines(desk: Client, levan: User) -> None:
    deadline = DeadlineFactory.create()
    case = CaseFactory.create(household=deadline.person.household)
    values = {
        "assigned_to": str(levan.pk),
        "status": "waiting",
        "priority": "high",
        "summary": "To the clinic.",
    }
    assert desk.post(f"{LIST}{case.pk}/change/", {**values, "version": 1}).status_code == 302
    case.refresh_from_db()
    deadline.refresh_from_db()
    assert (case.assigned_to, case.status, case.summary) == (levan, "waiting", "To the clinic.")
    assert deadline.assigned_to == levan


def test_assign_offers_no_stranger(desk: Client, marek: User) -> None:
    case = CaseFactory.create()
    values = {"assigned_to": str(marek.pk), "status": "open", "priority": "normal", "version": 1}
    response = desk.post(f"{LIST}{case.pk}/change/", values)
    assert response.context["parts"][0].form.errors["assigned_to"]


def test_a_case_somebody_changed_meanwhile_is_kept(desk: Client, at) -> None:
    case = CaseFactory.create()
    case.change(at=at, summary="the newer words")
    values = {"status": "open", "priority": "normal", "summary": "the older words", "version": 1}
    assert "Somebody changed this" in desk.post(f"{LIST}{case.pk}/change/", values).content.decode()
    case.refresh_from_db()
    assert case.summary == "the newer words"


def test_add_a_task_and_finish_it(desk: Client, nino: User) -> None:
    person = PersonFactory.create()
    case = CaseFactory.create(household=person.household, assigned_to=nino)
    values = {"detail": "Call the landlord", "person": str(person.pk), "due_on": "2022-10-04"}
    desk.post(f"{LIST}{case.pk}/tasks/add/", values)
    task = Task.objects.get()
    assert task.assigned_to == nino
    assert "Call the landlord" in desk.get("/admin/").content.decode()
    desk.post(f"/admin/cases/task/{task.pk}/done/")
    task.refresh_from_db()
    assert task.status == "done"


def test_tasks_done_from_the_list(desk: Client, nino: User) -> None:
    tasks = TaskFactory.create_batch(2, assigned_to=nino)
    chosen = [str(task.pk) for task in tasks]
    desk.post("/admin/cases/task/", {"action": "finish", "_selected_action": chosen})
    assert set(Task.objects.values_list("status", flat=True)) == {"done"}
