"""What breaks between the mail server's yes and our mark."""

from __future__ import annotations

import psycopg
from django.db import connection

from casework.accounts.models import User
from casework.isolation import acting_for
from casework.reminders.channels import Letter, Outcome
from casework.reminders.delivery import deliver_due
from casework.reminders.mail import Mail
from casework.reminders.models import Reminder, State
from casework.reminders.operations import heal
from tests.databases import RealDatabase
from tests.reminders.arranged import deadline_in
from tests.reminders.mailserver import Answers


class CutsTheLine(Mail):
    """Sends, and the database then ends this process's connection."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, letter: Letter) -> Outcome:
        outcome = super().send(letter)
        assert not connection.in_atomic_block
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [ours] = cursor.fetchone()
        with psycopg.connect(self.url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])
        return outcome


def test_mark_is_tried_again_when_the_database_was_away(
    real_database: RealDatabase, nino: User, mails: Answers
) -> None:
    with acting_for(nino.organisation_id):
        deadline_in(9)
    heal(nino.organisation_id)
    mail = CutsTheLine(real_database.url)
    assert deliver_due(nino.organisation_id, {"mail": mail}, 10, lambda: False) == 2
    mail.close()
    with acting_for(nino.organisation_id):
        assert Reminder.objects.filter(state=State.SENT).count() == len(mails.taken) == 2
