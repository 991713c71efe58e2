"""A change of the law from its draft to everybody's deadlines, and back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from casework.audit.models import Event
from casework.cases.operations import register_arrival
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document
from casework.refusals import Invalid
from casework.stays import operations
from casework.stays.details import ArrivalDetails
from casework.stays.drafts import ChangeDraft, RuleDraft
from casework.stays.impact import figures_of, impact_of
from casework.stays.models import AffectedStay, LawChange, RuleStatus, Slice, StayRule, Walk
from casework.stays.queries import assessments
from casework.stays.walking import figures, go_on
from tests.acting import acting
from tests.factories.accounts import UserFactory
from tests.factories.stays import DeadlineFactory

NINETY_DAYS = {"kind": "per_entry_days", "days": 90, "entry_day_counts": True}
EFFECTIVE_ON = date(2022, 11, 1)


@pytest.fixture
def desk(tbilisi):
    tbilisi.is_law_desk = True
    tbilisi.save()
    return tbilisi


@pytest.fixture
def editor(desk, nino):
    return UserFactory.create(organisation=desk, username="editor", role="rule_editor").as_actor()


@pytest.fixture
def reviewer(desk, nino):
    return UserFactory.create(organisation=desk, username="reviewer", role="rule_reviewer").as_actor()


@pytest.fixture
def georgia(db):
    return StayRule.objects.get(key="ge-stay-2015")


@pytest.fixture
def arrival(nino, at):
    return enter(nino, at, date(2022, 9, 25))


def enter(user, at, entered_on, kind="passport", country="GE", **details):
    number = f"71 {Document.objects.count():07d}"
    return register_arrival(
        person=PersonDetails(family_name="Орлов", given_name="Глеб", nationality="RU"),
        document=DocumentDetails(kind=kind, issuing_country="RU", number=number),
        arrival=ArrivalDetails(country=country, entered_on=entered_on, **details),
        by=user.as_actor(), at=at,
    ).arrival  # fmt: skip


def rule(**changes):
    values = {
        "kind": "stay", "title": "Georgia: 90 days for each entry", "country": "GE", "nationalities": ("RU",),
        "document_kinds": ("passport",), "limits": (NINETY_DAYS,), "source": "Invented ordinance 1",
        "confidence": "high",
    }  # fmt: skip
    return RuleDraft(**{**values, **changes})


def change_of(*rules, **changes):
    values = {"title": "Georgia shortens the stay", "country": "GE", "effective_on": EFFECTIVE_ON}
    return ChangeDraft(**{**values, "rules": rules, **changes})


@pytest.fixture
def draft(georgia, editor, at):
    return operations.draft_change(details=change_of(rule(), ends_rules=(georgia.pk,)), by=editor, at=at)


@pytest.fixture
def approved(draft, editor, reviewer, at):
    operations.preview_change(change=draft, by=editor, at=at)
    return operations.approve_change(change=draft, by=reviewer, at=at)


def replay(at):
    go_on(at=at)


def stay_end(arrival):
    return arrival.deadlines.get(kind="stay_end")


# --- drafting --------------------------------------------------------------------------------------------
def test_a_draft_changes_nothing_yet(draft, arrival, georgia):
    assert draft.status == "draft"
    assert StayRule.objects.get(made_by=draft).status == RuleStatus.DRAFT
    assert georgia.status == RuleStatus.IN_FORCE
    assert stay_end(arrival).due_on == date(2023, 9, 24)


def test_a_rule_without_a_first_day_takes_the_place_of_the_ended(draft, georgia):
    assert StayRule.objects.get(made_by=draft).applies_to_entries_from == georgia.applies_to_entries_from


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"country": "QQ"}, "/country"),
        ({"effective_on": date(2022, 9, 1)}, "/effective_on"),
        ({"rules": (), "ends_rules": ()}, "/rules"),
        ({"rules": (rule(source=""),)}, "/rules/0/source"),
        ({"rules": (rule(country="KZ"),)}, "/rules/0/country"),
        ({"rules": (rule(kind="wish"),)}, "/rules/0/kind"),
        ({"rules": (rule(confidence="sure"),)}, "/rules/0/confidence"),
        ({"rules": (rule(limits=()),)}, "/rules/0/limits"),
        ({"rules": (rule(nationalities=("QQ",)),)}, "/rules/0/nationalities"),
        ({"rules": (rule(document_kinds=("diary",)),)}, "/rules/0/document_kinds"),
        (
            {"rules": (rule(limits=({"kind": "rolling_window", "days": 90, "window_days": 30},)),)},
            "/rules/0/limits/0/window_days",
        ),
        (
            {
                "rules": (
                    rule(applies_to_entries_from=date(2023, 1, 2), applies_to_entries_until=date(2023, 1, 1)),
                )
            },
            "/rules/0/applies_to_entries_until",
        ),
        ({"rules": (), "ends_rules": (UUID(int=1),)}, "/ends_rules/0"),
        ({"rules": (rule(),)}, "/rules/0"),  # overlaps the rule in force
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(editor, at, wrong, pointer):
    before = StayRule.objects.count()
    with pytest.raises(Invalid) as refused:
        operations.draft_change(details=change_of(**{"rules": (), **wrong}), by=editor, at=at)
    assert pointer in [fault.pointer for fault in refused.value.faults]
    assert all(fault.detail.endswith(".") for fault in refused.value.faults)
    assert (LawChange.objects.count(), StayRule.objects.count()) == (0, before)


def test_two_new_rules_about_the_same_people_are_refused(editor, georgia, at):
    twice = change_of(rule(), rule(title="again", nationalities=()), ends_rules=(georgia.pk,))
    with pytest.raises(operations.RuleOverlaps) as refused:
        operations.draft_change(details=twice, by=editor, at=at)
    assert [fault.pointer for fault in refused.value.faults] == ["/rules/1"]


def test_a_day_in_the_past_is_taken_with_a_reason(editor, georgia, at):
    late = change_of(
        rule(), ends_rules=(georgia.pk,), effective_on=date(2022, 9, 1), reason="Published only now."
    )
    assert operations.draft_change(details=late, by=editor, at=at).status == "draft"


def test_only_the_law_desk_drafts(marek, georgia, at):
    with pytest.raises(operations.NotTheLawDesk):
        operations.draft_change(
            details=change_of(rule(), ends_rules=(georgia.pk,)), by=marek.as_actor(), at=at
        )


# --- previewing ------------------------------------------------------------------------------------------
def test_preview_counts_and_writes_no_deadline(draft, arrival, nino, editor, at):
    early = enter(nino, at, date(2022, 7, 1))  # 90 days end on 28 September, before the change takes effect
    enter(nino, at, date(2022, 9, 25), country="KZ", kind="internal_id")

    operations.preview_change(change=draft, by=editor, at=at)

    assert draft.status == "previewed"
    counted = figures(draft, Walk.PREVIEW, arrival.organisation_id)
    assert (counted["affected"], counted["lose"], counted["gain"]) == (2, 2, 0)
    assert counted["overstayed_on_effective_day"] == 1
    found = {row.arrival_id: (row.before_on, row.after_on) for row in AffectedStay.objects.all()}
    assert found == {
        arrival.pk: (date(2023, 9, 24), date(2022, 12, 23)),
        early.pk: (date(2023, 6, 30), date(2022, 9, 28)),
    }
    assert stay_end(arrival).version == 1


def test_preview_again_counts_once(draft, arrival, editor, at):
    for _ in range(2):
        operations.preview_change(change=draft, by=editor, at=at)
    assert figures(draft, Walk.PREVIEW)["affected"] == 1
    assert AffectedStay.objects.count() == 1


def test_small_figures_are_told_to_nobody_else():
    counted = {"affected": 12, "lose": 12, "gain": 9}
    told = impact_of(counted, exact=False)
    assert (told["affected"], told["lose"], told["gain"], told["no_longer_known"]) == (12, 12, None, None)
    assert impact_of(counted, exact=True)["gain"] == 9


@pytest.mark.parametrize(
    ("days", "bar"), [(-400, (None, -181)), (-8, (-30, -8)), (-7, (-7, -1)), (1, (1, 7)), (400, (181, None))]
)
def test_histogram_puts_a_move_in_its_bar(days, bar):
    counted = figures_of({(date(2022, 12, 1), date(2022, 12, 1) + timedelta(days)): 1}, EFFECTIVE_ON)
    filled = [row for row in impact_of(counted, exact=True)["histogram"] if row["stays"]]
    assert [(row["from_days"], row["to_days"]) for row in filled] == [bar]


# --- approving -------------------------------------------------------------------------------------------
def test_nobody_approves_their_own(draft, editor, at):
    operations.preview_change(change=draft, by=editor, at=at)
    with pytest.raises(operations.OwnChange):
        operations.approve_change(change=draft, by=editor, at=at)
    assert LawChange.objects.get().status == "previewed"


def test_what_nobody_previewed_is_not_approved(draft, reviewer, at):
    with pytest.raises(operations.WrongMoment):
        operations.approve_change(change=draft, by=reviewer, at=at)


def test_approved_the_old_rule_is_ended_and_still_known(approved, georgia, at):
    georgia.refresh_from_db()
    assert (georgia.status, georgia.ended_by, georgia.ended_at) == ("ended", approved, at)
    known = StayRule.objects.filter(country="GE", kind="stay")
    assert [row.title for row in known.in_force()] == ["Georgia: 90 days for each entry"]
    StayRule.objects.filter(pk=georgia.pk).update(created_at=at - timedelta(days=9))
    assert list(known.known_at(at - timedelta(seconds=1))) == [georgia]
    assert georgia not in known.known_at(at)


def test_who_is_registered_after_the_approval_gets_the_new_law(approved, arrival):
    assert (stay_end(arrival).due_on, stay_end(arrival).version) == (date(2022, 12, 23), 1)


def test_replay_reaches_everybody_once(arrival, draft, editor, reviewer, almaty, marek, at):
    with acting(almaty):
        theirs = enter(marek, at, date(2022, 9, 20))
    operations.preview_change(change=draft, by=editor, at=at)
    operations.approve_change(change=draft, by=reviewer, at=at)
    assert stay_end(arrival).due_on == date(2023, 9, 24)

    replay(at)
    replay(at)

    draft.refresh_from_db()
    assert draft.status == "replayed"
    moved = stay_end(arrival)
    assert (moved.due_on, moved.version, moved.moved_by) == (date(2022, 12, 23), 2, draft)
    kept = moved.history.get()
    assert (kept.due_on, kept.reason, kept.law_change) == (date(2023, 9, 24), "law_change.replay", draft)
    assert assessments([arrival], at)[arrival.pk].last_lawful_day == moved.due_on
    assert moved.rule.title == "Georgia: 90 days for each entry"
    with acting(almaty):
        assert stay_end(theirs).due_on == date(2022, 12, 18)
        assert Event.objects.filter(action="law_change.replay").count() == 1
    assert Event.objects.filter(action="law_change.replay").count() == 1


def test_who_entered_before_may_keep_the_old_law(arrival, nino, georgia, editor, reviewer, at):
    later = enter(nino, at, date(2022, 10, 1))
    details = change_of(rule(applies_to_entries_from=date(2022, 10, 1)), ends_rules=(georgia.pk,))
    change = operations.draft_change(details=details, by=editor, at=at)
    operations.preview_change(change=change, by=editor, at=at)
    assert figures(change, Walk.PREVIEW)["affected"] == 1
    operations.approve_change(change=change, by=reviewer, at=at)
    replay(at)
    assert (stay_end(arrival).due_on, stay_end(arrival).version) == (date(2023, 9, 24), 1)
    assert stay_end(later).due_on == date(2022, 12, 29)
    kept = StayRule.objects.in_force().get(replaces=georgia)
    assert (kept.applies_to_entries_until, kept.limits) == (date(2022, 9, 30), georgia.limits)
    told = [reason.code for reason in assessments([arrival], at)[arrival.pk].reasons]
    assert "older_rule_kept" in told


def test_what_a_human_closed_stays_closed(arrival, nino, draft, editor, reviewer, at):
    operations.mark_met(deadline=stay_end(arrival), by=nino.as_actor(), at=at)
    operations.preview_change(change=draft, by=editor, at=at)
    assert figures(draft, Walk.PREVIEW)["affected"] == 0
    operations.approve_change(change=draft, by=reviewer, at=at)
    replay(at)
    assert (stay_end(arrival).status, stay_end(arrival).version) == ("met", 2)


def test_legal_periods_beyond_the_stay_are_left_alone(arrival, draft, editor, reviewer, at):
    period = DeadlineFactory.create(arrival=arrival, kind="asylum_application", due_on=date(2022, 10, 20))
    operations.preview_change(change=draft, by=editor, at=at)
    operations.approve_change(change=draft, by=reviewer, at=at)
    replay(at)
    period.refresh_from_db()
    assert (period.status, period.version) == ("open", 1)
    assert stay_end(arrival).due_on == date(2022, 12, 23)


def test_withdrawn_everything_is_as_it_was_and_says_so(arrival, draft, editor, reviewer, georgia, at):
    operations.preview_change(change=draft, by=editor, at=at)
    operations.approve_change(change=draft, by=reviewer, at=at)
    replay(at)
    operations.withdraw_change(change=draft, by=editor, at=at)
    replay(at)
    back = stay_end(arrival)
    assert (back.due_on, back.version) == (date(2023, 9, 24), 3)
    assert [row.reason for row in back.history.order_by("version")] == [
        "law_change.replay",
        "law_change.withdrawal",
    ]
    [standing] = StayRule.objects.in_force().filter(country="GE", kind="stay")
    assert (standing.replaces, standing.limits) == (georgia, georgia.limits)
    assert not Slice.objects.filter(done_at=None).exists()


def test_without_its_audit_row_nothing_is_approved(draft, editor, reviewer, at, monkeypatch):
    operations.preview_change(change=draft, by=editor, at=at)

    def broken(**_):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("casework.stays.operations.law_changes.record", broken)
    with pytest.raises(RuntimeError):
        operations.approve_change(change=draft, by=reviewer, at=at)
    assert LawChange.objects.get().status == "previewed"
    assert StayRule.objects.get(made_by=draft).status == RuleStatus.DRAFT
