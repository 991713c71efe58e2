"""The moments at which the planner's SQL sends, in every zone there is, around the nights when clocks change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import product
from string import ascii_uppercase
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.accounts.models import User
from casework.reminders import policies
from casework.reminders.models import Policy
from casework.reminders.queries import desk_of
from casework.reminders.wanted import WANTED, parameters
from casework.stays.models import Deadline
from tests.factories.people import PersonFactory

FIRST, LAST = date(2024, 1, 1), date(2035, 12, 31)
STEP = timedelta(days=10)
CODES = ["".join(letters) for letters in product(ascii_uppercase, repeat=2)]
# Who is told, and by whose clock: the person by the host country's, the caseworker by her organisation's.
ROWS = f"""
    WITH {WANTED}
    SELECT w.deadline_id, w.kind, w.occasion, w.offset_days, w.state, d.due_on, w.send_after,
           w.send_after AT TIME ZONE zone.name,
           w.send_after AT TIME ZONE CASE w.kind WHEN 'person' THEN zone.name ELSE %(own_zone)s END
    FROM wanted w JOIN stays_deadline d ON d.id = w.deadline_id JOIN zone ON zone.country = d.country
"""


@dataclass(frozen=True)
class Sent:
    deadline_id: UUID
    kind: str
    occasion: str
    offset: int
    state: str
    due_on: date
    moment: datetime
    in_host_country: datetime
    on_own_clock: datetime

    @property
    def day(self) -> date:
        return self.due_on - timedelta(days=self.offset)


@dataclass(frozen=True)
class Asked:
    offsets: list[int]
    hour: time
    quiet: frozenset[int]
    own_zone: str
    night: int
    around: int


@cache
def zones() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        known = {row[0] for row in cursor.fetchall()}
    return sorted(known & available_timezones())


@cache
def nights(zone: str) -> list[date]:
    """The days from 2024 to 2035 on which the zone's clocks change."""
    found, day = [], FIRST
    while day < LAST:
        if _offset(zone, day) != _offset(zone, day + STEP):
            steps = range(STEP.days)
            found += [
                day + timedelta(days=n)
                for n in steps
                if _offset(zone, day + timedelta(days=n)) != _offset(zone, day + timedelta(days=n + 1))
            ]
        day += STEP
    return found


def _offset(zone: str, day: date) -> timedelta | None:
    return ZoneInfo(zone).utcoffset(datetime.combine(day, time()))


def _night(zone: str, number: int) -> date:
    found = nights(zone)
    return found[number % len(found)] if found else FIRST + timedelta(days=37 * number)


@pytest.fixture
def everywhere(nino: User) -> dict[UUID, str]:
    """An open deadline in each zone, as if each had a country of its own."""
    person = PersonFactory.create()
    made = Deadline.objects.bulk_create(
        Deadline(
            organisation=nino.organisation, person=person, country=code, kind="stay_end", due_on=LAST,
            updated_at=datetime(2023, 1, 1, tzinfo=UTC),
        )
        for code, _ in zip(CODES, zones(), strict=False)
    )  # fmt: skip
    return {deadline.pk: zone for deadline, zone in zip(made, zones(), strict=True)}


def sent(nino: User, everywhere: dict[UUID, str], asked: Asked, now: datetime) -> list[Sent]:
    Policy.objects.all().delete()
    Policy.objects.create(
        organisation=nino.organisation, offsets=asked.offsets, hour=asked.hour, quiet_days=[*asked.quiet]
    )
    due_on = [_night(zone, asked.night) + timedelta(days=asked.around) for zone in everywhere.values()]
    assert nino.organisation_id is not None
    values: dict[str, Any] = parameters(desk_of(nino.organisation_id), now)
    values |= {"countries": CODES[: len(zones())], "zones": zones(), "own_zone": asked.own_zone}
    values |= {"horizon": date.max}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stays_deadline d SET due_on = new.due_on FROM unnest(%s::uuid[], %s::date[])"
            " AS new (id, due_on) WHERE d.id = new.id",
            [[*everywhere], due_on],
        )
        cursor.execute(ROWS, values)
        return [Sent(*row) for row in cursor.fetchall()]


def by_recipient(rows: list[Sent]) -> Iterator[list[Sent]]:
    found: dict[tuple[UUID, str], list[Sent]] = defaultdict(list)
    for row in rows:
        found[row.deadline_id, row.kind].append(row)
    yield from found.values()


def is_quiet(asked: Asked, day: date) -> bool:
    return day.isoweekday() in asked.quiet


