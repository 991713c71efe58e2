"""A person arrives: everything of it is stored, or nothing."""

from datetime import date, datetime, timedelta

import pytest

from casework.accounts.models import User
from casework.audit import operations as audit_operations
from casework.audit.models import Event
from casework.cases import operations
from casework.cases.models import Case, Task, TaskKind, TaskStatus
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document, Person
from casework.people.operations import DocumentTaken
from casework.refusals import Invalid
from casework.stays.details import ArrivalDetails
from casework.stays.models import Arrival, Deadline
from casework.stays.operations import AlreadyThere, DocumentOfAnother

KSENIA = PersonDetails(
    family_name="Смирнова", given_name="Ксения", patronymic="Игоревна", birth_date=date(1991, 3, 7), sex="F",
    nationality="RU", preferred_language="ru", email="ksenia@example.org",
)  # fmt: skip
INTERNAL_ID = DocumentDetails(kind="internal_id", issuing_country="RU", number="4512 345678")
SYRYM = ArrivalDetails(country="KZ", entered_on=date(2022, 9, 25), entry_point="Syrym")


def register(by: User, at: datetime, **changes: object) -> operations.Registered:
    asked = {"person": KSENIA, "document": INTERNAL_ID, "arrival": SYRYM, **changes}
    return operations.register_arrival(by=by.as_actor(), at=at, **asked)  # type: ignore[arg-type]


def test_register_arrival_from_the_border_to_the_deadline(nino: User, at: datetime) -> None:
    registered = register(nino, at)

    assert registered.case.assigned_to == nino
    assert registered.case.number == "2022-000001"
    assert {(d.kind, d.who, d.due_on) for d in registered.arrival.deadlines.all()} == {
        ("stay_end", "person", date(2022, 12, 23)),
        ("registration", "person", date(2022, 10, 24)),
        ("registration", "host", date(2022, 9, 28)),
    }
    assert {d.assigned_to for d in registered.arrival.deadlines.all()} == {nino}
    assert registered.person.documents.get().number == "4512 345678"
    assert list(Person.objects.named("smirn")) == [registered.person]


def test_register_arrival_writes_its_trail_without_names(nino: User, at: datetime) -> None:
    registered = register(nino, at)

    actions = set(Event.objects.values_list("action", flat=True))
    assert {
        "person.added",
        "document.added",
        "arrival.registered",
        "deadline.written",
        "case.opened",
    } <= actions
    for event in Event.objects.all():
        assert "Смирн" not in str(event.about)
        assert "4512" not in str(event.about)
        assert event.xid
    assert Event.objects.filter(object_id=registered.arrival.pk, actor_id=str(nino.pk)).exists()


def test_register_arrival_stores_nothing_when_the_trail_breaks(
    nino: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        audit_operations, "INSERT", audit_operations.INSERT.replace("audit_event", "no_table")
    )

    with pytest.raises(Exception, match="no_table"):
        register(nino, at)

    monkeypatch.undo()
    assert not Person.objects.exists()
    assert not Arrival.objects.exists()
    assert not Case.objects.exists()


def test_register_arrival_names_the_caseworker(nino: User, levan: User, at: datetime) -> None:
    registered = register(nino, at, assigned_to=levan)

    assert registered.case.assigned_to == levan
    assert set(Deadline.objects.values_list("assigned_to", flat=True)) == {levan.pk}


def test_register_arrival_for_a_stranger_of_another_organisation(
    nino: User, marek: User, at: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        register(nino, at, assigned_to=marek)

    assert [fault.pointer for fault in refused.value.faults] == ["/assigned_to"]


def test_register_arrival_birth_after_entry_points_at_the_person(nino: User, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        register(
            nino,
            at,
            person=PersonDetails(family_name="Орлов", nationality="RU", birth_date=date(2022, 9, 26)),
        )

    assert [fault.pointer for fault in refused.value.faults] == ["/person/birth_date"]
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"country": "XX"}, "/country"),
        ({"entered_on": date(2022, 10, 3)}, "/entered_on"),
        ({"left_on": date(2022, 9, 24)}, "/left_on"),
        ({"purpose": "spying"}, "/purpose"),
        ({"entry_point": "a\0b"}, "/entry_point"),
    ],
)
def test_register_arrival_refuses(nino: User, at: datetime, changes: dict[str, object], pointer: str) -> None:
    asked = {"country": "KZ", "entered_on": date(2022, 9, 25), **changes}
    with pytest.raises(Invalid) as refused:
        register(nino, at, arrival=ArrivalDetails(**asked))  # type: ignore[arg-type]

    assert pointer in [fault.pointer for fault in refused.value.faults]
    assert not Person.objects.exists()


