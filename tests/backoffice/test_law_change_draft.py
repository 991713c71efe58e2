"""The form of a draft: from the copy of an ended rule, without a script, every fault at its field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from casework.accounts.models import Organisation, User
from casework.stays.models import LawChange, StayRule
from tests.factories.accounts import UserFactory

ADD = "/admin/stays/lawchange/add/"
CHANGE = {
    "country": "GE", "title": "Georgia shortens the stay", "effective_on": "2022-11-01",
    "for_whom": "entering", "reason": "", "rules": "0",
}  # fmt: skip
RULE = {
    "kind": "stay", "title": "Georgia: 90 days", "nationalities": "ru, by", "document_kinds": ["passport"],
    "source": "Invented ordinance 1", "confidence": "high",
}  # fmt: skip
LIMIT = {"kind": "per_entry_days", "days": "90", "entry_day_counts": "yes"}


@pytest.fixture
def door(tbilisi: Organisation, nino: User, sign_in) -> Client:
    return sign_in(UserFactory.create(organisation=tbilisi, role="rule_editor"))


@pytest.fixture
def georgia(nino: User) -> StayRule:
    return StayRule.objects.get(key="ge-stay-2015")


def under(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


def sent(georgia: StayRule, *limits: dict[str, Any], number: int = 0, **rule: Any) -> dict[str, Any]:
    """A change that puts one rule in the place of Georgia's."""
    body = {**CHANGE, "ends_rules": [str(georgia.pk)], "rules": str(number + 1), "do": "send"}
    body |= under(f"rule-{number}", {**RULE, **rule})
    for place, limit in enumerate(limits or (LIMIT,)):
        body |= under(f"rule-{number}-limit-{place}", limit)
    return body


def faults(page: Any) -> dict[str, list[str]]:
    return {
        (part.form.add_prefix(name) if name != "__all__" else f"{part.form.prefix or ''}!"): list(errors)
        for part in page.context["parts"]
        for name, errors in part.form.errors.items()
    }


def values_of(form: Any) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", [])}


# --- the way to a draft ------------------------------------------------------------------------------------
def test_first_the_country(door: Client) -> None:
    page = door.get(ADD)
    assert ("GE", "Georgia") in page.context["offered"][0][1]
    assert ("FR", "France") in page.context["offered"][1][1]
    assert door.get(ADD, {"country": "QQ"}).status_code == 404
    form = door.get(ADD, {"country": "GE"}).context["change"]
    in_force = StayRule.objects.in_force().filter(country="GE")
    assert {value for value, _ in form.fields["ends_rules"].choices} == {str(rule.pk) for rule in in_force}


def test_replace_this_rule_begins_with_its_copy(door: Client, georgia: StayRule) -> None:
    page = door.get(ADD, {"replaces": str(georgia.pk)})
    assert page.context["change"].initial["ends_rules"] == [str(georgia.pk)]
    [new] = page.context["rules"]
    copied = values_of(new.rule)
    assert (copied["title"], copied["nationalities"], copied["source"]) == (
        georgia.title, ", ".join(georgia.nationalities), georgia.source,
    )  # fmt: skip
    assert (copied["document_kinds"], copied["confidence"]) == (georgia.document_kinds, georgia.confidence)
    assert "applies_to_entries_from" not in copied
    assert [values_of(row) for row in new.limits if row.is_filled()] == [georgia.limits[0]]
    assert door.get(ADD, {"replaces": "junk"}).status_code == 404


def test_every_rule_of_the_register_is_copied_whole(door: Client, georgia: StayRule) -> None:
    """Copied and sent back as it is, nothing of a rule is lost."""
    for rule in StayRule.objects.in_force().exclude(kind="stay", limits=[]):  # these no draft may be
        page = door.get(ADD, {"replaces": str(rule.pk)})
        [new] = page.context["rules"]
        body = {**CHANGE, "country": rule.country, "for_whom": "everybody", "ends_rules": [str(rule.pk)]}
        body |= {"rules": "1", "do": "send"}
        for form in (new.rule, *new.limits, *new.reading, new.condition):
            body |= under(form.prefix, values_of(form))
        response = door.post(ADD, body)
        assert response.status_code == 302, (rule.key, faults(response))
        made = StayRule.objects.get(made_by=LawChange.objects.order_by("-created_at", "-pk").first())
        for name in ("kind", "nationalities", "document_kinds", "area", "within", "unit", "who", "notes"):
            assert getattr(made, name) == getattr(rule, name), (rule.key, name)
        assert without_nothing(made.limits) == without_nothing(rule.limits), rule.key
        assert [without_nothing(row) for row in made.readings] == [without_nothing(r) for r in rule.readings]
        assert made.condition == rule.condition
        assert made.applies_to_entries_from == rule.applies_to_entries_from
        assert made.applies_to_entries_until == rule.applies_to_entries_until
        made.delete()
        LawChange.objects.all().delete()


