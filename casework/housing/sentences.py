"""Why a household stands where it stands, and which nights are meant. Plain Python."""

from collections.abc import Iterable, Sequence
from datetime import date

GROUNDS = {
    "unaccompanied_child": "a child alone",
    "no_shelter": "a night without shelter",
    "illness": "illness",
}
MOST_RUNS = 3
COUNTED = 1_000  # turns that are told by their number


def why_here(
    *, priority: str, grounds: Iterable[str], since: date, position: int | None, city: str, status: str
) -> str:
    """Its place in the waiting list, in one line: first what is urgent, then how long it waits."""
    if position is None:
        return {"placed": "has a bed", "withdrawn": "withdrawn"}.get(status, status)
    named = ", ".join(GROUNDS[ground] for ground in grounds)
    urgency = f"{priority}: {named}" if named else priority
    where = f"in {city}" if city else "without a city"
    turn = ordinal(position) if position <= COUNTED else f"after the first {COUNTED:,}"
    return f"{urgency}; waiting since {since}; {turn} {where}"


def ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def nights_named(runs: Sequence[tuple[date, date]]) -> str:
    """ "the night of 2022-10-03", or "the nights of 2022-10-03 to 2022-10-05 and 2022-10-09"."""
    told = [f"{first}" if first == last else f"{first} to {last}" for first, last in runs[:MOST_RUNS]]
    single = len(runs) == 1 and runs[0][0] == runs[0][1]
    text = ", ".join(told[:-1]) + (" and " if len(told) > 1 else "") + told[-1]
    more = " and later ones" if len(runs) > MOST_RUNS else ""
    return f"the {'night' if single else 'nights'} of {text}{more}"


def beds(number: int) -> str:
    return "1 bed" if number == 1 else f"{number} beds"


def nights_counted(number: int) -> str:
    return "1 night" if number == 1 else f"{number} nights"


def persons(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