def is_left_out(day: date, hour: time, zone: str) -> bool:
    """No clock there shows that hour on that day."""
    shown = datetime.combine(day, hour, ZoneInfo(zone))
    return shown.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != shown.replace(tzinfo=None)


@st.composite
def asks(draw: st.DrawFn) -> Asked:
    """One of the offsets, or the day after, falls on the night itself or beside it."""
    offsets = draw(st.lists(st.integers(0, 40), min_size=1, max_size=3, unique=True))
    told = sorted({*offsets, 0}) if draw(st.booleans()) else offsets
    hour = draw(st.times(max_value=policies.LATEST_HOUR)).replace(second=0, microsecond=0)
    far = st.sampled_from(["Pacific/Honolulu", "Pacific/Kiritimati", "Asia/Tbilisi"])
    return Asked(
        offsets=told,
        hour=draw(st.sampled_from([time(0), time(2, 30), time(9)]) | st.just(hour)),
        quiet=draw(st.frozensets(st.integers(1, 7), max_size=6)),
        own_zone=draw(far | st.sampled_from(zones())),
        night=draw(st.integers(0, 30)),
        around=draw(st.sampled_from([*told, -1])) + draw(st.integers(-1, 1)),
    )


in_time = datetime(2023, 6, 1, 12, 0, tzinfo=UTC)
many: Callable[..., Any] = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def test_every_zone_has_its_nights(nino: User) -> None:
    assert len(zones()) > 500
    assert date(2026, 3, 29) in nights("Europe/Berlin")
    assert len(nights("Europe/Berlin")) == 24
    assert nights("Asia/Almaty") == [date(2024, 2, 29)]


@many
@given(asked=asks())
def test_one_moment_per_offset_and_never_after_the_day(
    nino: User, everywhere: dict[UUID, str], asked: Asked
) -> None:
    rows = sent(nino, everywhere, asked, in_time)
    assert len(rows) == len(everywhere) * 2 * (len(asked.offsets) + 1)
    for own in by_recipient(rows):
        ahead = [row for row in own if row.occasion == "offset"]
        assert sorted(row.offset for row in ahead) == sorted(asked.offsets)
        pending = {row.moment: row.offset for row in ahead if row.state == "pending"}
        assert len(pending) == sum(row.state == "pending" for row in ahead)
        for row in ahead:
            assert row.in_host_country.date() <= row.due_on
            assert row.on_own_clock.date() <= row.day
            assert not is_quiet(asked, row.on_own_clock.date())
            assert pending[row.moment] <= row.offset  # itself, or told with a later one


@many
@given(asked=asks())
def test_at_the_hour_of_the_last_day_that_is_not_quiet(
    nino: User, everywhere: dict[UUID, str], asked: Asked
) -> None:
    """Told within three hours where the night leaves that hour out."""
    for row in sent(nino, everywhere, asked, in_time):
        if row.occasion != "offset" or row.kind != "person":
            continue
        day = row.day
        while is_quiet(asked, day):
            day -= timedelta(days=1)
        late = row.on_own_clock - datetime.combine(day, asked.hour)
        assert timedelta(0) <= late <= timedelta(hours=3)
        assert not late or is_left_out(day, asked.hour, everywhere[row.deadline_id])


@many
@given(asked=asks())
def test_what_has_passed_is_told_when_it_has(nino: User, everywhere: dict[UUID, str], asked: Asked) -> None:
    for row in sent(nino, everywhere, asked, in_time):
        if row.occasion == "passed":
            assert row.state == "pending"
            assert row.in_host_country.date() > row.due_on
            assert row.in_host_country.date() <= row.due_on + timedelta(days=9)
            assert not is_quiet(asked, row.on_own_clock.date())


@many
@given(asked=asks(), days=st.integers(0, 45), minutes=st.integers(0, 24 * 60))
def test_planned_late_is_one_message_at_once(
    nino: User, everywhere: dict[UUID, str], asked: Asked, days: int, minutes: int
) -> None:
    """Wherever the night has got to: never in the past, never after the day, never two at once."""
    about = _night("Europe/Berlin", asked.night) + timedelta(days=asked.around - days)
    now = datetime.combine(about, time(), tzinfo=UTC) + timedelta(minutes=minutes)
    for own in by_recipient(sent(nino, everywhere, asked, now)):
        ahead = [row for row in own if row.occasion == "offset" and row.state == "pending"]
        assert all(row.moment >= now and row.in_host_country.date() <= row.due_on for row in ahead)
        assert sum(row.moment == now for row in ahead) <= 1
        assert len({row.moment for row in ahead}) == len(ahead)
