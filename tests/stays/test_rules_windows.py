"""What is always true of a rolling window without a cap per stay; anchored windows have none of it."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from casework.stays.rules import Limit, LimitKind, Question, Stay, assess

ENTRY = date(2024, 6, 1)
ONE = timedelta(days=1)

windows = st.integers(2, 400).flatmap(
    lambda window: st.builds(
        Limit, st.just(LimitKind.ROLLING_WINDOW), st.integers(1, window - 1), window_days=st.just(window)
    )
)
past_stays = st.tuples(st.integers(1, 500), st.integers(0, 120)).map(
    lambda pair: Stay(ENTRY - pair[0] * ONE, min(ENTRY - ONE, ENTRY - (pair[0] - pair[1]) * ONE))
)
ledgers = st.lists(past_stays, max_size=6)


def plan(limit, stays, entry=ENTRY):
    return assess(Question("XX", "RU", on=entry, limits=(limit,), stays=stays, plan_entry_on=entry), ())


@given(windows, ledgers, past_stays)
def test_one_more_past_stay_never_lengthens(limit, stays, another):
    before, after = plan(limit, stays), plan(limit, [*stays, another])
    if before.last_lawful_day is None:
        assert after.last_lawful_day is None
    else:
        assert after.last_lawful_day is None or after.last_lawful_day <= before.last_lawful_day


@given(windows, ledgers, st.data())
def test_a_stay_split_at_midnight_changes_nothing(limit, stays, data):
    assume(any(stay.left_on > stay.entered_on for stay in stays))
    split = data.draw(st.sampled_from([stay for stay in stays if stay.left_on > stay.entered_on]))
    days = (split.left_on - split.entered_on).days
    middle = split.entered_on + data.draw(st.integers(0, days - 1)) * ONE
    halves = [Stay(split.entered_on, middle), Stay(middle + ONE, split.left_on)]
    whole = plan(limit, stays)
    parted = plan(limit, [stay for stay in stays if stay is not split] + halves)
    assert parted.last_lawful_day == whole.last_lawful_day
    assert parted.overstays == whole.overstays
    assert parted.next_entry == whole.next_entry


@given(ledgers)
def test_ninety_days_outside_give_ninety_days(stays):
    entry = ENTRY + 90 * ONE  # every stay is over by the day before ENTRY
    answer = plan(Limit(LimitKind.ROLLING_WINDOW, 90, window_days=180), stays, entry)
    assert answer.last_lawful_day == entry + 89 * ONE
