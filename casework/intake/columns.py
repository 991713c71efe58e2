"""What stands in a volunteer's columns: the words of the headings, and how one cell of each is read."""

import gettext
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

import pycountry

LONGEST_LINE = 100
LANGUAGES_OF_COUNTRY_NAMES = ("ru", "ka", "kk", "mn")
EARLIEST_BIRTH = date(1900, 1, 1)


class CellRefused(ValueError):
    """One cell cannot be what its column asks for: a code for programs, a sentence for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class HeadingsRefused(ValueError):
    """The headings do not tell what the columns are; the message is one sentence."""


def fields_of(headings: Sequence[str]) -> dict[str, int]:
    """From a field to its place among the headings; headings that mean nothing here are left out.

    Raises HeadingsRefused when two headings mean one field or a field that every row needs has none.
    """
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        field = _FIELD_OF.get(plain(heading))
        if field and field in places:
            raise HeadingsRefused(f"Two columns are both headed as {field}.")
        if field:
            places[field] = place
    missing = [field for field in ("nationality", "country", "entered_on") if field not in places]
    if "family_name" not in places and "given_name" not in places:
        missing.insert(0, "family_name")
    if missing:
        raise HeadingsRefused(f"No column is headed as {', '.join(missing)} in a language known here.")
    return places


def known_headings(headings: Sequence[str]) -> int:
    return sum(plain(heading) in _FIELD_OF for heading in headings)


def plain(text: str) -> str:
    """A word or two as they are compared: lower case, ё as е, single spaces for everything between."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[\s_./:*()«»\"'’-]+", " ", folded).split())


def day(text: str) -> date:
    """25.09.2022, 25/09/2022 or 2022-09-25, also with the midnight that spreadsheets add."""
    for pattern in _DAY_PATTERNS:
        if found := pattern.fullmatch(text):
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                raise CellRefused("impossible_date", "There is no such day in the calendar.") from None
    raise CellRefused("not_a_date", "Write the day as 25.09.2022 or 2022-09-25.")


def birth_day(text: str) -> tuple[date, str]:
    """A date and how exact it is: `day`, `month` for 09.1991, `year` for 1991 (the first day stands in)."""
    found = _MONTH_OR_YEAR.fullmatch(text)
    if not found:
        return day(text), "day"
    month = found["month"]
    try:
        return date(int(found["year"]), int(month or 1), 1), "month" if month else "year"
    except ValueError:
        raise CellRefused("impossible_date", "There is no such month in the calendar.") from None


def country(text: str) -> str:
    """ISO 3166-1 alpha-2 from a code or a name (English, Russian, Georgian, Kazakh, Mongolian)."""
    if code := _country_words().get(plain(text)):
        return code
    raise CellRefused("unknown_country", "No country is known by this code or name.")


def document_kind(text: str) -> str | None:
    """The kind of document; None for the bare Russian word that means either passport."""
    if (word := plain(text)) == "паспорт":
        return None
    if kind := _KIND_OF.get(word):
        return kind
    raise CellRefused("unknown_document", "No kind of document is known by this word.")


def sex(text: str) -> str:
    if letter := _SEX_OF.get(plain(text)):
        return letter
    raise CellRefused("unknown_sex", "Write F, M or X, or leave the cell empty.")


def language(text: str) -> str:
    """A BCP 47 tag in its usual letter case, from a tag or the name of a usual language."""
    tag = _LANGUAGE_OF.get(plain(text), text.replace("_", "-"))
    found = _LANGUAGE_TAG.fullmatch(tag)
    if not found or not _is_language(found["language"].lower()):
        raise CellRefused("unknown_language", "Write the language as a code of BCP 47, such as ru or ka.")
    script, region = found["script"], found["region"]
    return "-".join(
        filter(None, (found["language"].lower(), script and script.title(), region and region.upper()))
    )


def email(text: str) -> str:
    if len(text) <= 254 and _EMAIL.fullmatch(text):
        return text
    raise CellRefused("not_an_email", "This is not an e-mail address.")


def phone(text: str) -> str:
    kept = re.sub(r"[\u00a0\u2000-\u200a\u202f]", " ", re.sub("[‐‑‒–—−]", "-", text))
    if _PHONE.fullmatch(kept):
        return kept
    raise CellRefused("not_a_phone", "A phone number has digits, spaces and + ( ) . / - only, at most 40.")


def line(text: str) -> str:
    """One line of free text."""
    if len(text) > LONGEST_LINE:
        raise CellRefused("too_long", f"At most {LONGEST_LINE} characters.")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise CellRefused("control_characters", "Line breaks and control characters are not possible here.")
    return text


@cache
def _country_words() -> dict[str, str]:
    words: dict[str, str] = {}
    translations: list[Callable[[str], str]] = [str, *map(_country_names_in, LANGUAGES_OF_COUNTRY_NAMES)]
    for translated in translations:
        for listed in pycountry.countries:
            for attribute in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
                words.setdefault(plain(translated(getattr(listed, attribute, ""))), listed.alpha_2)
    words.pop("")
    return words | {word: code for code, usual in _USUAL_COUNTRIES.items() for word in usual.split("|")}


def _country_names_in(language: str) -> Callable[[str], str]:
    translations = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
    # the empty text is translated to the head of the catalogue
    return lambda english: translations.gettext(english) if english else ""