def test_register_arrival_on_the_day_after_today_crosses_the_date_line(nino: User, at: datetime) -> None:
    registered = register(nino, at, arrival=ArrivalDetails(country="KZ", entered_on=date(2022, 10, 2)))

    assert registered.arrival.deadlines.filter(kind="stay_end", due_on=date(2022, 12, 30)).exists()


def test_register_arrival_twice_in_one_country(nino: User, at: datetime) -> None:
    first = register(nino, at)

    with pytest.raises(AlreadyThere):
        register(nino, at, person=first.person, document=first.document)


def test_register_arrival_with_a_document_that_is_recorded(nino: User, at: datetime) -> None:
    register(nino, at)

    with pytest.raises(DocumentTaken) as refused:
        register(nino, at, person=PersonDetails(family_name="Орлов", nationality="RU"))

    assert [fault.pointer for fault in refused.value.faults] == ["/document/number"]
    assert Person.objects.count() == 1


def test_register_arrival_with_the_document_of_another_person(nino: User, at: datetime) -> None:
    first = register(nino, at)

    with pytest.raises(DocumentOfAnother):
        register(
            nino, at, person=PersonDetails(family_name="Орлов", nationality="RU"), document=first.document
        )

    assert Document.objects.count() == 1


def test_register_arrival_without_a_rule_is_somebodys_task(nino: User, at: datetime) -> None:
    registered = register(nino, at, arrival=ArrivalDetails(country="MD", entered_on=date(2022, 9, 25)))

    assert not registered.arrival.deadlines.exists()
    task = Task.objects.get()
    assert (task.kind, task.assigned_to, task.person) == (TaskKind.STAY_UNCLEAR, nino, registered.person)


def test_register_arrival_already_overstayed_is_somebodys_task(nino: User, at: datetime) -> None:
    register(nino, at, arrival=ArrivalDetails(country="KZ", entered_on=date(2022, 3, 1)))

    assert Task.objects.get().kind == TaskKind.OVERSTAYED


def test_register_arrival_sees_the_same_person_in_another_script(nino: User, at: datetime) -> None:
    first = register(nino, at)
    passport = DocumentDetails(kind="passport", issuing_country="RU", number="712345678")
    latin = PersonDetails(
        family_name="SMIRNOVA", given_name="KSENIIA", nationality="RU", birth_date=date(1991, 3, 7)
    )

    second = register(
        nino, at, person=latin, document=passport,
        arrival=ArrivalDetails(country="GE", entered_on=date(2022, 9, 28)),
    )  # fmt: skip

    assert [c.person_id for c in second.possible_duplicates] == [first.person.pk]
    assert second.possible_duplicates[0].score >= 0.9
    assert set(second.possible_duplicates[0].reasons) == {"birth_date", "family_name", "given_name"}