def without_nothing(limits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in limit.items() if value is not None} for limit in limits]


def test_copies_and_empty_rules_come_without_a_script(door: Client, georgia: StayRule) -> None:
    body = {**CHANGE, "title": "kept", "ends_rules": [str(georgia.pk)], "do": "copy"}
    page = door.post(ADD, body)
    [new] = page.context["rules"]
    assert new.rule.initial["title"] == georgia.title
    assert page.context["change"]["title"].value() == "kept"
    assert faults(page) == {}

    body |= {"rules": "1", "do": "more", "rule-0-copy_of": str(georgia.pk), **under("rule-0", RULE)}
    body |= under("rule-0-limit-0", {**LIMIT, "days": "77"})
    page = door.post(ADD, body)
    first, second = page.context["rules"]
    assert (first.rule["title"].value(), first.limits[0]["days"].value()) == (RULE["title"], "77")
    assert first.rule["document_kinds"].value() == ["passport"]
    assert (second.rule["kind"].value(), second.rule["title"].value()) == ("stay", None)

    again = door.post(ADD, {**body, "do": "copy"})  # it is there already
    assert len(again.context["rules"]) == 1
    assert not LawChange.objects.exists()


def test_a_rule_is_left_out(door: Client, georgia: StayRule) -> None:
    body = sent(georgia, number=1) | under("rule-0", {**RULE, "title": ""}) | {"rule-0-left_out": "1"}
    page = door.post(ADD, {**body, "do": "more"})
    assert [new.rule["title"].value() for new in page.context["rules"]] == [RULE["title"], None]
    assert page.context["rules"][0].limits[0]["days"].value() == "90"
    assert door.post(ADD, body).status_code == 302
    assert StayRule.objects.get(status="draft").title == RULE["title"]


def test_the_draft_is_what_was_written(door: Client, georgia: StayRule) -> None:
    body = sent(
        georgia, LIMIT,
        {"kind": "rolling_window", "days": "90", "window_days": "180", "per_stay_days": "60",
         "counts_stays_entered_from": "2022-01-01"},
        {"kind": "per_entry_months", "months": "3", "last_day": "same_date"},
        source_date="2022-09-30", notes="Read twice.", reviewed_by="A lawyer",
    )  # fmt: skip
    body |= under("rule-0-reading-0", {"kind": "until", "date": "2022-12-31"})
    body |= under("rule-0-condition", {"kind": "refused_purposes", "purposes": ["tourism", "sport"]})
    response = door.post(ADD, body)
    assert response.status_code == 302, faults(response)
    change = LawChange.objects.get()
    assert response.url == f"/admin/stays/lawchange/{change.pk}/change/"
    assert (change.country, change.effective_on, change.ends_rules) == ("GE", date(2022, 11, 1), [georgia.pk])
    rule = StayRule.objects.get(made_by=change)
    assert rule.limits == [
        {"kind": "per_entry_days", "days": 90, "entry_day_counts": True},
        {"kind": "rolling_window", "days": 90, "window_days": 180, "per_stay_days": 60,
         "counts_stays_entered_from": "2022-01-01"},
        {"kind": "per_entry_months", "months": 3, "last_day": "same_date"},
    ]  # fmt: skip
    assert rule.readings == [[{"kind": "until", "date": "2022-12-31"}]]
    assert rule.condition == {"kind": "refused_purposes", "purposes": ["tourism", "sport"]}
    assert (rule.nationalities, rule.document_kinds, rule.area) == (["RU", "BY"], ["passport"], None)
    assert (rule.source_date, rule.notes, rule.reviewed_by) == (date(2022, 9, 30), "Read twice.", "A lawyer")


@pytest.mark.parametrize(
    ("for_whom", "given", "first", "keeps"),
    [
        ("entering", "", date(2022, 11, 1), date(2022, 11, 1)),
        ("entering", "2022-12-01", date(2022, 12, 1), date(2022, 12, 1)),
        ("everybody", "", "as before", "as before"),
    ],
)
def test_for_whom(door: Client, georgia: StayRule, for_whom: str, given: str, first: Any, keeps: Any) -> None:
    body = sent(georgia, applies_to_entries_from=given) | {"for_whom": for_whom}
    assert door.post(ADD, body).status_code == 302
    before = georgia.applies_to_entries_from
    rule, change = StayRule.objects.get(status="draft"), LawChange.objects.get()
    assert rule.applies_to_entries_from == (before if first == "as before" else first)
    assert change.keeps_entries_before == (before if keeps == "as before" else keeps)


def test_only_ending_a_rule(door: Client, georgia: StayRule) -> None:
    body = {**CHANGE, "ends_rules": [str(georgia.pk)], "do": "send"}
    page = door.post(ADD, {**body, "for_whom": "everybody"})
    assert list(faults(page)) == ["for_whom"]
    assert door.post(ADD, body).status_code == 302
    assert LawChange.objects.get().keeps_entries_before == date(2022, 11, 1)


