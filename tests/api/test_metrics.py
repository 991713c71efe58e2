from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from prometheus_client.parser import text_string_to_metric_families

from casework.accounts.models import User
from casework.api import pages
from casework.reminders.models import Figures, Reminder
from casework.reminders.operations import heal
from casework.reminders.queries import database_now
from config.checks import check_deployment
from tests.reminders.arranged import deadline_in

TOKEN = "a-token-of-thirty-two-characters-and-more"


def ask(token: str | None = None, scheme: str = "Bearer") -> Any:
    return Browser().get("/metrics", headers={} if token is None else {"Authorization": f"{scheme} {token}"})


@pytest.mark.parametrize(
    ("kept", "sent"), [("", None), ("", ""), ("", "x"), (TOKEN, None), (TOKEN, ""), (TOKEN, TOKEN[:-1])]
)
def test_metrics_without_the_token_is_no_page(db: None, settings: Any, kept: str, sent: str | None) -> None:
    settings.METRICS_TOKEN = kept
    response, unknown = ask(sent), Browser().get("/no-such-page")
    assert (response.status_code, response.content) == (404, unknown.content)
    assert response.headers.items() == unknown.headers.items()


def test_metrics_takes_no_other_scheme(db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert ask(TOKEN, "Basic").status_code == 404
    assert ask(TOKEN, "bearer").status_code == 200


def test_metrics_are_figures_without_names(nino: User, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    deadline = deadline_in(9)
    heal(nino.organisation_id)
    later = database_now() + timedelta(hours=2)
    Reminder.objects.filter(
        deadline=deadline, recipient_kind="person", send_after__gt=database_now()
    ).delete()
    Reminder.objects.filter(deadline=deadline, recipient_kind="person").update(attempts=3, send_after=later)
    heal(nino.organisation_id)
    response = ask(TOKEN)
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    text = response.content.decode()
    whose = str(nino.organisation_id)
    found = {
        (sample.name, sample.labels.pop("state", "")): (sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found[("casework_reminders", "pending")] == ({"organisation": whose}, 1)
    assert found[("casework_reminders_retrying", "")] == ({"organisation": whose}, 1)
    assert found[("casework_reminders_due_without_row", "")] == ({"organisation": whose}, 0)
    assert found[("casework_reminders_oldest_pending_seconds", "")] == ({"organisation": whose}, 0)
    healed = Figures.objects.get().healed_at.timestamp()
    assert found[("casework_reminders_healed_timestamp_seconds", "")][1] == pytest.approx(healed)
    assert nino.organisation.name not in text


def test_not_ready_in_a_sentence_when_nobody_looks_after_the_reminders(
    nino: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_broker_answers", lambda: True)
    monkeypatch.setattr(pages, "STARTED", time.monotonic())
    heal(nino.organisation_id)
    assert Browser().get("/healthz/ready").status_code == 200
    Figures.objects.update(healed_at=database_now() - timedelta(hours=1))
    assert Browser().get("/healthz/ready").status_code == 200, "this process was just started"
    monkeypatch.setattr(pages, "STARTED", pages.STARTED - 3600)
    response = Browser().get("/healthz/ready")
    assert (response.status_code, response.json()["status"]) == (503, "not ready")
    assert response.json()["reminders"].startswith("Nobody has looked after all reminders")


@pytest.mark.parametrize(("token", "errors"), [("", []), ("short", ["casework.E014"]), (TOKEN, [])])
def test_a_token_that_can_be_guessed_is_refused(settings: Any, token: str, errors: list[str]) -> None:
    settings.METRICS_TOKEN = token
    assert [one.id for one in check_deployment() if one.id == "casework.E014"] == errors
