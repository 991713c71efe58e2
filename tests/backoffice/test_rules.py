"""The register at the desk: what a rule says, where it is written, what it replaced and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import Organisation, User
from casework.stays import operations
from casework.stays.drafts import ChangeDraft, RuleDraft
from casework.stays.models import LawChange, StayRule
from tests.factories.accounts import UserFactory

LIST = "/admin/stays/stayrule/"
LOADED = datetime(2022, 9, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def georgia(nino: User) -> StayRule:
    StayRule.objects.update(created_at=LOADED)
    return StayRule.objects.get(key="ge-stay-2015")


@pytest.fixture
def approved(tbilisi: Organisation, georgia: StayRule, at: datetime) -> LawChange:
    """Georgia's year becomes ninety days for those who enter from November on; known since `at`."""
    editor, reviewer = (
        UserFactory.create(organisation=tbilisi, role=role).as_actor()
        for role in ("rule_editor", "rule_reviewer")
    )
    rule = RuleDraft(
        kind="stay", title="Georgia: 90 days", country="GE", nationalities=("RU",), document_kinds=("passport",),
        limits=({"kind": "per_entry_days", "days": 90},), source="Invented ordinance 1", confidence="low",
        applies_to_entries_from=date(2022, 11, 1),
    )  # fmt: skip
    details = ChangeDraft(
        title="Georgia shortens the stay", country="GE", effective_on=date(2022, 11, 1), rules=(rule,),
        ends_rules=(georgia.pk,),
    )  # fmt: skip
    change = operations.draft_change(details=details, by=editor, at=at)
    operations.preview_change(change=change, by=editor, at=at)
    operations.approve_change(change=change, by=reviewer, at=at)
    return change


def page_of(rule: StayRule) -> str:
    return f"{LIST}{rule.pk}/change/"


def listed(desk: Client, **asked: str) -> set[str]:
    response = desk.get(LIST, asked)
    assert response.status_code == 200
    return {rule.title for rule in response.context["cl"].result_list}


# --- the list ----------------------------------------------------------------------------------------------
def test_filters(desk: Client, approved: LawChange) -> None:
    assert "Georgia: 90 days" in listed(desk, country="GE")
    assert listed(desk, country="GE", confidence="low") == {"Georgia: 90 days"}
    assert listed(desk, country="GE", status="ended") == {"Georgia: one year from each entry"}
    kinds = {rule.kind for rule in desk.get(LIST, {"kind": "registration"}).context["cl"].result_list}
    assert kinds == {"registration"}


@pytest.mark.parametrize(
    ("day", "titles"),
    [
        ("2022-08-31", set()),
        ("2022-09-01", {"Georgia: one year from each entry"}),
        ("2022-09-30", {"Georgia: one year from each entry"}),
        ("2022-10-01", {"Georgia: one year from each entry", "Georgia: 90 days"}),
    ],
)
def test_what_did_we_know_on_a_day(
    desk: Client, approved: LawChange, day: str, titles: set[str], at: datetime
) -> None:
    """Before the change the year stood alone; afterwards it holds for those who entered before."""
    page = desk.get(LIST, {"known_on": day, "country": "GE", "kind": "stay"})
    rows = page.context["cl"].result_list
    assert {rule.title for rule in rows} == titles
    keys = {rule.key for rule in rows}
    assert ("ge-stay-2015" in keys) == (day in ("2022-09-01", "2022-09-30"))
    told = page.content.decode()
    if titles:
        assert f"What the register held to be the law at the end of {int(day[8:])}" in told
    else:
        assert "its first rules were recorded on 1 Sep 2022" in told
    assert 'name="country" value="GE"' in told  # the other filters stay


def test_a_day_ends_at_midnight_of_the_organisation(desk: Client, georgia: StayRule) -> None:
    """Tbilisi is four hours ahead of UTC: what was ended at 21:00 UTC on the 9th, was ended on the 10th."""
    ended_at = datetime(2022, 9, 9, 21, 0, tzinfo=UTC)
    StayRule.objects.filter(pk=georgia.pk).update(status="ended", ended_at=ended_at)
    assert georgia.title in listed(desk, known_on="2022-09-09", country="GE")
    assert georgia.title not in listed(desk, known_on="2022-09-10", country="GE")


def test_what_is_no_day_shows_nothing_and_says_so(desk: Client, georgia: StayRule) -> None:
    page = desk.get(LIST, {"known_on": "last week"})
    assert len(page.context["cl"].result_list) == 0
    assert "This is not a day: “last week”." in page.content.decode()


