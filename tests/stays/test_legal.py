"""Decisions, certificates, documents and purposes make deadlines, by the register of legal periods."""

from datetime import date, datetime

import pytest

from casework.accounts.models import User
from casework.audit.models import Event
from casework.people.details import DocumentDetails
from casework.people.models import Person
from casework.refusals import Invalid
from casework.stays import operations
from casework.stays.details import ArrivalDetails, DecisionDetails, PermitDetails
from casework.stays.duties import stored_reasons
from casework.stays.models import Deadline, DeadlineType, Decision
from casework.stays.sentences import render
from casework.stays.wording import LANGUAGES
from tests.factories.people import PersonFactory


@pytest.fixture
def person(nino: User) -> Person:
    return PersonFactory.create()


def decide(
    person: Person, nino: User, at: datetime, kind: str = "asylum_regular", outcome: str = "refused",
    country: str = "GE", served_on: date = date(2022, 9, 26), within: int | None = None, unit: str | None = None,
) -> Decision:  # fmt: skip
    details = DecisionDetails(
        country=country, kind=kind, served_on=served_on, outcome=outcome, within=within, unit=unit
    )
    return operations.record_decision(person=person, details=details, by=nino.as_actor(), at=at)


def of(decision: Decision) -> Deadline:
    return Deadline.objects.get(decision=decision)


def codes(deadline: Deadline) -> list[str]:
    return [reason["code"] for reason in deadline.reasons]


@pytest.mark.parametrize(
    ("kind", "due_on", "effect"),
    [
        ("asylum_inadmissible", date(2022, 10, 3), "appeal_does_not_suspend"),
        ("asylum_accelerated", date(2022, 10, 6), "appeal_does_not_suspend"),
        ("asylum_regular", date(2022, 10, 6), "appeal_suspends"),
    ],
)
def test_a_refusal_makes_the_appeal(
    person: Person, nino: User, at: datetime, kind: str, due_on: date, effect: str
) -> None:
    deadline = of(decide(person, nino, at, kind))
    assert (deadline.kind, deadline.due_on, deadline.who, deadline.country) == (
        "appeal",
        due_on,
        "person",
        "GE",
    )
    assert codes(deadline) == ["legal_period", "period_calendar_days", "legal_due", effect]
    assert deadline.legal_period == DeadlineType.objects.get(key=f"ge-appeal-{kind.removeprefix('asylum_')}")


def test_where_the_procedure_is_not_known_the_shortest_period_counts(
    person: Person, nino: User, at: datetime
) -> None:
    deadline = of(decide(person, nino, at, "asylum"))
    assert deadline.due_on == date(2022, 10, 3)
    assert codes(deadline)[2:] == ["several_periods", "legal_due", "appeal_effect_not_known"]
    assert deadline.reasons[2]["values"] == {"longest_on": "2022-10-06"}


@pytest.mark.parametrize("outcome", ["granted", "registered"])
def test_what_was_granted_needs_no_appeal(person: Person, nino: User, at: datetime, outcome: str) -> None:
    decide(person, nino, at, outcome=outcome)
    assert not Deadline.objects.exists()


def test_a_country_without_a_known_period_gives_no_day(person: Person, nino: User, at: datetime) -> None:
    decide(person, nino, at, country="KZ")
    assert not Deadline.objects.exists()


def test_the_period_that_the_decision_names_goes_first(person: Person, nino: User, at: datetime) -> None:
    """In Georgia nothing says that it rolls over, so the Sunday stays."""
    deadline = of(decide(person, nino, at, within=6, unit="calendar_days"))
    assert deadline.due_on == date(2022, 10, 2)
    assert codes(deadline)[0] == "period_from_the_decision"
    assert deadline.legal_period is None


def test_in_the_union_it_ends_on_a_working_day(person: Person, nino: User, at: datetime) -> None:
    """Regulation 1182/71 Art. 3(4): Saturday 1 October 2022 goes on to Tuesday, for Monday is a holiday."""
    served = date(2022, 9, 24)
    deadline = of(
        decide(person, nino, at, "residence_permit", country="DE", served_on=served, within=1, unit="weeks")
    )
    assert deadline.due_on == date(2022, 10, 4)
    assert "rolled_over" in codes(deadline)


