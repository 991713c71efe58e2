"""What a rule replaced and what replaced it; what was known at the end of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from casework.stays import operations
from casework.stays.lineage import end_of_day, lineage_of, register_began
from casework.stays.models import StayRule
from tests.factories.accounts import UserFactory
from tests.stays.test_law_changes import change_of, rule

LOADED = datetime(2022, 9, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def georgia(nino):
    StayRule.objects.update(created_at=LOADED)
    return StayRule.objects.get(key="ge-stay-2015")


def approved(tbilisi, at, *rules, ends):
    editor, reviewer = (
        UserFactory.create(organisation=tbilisi, role=role).as_actor()
        for role in ("rule_editor", "rule_reviewer")
    )
    change = operations.draft_change(
        details=change_of(*rules, ends_rules=[row.pk for row in ends]), by=editor, at=at
    )
    operations.preview_change(change=change, by=editor, at=at)
    return operations.approve_change(change=change, by=reviewer, at=at)


def test_one_step_back_and_one_step_on(tbilisi, georgia, at):
    later = {"applies_to_entries_from": date(2022, 11, 1)}
    mine = rule(**later)
    other = rule(title="another question", kind="registration", limits=(), within=3, unit="weeks", **later)
    change = approved(tbilisi, at, mine, other, ends=[georgia])
    new = StayRule.objects.get(made_by=change, replaces=None, kind="stay")
    aside = StayRule.objects.get(made_by=change, kind="registration")
    carried = StayRule.objects.get(replaces=georgia)
    georgia.refresh_from_db()

    told = lineage_of(georgia)
    assert (told.since, told.until, told.replaced) == (LOADED, at, [])
    assert told.replaced_by == [carried, new]
    assert lineage_of(new).replaced == [georgia]
    assert lineage_of(carried).replaced == [georgia]
    assert lineage_of(aside).replaced == []
    assert (lineage_of(new).since, lineage_of(new).until) == (at, None)


def test_a_draft_was_never_the_law(tbilisi, georgia, at):
    editor = UserFactory.create(organisation=tbilisi, role="rule_editor").as_actor()
    change = operations.draft_change(details=change_of(rule(), ends_rules=(georgia.pk,)), by=editor, at=at)
    assert lineage_of(StayRule.objects.get(made_by=change)).since is None


def test_end_of_day_is_midnight_there():
    assert end_of_day(date(2022, 10, 1), "GE") == datetime(2022, 10, 1, 20, 0, tzinfo=UTC)


def test_the_register_began_with_its_first_row(georgia, at):
    assert register_began() == LOADED
    StayRule.objects.filter(pk=georgia.pk).update(in_force_at=at)
    assert register_began() == LOADED
    StayRule.objects.exclude(pk=georgia.pk).delete()
    assert register_began() == at