@pytest.mark.parametrize("query", ["", "?known_on=2022-10-01"])
def test_the_list_asks_as_often_for_many(desk: Client, georgia: StayRule, query: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(LIST + query).status_code == 200
        return len(captured)

    StayRule.objects.exclude(country="GE").filter(made_by=None).delete()
    asked()
    few = asked()
    copied = {name: getattr(georgia, name) for name in ("kind", "country", "title", "source", "confidence")}
    for number in range(30):
        StayRule.objects.create(
            **copied, key=f"copy-{number}", nationalities=[], document_kinds=[], created_at=LOADED
        )
    assert asked() == few


# --- one rule ----------------------------------------------------------------------------------------------
def test_a_rule_in_words(desk: Client, georgia: StayRule) -> None:
    StayRule.objects.filter(pk=georgia.pk).update(
        limits=[
            {"kind": "rolling_window", "days": 90, "window_days": 180, "per_stay_days": 60,
             "counts_stays_entered_from": "2022-01-01"},
            {"kind": "per_entry_days", "days": 1, "entry_day_counts": False},
        ],
        readings=[[{"kind": "per_entry_months", "months": 3, "last_day": "same_date"}]],
        condition={"kind": "refused_purposes", "purposes": ["tourism", "non_essential"]},
        source_date=date(2022, 9, 30), reviewed_by="A lawyer", notes="Read <twice>.",
    )  # fmt: skip
    page = desk.get(page_of(georgia))
    told = page.context["told"]
    assert told.limits == [
        "90 days in any 180 days, no single stay longer than 60 days, stays entered from 1 Jan 2022 count",
        "1 day for each entry, counted from the day after the entry",
    ]
    assert told.readings == ["3 months for each entry, up to the same date"]
    assert dict(told.facts)["Condition"] == "entry is refused for: tourism, non-essential"
    text = page.content.decode()
    for words in (georgia.source, "30 Sep 2022", "A lawyer", "Read &lt;twice&gt;.", "cw-good"):
        assert words in text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"condition": {"kind": "visa_required"}}, "a visa is needed"),
        (
            {"condition": {"kind": "permit_required", "permit": "temporary_protection"}},
            "needs temporary protection",
        ),
        ({"condition": {"kind": "biometric_required"}}, "only a biometric passport is accepted"),
        (
            {"condition": {"kind": "permit_condition", "passport_valid_days": 180}},
            "a permit needs a passport valid for 180 more days",
        ),
        ({"within": 7, "unit": "working_days", "who": "host"}, "within 7 working days, by the host"),
        (
            {"within": 7, "unit": "weeks", "if_longer_than_days": 30},
            "within 7 weeks, by the person, only for stays longer than 30 days",
        ),
        ({"limits": [{"kind": "moon"}]}, "moon"),
    ],
)
def test_every_kind_has_its_words(desk: Client, georgia: StayRule, values: dict[str, Any], told: str) -> None:
    StayRule.objects.filter(pk=georgia.pk).update(**values)
    assert told in desk.get(page_of(georgia)).content.decode()


def test_every_rule_of_the_register_opens(desk: Client, georgia: StayRule) -> None:
    for rule in StayRule.objects.all():
        page = desk.get(page_of(rule))
        assert page.status_code == 200
        assert page.context["told"].rule == rule
        assert "{" not in "".join(page.context["told"].limits)


def test_history_both_ways(desk: Client, georgia: StayRule, approved: LawChange) -> None:
    change = f'<a class="cw-link" href="/admin/stays/lawchange/{approved.pk}/change/">{approved}</a>'
    new = StayRule.objects.get(made_by=approved, replaces=None)
    carried = StayRule.objects.get(replaces=georgia)

    old = desk.get(page_of(georgia))
    assert old.context["lineage"].replaced_by == [carried, new]
    assert f"<dt>Ended by</dt><dd>{change}</dd>" in old.content.decode()
    assert "from 1 Sep 2022, 12:00 UTC to 1 Oct 2022, 10:00 UTC" in old.content.decode()
    assert "the register as it was first loaded" in old.content.decode()

    page = desk.get(page_of(new))
    assert page.context["lineage"].replaced == [georgia]
    assert f"<dt>Came with</dt><dd>{change}</dd>" in page.content.decode()
    assert "from 1 Oct 2022, 10:00 UTC until now" in page.content.decode()
    assert f'href="{page_of(georgia)}"' in page.content.decode()
    assert desk.get(page_of(carried)).context["lineage"].replaced == [georgia]


def test_history_of_what_was_taken_back(
    desk: Client, georgia: StayRule, approved: LawChange, nino: User, at: datetime
) -> None:
    new = StayRule.objects.get(made_by=approved, replaces=None)
    later = at + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        operations.withdraw_change(change=approved, by=nino.as_actor(), at=later)
    told = desk.get(page_of(new)).content.decode()
    assert "because that change was withdrawn" in told
    assert "to 1 Oct 2022, 11:00 UTC" in told


def test_a_draft_is_no_law_yet(desk: Client, tbilisi: Organisation, georgia: StayRule, at: datetime) -> None:
    rule = RuleDraft(
        kind="stay", title="Not yet", country="GE", nationalities=("BY",), source="Invented", confidence="low",
        limits=({"kind": "per_entry_days", "days": 5},),
    )  # fmt: skip
    details = ChangeDraft(title="Later", country="GE", effective_on=date(2022, 11, 1), rules=(rule,))
    StayRule.objects.filter(pk=georgia.pk).update(nationalities=["RU"])
    editor = UserFactory.create(organisation=tbilisi, role="rule_editor").as_actor()
    operations.draft_change(details=details, by=editor, at=at)
    assert (
        "not yet: it is part of a draft"
        in desk.get(page_of(StayRule.objects.get(title="Not yet"))).content.decode()
    )
    assert "Not yet" not in listed(desk, known_on="2022-10-01", country="GE")


@pytest.mark.parametrize(("role", "may"), [("rule_editor", True), ("rule_reviewer", True), ("legal", False)])
def test_who_may_replace(nino: User, sign_in, georgia: StayRule, role: str, may: bool) -> None:
    door = sign_in(UserFactory.create(organisation=nino.organisation, role=role))
    link = f'href="/admin/stays/lawchange/add/?replaces={georgia.pk}"'
    assert (link in door.get(page_of(georgia)).content.decode()) == may
    StayRule.objects.filter(pk=georgia.pk).update(status="ended")
    assert link not in door.get(page_of(georgia)).content.decode()
