"""What is entered moves the deadlines, in the same transaction, with the old day kept."""

from datetime import date, datetime

import pytest

from casework.accounts.models import User
from casework.cases.operations import register_arrival
from casework.people.details import DocumentDetails, PersonDetails
from casework.refusals import Invalid
from casework.stays import operations
from casework.stays.details import ArrivalDetails, PermitDetails
from casework.stays.models import Arrival, Deadline, DeadlineHistory
from casework.stays.queries import assessments


@pytest.fixture
def arrival(nino: User, at: datetime) -> Arrival:
    return register_arrival(
        person=PersonDetails(
            family_name="Орлов", given_name="Глеб", nationality="RU", birth_date=date(1990, 5, 5)
        ),
        document=DocumentDetails(kind="internal_id", issuing_country="RU", number="4512 345678"),
        arrival=ArrivalDetails(country="KZ", entered_on=date(2022, 9, 25)),
        by=nino.as_actor(),
        at=at,
    ).arrival


def stay_end(arrival: Arrival) -> Deadline:
    return arrival.deadlines.get(kind="stay_end")


def test_correct_arrival_moves_the_deadline_and_keeps_the_old_day(
    arrival: Arrival, nino: User, at: datetime
) -> None:
    before = stay_end(arrival)
    operations.correct_arrival(
        arrival=arrival, document=arrival.document, by=nino.as_actor(), at=at,
        details=ArrivalDetails(country="KZ", entered_on=date(2022, 9, 20)),
    )  # fmt: skip

    after = stay_end(arrival)
    assert (after.pk, after.due_on, after.version) == (before.pk, date(2022, 12, 18), 2)
    kept = after.history.get()
    assert (kept.version, kept.due_on, kept.reason) == (1, date(2022, 12, 23), "arrival.corrected")


def test_correct_arrival_that_changes_nothing_of_the_law_moves_nothing(
    arrival: Arrival, nino: User, at: datetime
) -> None:
    operations.correct_arrival(
        arrival=arrival, document=arrival.document, by=nino.as_actor(), at=at,
        details=ArrivalDetails(country="KZ", entered_on=date(2022, 9, 25), entry_point="Сырым"),
    )  # fmt: skip

    assert stay_end(arrival).version == 1
    assert not DeadlineHistory.objects.exists()


def test_record_exit_in_time_meets_the_stay_and_cancels_the_rest(
    arrival: Arrival, nino: User, at: datetime
) -> None:
    operations.record_exit(arrival=arrival, left_on=date(2022, 10, 1), by=nino.as_actor(), at=at)

    assert {(d.kind, d.status) for d in arrival.deadlines.all()} == {
        ("stay_end", "met"),
        ("registration", "cancelled"),
    }


def test_record_exit_too_late_misses_it(arrival: Arrival, nino: User, at: datetime) -> None:
    late = at.replace(year=2023)
    operations.record_exit(arrival=arrival, left_on=date(2022, 12, 24), by=nino.as_actor(), at=late)

    assert stay_end(arrival).status == "missed"


def test_taking_an_exit_back_opens_the_deadline_again(arrival: Arrival, nino: User, at: datetime) -> None:
    operations.record_exit(arrival=arrival, left_on=date(2022, 10, 1), by=nino.as_actor(), at=at)
    operations.correct_arrival(
        arrival=arrival, document=arrival.document, by=nino.as_actor(), at=at,
        details=ArrivalDetails(country="KZ", entered_on=date(2022, 9, 25)),
    )  # fmt: skip

    assert (stay_end(arrival).status, stay_end(arrival).due_on) == ("open", date(2022, 12, 23))


@pytest.mark.parametrize(
    ("left_on", "detail"),
    [(date(2022, 9, 24), "before they have entered"), (date(2022, 10, 3), "further ahead than tomorrow")],
)
def test_record_exit_on_an_impossible_day(
    arrival: Arrival, nino: User, at: datetime, left_on: date, detail: str
) -> None:
    with pytest.raises(Invalid, match=detail):
        operations.record_exit(arrival=arrival, left_on=left_on, by=nino.as_actor(), at=at)

    assert stay_end(arrival).status == "open"


