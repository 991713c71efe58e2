from __future__ import annotations

import pytest

from casework.refusals import Conflict, Fault, Faults, Invalid, Refused, under

EARLY = Fault("/birth_date", "The day of birth lies after the entry.")
NAMELESS = Fault("", "Give at least one name.")


def test_refused_says_where_and_why() -> None:
    assert str(Invalid(EARLY, NAMELESS)) == (
        "/birth_date: The day of birth lies after the entry.; : Give at least one name."
    )


def test_under_points_into_the_part_that_was_asked_for() -> None:
    with pytest.raises(Invalid) as caught, under("/rows/3"), under("/person"):
        raise Invalid(EARLY, NAMELESS)
    assert [fault.pointer for fault in caught.value.faults] == ["/rows/3/person/birth_date", "/rows/3/person"]
    assert [fault.detail for fault in caught.value.faults] == [EARLY.detail, NAMELESS.detail]


def test_under_leaves_other_failures_alone() -> None:
    with pytest.raises(KeyError), under("/person"):
        raise KeyError


def test_faults_are_told_all_at_once() -> None:
    faults = Faults()
    faults.check(True, "/sex", "never")
    faults.check(False, EARLY.pointer, EARLY.detail)
    faults.add(NAMELESS.pointer, NAMELESS.detail)
    with pytest.raises(Invalid) as caught:
        faults.refuse()
    assert caught.value.faults == (EARLY, NAMELESS)


def test_faults_none_refuse_nothing() -> None:
    Faults().refuse()


@pytest.mark.parametrize(("failure", "status"), [(Refused, 400), (Invalid, 400), (Conflict, 409)])
def test_status_of_each_failure(failure: type[Refused], status: int) -> None:
    assert failure(EARLY).status == status
