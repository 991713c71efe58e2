"""Policies that nobody can set: each refused at its field, in a sentence."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from casework.accounts.models import User
from casework.audit.models import Event
from casework.refusals import Invalid
from casework.reminders.details import PolicyDetails
from casework.reminders.models import Policy
from casework.reminders.operations import drop_policy, set_policy
from casework.stays.models import DeadlineType
from tests.reminders.test_policies import LATER, WRITTEN, agree

NOBODY = {"tells_person": False, "tells_caseworker": False, "tells_supervisor": False}


def refused(nino: User, **values: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        agree(nino, **values)
    assert not Policy.objects.exists()
    assert not Event.objects.exists()
    return [(fault.pointer, fault.detail) for fault in refusal.value.faults]


@pytest.mark.parametrize(
    ("pointer", "words", "values"),
    [
        ("/tells_person", "Nobody would be told", NOBODY),
        ("/offsets", "Nobody would ever be told", {"offsets": (), "after": False}),
        ("/offsets", "no number below 0", {"offsets": (3, -1)}),
        ("/offsets", "At most 365 days", {"offsets": (366,)}),
        ("/offsets", "named twice", {"offsets": (3, 1, 3)}),
        ("/offsets", "At most 12 messages", {"offsets": tuple(range(13))}),
        ("/kind", "Not a kind of deadline", {"kind": "birthday"}),
        ("/channel", "Not a channel", {"channel": "pigeon"}),
        ("/hour", "Not later than 20:00", {"hour": time(20, 1)}),
        ("/quiet_days", "One day of the week must be left", {"quiet_days": tuple(range(1, 8))}),
        ("/quiet_days", "1, Monday, to 7", {"quiet_days": (0,)}),
        ("/quiet_days", "1, Monday, to 7", {"quiet_days": (8,)}),
        ("/quiet_days", "named twice", {"quiet_days": (6, 6)}),
    ],
)
def test_policy_refused(nino: User, pointer: str, words: str, values: dict[str, Any]) -> None:
    [(where, sentence)] = refused(nino, **values)
    assert where == pointer
    assert words in sentence


def test_policy_refused_for_all_its_faults_at_once(nino: User) -> None:
    found = refused(nino, offsets=(-1, 400), channel="pigeon", quiet_days=(9,), **NOBODY)
    assert {pointer for pointer, _ in found} == {"/offsets", "/channel", "/quiet_days", "/tells_person"}
    assert len(found) == 5


@pytest.mark.parametrize(("unit", "life"), [("calendar_days", 24), ("weeks", 84), ("months", 324)])
def test_policy_beyond_the_life_of_the_deadline_is_refused(nino: User, unit: str, life: int) -> None:
    """Ten of the unit, and a fortnight that the last day may roll over."""
    DeadlineType.objects.create(
        key="test", kind="test", deadline_kind="contact_authority", country="NR", title="Invented",
        trigger="arrival", n=10, unit=unit, event_day_counts=False, rolls_over=False, who="person",
        source="Invented act 2", confidence="low",
    )  # fmt: skip
    [(pointer, sentence)] = refused(nino, kind="contact_authority", offsets=(life + 1, 3))
    assert (pointer, f"more than {life} days" in sentence) == ("/offsets", True)
    agree(nino, kind="contact_authority", offsets=(life, 3))
    agree(nino, kind="stay_end", offsets=(365,))
    agree(nino, kind="appeal", offsets=(365,))
    agree(nino, offsets=(365,))


def test_policy_at_the_edges_of_what_is_possible(nino: User) -> None:
    offsets = (365, *range(11))
    policy = agree(nino, offsets=offsets, hour=time(20), quiet_days=(7, 1, 2, 3, 4, 5))
    policy.refresh_from_db()
    assert policy.offsets == [365, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert policy.quiet_days == [1, 2, 3, 4, 5, 7]
    assert PolicyDetails.of(policy) == PolicyDetails(
        offsets=tuple(policy.offsets), hour=time(20), quiet_days=tuple(policy.quiet_days)
    )


def test_policy_only_after_the_day(nino: User) -> None:
    assert agree(nino, offsets=()).after


def test_set_policy_again_changes_the_one_row(nino: User) -> None:
    first = agree(nino, kind="appeal", offsets=(3,))
    second = agree(nino, LATER, kind="appeal", offsets=(2,))
    assert (second.pk, second.version, second.offsets) == (first.pk, 2, [2])
    drop_policy(policy=second, by=nino.as_actor(), at=LATER)
    again = agree(nino, LATER, kind="appeal", offsets=(1,))
    assert (again.pk, again.stands, again.version) == (first.pk, True, 4)


def test_set_policy_is_told_in_the_trail(nino: User) -> None:
    policy = set_policy(
        organisation=nino.organisation, details=PolicyDetails(kind="appeal", offsets=(1, 3)),
        by=nino.as_actor(), at=WRITTEN,
    )  # fmt: skip
    [event] = Event.objects.all()
    assert (event.action, event.object_id, event.actor_id) == ("policy.set", policy.pk, str(nino.pk))
    assert event.about["offsets"] == [3, 1]
    assert event.about["kind"] == "appeal"
