"""A person's answer beside what others do with the same file at the same moment: real connections, real commits."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from django.test import Client

from casework.accounts.models import Organisation, User
from casework.cases.models import Case
from casework.isolation import acting_for
from casework.reminders.links import token_of
from casework.reminders.models import Reminder
from tests.api.conftest import Api, ask_token, issued
from tests.databases import RealDatabase
from tests.factories.cases import CaseFactory
from tests.factories.reminders import ReminderFactory
from tests.together import at_once

ROUNDS = 12


def told(tbilisi: Organisation, nino: User) -> list[tuple[Reminder, Case]]:
    with acting_for(tbilisi.pk):
        reminders = ReminderFactory.create_batch(ROUNDS, sent=True)
        households = [reminder.deadline.person.household for reminder in reminders]
        cases = [CaseFactory.create(household=household, assigned_to=nino) for household in households]
    return list(zip(reminders, cases, strict=True))


def say(reminder: Reminder, answer: str) -> Any:
    link = f"/r/{token_of(reminder)}/en/"
    return Client(raise_request_exception=False).post(link, {"version": 1, "answer": answer})


def test_an_answer_while_the_case_is_handed_over(
    real_database: RealDatabase, tbilisi: Organisation, nino: User, levan: User
) -> None:
    api, seen = Api(ask_token(issued(tbilisi)).json()["access_token"]), Counter[int]()
    for reminder, case in told(tbilisi, nino):
        hand_over = {"assigned_to": str(levan.pk)}
        acts = [
            partial(say, reminder, "done"),
            partial(api.send, "PATCH", f"cases/{case.pk}/", hand_over, If_Match="*"),
            partial(say, reminder, "call_me"),
        ]
        seen.update(answer.status_code for answer in at_once(acts))
    assert seen == {200: 3 * ROUNDS}


def test_an_answer_while_a_partner_takes_note_of_it(
    real_database: RealDatabase, tbilisi: Organisation, nino: User
) -> None:
    api, seen = Api(ask_token(issued(tbilisi)).json()["access_token"]), Counter[int]()
    for reminder, _ in told(tbilisi, nino):
        take_note = partial(api.post, f"reminders/{reminder.pk}/acknowledge/")
        acts = [partial(say, reminder, "done"), take_note, partial(say, reminder, "call_me"), take_note]
        seen.update(answer.status_code for answer in at_once(acts))
    assert seen == {200: 4 * ROUNDS}
