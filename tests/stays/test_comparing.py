"""Kazakhstan, Mongolia or Georgia from here?"""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.stays.comparing import Holding, Journey, Visit, compare, options
from casework.stays.rules import HeldDocument, InvalidLedger, Permit, PermitKind

AT = datetime(2022, 10, 1, 10, 0, tzinfo=UTC)
ENTRY = date(2022, 10, 5)
INTERNAL_ID, PASSPORT = HeldDocument("internal_id"), HeldDocument("passport", biometric=True)
pytestmark = pytest.mark.django_db


def journey(document=INTERNAL_ID, **other):
    return Journey(**{"nationality": "RU", "entry_on": ENTRY, "document": document, **other})


def told(found):
    return [(o.country, str(o.stay.status), o.stay.last_lawful_day) for o in found]


def test_with_an_internal_id():
    found = compare(journey(), ["GE", "MD", "MN", "KZ"], at=AT)
    assert told(found) == [
        ("KZ", "lawful", date(2023, 1, 2)),
        ("GE", "not_admitted", None),
        ("MN", "not_admitted", None),
        ("MD", "unknown", None),
    ]
    kazakhstan = found[0].stay
    assert (kazakhstan.days_left, kazakhstan.rule.confidence) == (93, "medium")
    assert kazakhstan.rule.source
    assert [warning.code for warning in kazakhstan.warnings] == ["other_reading"]


def test_the_latest_day_comes_first():
    found = compare(journey(PASSPORT), ["MN", "KZ", "GE"], at=AT)
    assert told(found) == [
        ("GE", "lawful", date(2023, 10, 4)),
        ("KZ", "lawful", date(2023, 1, 2)),
        ("MN", "lawful", date(2022, 11, 3)),
    ]


def test_no_known_end_stands_apart():
    permit = Permit(PermitKind.RESIDENCE_PERMIT, date(2022, 1, 1))
    found = compare(journey(PASSPORT, holdings=[Holding("GE", permit)]), ["GE", "MD", "KZ"], at=AT)
    assert [(o.country, str(o.stay.status)) for o in found] == [
        ("KZ", "lawful"), ("GE", "lawful"), ("MD", "unknown"),
    ]  # fmt: skip
    assert found[1].stay.last_lawful_day is None


def test_a_permit_is_of_its_country():
    permit = Permit(PermitKind.RESIDENCE_PERMIT, date(2022, 1, 1), date(2025, 1, 1))
    with_permit = journey(PASSPORT, holdings=[Holding("AM", permit)])
    assert told(compare(with_permit, ["KZ"], at=AT)) == told(compare(journey(PASSPORT), ["KZ"], at=AT))


@pytest.mark.parametrize("where", ["FR", "DE", "NO"])
def test_schengen_states_count_together(where):
    visa = Holding("FI", Permit(PermitKind.VISA, date(2022, 1, 1), date(2023, 12, 31), stay_days=90))
    spent = Visit(where, date(2022, 6, 1), date(2022, 8, 29))
    [free] = compare(journey(PASSPORT, holdings=[visa]), ["NO"], at=AT)
    [used] = compare(journey(PASSPORT, holdings=[visa], visits=[spent]), ["NO"], at=AT)
    assert used.stay != free.stay
    [elsewhere] = compare(
        journey(PASSPORT, holdings=[visa], visits=[Visit("TR", date(2022, 6, 1), date(2022, 8, 29))]),
        ["NO"],
        at=AT,
    )
    assert elsewhere.stay == free.stay


def test_days_of_a_state_before_it_joined_do_not_count():
    before = Visit("HR", date(2022, 6, 1), date(2022, 8, 29))
    assert journey(visits=[before]).question("DE", ENTRY).stays == ()
    assert len(journey(visits=[before]).question("HR", ENTRY).stays) == 0
    assert len(journey(visits=[Visit("AT", date(2022, 6, 1))]).question("HR", ENTRY).stays) == 1


def test_on_is_today_in_each_country():
    late = datetime(2022, 10, 1, 22, 0, tzinfo=UTC)  # the second of October in Almaty
    [there] = compare(journey(), ["KZ"], at=late)
    [said] = compare(journey(), ["KZ"], at=late, on=date(2022, 10, 2))
    [other] = compare(journey(), ["KZ"], at=late, on=date(2022, 10, 1))
    assert there.stay.days_left == said.stay.days_left == other.stay.days_left - 1


def test_a_ledger_that_contradicts_itself():
    with pytest.raises(InvalidLedger):
        compare(journey(visits=[Visit("KZ", ENTRY, date(2022, 1, 1))]), ["KZ"], at=AT)


def test_the_register_is_read_once():
    for countries in (["KZ"], ["KZ", "MN", "GE", "TR", "RS", "AM", "MD", "ZZ"]):
        with CaptureQueriesContext(connection) as asked:
            assert len(compare(journey(), countries, at=AT)) == len(countries)
        assert len(asked) == 1


def test_nothing_asked_nothing_answered():
    assert options([]) == []
