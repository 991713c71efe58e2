from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reminders.mailserver import Answers, mail_server


@pytest.fixture
def mails() -> Iterator[Answers]:
    with mail_server() as answers:
        yield answers
