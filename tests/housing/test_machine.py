"""Everything that can happen to beds, in any order: no night is ever sold twice.

After each step the nights are counted one by one in plain Python, from the rows alone.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from casework.accounts.models import User
from casework.audit.actors import Actor
from casework.housing import operations
from casework.housing.details import UnitDetails
from casework.housing.models import Closure, Need, NeedStatus, Placement, Unit
from casework.housing.operations import HasBeds, InUse, NeedWithdrawn, PlacementClosed
from casework.housing.room import NoRoom, TooMany
from casework.refusals import Invalid
from tests.factories.housing import NeedFactory, UnitFactory

DAY = timedelta(days=1)
REFUSED = (NoRoom, TooMany, Invalid, InUse, PlacementClosed, NeedWithdrawn, HasBeds)

days = st.integers(-1, 5)
lengths = st.integers(1, 6)
picks = st.integers(0, 99)


class Beds(RuleBasedStateMachine):
    by: Actor  # set by the test, which knows its cast

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = datetime(2022, 10, 1, 10, 0, tzinfo=UTC)
        self.today = self.at.date()
        shared, private = UnitFactory.create(capacity=4), UnitFactory.create(capacity=3, private=True)
        self.units = [shared, UnitFactory.create(capacity=2, place=shared.place), private]
        self.needs = [NeedFactory.create(people=people, needed_until=None) for people in (1, 1, 1, 2, 2, 3)]
        self.largest = {unit.pk: unit.capacity for unit in self.units}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at}

    def day(self, offset: int) -> date:
        return self.today + offset * DAY

    def placement(self, pick: int) -> Placement | None:
        """One of those that are still to be changed, whatever they are by now."""
        rows = list(Placement.objects.exclude(status__in=["cancelled", "ended"]).order_by("created_at", "pk"))
        return rows[pick % len(rows)] if rows else None

    # --- what happens ------------------------------------------------------------------------------------
    @rule(
        need=picks, unit=picks, first=days, length=lengths, hold=st.booleans(), people=st.none() | st.just(1)
    )
    def place(self, need: int, unit: int, first: int, length: int, hold: bool, people: int | None) -> None:
        with suppress(*REFUSED):
            operations.place_household(
                need=self.needs[need % 6], unit=self.units[unit % 3], starts_on=self.day(first), hold=hold,
                ends_on=self.day(first + length), people=people, split_reason="two rooms" if people else "",
                **self.who,
            )  # fmt: skip

    @rule(unit=picks, first=days, length=lengths, hold=st.booleans())
    def a_bus_arrives(self, unit: int, first: int, length: int, hold: bool) -> None:
        """Everybody into one house."""
        for need in range(len(self.needs)):
            self.place(need, unit, first, length, hold, None)

    @rule(pick=picks)
    def confirm(self, pick: int) -> None:
        if placement := self.placement(pick):
            with suppress(*REFUSED):
                operations.confirm_placement(placement=placement, **self.who)

    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        if placement := self.placement(pick):
            with suppress(*REFUSED):
                operations.cancel_placement(placement=placement, reason="nobody came", **self.who)

    @rule(pick=picks, offset=st.integers(-3, 0))
    def end(self, pick: int, offset: int) -> None:
        if placement := self.placement(pick):
            with suppress(*REFUSED):
                operations.end_placement(placement=placement, ends_on=self.day(offset), **self.who)

    @rule(pick=picks, first=days, length=lengths)
    def change(self, pick: int, first: int, length: int) -> None:
        if placement := self.placement(pick):
            nights = {"starts_on": self.day(first), "ends_on": self.day(first + length)}
            with suppress(*REFUSED):
                operations.change_placement(placement=placement, **nights, **self.who)

    @rule(pick=picks, more=st.integers(1, 4))
    def extend(self, pick: int, more: int) -> None:
        if placement := self.placement(pick):
            with suppress(*REFUSED):
                operations.change_placement(
                    placement=placement, ends_on=placement.ends_on + more * DAY, **self.who
                )

    @rule(pick=picks, unit=picks, offset=st.integers(0, 4))
    def move(self, pick: int, unit: int, offset: int) -> None:
        if placement := self.placement(pick):
            with suppress(*REFUSED):
                operations.move_placement(
                    placement=placement, unit=self.units[unit % 3],
                    from_day=placement.starts_on + offset * DAY, **self.who,
                )  # fmt: skip

    @rule(unit=picks, first=days, length=lengths)
    def close(self, unit: int, first: int, length: int) -> None:
        nights = {"starts_on": self.day(first), "ends_on": self.day(first + length)}
        with suppress(*REFUSED):
            operations.close_unit(unit=self.units[unit % 3], **nights, **self.who)

    @rule()
    def open(self) -> None:
        if closure := Closure.objects.order_by("created_at", "pk").first():
            operations.open_unit(closure=closure, **self.who)

    @rule(unit=picks, capacity=st.integers(1, 5), private=st.booleans())
    def refurnish(self, unit: int, capacity: int, private: bool) -> None:
        row = Unit.objects.get(pk=self.units[unit % 3].pk)
        with suppress(*REFUSED):
            details = replace(UnitDetails.of(row), capacity=capacity, private=private)
            operations.change_unit(unit=row, details=details, **self.who)
            self.largest[row.pk] = max(self.largest[row.pk], capacity)

    @rule(hours=st.sampled_from([1, 20, 24, 50]))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.today = self.at.date()
        operations.begin_placements(**self.who)

    @rule()
    def sweep(self) -> None:
        operations.expire_holds(**self.who)
        operations.finish_placements(**self.who)

    # --- what never is -----------------------------------------------------------------------------------
    @invariant()
    def no_night_is_oversold(self) -> None:
        for unit in Unit.objects.all():
            sold, promised = self.count(unit)
            for night, people in sold.items():
                # Nights of stays that have ended are history: the room may have become smaller since.
                most = unit.capacity if night in promised else self.largest[unit.pk]
                assert people <= most, (unit, night, people, most)

    @invariant()
    def a_private_unit_is_one_households(self) -> None:
        for unit in Unit.objects.filter(private=True):
            live = Placement.objects.filter(unit=unit, status__in=["held", "confirmed"])
            nights = Counter(night for row in live for night in nights_of(row))
            assert set(nights.values()) <= {1}
            assert all(row.private for row in live)

    @invariant()
    def nobody_sleeps_where_it_is_closed(self) -> None:
        for closure in Closure.objects.all():
            closed = set(nights_of(closure))
            for row in Placement.objects.filter(unit=closure.unit_id).exclude(status="cancelled"):
                assert not closed & set(nights_of(row))

    @invariant()
    def nobody_has_two_beds(self) -> None:
        for need in Need.objects.all():
            rows = Placement.objects.filter(need=need).exclude(status="cancelled")
            beds: Counter[date] = Counter()
            for row in rows:
                if row.status_at(self.at) != "cancelled":
                    beds.update(dict.fromkeys(nights_of(row), row.people))
            assert all(number <= need.people for number in beds.values())

    @invariant()
    def whoever_has_no_bed_waits(self) -> None:
        for need in Need.objects.all():
            confirmed = Placement.objects.filter(need=need, status="confirmed")
            beds: Counter[date] = Counter()
            for row in confirmed:
                beds.update(dict.fromkeys(nights_of(row), row.people))
            if beds[max(need.needed_from, self.today)] >= need.people:
                assert need.status == NeedStatus.PLACED
            elif all(row.ends_on >= self.today for row in confirmed):  # else it waits again once swept
                assert need.status == NeedStatus.WAITING

    def count(self, unit: Unit) -> tuple[Counter[date], set[date]]:
        sold: Counter[date] = Counter()
        promised: set[date] = set()
        for row in Placement.objects.filter(unit=unit).exclude(status="cancelled"):
            sold.update(dict.fromkeys(nights_of(row), row.people))
            if row.status in ("held", "confirmed"):
                promised.update(nights_of(row))
        return sold, promised


def nights_of(row: Placement | Closure) -> list[date]:
    return [row.starts_on + number * DAY for number in range((row.ends_on - row.starts_on).days + 1)]


def test_beds_whatever_happens(nino: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beds, "by", nino.as_actor(), raising=False)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Beds,
        settings=settings(
            max_examples=15, stateful_step_count=30, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )


@pytest.mark.long
def test_beds_whatever_happens_for_long(nino: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beds, "by", nino.as_actor(), raising=False)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Beds,
        settings=settings(
            max_examples=500, stateful_step_count=50, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )
