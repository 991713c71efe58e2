from __future__ import annotations

from typing import Any

from django.test import Client

from casework.stays.models import Deadline, Decision
from tests.factories.people import PersonFactory
from tests.factories.stays import DecisionFactory

VALUES: dict[str, Any] = {
    "country": "GE", "kind": "asylum_regular", "outcome": "refused", "served_on": "2022-09-28", "within": "",
    "unit": "",
}  # fmt: skip


def test_a_decision_is_recorded_corrected_and_removed(desk: Client) -> None:
    person = PersonFactory.create()
    page = f"/admin/people/person/{person.pk}/"
    recorded = desk.post(f"{page}decisions/add/", VALUES, follow=True)
    assert "its deadline stands below" in recorded.content.decode()
    assert "8 Oct 2022" in recorded.content.decode()
    decision = Decision.objects.get()
    corrected = {**VALUES, "served_on": "2022-09-29", "version": 1}
    assert desk.post(f"{page}decisions/{decision.pk}/correct/", corrected).status_code == 302
    assert Deadline.objects.get().due_on.isoformat() == "2022-10-09"
    assert desk.post(f"{page}decisions/{decision.pk}/withdraw/", {"version": 2}).status_code == 302
    assert not Decision.objects.exists()
    assert Deadline.objects.get().status == "cancelled"


def test_a_period_that_nobody_knows_is_said_aloud(desk: Client) -> None:
    person = PersonFactory.create()
    page = f"/admin/people/person/{person.pk}/"
    shown = desk.post(f"{page}decisions/add/", {**VALUES, "country": "KZ"}, follow=True).content.decode()
    assert shown.count("How long there is to appeal is not known here: ask a lawyer") == 2
    granted = desk.post(
        f"{page}decisions/add/", {**VALUES, "country": "KZ", "outcome": "granted"}, follow=True
    ).content.decode()
    assert "It begins no period to appeal." in granted


def test_refused_beside_its_field(desk: Client) -> None:
    person = PersonFactory.create()
    response = desk.post(f"/admin/people/person/{person.pk}/decisions/add/", {**VALUES, "within": "7"})
    assert "A period needs a number and a unit." in response.content.decode()
    assert not Decision.objects.exists()


def test_a_decision_of_another_person_is_not_found(desk: Client) -> None:
    decision, person = DecisionFactory.create(), PersonFactory.create()
    page = f"/admin/people/person/{person.pk}/decisions/{decision.pk}/withdraw/"
    assert desk.post(page, {"version": 1}).status_code == 404