def test_void_arrival_cancels_and_frees_the_country(arrival: Arrival, nino: User, at: datetime) -> None:
    operations.void_arrival(arrival=arrival, reason="typed twice", by=nino.as_actor(), at=at)

    assert set(arrival.deadlines.values_list("status", flat=True)) == {"cancelled"}
    assert arrival.deadlines.filter(kind="stay_end", version=2).exists()
    with pytest.raises(operations.AlreadyVoided):
        operations.record_exit(arrival=arrival, left_on=date(2022, 10, 1), by=nino.as_actor(), at=at)
    operations.record_arrival(
        person=arrival.person, document=arrival.document, by=nino.as_actor(), at=at,
        details=ArrivalDetails(country="KZ", entered_on=date(2022, 9, 26)),
    )  # fmt: skip


def test_grant_permit_moves_the_deadline_to_its_end(arrival: Arrival, nino: User, at: datetime) -> None:
    operations.grant_permit(
        person=arrival.person, by=nino.as_actor(), at=at,
        details=PermitDetails(
            country="KZ", kind="asylum_certificate", starts_on=date(2022, 9, 28), ends_on=date(2023, 1, 27)
        ),
    )  # fmt: skip

    assert stay_end(arrival).due_on == date(2023, 1, 27)
    assert stay_end(arrival).history.get().reason == "permit.granted"


def test_withdraw_permit_moves_it_back(arrival: Arrival, nino: User, at: datetime) -> None:
    permit = operations.grant_permit(
        person=arrival.person, by=nino.as_actor(), at=at,
        details=PermitDetails(
            country="KZ", kind="residence_permit", starts_on=date(2022, 9, 28), ends_on=date(2023, 9, 27)
        ),
    )  # fmt: skip
    operations.withdraw_permit(permit=permit, by=nino.as_actor(), at=at)

    assert (stay_end(arrival).due_on, stay_end(arrival).version) == (date(2022, 12, 23), 3)


def test_grant_permit_refuses_what_cannot_be(arrival: Arrival, nino: User, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        operations.grant_permit(
            person=arrival.person, by=nino.as_actor(), at=at,
            details=PermitDetails(
                country="ZZ", kind="golden", starts_on=date(2022, 9, 28), ends_on=date(2022, 9, 27), entries=0
            ),
        )  # fmt: skip

    assert {f.pointer for f in refused.value.faults} == {"/country", "/kind", "/ends_on", "/entries"}


def test_correct_person_another_nationality_leaves_no_day_but_cancels(
    arrival: Arrival, nino: User, at: datetime
) -> None:
    details = PersonDetails(
        family_name="Орлов", given_name="Глеб", nationality="BR", birth_date=date(1990, 5, 5)
    )
    operations.correct_person(person=arrival.person, details=details, by=nino.as_actor(), at=at)

    assert stay_end(arrival).status == "cancelled"


def test_correct_person_birth_after_an_arrival(arrival: Arrival, nino: User, at: datetime) -> None:
    details = PersonDetails(family_name="Орлов", nationality="RU", birth_date=date(2022, 9, 30))
    with pytest.raises(Invalid, match="birth"):
        operations.correct_person(person=arrival.person, details=details, by=nino.as_actor(), at=at)


def test_mark_met_once_and_for_good(arrival: Arrival, nino: User, at: datetime) -> None:
    deadline = operations.mark_met(deadline=stay_end(arrival), by=nino.as_actor(), at=at)
    assert (deadline.status, deadline.version) == ("met", 2)

    with pytest.raises(operations.DeadlineClosed):
        operations.mark_met(deadline=deadline, by=nino.as_actor(), at=at)
    operations.correct_arrival(
        arrival=arrival, document=arrival.document, by=nino.as_actor(), at=at,
        details=ArrivalDetails(country="KZ", entered_on=date(2022, 9, 20)),
    )  # fmt: skip
    assert stay_end(arrival).status == "met"


def test_assessments_ask_the_same_number_of_queries_for_many(
    arrival: Arrival, nino: User, at: datetime, django_assert_num_queries: object
) -> None:
    others = [
        register_arrival(
            person=PersonDetails(family_name="Быков", nationality="RU"),
            document=DocumentDetails(kind="passport", issuing_country="RU", number=f"71234567{n}"),
            arrival=ArrivalDetails(country="GE", entered_on=date(2022, 9, 20)),
            by=nino.as_actor(),
            at=at,
        ).arrival
        for n in range(4)
    ]
    for asked in ([arrival], [arrival, *others]):
        with django_assert_num_queries(5):  # type: ignore[operator]
            answers = assessments(asked, at)
        assert len(answers) == len(asked)
    assert answers[arrival.pk].last_lawful_day == date(2022, 12, 23)
    assert answers[others[0].pk].last_lawful_day == date(2023, 9, 19)
