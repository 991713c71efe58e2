"""How well a person and an opening fit: what speaks for it, what against, each with a sentence.

Nothing is hidden. What decides (`DECISIVE`) makes `fits` false; the rest only moves the rank.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casework.weighing import Fit, Note, weigh
from casework.work.languages import language_name, primary, reaches
from casework.work.occupations import occupation_name
from casework.work.rules.right import Allowed, Right
from casework.work.sectors import sector_name

MOST_MATCHES = 50

# What a reason or an objection is worth in the rank.
WORTH = {
    "same_occupation": 40, "near_occupation": 20, "same_sector": 15, "skill": 5,
    "same_city": 20, "language_known": 6, "available": 2, "housing_offered": 8, "pay_given": 3,
    "positions_left": 1, "may_work": 15,
    "other_work": -20, "other_city": -10, "other_country": -40, "language_missing": -15,
    "language_level_low": -8, "language_level_unknown": -2, "starts_before_available": -12, "opens_later": -2,
    "pay_unknown": -1, "no_position_left": -40, "already_applied": -40,
    "may_not_work": -30, "with_permission": -4, "right_unknown": -6,
}  # fmt: skip
DECISIVE = frozenset({
    "other_work", "other_country", "language_missing", "starts_before_available", "no_position_left",
    "already_applied", "may_not_work",
})  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a person looks for. Empty or None: they did not say."""

    sectors: Sequence[str] = ()
    occupations: Sequence[str] = ()
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()
    language_levels: Mapping[str, str] | None = None
    country: str | None = None
    city: str = ""
    city_key: str = ""
    available_from: date | None = None


@dataclass(frozen=True)
class Offer:
    """What an opening asks for and gives."""

    title: str
    sector: str
    occupation: str
    country: str
    city: str
    city_key: str
    positions_left: int
    languages: Sequence[str] = ()
    language_levels: Mapping[str, str] | None = None
    pay: Decimal | None = None
    currency: str | None = None
    pay_per: str | None = None
    housing_offered: bool = False
    opens_on: date | None = None
    starts_on: date | None = None


def compare(wanted: Wanted, offer: Offer, right: Right, today: date, *, applied: bool = False) -> Fit:
    notes = [
        *_work(wanted, offer),
        *_place(wanted, offer),
        *_languages(wanted, offer),
        *_days(wanted, offer, today),
        *_terms(offer),
        _right(right),
    ]
    if applied:
        notes.append(Note("already_applied", "There is an application of this person for it already."))
    return weigh(notes, WORTH, DECISIVE)


def _work(wanted: Wanted, offer: Offer) -> Iterable[Note]:
    groups = {code[:2] for code in wanted.occupations}
    found = False
    if offer.occupation in wanted.occupations:
        found = True
        yield Note("same_occupation", f"The occupation looked for: {occupation_name(offer.occupation)}.")
    elif offer.occupation[:2] in groups:
        found = True
        yield Note("near_occupation", f"Near the occupation looked for: {occupation_name(offer.occupation)}.")
    if offer.sector in wanted.sectors:
        found = True
        yield Note("same_sector", f"The sector looked for: {sector_name(offer.sector)}.")
    for skill in _skills_named(wanted, offer):
        found = True
        yield Note("skill", f"The title names a skill of this person: {skill}.")
    if not found and (wanted.occupations or wanted.sectors):
        told = f"Neither the occupation nor the sector looked for: {occupation_name(offer.occupation)}."
        yield Note("other_work", told)


def _skills_named(wanted: Wanted, offer: Offer) -> list[str]:
    title = offer.title.casefold()
    return [skill for skill in wanted.skills if len(skill) > 2 and skill.casefold() in title][:3]


def _place(wanted: Wanted, offer: Offer) -> Iterable[Note]:
    if wanted.country and wanted.country != offer.country:
        yield Note("other_country", f"It is in {offer.city}, in another country than the one looked in.")
    elif wanted.city_key and wanted.city_key == offer.city_key:
        yield Note("same_city", f"In the city looked in: {offer.city}.")
    elif wanted.city_key:
        yield Note("other_city", f"It is in {offer.city}, not in {wanted.city}.")


def _languages(wanted: Wanted, offer: Offer) -> Iterable[Note]:
    spoken = {primary(code): (wanted.language_levels or {}).get(code) for code in wanted.languages}
    for code in offer.languages:
        name, asked = language_name(code), (offer.language_levels or {}).get(code)
        if primary(code) not in spoken:
            yield Note(
                "language_missing", f"Asks for {_with_level(name, asked)}, which this person has not named."
            )
            continue
        level = spoken[primary(code)]
        if asked is None or (level is not None and reaches(level, asked)):
            yield Note(
                "language_known", f"Speaks {_with_level(name, level)}; asked is {asked or 'no level'}."
            )
        elif level is None:
            yield Note(
                "language_level_unknown",
                f"Asks for {name} {asked}; how well this person speaks it is not said.",
            )
        else:
            yield Note("language_level_low", f"Asks for {name} {asked}; this person has {level}.")


def _with_level(name: str, level: str | None) -> str:
    return f"{name} ({level})" if level else name


def _days(wanted: Wanted, offer: Offer, today: date) -> Iterable[Note]:
    free_on, begins_on = max(wanted.available_from or today, today), max(offer.starts_on or today, today)
    if offer.starts_on is not None and begins_on < free_on:
        told = f"Work begins on {begins_on}, this person is free from {free_on}."
        yield Note("starts_before_available", told)
    elif offer.starts_on is not None or wanted.available_from is not None:
        yield Note("available", f"This person is free from {free_on}, in time for it.")
    if offer.opens_on is not None and offer.opens_on > today:
        yield Note("opens_later", f"Applications are taken from {offer.opens_on} on.")


def _terms(offer: Offer) -> Iterable[Note]:
    if offer.housing_offered:
        yield Note("housing_offered", "Housing comes with it.")
    if offer.pay is None:
        yield Note("pay_unknown", "The pay is not said.")
    else:
        yield Note("pay_given", f"The pay is said: {offer.pay} {offer.currency} per {offer.pay_per}.")
    if offer.positions_left > 0:
        free = "1 position is" if offer.positions_left == 1 else f"{offer.positions_left} positions are"
        yield Note("positions_left", f"{free} left.")
    else:
        yield Note("no_position_left", "Every position is taken.")


def _right(right: Right) -> Note:
    code = {
        Allowed.YES: "may_work", Allowed.NO: "may_not_work", Allowed.WITH_PERMISSION: "with_permission",
        Allowed.UNKNOWN: "right_unknown",
    }[right.answer]  # fmt: skip
    return Note(code, f"{right.detail} {right.condition}".strip())