def test_a_dublin_transfer_is_the_authoritys_and_does_not_move(
    person: Person, nino: User, at: datetime
) -> None:
    """Article 42: weekends are included. 26 March 2023 is a Sunday."""
    deadline = of(decide(person, nino, at, "dublin_acceptance", "granted", "DE"))
    assert (deadline.kind, deadline.who) == ("dublin_transfer", "authority")
    assert deadline.due_on == date(2023, 3, 26)
    assert codes(deadline)[-1] == "authority_acts"


@pytest.mark.parametrize(
    ("registered_on", "due"), [(date(2026, 6, 11), None), (date(2026, 6, 12), date(2026, 7, 3))]
)
def test_a_period_counts_for_events_of_its_time(
    person: Person, nino: User, registered_on: date, due: date | None
) -> None:
    at = datetime.fromisoformat("2026-06-13T10:00:00+00:00")
    decide(person, nino, at, "asylum_registration", "registered", "FI", registered_on)
    assert [deadline.due_on for deadline in Deadline.objects.all()] == ([due] if due else [])


def test_correcting_the_day_moves_it_and_keeps_the_old(person: Person, nino: User, at: datetime) -> None:
    decision = decide(person, nino, at)
    later = DecisionDetails(
        country="GE", kind="asylum_regular", served_on=date(2022, 9, 28), outcome="refused"
    )
    operations.correct_decision(decision=decision, details=later, by=nino.as_actor(), at=at)
    deadline = of(decision)
    assert (deadline.due_on, deadline.version) == (date(2022, 10, 8), 2)
    kept = deadline.history.get()
    assert (kept.due_on, kept.reason) == (date(2022, 10, 6), "decision.corrected")


def test_corrected_to_granted_cancels_it(person: Person, nino: User, at: datetime) -> None:
    decision = decide(person, nino, at)
    granted = DecisionDetails(
        country="GE", kind="asylum_regular", served_on=decision.served_on, outcome="granted"
    )
    operations.correct_decision(decision=decision, details=granted, by=nino.as_actor(), at=at)
    assert of(decision).status == "cancelled"


def test_withdrawing_a_decision_cancels_and_keeps_the_deadline(
    person: Person, nino: User, at: datetime
) -> None:
    decision = decide(person, nino, at)
    deadline = of(decision)
    operations.withdraw_decision(decision=decision, by=nino.as_actor(), at=at)
    deadline.refresh_from_db()
    assert (deadline.status, deadline.decision_id) == ("cancelled", None)
    assert not Decision.objects.exists()
    told = list(
        Event.objects.filter(object_type__in=["decision", "deadline"]).values_list("action", flat=True)
    )
    assert told.count("decision.withdrawn") == told.count("deadline.cancelled") == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"country": "XQ"}, "/country"),
        ({"kind": "verdict"}, "/kind"),
        ({"outcome": "perhaps"}, "/outcome"),
        ({"served_on": date(2022, 10, 5)}, "/served_on"),
        ({"served_on": date(1980, 1, 1)}, "/served_on"),
        ({"within": 7}, "/within"),
        ({"unit": "weeks"}, "/within"),
        ({"within": 0, "unit": "weeks"}, "/within"),
        ({"within": 367, "unit": "weeks"}, "/within"),
        ({"within": 7, "unit": "moons"}, "/unit"),
    ],
)
def test_refused_where_it_is_entered(
    person: Person, nino: User, at: datetime, wrong: dict[str, object], pointer: str
) -> None:
    right: dict[str, object] = {
        "country": "GE", "kind": "asylum_regular", "served_on": date(2022, 9, 26), "outcome": "refused",
    }  # fmt: skip
    details = DecisionDetails(**{**right, **wrong})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as caught:
        operations.record_decision(person=person, details=details, by=nino.as_actor(), at=at)
    assert pointer in [fault.pointer for fault in caught.value.faults]
    assert not Decision.objects.exists()
    assert not Deadline.objects.exists()


def certificate(starts_on: date, ends_on: date) -> PermitDetails:
    return PermitDetails(country="KZ", kind="asylum_certificate", starts_on=starts_on, ends_on=ends_on)


def test_a_certificate_is_renewed_by_the_law_or_by_its_own_end(
    person: Person, nino: User, at: datetime
) -> None:
    """Three months; from 30 November the last day is the end of February."""
    by = {"by": nino.as_actor(), "at": at}
    long = operations.grant_permit(
        person=person, details=certificate(date(2022, 11, 30), date(2023, 12, 31)), **by
    )
    deadline = Deadline.objects.get(permit=long)
    assert (deadline.kind, deadline.due_on) == ("certificate_renewal", date(2023, 2, 28))
    operations.correct_permit(permit=long, details=certificate(date(2022, 11, 30), date(2023, 1, 15)), **by)
    deadline.refresh_from_db()
    assert deadline.due_on == date(2023, 1, 15)
    assert "certificate_ends_first" in codes(deadline)


