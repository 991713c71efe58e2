"""The closed arithmetic against a calculation that looks at every day, and the laws of rolling windows."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.stays.rules import (
    LastDay,
    Limit,
    LimitKind,
    Permit,
    PermitKind,
    Question,
    Status,
    Stay,
    assess,
)

from . import day_by_day
from .day_by_day import HORIZON, ONE

START = date(2023, 11, 1)  # a new year and a leap day lie within reach
KINDS = list(LimitKind)
# Each kind of limit is tried in three situations, so these are 300 and 10,000 ledgers for each kind.
RUNS = pytest.mark.parametrize("examples", [100, pytest.param(3_334, marks=pytest.mark.long, id="long")])


def at(offset):
    return START + timedelta(days=offset)


# Windows are small, so that the slow calculation stays fast; the arithmetic does not know the difference.
offsets = st.integers(0, 110)
lengths = st.integers(0, 20)


@st.composite
def limits_of(draw, kind):
    window_days = draw(st.integers(3, 40))
    return Limit(
        kind,
        days=draw(st.integers(1, window_days)),
        months=draw(st.integers(1, 2)),
        window_days=window_days,
        entry_day_counts=draw(st.booleans()),
        last_day=draw(st.sampled_from(LastDay)),
        per_stay_days=draw(st.none() | st.integers(1, 15)),
        counts_stays_entered_from=draw(st.none() | st.none() | offsets.map(at)),
        until_on=at(draw(offsets)),
    )


closed_stays = st.lists(st.tuples(offsets, lengths), max_size=5, unique_by=lambda pair: pair[0]).map(
    lambda pairs: sorted((at(first), at(first + length)) for first, length in pairs)
)


@st.composite
def permits_of(draw):
    found = []
    for kind in draw(st.lists(st.sampled_from(sorted(day_by_day.REPLACING)), max_size=2)):
        first = draw(offsets)
        found.append(Permit(kind, at(first), at(first + draw(st.integers(0, 30)))))
    if draw(st.booleans()):
        first = draw(offsets)
        stay_days, entries = draw(st.none() | st.integers(1, 20)), draw(st.none() | st.integers(1, 3))
        found.append(
            Permit(PermitKind.VISA, at(first), at(first + draw(st.integers(0, 60))), stay_days, entries)
        )
    return draw(st.permutations(found))


def ask(limits, stays, *, on, permits=(), plan_entry_on=None):
    question = Question(
        "XX",
        "RU",
        on=on,
        limits=tuple(limits),
        stays=[Stay(*stay) for stay in stays],
        permits=permits,
        plan_entry_on=plan_entry_on,
    )
    return assess(question, ())


def overstayed_days(answer):
    return {day for found in answer.overstays for day in day_by_day.days(found.starts_on, found.ends_on)}


def bounded(expected, answer, entered_on):
    """Beyond the horizon of the slow calculation only `unknown` or a day as far away is right."""
    if expected is not None and expected >= entered_on + HORIZON * ONE:
        far = answer.last_lawful_day
        return answer.status is Status.UNKNOWN or (far is not None and far >= expected)
    return answer.last_lawful_day == expected


def agree_on_open(limits, permits, stays, law, entered_on, on):
    answer = ask(limits, [*stays, (entered_on, None)], on=on, permits=permits)
    expected = law.last_day(entered_on, stays)
    assert bounded(expected, answer, entered_on)
    if answer.status is Status.UNKNOWN:
        return
    present = [*stays, (entered_on, on)] if entered_on <= on else stays
    assert overstayed_days(answer) == law.unlawful(present, on)
    if on < entered_on:
        assert answer.status is (Status.LAWFUL if expected else Status.NOT_ADMITTED)
    else:
        assert answer.status is (Status.LAWFUL if expected and expected >= on else Status.OVERSTAYED)
    assert answer.first_unlawful_day == (expected + ONE if expected else entered_on)
    if answer.status is Status.OVERSTAYED:
        agree_on_next(answer, law, on, left_by(present, on))


def agree_on_plan(limits, permits, stays, law, entered_on, on):
    answer = ask(limits, stays, on=on, permits=permits, plan_entry_on=entered_on)
    expected = law.plan(entered_on, stays)
    if answer.status is Status.UNKNOWN:  # whatever a booked stay would say
        assert law.last_day(entered_on, stays) == entered_on + HORIZON * ONE
        return
    if expected is not None and expected >= entered_on + (HORIZON - 1) * ONE:
        assert answer.last_lawful_day >= expected
        return
    assert answer.last_lawful_day == expected
    assert answer.status is (Status.LAWFUL if expected else Status.NOT_ADMITTED)
    if answer.status is Status.NOT_ADMITTED:
        agree_on_next(answer, law, entered_on, stays)


def agree_on_left(limits, permits, stays, law, entered_on, on):
    answer = ask(limits, stays, on=on, permits=permits)
    assert answer.status is Status.LEFT
    assert overstayed_days(answer) == law.unlawful(stays, on)
    agree_on_next(answer, law, on, left_by(stays, on))


def left_by(stays, on):
    return [(first, min(last, on) if first <= on else last) for first, last in stays]


def agree_on_next(answer, law, after, stays):
    expected = law.next_plan(after, stays)
    if expected is None or expected[1] >= expected[0] + (HORIZON - 1) * ONE:
        assert answer.next_entry is None or answer.next_entry.entry_on >= expected[0]
        return
    assert answer.next_entry is not None, expected
    assert (answer.next_entry.entry_on, answer.next_entry.last_lawful_day) == expected
    assert answer.next_entry.days == (expected[1] - expected[0]).days + 1


@RUNS
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("agree", [agree_on_open, agree_on_plan, agree_on_left])
def test_agrees_day_by_day(agree, kind, examples):
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data(), stays=closed_stays, permits=permits_of(), entered_on=offsets, on=offsets)
    def agrees(data, stays, permits, entered_on, on):
        limits = [data.draw(limits_of(kind))]
        if data.draw(st.booleans()):
            limits.append(data.draw(st.sampled_from(KINDS).flatmap(limits_of)))
        latest = max((stay[0] for stay in stays), default=START)
        opened = max(at(entered_on), latest) if agree is agree_on_open else at(entered_on)
        if not data.draw(st.booleans()):
            permits = ()
        agree(limits, permits, stays, day_by_day.Law(limits, permits), opened, at(on + 20))

    agrees()