def test_case_numbers_follow_each_other_in_a_year(nino: User, at: datetime) -> None:
    numbers = []
    for number in range(3):
        document = DocumentDetails(kind="passport", issuing_country="RU", number=f"71234567{number}")
        later = at + timedelta(days=365 * (number // 2))
        numbers.append(register(nino, later, document=document).case.number)

    assert numbers == ["2022-000001", "2022-000002", "2023-000001"]


def test_assign_hands_over_what_is_open(nino: User, levan: User, at: datetime) -> None:
    registered = register(nino, at)

    operations.assign(case=registered.case, caseworker=levan, by=nino.as_actor(), at=at)

    assert set(Deadline.objects.values_list("assigned_to", flat=True)) == {levan.pk}


def test_open_task_once_per_subject(nino: User, at: datetime) -> None:
    case = register(nino, at).case
    asked = {
        "case": case,
        "kind": TaskKind.OTHER,
        "person": None,
        "subject_key": "x",
        "by": nino.as_actor(),
        "at": at,
    }

    first, second = operations.open_task(**asked), operations.open_task(**asked)  # type: ignore[arg-type]

    assert first is not None
    assert second is None
    assert Task.objects.count() == 1


@pytest.mark.parametrize("duty_stands", [True, False])
def test_a_task_is_nobodys_who_has_left(nino: User, levan: User, at: datetime, duty_stands: bool) -> None:
    """Opened or opened again, it is whoever's is on duty."""
    case = register(nino, at).case
    operations.assign(case=case, caseworker=levan, by=nino.as_actor(), at=at)
    User.objects.filter(pk=levan.pk).update(is_active=False)
    User.objects.filter(pk=nino.pk).update(is_active=duty_stands)
    case = Case.objects.get(pk=case.pk)
    who = {"by": nino.as_actor(), "at": at}
    task = operations.open_task(case=case, kind=TaskKind.OTHER, person=None, subject_key="x", **who)  # type: ignore[arg-type]
    assert task is not None
    assert task.assigned_to == (nino if duty_stands else None)
    operations.finish_task(task=task, **who)  # type: ignore[arg-type]
    Task.objects.filter(pk=task.pk).update(assigned_to=levan)
    operations.reopen_task(task=task, case=case, **who)  # type: ignore[arg-type]
    task.refresh_from_db()
    assert task.assigned_to == (nino if duty_stands else None)


def test_finish_task_once(nino: User, at: datetime) -> None:
    task = operations.open_task(
        case=register(nino, at).case,
        kind=TaskKind.OTHER,
        person=None,
        subject_key="x",
        by=nino.as_actor(),
        at=at,
    )
    assert task is not None
    operations.finish_task(task=task, by=nino.as_actor(), at=at)

    with pytest.raises(operations.TaskClosed):
        operations.finish_task(task=task, by=nino.as_actor(), at=at)


def test_cancel_and_move_only_what_is_open(nino: User, at: datetime) -> None:
    task = operations.open_task(
        case=register(nino, at).case, kind=TaskKind.NO_ANSWER, person=None, subject_key="x", by=nino.as_actor(),
        at=at,
    )  # fmt: skip
    assert task is not None
    day = date(2022, 12, 23)
    operations.move_task(task=task, due_on=day, detail="It has moved.", by=nino.as_actor(), at=at)
    operations.cancel_task(task=task, why="It is over.", by=nino.as_actor(), at=at)
    operations.move_task(task=task, due_on=date(2023, 1, 1), detail="", by=nino.as_actor(), at=at)
    operations.cancel_task(task=task, why="Again.", by=nino.as_actor(), at=at)
    task.refresh_from_db()
    assert (task.status, task.due_on, task.detail) == (TaskStatus.CANCELLED, day, "It has moved. It is over.")


def test_close_and_reopen_a_case(nino: User, at: datetime) -> None:
    case = register(nino, at).case

    operations.change_case(case=case, by=nino.as_actor(), at=at, status="closed")
    assert case.closed_on == date(2022, 10, 1)

    operations.change_case(case=case, by=nino.as_actor(), at=at, status="open")
    assert case.closed_on is None


def test_open_case_twice_for_one_household(nino: User, at: datetime) -> None:
    person = register(nino, at).person

    with pytest.raises(operations.CaseAlreadyOpen):
        operations.open_case(household=person.household, assigned_to=None, by=nino.as_actor(), at=at)


def test_change_household_gives_who_is_left_out_a_home_of_their_own(nino: User, at: datetime) -> None:
    first = register(nino, at).person
    passport = DocumentDetails(kind="passport", issuing_country="RU", number="712345678")
    second = register(nino, at, document=passport).person
    together = operations.open_household(members=[first, second], by=nino.as_actor(), at=at)
    assert together.members.count() == 2

    operations.change_household(household=together, members=[second], by=nino.as_actor(), at=at)

    first.refresh_from_db()
    assert first.household_id != together.pk
    assert list(together.members.all()) == [second]
