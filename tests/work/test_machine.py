"""Hypothesis proposes, moves, closes and changes the number of positions, in any order: nothing false is ever
stored, and what is refused is refused for the reason that the test knows too."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from casework.accounts.models import User
from casework.refusals import Refused
from casework.work import operations
from casework.work.details import NeedDetails, OpeningDetails
from casework.work.models import Application, ApplicationStep, Need, Opening
from casework.work.rules import STANDING, Step, refusal
from tests.factories.work import OpeningFactory, WorkNeedFactory

PEOPLE, OPENINGS = 5, 2
FURTHER = {"proposed": Step.SENT, "sent": Step.INTERVIEW, "interview": Step.HIRED}


@pytest.fixture
def who(nino: User, at: datetime) -> dict[str, Any]:
    return {"by": nino.as_actor(), "at": at}


def test_machine(who: dict[str, Any]) -> None:
    class Board(Machine):
        pass

    Board.who = who
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Board,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


class Machine(RuleBasedStateMachine):
    who: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.openings = [OpeningFactory.create(positions=1 + number).pk for number in range(OPENINGS)]
        self.needs = [WorkNeedFactory.create().pk for _ in range(PEOPLE)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def opening(self, number: int) -> Opening:
        return Opening.objects.get(pk=self.openings[number])

    @rule(person=st.integers(0, PEOPLE - 1), opening=st.integers(0, OPENINGS - 1))
    def propose(self, person: int, opening: int) -> None:
        need, offered = Need.objects.get(pk=self.needs[person]), self.opening(opening)
        beside = Application.objects.filter(need=need, opening=offered, status__in=sorted(STANDING)).exists()
        may = need.status == "looking" and offered.status == "open" and offered.positions_left and not beside
        with expected(bool(may)):
            operations.propose(need=need, opening=offered, **self.who)

    @rule(
        number=st.integers(0, 20), step=st.sampled_from(list(Step)), reason=st.sampled_from(["", "so it is"])
    )
    def advance(self, number: int, step: Step, reason: str) -> None:
        applications = list(Application.objects.order_by("created_at", "pk"))
        if not applications:
            return
        self.move(applications[number % len(applications)], step, reason)

    def move(self, application: Application, step: Step, reason: str) -> None:
        may = refusal(Step(application.status), step, reason) is None
        if step == Step.HIRED:
            may = may and application.opening.positions_left > 0 and application.need.status == "looking"
        with expected(may):
            operations.advance_application(application=application, to=step, reason=reason, **self.who)

    @rule(number=st.integers(0, 20), steps=st.integers(1, 3))
    def towards_hired(self, number: int, steps: int) -> None:
        """Any order of steps seldom leads to somebody hired; this does."""
        applications = [
            row for row in Application.objects.order_by("created_at", "pk") if row.status in FURTHER
        ]
        for _ in range(steps if applications else 0):
            application = applications[number % len(applications)]
            if application.status in FURTHER:
                self.move(application, FURTHER[application.status], "")

    @rule(number=st.integers(0, OPENINGS - 1))
    def close(self, number: int) -> None:
        opening = self.opening(number)
        with expected(opening.status == "open"):
            operations.close_opening(opening=opening, **self.who)

    @rule(number=st.integers(0, OPENINGS - 1))
    def reopen(self, number: int) -> None:
        opening = self.opening(number)
        with expected(opening.status == "closed" and opening.positions_left > 0):
            operations.reopen_opening(opening=opening, **self.who)

    @rule(number=st.integers(0, OPENINGS - 1), positions=st.integers(0, 4))
    def change_positions(self, number: int, positions: int) -> None:
        opening = self.opening(number)
        with expected(positions >= max(1, opening.hired)):
            details = replace(OpeningDetails.of(opening), positions=positions)
            operations.change_opening(opening=opening, details=details, **self.who)

    @rule(person=st.integers(0, PEOPLE - 1))
    def withdraw_or_look_again(self, person: int) -> None:
        need = Need.objects.get(pk=self.needs[person])
        if need.status == "looking":
            operations.withdraw_need(need=need, **self.who)
        else:
            details = NeedDetails(sectors=["F"])
            again = operations.look_for_work(person=need.person, details=details, **self.who)
            self.needs[person] = again.pk

    @invariant()
    def nobody_is_hired_beyond_the_positions(self) -> None:
        for opening in Opening.objects.all():
            hired = Application.objects.filter(opening=opening, status="hired").count()
            assert hired == opening.hired <= opening.positions
            assert opening.status == "closed" or opening.positions_left
            assert opening.closed_reason != "filled" or not opening.positions_left

    @invariant()
    def the_log_ends_where_the_application_stands(self) -> None:
        steps: dict[Any, list[ApplicationStep]] = {}
        for step in ApplicationStep.objects.all():
            steps.setdefault(step.application_id, []).append(step)
        for application in Application.objects.all():
            walked, logged = None, {step.from_status: step for step in steps[application.pk]}
            for _ in logged:
                walked = logged[walked].to_status
            assert walked == application.status

    @invariant()
    def who_no_longer_looks_waits_nowhere(self) -> None:
        for application in Application.objects.exclude(need__status="looking"):
            assert application.status in ("hired", "declined", "withdrawn")
        for need in Need.objects.filter(status="hired"):
            assert need.applications.filter(status="hired").count() == 1


class expected:  # noqa: N801
    """Goes through, or is refused and nothing stored: no third thing."""

    def __init__(self, may: bool) -> None:
        self.may = may

    def __enter__(self) -> None:
        self.before = list(Application.objects.order_by("pk").values_list("pk", "status"))

    def __exit__(self, kind: Any, failure: Any, trace: Any) -> bool:
        if failure is None:
            assert self.may
            return False
        assert isinstance(failure, Refused), failure
        assert not self.may, failure
        assert self.before == list(Application.objects.order_by("pk").values_list("pk", "status"))
        return True
