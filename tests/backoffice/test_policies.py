"""Reminder policies, as a supervisor sets them."""

from __future__ import annotations

from datetime import time
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import User
from casework.reminders.models import Policy
from tests.acting import acting
from tests.databases import RealDatabase
from tests.factories.accounts import UserFactory
from tests.together import at_once

LIST = "/admin/reminders/policy/"
SET, DROP = f"{LIST}set/?kind=appeal", f"{LIST}drop/?kind=appeal"
ASKED = {
    "offsets": "10, 3,0", "after": "on", "tells_person": "on", "tells_supervisor": "on", "channel": "mail",
    "hour": "18:30", "quiet_days": ["6", "7"],
}  # fmt: skip


@pytest.fixture
def supervisors(levan: User, sign_in: Any) -> Client:
    desk: Client = sign_in(levan)
    return desk


def cells(desk: Client) -> dict[str, tuple[str, str, str]]:
    page = desk.get(LIST)
    assert page.status_code == 200
    return {line.label: (line.moments, line.who, line.source) for line in page.context["lines"]}


def test_defaults_are_shown_where_nothing_is_set(supervisors: Client) -> None:
    shown = cells(supervisors)
    assert len(shown) == 12
    default = (
        "30, 14, 7, 3, 1 days before; on the day; when it has passed",
        "the person, the caseworker",
        "Default",
    )
    assert set(shown.values()) == {default}


def test_set_and_change_and_drop(supervisors: Client, levan: User) -> None:
    form = supervisors.get(SET).context["parts"][0].form
    assert (form["offsets"].value(), form["hour"].value()) == ("30, 14, 7, 3, 1, 0", "09:00")
    assert supervisors.post(SET, ASKED).status_code == 302
    policy = Policy.objects.get()
    assert (policy.kind, policy.offsets, policy.quiet_days) == ("appeal", [10, 3, 0], [6, 7])
    assert (policy.hour, policy.tells_caseworker, policy.after) == (time(18, 30), False, True)
    assert cells(supervisors)["Appeal"][1:] == ("the person, the supervisor", "Set")
    assert cells(supervisors)["Registration"][2] == "Default"

    again = supervisors.post(SET, {**ASKED, "offsets": "5", "version": policy.version})
    assert again.status_code == 302
    policy.refresh_from_db()
    assert policy.offsets == [5]
    assert supervisors.post(DROP, {"version": policy.version}).status_code == 302
    assert cells(supervisors)["Appeal"][2] == "Default"
    assert supervisors.get(DROP).status_code == 404


def test_general_policy_is_shown_at_the_other_kinds(supervisors: Client) -> None:
    supervisors.post(f"{LIST}set/", ASKED)
    shown = cells(supervisors)
    assert shown.pop("Every other kind")[2] == "Set"
    assert {source for _, _, source in shown.values()} == {"As for every other kind"}
    assert {moments for moments, _, _ in shown.values()} == {
        "10, 3 days before; on the day; when it has passed"
    }


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("offsets", {"offsets": "a week"}),
        ("offsets", {"offsets": "366"}),
        ("offsets", {"offsets": "9" * 90}),
        ("offsets", {"offsets": "", "after": ""}),
        ("tells_person", {"tells_person": "", "tells_supervisor": ""}),
        ("hour", {"hour": "21:00"}),
        ("hour", {"hour": "later"}),
        ("quiet_days", {"quiet_days": list("1234567")}),
        ("quiet_days", {"quiet_days": ["8"]}),
        ("channel", {"channel": "pigeon"}),
    ],
)
def test_refused_at_its_field(supervisors: Client, field: str, values: dict[str, Any]) -> None:
    page = supervisors.post(SET, {name: value for name, value in {**ASKED, **values}.items() if value})
    assert page.status_code == 200
    assert page.context["parts"][0].form.errors.keys() == {field}
    assert not Policy.objects.exists()


def test_changed_meanwhile_is_not_overwritten(supervisors: Client, levan: User) -> None:
    supervisors.post(SET, ASKED)
    page = supervisors.post(SET, {**ASKED, "offsets": "9", "version": "7"})
    assert "Somebody changed this" in page.content.decode()
    assert Policy.objects.get().offsets == [10, 3, 0]


def test_dropped_meanwhile_is_not_revived(supervisors: Client, levan: User) -> None:
    supervisors.post(SET, ASKED)
    version = Policy.objects.get().version
    supervisors.post(DROP, {"version": str(version)})
    page = supervisors.post(SET, {**ASKED, "version": str(version)})
    assert "Somebody changed this" in page.content.decode()
    assert not Policy.objects.get().stands


def test_set_for_the_first_time_by_two_at_once(
    real_database: RealDatabase, levan: User, sign_in: Any
) -> None:
    supervisors = [sign_in(levan) for _ in range(2)]
    acts = [partial(one.post, SET, {**ASKED, "offsets": str(9 + n)}) for n, one in enumerate(supervisors)]
    statuses = [answer.status_code for answer in at_once(acts)]
    assert sorted(statuses) == [200, 302], "the second is told that somebody was first"


def test_caseworkers_do_not_set_policies(desk: Client, nino: User) -> None:
    assert [desk.get(address).status_code for address in (LIST, SET, DROP)] == [403, 403, 403]
    assert desk.post(SET, ASKED).status_code == 403
    assert not Policy.objects.exists()


def test_another_organisations_policy_is_not_shown(levan: User, marek: User, sign_in: Any) -> None:
    with acting(marek.organisation):
        theirs = Policy.objects.create(organisation=marek.organisation, offsets=[99])
    desk = sign_in(levan)
    assert "99" not in desk.get(LIST).content.decode()
    assert desk.get(f"{LIST}{theirs.pk}/change/").status_code == 404
    assert desk.get(f"{LIST}set/?kind=birthday").status_code == 404


def test_own_row_leads_to_its_form(levan: User, sign_in: Any) -> None:
    own = Policy.objects.create(organisation=levan.organisation, kind="appeal")
    administrator = sign_in(UserFactory.create(organisation=levan.organisation, administrator=True))
    assert administrator.get(f"{LIST}{own.pk}/change/").headers["Location"] == SET


def test_list_asks_as_often_with_many_rows(supervisors: Client, levan: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert supervisors.get(LIST).status_code == 200
        return len(captured)

    Policy.objects.create(organisation=levan.organisation)
    few = asked()
    for kind in ("appeal", "stay_end", "registration", "other"):
        Policy.objects.create(organisation=levan.organisation, kind=kind)
    assert asked() == few
