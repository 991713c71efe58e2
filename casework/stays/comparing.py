"""One person, several countries: how long a stay that begins on one day would last in each of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.stays import queries, rules
from casework.stays.areas import countries_counted_with, counts_in_ledger
from casework.stays.zones import local_day

# A plan either may begin or may not; what is not known comes last, for it is no option yet.
ORDER = {rules.Status.LAWFUL: 0, rules.Status.NOT_ADMITTED: 2, rules.Status.UNKNOWN: 3}
WITHOUT_A_KNOWN_END = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay with the country in which it was, or is."""

    country: str
    entered_on: date
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    country: str
    permit: rules.Permit


@dataclass(frozen=True, slots=True)
class Journey:
    """Who wants to enter somewhere on `entry_on`. `visits` and `holdings` may be of any country."""

    nationality: str
    entry_on: date
    purpose: str | None = None
    document: rules.HeldDocument | None = None
    visits: Sequence[Visit] = ()
    holdings: Sequence[Holding] = ()

    def question(self, country: str, on: date) -> rules.Question:
        """Of the ledger only what this country counts: its own stays or, for Schengen, the area's."""
        together = countries_counted_with(country)
        return rules.Question(
            country=country,
            nationality=self.nationality,
            on=on,
            purpose=self.purpose,
            document=self.document,
            stays=tuple(
                rules.Stay(visit.entered_on, visit.left_on)
                for visit in self.visits
                if visit.country in together and counts_in_ledger(visit.country, visit.entered_on)
            ),
            permits=tuple(holding.permit for holding in self.holdings if holding.country in together),
            plan_entry_on=self.entry_on,
        )


@dataclass(frozen=True, slots=True)
class Option:
    """`stay.rule` names source and confidence; without a rule there is no day."""

    country: str
    stay: rules.Assessment


def compare(
    journey: Journey, countries: Iterable[str], *, at: datetime, on: date | None = None
) -> list[Option]:
    """The latest last lawful day first. One query, however many countries.

    `on`: the day up to which days are counted, by default today in each country. Then come stays whose end
    is not known, then where the entry would be refused, then where nothing is known; else in the order
    asked. Raises InvalidLedger for a stay or permit that contradicts itself.
    """
    asked = [journey.question(country, on or local_day(country, at)) for country in countries]
    return options(asked)


def options(questions: Sequence[rules.Question]) -> list[Option]:
    """The same for questions that are already put: each names its country and its `plan_entry_on`."""
    law = queries.register(question.country for question in questions)
    found = [
        Option(question.country, rules.assess(question, law.get(question.country, ())))
        for question in questions
    ]
    return sorted(found, key=_place)


def _place(option: Option) -> tuple[int, int]:
    stay = option.stay
    if stay.status is not rules.Status.LAWFUL:
        return ORDER.get(stay.status, max(ORDER.values())), 0
    if stay.last_lawful_day is None:
        return WITHOUT_A_KNOWN_END, 0
    return ORDER[stay.status], -stay.last_lawful_day.toordinal()
