"""Invented people for the demo: who they are, when they crossed, what they hold. Nobody real."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from casework.people.details import DocumentDetails, PersonDetails
from casework.people.names import transliterations
from casework.stays.details import ArrivalDetails

MEN = "Андрей Тимур Булат Юрий Илья Пётр Артём Сергей Ждан Фёдор Лев Роман Глеб Марат Савва Эдуард".split()
WOMEN = "Ксения Юлия Ольга Анна Дарья Елена Айгуль Вера Майя Нина Полина Рената София Тамара".split()
FATHERS = "Андреев Петров Игорев Юрьев Дмитриев Сергеев Алексеев Олегов".split()
FAMILIES = (
    "Воробьёв Жуков Щербаков Цветков Хрущёв Соловьёв Ершов Чайкин Гилязов Шульгин Доржиев Кузнецов Царёв"
    " Ахметов Подъячев Яковлев Мельников Лебедев Орлов Быков Синицын Журавлёв Зимин Калинин"
).split()


@dataclass(frozen=True)
class Crossing:
    """Where people of the demo enter, how long ago at most (days), and on which document."""

    country: str
    entry_point: str
    longest_ago: int
    internal_id: bool


TBILISI = (
    Crossing("GE", "Верхний Ларс", 355, False),
    Crossing("GE", "Верхний Ларс", 355, False),
    Crossing("AM", "Баграташен", 170, True),
    Crossing("TR", "Сарпи", 55, False),
)
ALMATY = (
    Crossing("KZ", "Сырым", 84, True),
    Crossing("KZ", "Маштаково", 84, True),
    Crossing("KG", "Кордай", 80, True),
    Crossing("MN", "Алтанбулаг", 27, False),
)


@dataclass(frozen=True)
class Invented:
    person: PersonDetails
    document: DocumentDetails
    arrival: ArrivalDetails


def invent(crossings: tuple[Crossing, ...], today: date, seed: int) -> Iterator[Invented]:
    """Endless, and the same for the same seed and day."""
    dice = random.Random(seed)  # noqa: S311  # a demo must repeat itself
    while True:
        crossing = dice.choice(crossings)
        entered_on = today - timedelta(days=dice.randint(1, crossing.longest_ago))
        yield Invented(
            person=_person(dice),
            document=_document(dice, crossing, today),
            arrival=ArrivalDetails(
                country=crossing.country, entered_on=entered_on, entry_point=crossing.entry_point
            ),
        )


def _person(dice: random.Random) -> PersonDetails:
    woman = dice.random() < 0.2
    family = dice.choice(FAMILIES) + ("а" if woman else "")
    given = dice.choice(WOMEN if woman else MEN)
    father = dice.choice(FATHERS) + ("на" if woman else "ич")
    latin = dice.random() < 0.4
    email = f"{transliterations(given)['icao_9303'].lower()}.{dice.randint(100, 99999)}@example.org"
    return PersonDetails(
        family_name=_latin(family) if latin else family,
        given_name=_latin(given) if latin else given,
        patronymic="" if latin else father,
        native_name=f"{family} {given} {father}" if latin else "",
        birth_date=date(dice.randint(1962, 2004), dice.randint(1, 12), dice.randint(1, 28)),
        sex="F" if woman else "M",
        nationality="RU",
        languages=("ru",),
        preferred_language=dice.choice(["ru", "ru", "ru", "en"]),
        email=email.replace("'", "") if dice.random() < 0.7 else "",
        phone=f"+7 900 {dice.randint(1000000, 9999999)}",
    )


def _latin(name: str) -> str:
    return transliterations(name)["icao_9303"].upper()


def _document(dice: random.Random, crossing: Crossing, today: date) -> DocumentDetails:
    if crossing.internal_id and dice.random() < 0.7:
        number = f"{dice.randint(1, 99):02d}{dice.randint(5, 22):02d} {dice.randint(100000, 999999)}"
        return DocumentDetails(kind="internal_id", issuing_country="RU", number=number, biometric=False)
    biometric = dice.random() < 0.6
    issued_on = today - timedelta(days=dice.randint(100, 1500))
    return DocumentDetails(
        kind="passport",
        issuing_country="RU",
        number=f"{'7' if biometric else '6'}{dice.randint(10000000, 99999999)}",
        biometric=biometric,
        issued_on=issued_on,
        expires_on=issued_on + timedelta(days=3652 if biometric else 1826),
    )
