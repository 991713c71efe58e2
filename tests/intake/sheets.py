"""A volunteer's file, made up row by row."""

from datetime import date
from pathlib import Path

from casework.intake.spreadsheet import Parsed, Row, Sheet, StagedArrival, parse

DATA = Path(__file__).with_name("data")
TODAY = date(2022, 10, 5)
HEADINGS = (
    "Фамилия;Имя;Отчество;Дата рождения;Пол;Гражданство;Документ;Серия и номер;Страна въезда;Дата въезда;КПП;"
    "Эл. почта;Телефон;Язык;Ответственный"
)
FIELDS = (
    "family_name given_name patronymic birth_date sex nationality document number country entered_on"
    " entry_point email phone language assigned"
).split()
WHOLE = {
    "family_name": "Смирнова",
    "given_name": "Ксения",
    "patronymic": "Игоревна",
    "birth_date": "07.03.1991",
    "sex": "Ж",
    "nationality": "RU",
    "document": "internal_id",
    "number": "4512 345678",
    "country": "KZ",
    "entered_on": "25.09.2022",
    "entry_point": "Сырым",
    "email": "ksenia@example.org",
    "phone": "+7 900 1234567",
    "language": "ru",
    "assigned": "nino",
}


def parsed(**cells: str) -> Parsed:
    row = Row(2, tuple((WHOLE | cells)[field] for field in FIELDS))
    return parse(Sheet(tuple(FIELDS), (row,)), TODAY)


def staged(**cells: str) -> StagedArrival:
    result = parsed(**cells)
    assert result.bad == ()
    (arrival,) = result.good
    return arrival


def faults(**cells: str) -> list[tuple[str, str]]:
    result = parsed(**cells)
    assert result.good == ()
    return [(error.column, error.code) for error in result.bad]


def table(*rows: str, headings: str = HEADINGS) -> str:
    return "\r\n".join([headings, *rows]) + "\r\n"


ONE_ROW = "Смирнова;Ксения;;07.03.1991;Ж;RU;passport;722092572;GE;25.09.2022;Верхний Ларс;;;ru;"
