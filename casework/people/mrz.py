"""The machine readable zone of an identity document: what it says, and whether its check digits agree.

Three lines of 30 (TD1), two of 36 (TD2), two of 44 (TD3; the Russian internal passport in its own way).
Sources: ICAO Doc 9303, eighth edition, parts 3 to 6; MVD order 773 of 16.11.2020, appendix 24.
Nothing is mended: a zone that a scanner misread is refused at its place, or fails its check digits.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from casework.people import cler
from casework.people.countries import of_alpha_3
from casework.people.mrz_dates import birth_of, expiry_of, issue_of
from casework.people.mrz_layouts import FILLER, RU_INTERNAL, TD1, TD2, TD3, Layout
from casework.people.names import transliterations
from casework.refusals import Fault, Invalid

WEIGHTS = (7, 3, 1)
RUSSIAN = "PNRUS"
# Who is no citizen of the state that issued the document, and what the codes beside ISO 3166-1 mean (part 3).
NO_STATE = {
    "XXA": "a stateless person (Convention of 1954)",
    "XXB": "a refugee (Convention of 1951)",
    "XXC": "a refugee, by another law than the Convention of 1951",
    "XXX": "a person whose nationality is not specified",
}
BRITISH = frozenset({"GBD", "GBN", "GBO", "GBP", "GBS"})
# How Russian patronymics end, and the words that stand behind a father's name in Turkic ones.
PATRONYMIC_ENDINGS = ("ВИЧ", "ВНА", "ИЧНА", "ЬИЧ")
PATRONYMIC_WORDS = frozenset("ОГЛЫ ОГЛУ КЫЗЫ КИЗИ ГЫЗЫ УГЛИ УУЛУ УЛЫ".split())


class UnreadableZone(Invalid):
    """No zone that is known here. A fault points at the line ("/0"; "" for all) and names the position."""

    title = "This is not a machine readable zone"


@dataclass(frozen=True)
class Verdict:
    """One check digit as it is printed, as it should be, and whether that is good enough."""

    printed: str
    computed: str
    ok: bool


@dataclass(frozen=True)
class Remark:
    """Something a reader should know; `code` is for programs."""

    code: str
    detail: str


@dataclass(frozen=True)
class Names:
    family_name: str = ""
    given_name: str = ""
    patronymic: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))


@dataclass(frozen=True, kw_only=True)
class Zone:
    """What a zone says. Countries are ISO 3166-1 alpha-2, None where the code is no country's.

    `names` in the letters that the zone stands for (Russian in a Russian internal passport), in capitals;
    `latin` what that is in Latin letters; `native_name` only where those differ. `birth_precision` is "day",
    "month" or "year"; None with `birth_date`. `printed`: every field as it stands, with its fillers.
    `checks`: "number", "birth_date", "expires_on", "composite", and "optional" where there is such a digit.
    """

    format: str
    document_code: str
    kind: str
    issuer: str
    issuing_country: str | None
    number: str
    names: Names
    native_name: str
    latin: Names
    nationality: str | None
    birth_date: date | None
    birth_precision: str | None
    sex: str
    expires_on: date | None
    issued_on: date | None
    issuing_unit: str | None
    optional: tuple[str, ...]
    checks: dict[str, Verdict]
    printed: dict[str, str]
    remarks: tuple[Remark, ...]

    @property
    def valid(self) -> bool:
        return all(verdict.ok for verdict in self.checks.values())


def read(lines: Sequence[str], today: date) -> Zone:
    """`lines` from top to bottom, without line ends. `today` decides the century of two-digit years.

    Raises UnreadableZone for a number of lines, a length or a character that no layout has. A day that is in
    no calendar is None with a remark: the check digits tell where the mistake is.
    """
    layout = _layout_of(lines)
    _refuse_strange_characters(lines, layout)
    printed = {name: place.of(lines) for name, place in layout.places.items()}
    russian = layout is RU_INTERNAL
    number, number_digit, optional = _number_of(printed, layout)
    issued_on = issue_of(printed["issued_on"], today) if russian else None
    birth_date, precision = birth_of(printed["birth_date"], issued_on or today)
    names = _russian_names(printed["name"]) if russian else _latin_names(printed["name"])
    return Zone(
        format=layout.format,
        document_code=(printed["type"] + printed["subtype"]).rstrip("<"),
        kind=_kind_of(printed, russian),
        issuer=printed["issuer"].rstrip("<"),
        issuing_country=country_of(printed["issuer"]),
        number=number[:3] + printed["optional"] + number[3:] if russian else _plain(number),
        names=names,
        native_name=str(names) if russian else "",
        latin=_in_latin(names) if russian else names,
        nationality=country_of(printed["nationality"]),
        birth_date=birth_date,
        birth_precision=precision,
        sex=printed["sex"].replace("<", ""),
        expires_on=expiry_of(printed["expires_on"], today),
        issued_on=issued_on,
        issuing_unit=f"{printed['issuing_unit'][:3]}-{printed['issuing_unit'][3:]}" if russian else None,
        optional=() if russian else optional,
        checks=_checks_of(lines, layout, printed, number, number_digit),
        printed=printed,
        remarks=tuple(_remarks_on(printed, layout, birth_date, issued_on, today)),
    )


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 from the left; 0-9 as they are, A-Z from 10, < as 0; the sum modulo 10 (part 3).

    It cannot tell characters whose values differ by a multiple of ten: A from 0, K from U.
    """
    values = (0 if character == "<" else int(character, 36) for character in text)
    return str(sum(value * WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def country_of(code: str) -> str | None:
    """ISO 3166-1 alpha-2 of the three places in a zone."""
    plain = code.rstrip("<")
    if plain == "D":
        return "DE"
    return "GB" if plain in BRITISH else of_alpha_3(plain)


# --- the frame -------------------------------------------------------------------------------------------
def _layout_of(lines: Sequence[str]) -> Layout:
    if len(lines) not in (2, 3):
        raise UnreadableZone(Fault("", "A zone has two lines (passports) or three (cards)."))
    if len(lines) == 3:
        layout = TD1
    elif lines[0].startswith("V"):
        raise UnreadableZone(Fault("/0", "Position 1: V begins the zone of a visa, which is not read here."))
    else:
        layout = TD2 if TD2.length in map(len, lines) and TD3.length not in map(len, lines) else TD3
    wanted = f"{layout.length} characters"
    if layout.lines == 2:
        wanted = f"{TD3.length} characters (a passport) or {TD2.length} (an older card)"
    wrong = [
        Fault(f"/{place}", f"The line has {len(line)} characters; it needs {wanted}.")
        for place, line in enumerate(lines)
        if len(line) != layout.length
    ]
    if wrong:
        raise UnreadableZone(*wrong)
    return RU_INTERNAL if layout is TD3 and lines[0].startswith(RUSSIAN) else layout


def _refuse_strange_characters(lines: Sequence[str], layout: Layout) -> None:
    """The first of each line: what follows is often the same mistake."""
    first: dict[int, Fault] = {}
    for place in sorted(layout.places.values(), key=lambda place: (place.line, place.first)):
        for position, character in enumerate(place.of(lines), place.first):
            if character not in place.allowed and place.line not in first:
                told = f"Position {position}: {place.wanted} is needed, not {_called(character)}."
                first[place.line] = Fault(f"/{place.line - 1}", told)
    if layout.places["name"].of(lines).startswith("<"):
        line = layout.places["name"].line
        first.setdefault(line, Fault(f"/{line - 1}", "The name begins with <; it begins with a letter."))
    if first:
        raise UnreadableZone(*first.values())


def _called(character: str) -> str:
    """By name: a Cyrillic А looks like ours, and a control character like nothing at all."""
    name = unicodedata.name(character, "a character without a name")
    return f"{name.lower()} (U+{ord(character):04X})"


# --- fields ----------------------------------------------------------------------------------------------
def _number_of(printed: dict[str, str], layout: Layout) -> tuple[str, str, tuple[str, ...]]:
    """The number as it stands, its check digit, and what is left as optional data.

    A number of more than nine characters goes on in the optional data, behind a filler in the place of the
    check digit; the last character before the next filler is the check digit of all of it (parts 5 and 6).
    """
    number, digit, optional = printed["number"], printed["number_digit"], printed["optional"]
    if layout in (TD1, TD2) and digit == "<" and not number.endswith("<") and not optional.startswith("<"):
        more, _, optional = optional.partition("<")
        number, digit = number + more[:-1], more[-1]
    rest = (_plain(optional), _plain(printed.get("optional_2", "")))
    return number, digit, tuple(filter(None, rest))


def _plain(field: str) -> str:
    return " ".join(filter(None, field.split("<")))


def _latin_names(field: str) -> Names:
    family, _, given = field.partition("<<")
    return Names(_plain(family), _plain(given))


def _russian_names(field: str) -> Names:
    """Given name and patronymic are divided by one filler, like the parts of either: their endings decide."""
    family, _, given = field.partition("<<")
    words = [cler.decode(word) for word in given.split("<") if word]
    if len(words) > 2 and words[-1] in PATRONYMIC_WORDS:
        own = len(words) - 2
    elif len(words) > 1 and words[-1].endswith(PATRONYMIC_ENDINGS):
        own = len(words) - 1
    else:
        own = 1
    return Names(cler.decode(family), " ".join(words[:own]), " ".join(words[own:]))


def _in_latin(names: Names) -> Names:
    """As a passport of today would write it (ICAO), which the code of the zone does not."""
    parts = (names.family_name, names.given_name, names.patronymic)
    return Names(*(transliterations(part)["icao_9303"].upper() for part in parts))


def _kind_of(printed: dict[str, str], russian: bool) -> str:
    """In our words, and a guess to be confirmed: states chose the second letter as they liked.

    A state gives passports and identity cards to its own people. What it gives to others is a travel document
    (refugees, stateless persons, laissez-passers) or, as a card, a permit of residence.
    """
    if russian:
        return "internal_id"
    issuer, nationality = printed["issuer"], printed["nationality"]
    own = issuer == nationality or country_of(issuer) == country_of(nationality) is not None
    if printed["type"] == "P":
        return "passport" if own else "travel_document"
    if printed["type"] + printed["subtype"] == "AC":  # a crew member's certificate
        return "other"
    if printed["type"] + printed["subtype"] == "IP":  # a passport card, for some borders only
        return "travel_document"
    return "internal_id" if own else "residence_card"


# --- what speaks for it and against it -------------------------------------------------------------------
def _checks_of(
    lines: Sequence[str], layout: Layout, printed: dict[str, str], number: str, number_digit: str
) -> dict[str, Verdict]:
    whole = "".join(lines[line - 1][first - 1 : last] for line, first, last in layout.composite)
    checks = {
        "number": _verdict(number, number_digit),
        "birth_date": _verdict(printed["birth_date"], printed["birth_date_digit"]),
        # no day of expiry, no digit: so in Russian internal passports and cards that are good for ever
        "expires_on": _verdict(printed["expires_on"], printed["expires_on_digit"], may_be_filler=True),
    }
    if "optional_digit" in printed:
        optional = TD3.places["optional"].of(lines)
        checks["optional"] = _verdict(optional, printed["optional_digit"], may_be_filler=True)
    return {**checks, "composite": _verdict(whole, printed["composite_digit"])}


def _verdict(text: str, printed: str, *, may_be_filler: bool = False) -> Verdict:
    """`may_be_filler`: beside an empty field < stands for 0, as part 4 says of optional data."""
    computed = check_digit(text)
    filler = may_be_filler and printed == "<" and set(text) <= FILLER
    return Verdict(printed, computed, printed == computed or filler)


def _remarks_on(
    printed: dict[str, str], layout: Layout, birth_date: date | None, issued_on: date | None, today: date
) -> Iterator[Remark]:
    if birth_date is None and set(printed["birth_date"]) != FILLER:
        yield Remark("birth_date_impossible", "The birth date is in no calendar.")
    if expiry_of(printed["expires_on"], today) is None and set(printed["expires_on"]) != FILLER:
        yield Remark("expires_on_impossible", "The day of expiry is in no calendar.")
    if issued_on is None and "issued_on" in printed:
        yield Remark("issued_on_impossible", "The day of issue is in no calendar, or still to come.")
    if not printed["name"].endswith("<"):
        yield Remark("name_may_be_cut", "The name fills its line: it may be longer than what is printed.")
    nationality = printed["nationality"].rstrip("<")
    if nationality in NO_STATE:
        yield Remark("nationality_not_a_state", f"{nationality} stands for {NO_STATE[nationality]}.")
    elif country_of(nationality) is None:
        yield Remark("nationality_unknown", f"{nationality or 'Nothing'} is no country of ISO 3166-1.")
    issuer = printed["issuer"].rstrip("<")
    if country_of(issuer) is None:
        yield Remark("issuer_unknown", f"{issuer or 'Nothing'} is no country of ISO 3166-1.")
