"""The words of the reminders. No name, no country, no organisation: anybody may look over a shoulder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

ENGLISH_MONTHS = (
    "January February March April May June July August September October November December".split()
)
RUSSIAN_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()


@dataclass(frozen=True)
class Wording:
    """`things` by kind of deadline, `thing` for one without words yet. Sentences take {thing} and {day}."""

    day: Callable[[date], str]
    thing: str
    things: Mapping[str, str]
    subject: str
    subject_passed: str
    ahead: str
    passed: str
    person_ahead: str
    person_passed: str
    caseworker_ahead: str
    caseworker_passed: str
    link: str
    automatic: str


ENGLISH = Wording(
    day=lambda day: f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}",
    thing="a date to keep",
    things={
        "stay_end": "the last day of a permitted stay",
        "registration": "the last day to register",
        "document_expiry": "the last day of validity of a document",
        "appeal": "the last day to appeal",
        "appointment": "an appointment",
    },
    subject="A date to keep: {day}",
    subject_passed="A date has passed: {day}",
    ahead="{day}: {thing}.",
    passed="This day has passed: {day}, {thing}.",
    person_ahead="If you have questions, or if something has changed, ask your caseworker in good time.",
    person_passed="If you have not taken care of it yet, please speak to your caseworker as soon as you can.",
    caseworker_ahead="Please see to it that it is dealt with before that day.",
    caseworker_passed="Nobody has marked it as done. Please look at it today.",
    link="Open it here (you will be asked to sign in):",
    automatic="This message was sent automatically. Answers to it are not read.",
)

RUSSIAN = Wording(
    day=lambda day: f"{day.day} {RUSSIAN_MONTHS[day.month - 1]} {day.year} г.",
    thing="важная дата",
    things={
        "stay_end": "последний день разрешённого пребывания",
        "registration": "последний день для регистрации",
        "document_expiry": "последний день действия документа",
        "appeal": "последний день для обжалования",
        "appointment": "назначенная встреча",
    },
    subject="Важная дата: {day}",
    subject_passed="Срок прошёл: {day}",
    ahead="{day} — {thing}.",
    passed="Этот день уже прошёл: {day} — {thing}.",
    person_ahead="Если у вас есть вопросы или что-то изменилось, заранее обратитесь к своему куратору.",
    person_passed="Если вопрос ещё не решён, пожалуйста, как можно скорее обратитесь к своему куратору.",
    caseworker_ahead="Пожалуйста, проследите, чтобы всё было сделано до этого дня.",
    caseworker_passed="Отметки о выполнении нет. Пожалуйста, проверьте сегодня.",
    link="Открыть (потребуется вход):",
    automatic="Это сообщение отправлено автоматически. Ответы на него никто не читает.",
)

WORDINGS: Mapping[str, Wording] = {"en": ENGLISH, "ru": RUSSIAN}
FALLBACK = "en"