def test_the_next_certificate_replaces_the_one_before(person: Person, nino: User, at: datetime) -> None:
    by = {"by": nino.as_actor(), "at": at}
    first = operations.grant_permit(
        person=person, details=certificate(date(2022, 7, 1), date(2022, 9, 30)), **by
    )
    second = operations.grant_permit(
        person=person, details=certificate(date(2022, 9, 29), date(2022, 12, 28)), **by
    )
    assert Deadline.objects.get(permit=first).status == "superseded"
    assert Deadline.objects.get(permit=second).due_on == date(2022, 12, 28)
    operations.withdraw_permit(permit=second, **by)
    assert Deadline.objects.get(permit=first).status == "open"
    assert Deadline.objects.get(permit=None).status == "cancelled"


def passport(number: str, expires_on: date | None) -> DocumentDetails:
    return DocumentDetails(kind="passport", issuing_country="RU", number=number, expires_on=expires_on)


def test_a_document_expires_until_a_newer_one_is_held(person: Person, nino: User, at: datetime) -> None:
    by = {"by": nino.as_actor(), "at": at}
    old = operations.record_document(person=person, details=passport("71 1234567", date(2022, 12, 1)), **by)
    deadline = Deadline.objects.get(document=old)
    assert (deadline.kind, deadline.due_on, deadline.status) == ("document_expiry", date(2022, 12, 1), "open")
    operations.record_document(person=person, details=passport("75 7654321", date(2032, 9, 1)), **by)
    deadline.refresh_from_db()
    assert deadline.status == "superseded"
    assert Deadline.objects.get(status="open").due_on == date(2032, 9, 1)


def test_what_had_expired_before_it_was_written_down_is_no_deadline(
    person: Person, nino: User, at: datetime
) -> None:
    details = passport("71 1234567", date(2022, 9, 1))
    operations.record_document(person=person, details=details, by=nino.as_actor(), at=at)
    assert not Deadline.objects.exists()


@pytest.mark.parametrize(
    ("purpose", "expected"), [("humanitarian", [date(2022, 9, 29)]), ("tourism", []), (None, [])]
)
def test_the_purpose_of_an_arrival_begins_its_periods(
    person: Person, nino: User, at: datetime, purpose: str | None, expected: list[date]
) -> None:
    entry = ArrivalDetails(country="KZ", entered_on=date(2022, 9, 24), purpose=purpose)
    operations.record_arrival(person=person, document=None, details=entry, by=nino.as_actor(), at=at)
    found = Deadline.objects.filter(kind="asylum_application")
    assert [deadline.due_on for deadline in found] == expected


def test_a_change_of_an_arrival_leaves_a_decision_alone(person: Person, nino: User, at: datetime) -> None:
    decision = decide(person, nino, at)
    entry = ArrivalDetails(country="GE", entered_on=date(2022, 9, 20))
    arrival = operations.record_arrival(
        person=person, document=None, details=entry, by=nino.as_actor(), at=at
    )
    operations.record_exit(arrival=arrival, left_on=date(2022, 9, 30), by=nino.as_actor(), at=at)
    deadline = of(decision)
    assert (deadline.status, deadline.version) == ("open", 1)


@pytest.mark.parametrize("tag", sorted(LANGUAGES))
def test_it_is_explained_in_two_to_six_sentences(person: Person, nino: User, at: datetime, tag: str) -> None:
    decide(person, nino, at, "asylum")
    decide(person, nino, at, "dublin_acceptance", "granted", "DE")
    decide(
        person,
        nino,
        at,
        "residence_permit",
        country="DE",
        served_on=date(2022, 9, 24),
        within=1,
        unit="weeks",
    )
    operations.grant_permit(
        person=person, details=certificate(date(2022, 11, 30), date(2023, 1, 15)), by=nino.as_actor(), at=at
    )
    for deadline in Deadline.objects.all():
        sentences = render(stored_reasons(deadline.reasons), tag)
        assert 2 <= len(sentences) <= 6
        assert not any("{" in sentence for sentence in sentences)