# --- faults at their fields --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"effective_on": "2022-09-01"}, "effective_on"),
        ({"effective_on": "soon"}, "effective_on"),
        ({"for_whom": "nobody"}, "for_whom"),
        ({"reason": "x" * 501}, "reason"),
        ({"ends_rules": ["junk"]}, "ends_rules"),
        ({"rule-0-title": ""}, "rule-0-title"),
        ({"rule-0-source": " "}, "rule-0-source"),
        ({"rule-0-kind": "wish"}, "rule-0-kind"),
        ({"rule-0-confidence": ""}, "rule-0-confidence"),
        ({"rule-0-nationalities": "RU, QQ"}, "rule-0-nationalities"),
        ({"rule-0-document_kinds": ["diary"]}, "rule-0-document_kinds"),
        (
            {"rule-0-applies_to_entries_from": "2023-01-02", "rule-0-applies_to_entries_until": "2023-01-01"},
            "rule-0-applies_to_entries_until",
        ),
        ({"rule-0-limit-0-days": "0"}, "rule-0-limit-0-days"),
        ({"rule-0-limit-0-days": "9" * 30}, "rule-0-limit-0-days"),
        ({"rule-0-limit-0-days": ""}, "rule-0-limit-0-days"),
        ({"rule-0-limit-0-kind": ""}, "rule-0-limit-0-kind"),
        ({"rule-0-limit-0-months": "3"}, "rule-0-limit-0-months"),
        # The second row is empty: the engine counts the third as its second.
        (
            {"rule-0-limit-2-kind": "rolling_window", "rule-0-limit-2-days": "90",
             "rule-0-limit-2-window_days": "30"},
            "rule-0-limit-2-window_days",
        ),
        ({"rule-0-reading-1-kind": "until"}, "rule-0-reading-1-date"),
        ({"rule-0-condition-code": "x"}, "rule-0-condition-kind"),
        ({"rule-0-kind": "registration", "rule-0-within": "7"}, "rule-0-unit"),
        ({"rule-0-kind": "registration", "rule-0-unit": "weeks"}, "rule-0-within"),
        ({"rule-0-kind": "admission"}, "rule-0-condition!"),
        ({"rule-0-limit-0-kind": "", "rule-0-limit-0-days": "", "rule-0-limit-0-entry_day_counts": ""},
         "rule-0-limit-0!"),
        ({"ends_rules": []}, "rule-0!"),  # it overlaps the rule in force
    ],
)  # fmt: skip
def test_a_fault_is_said_at_its_field(
    door: Client, georgia: StayRule, wrong: dict[str, Any], field: str
) -> None:
    before = StayRule.objects.count()
    page = door.post(ADD, {**sent(georgia), **wrong})
    assert page.status_code == 200
    assert list(faults(page)) == [field]
    told = page.content.decode()
    assert "Nothing was stored yet." in told
    assert escape(faults(page)[field][0]) in told
    assert (LawChange.objects.count(), StayRule.objects.count()) == (0, before)


def test_what_was_typed_stands_there_still(door: Client, georgia: StayRule) -> None:
    page = door.post(ADD, {**sent(georgia), "title": "", "rule-0-notes": "a long note"})
    told = page.content.decode()
    assert "a long note" in told
    assert 'value="90"' in told
    assert page.context["rules"][0].rule["document_kinds"].value() == ["passport"]


def test_two_rules_about_the_same_people(door: Client, georgia: StayRule) -> None:
    body = sent(georgia) | under("rule-1", RULE) | under("rule-1-limit-0", LIMIT) | {"rules": "2"}
    assert list(faults(door.post(ADD, body))) == ["rule-1!"]


def test_a_rule_that_the_form_cannot_hold_is_not_cut(door: Client, georgia: StayRule) -> None:
    StayRule.objects.filter(pk=georgia.pk).update(limits=[georgia.limits[0]] * 4)
    page = door.get(ADD, {"replaces": str(georgia.pk)})
    assert page.context["rules"] == []
    assert "draft it over the API" in page.content.decode()


@pytest.mark.parametrize(
    "junk", [{"rules": "x"}, {"rules": "9999"}, {"rules": "-1"}, {"do": "dance"}, {"country": "GE\0"}]
)
def test_junk_is_answered(door: Client, georgia: StayRule, junk: dict[str, str]) -> None:
    assert door.post(ADD, {**sent(georgia), **junk}).status_code in (200, 302, 404)


def test_the_form_asks_as_often_for_many_rules(door: Client, georgia: StayRule) -> None:
    def asked(body: dict[str, Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert door.post(ADD, body).status_code == 200
        return len(captured)

    few = asked({**CHANGE, "ends_rules": [str(georgia.pk)], "do": "copy"})
    assert asked({**CHANGE, "rules": "10", "ends_rules": [str(georgia.pk)], "do": "copy"}) == few