def _is_language(code: str) -> bool:
    return pycountry.languages.get(**{"alpha_2" if len(code) == 2 else "alpha_3": code}) is not None


_DAY_PATTERNS = tuple(
    re.compile(pattern + r"(?:[ T]00:00(?::00)?)?", re.ASCII)
    for pattern in (
        r"(?P<day>\d{1,2})(?P<between>[./])(?P<month>\d{1,2})(?P=between)(?P<year>\d{4})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
    )
)
_MONTH_OR_YEAR = re.compile(r"(?:(?P<month>\d{1,2})\.)?(?P<year>\d{4})", re.ASCII)
_LANGUAGE_TAG = re.compile(
    "(?P<language>[A-Za-z]{2,3})(?:-(?P<script>[A-Za-z]{4}))?(?:-(?P<region>[A-Za-z]{2}|[0-9]{3}))?"
)
_EMAIL = re.compile(
    r"[\w+%-]+(?:\.[\w+%-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}", re.ASCII
)
_PHONE = re.compile("[+0-9 ()./-]{1,40}")


def _turned(words: dict[str, str]) -> dict[str, str]:
    return {word: meant for meant, usual in words.items() for word in usual.split("|")}


# All words below are written as `plain` leaves them.
_FIELD_OF = _turned(
    {
        "family_name": "family name|surname|last name|фамилия|გვარი",
        "given_name": "given name|given names|first name|name|имя|სახელი",
        "patronymic": "patronymic|middle name|отчество|მამის სახელი",
        "birth_date": "birth date|date of birth|born|born on|dob|дата рождения|др|დაბადების თარიღი",
        "sex": "sex|gender|пол|სქესი",
        "nationality": "nationality|citizenship|гражданство|მოქალაქეობა",
        "document": "document|document kind|document type|kind of document"
        "|документ|вид документа|тип документа|დოკუმენტი|დოკუმენტის ტიპი",
        "number": "number|document number|document no|series and number"
        "|серия и номер|номер|номер документа|серия номер|ნომერი|დოკუმენტის ნომერი",
        "country": "country|country of entry|entry country|host country"
        "|страна|страна въезда|страна прибытия|ქვეყანა|შესვლის ქვეყანა",
        "entered_on": "entered on|entry date|date of entry|arrival date|date of arrival"
        "|дата въезда|дата прибытия|შესვლის თარიღი",
        "entry_point": "entry point|point of entry|border crossing|checkpoint"
        "|кпп|пункт пропуска|место въезда|погранпереход|გამშვები პუნქტი",
        "email": "email|e mail|mail|эл почта|почта|электронная почта|ელფოსტა|ელ ფოსტა",
        "phone": "phone|telephone|phone number|mobile|телефон|тел|номер телефона|ტელეფონი",
        "language": "language|preferred language|язык|язык общения|ენა",
        "assigned": "assigned|assigned to|caseworker|ответственный|куратор|პასუხისმგებელი",
    }
)
_KIND_OF = _turned(
    {
        "internal_id": "internal id|internal passport|id|id card|national id|identity card|внутренний паспорт"
        "|паспорт рф|российский паспорт|паспорт гражданина рф|общегражданский паспорт|удостоверение личности"
        "|პირადობის მოწმობა|პირადობა",
        "passport": "passport|international passport|foreign passport|загранпаспорт|загран"
        "|заграничный паспорт|загран паспорт|международный паспорт|პასპორტი",
        "travel_document": "travel document|проездной документ|სამგზავრო დოკუმენტი",
        "residence_card": "residence card|residence permit|внж|вид на жительство|ბინადრობის მოწმობა",
        "other": "other|other document|другое|другой|иное|иной|სხვა",
    }
)
_SEX_OF = _turned(
    {
        "F": "f|female|woman|ж|жен|женский|женщина|მდედრობითი|ქალი",
        "M": "m|male|man|м|муж|мужской|мужчина|მამრობითი|კაცი",
        "X": "x|other|х|другой",
    }
)
_LANGUAGE_OF = _turned(
    {
        "ru": "russian|русский|რუსული",
        "en": "english|английский|ინგლისური",
        "ka": "georgian|грузинский|ქართული",
        "kk": "kazakh|казахский|қазақша",
        "mn": "mongolian|монгольский|монгол",
        "uk": "ukrainian|украинский|українська",
        "hy": "armenian|армянский",
        "tr": "turkish|турецкий",
        "tt": "tatar|татарский",
        "ky": "kyrgyz|киргизский|кыргызский",
    }
)
# Beside the names of ISO 3166-1 in its own languages
_USUAL_COUNTRIES = {
    "RU": "russia|рф|россия|რუსეთი",
    "US": "usa|сша|აშშ",
    "GB": "uk|great britain|великобритания|англия",
    "KG": "киргизия|кыргызстан|киргизстан",
    "BY": "белоруссия|беларусь",
    "MD": "молдова|молдавия",
    "KR": "южная корея|корея",
    "AE": "uae|оаэ|эмираты",
    "TR": "turkey|турция",
    "CZ": "чехия|czech republic",
    "MN": "монголия",
    "TM": "туркмения|туркменистан",
    "IR": "iran|иран",
    "VN": "vietnam|вьетнам",
}
