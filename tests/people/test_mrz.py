import csv
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casework.people import cler
from casework.people.mrz import Zone, check_digit, read
from casework.people.mrz_layouts import TD1, TD2, TD3, Layout

from .mrz_lines import (
    CARD,
    OLD_CARD,
    PASSPORT,
    RUSSIAN,
    TODAY,
    VALUES,
    changed,
    digit,
    filled,
    long_numbers,
    more_optional,
    numbers,
    td1,
    td2,
    td3,
    words,
    yymmdd,
)

with Path(__file__).with_name("data").joinpath("mrz.csv").open(encoding="utf-8", newline="") as rows:
    CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
        row["id"]: (json.loads(row["inputs"])["lines"], json.loads(row["expected"]))
        for row in csv.DictReader(rows)
        if row["kind"] == "mrz"
    }
# What the published cases call what a zone has printed.
PRINTED = {
    "issuer": "issuer", "number": "number", "nationality": "nationality", "birth": "birth_date", "sex": "sex",
    "expiry": "expires_on", "number_check": "number_digit", "composite": "composite_digit",
}  # fmt: skip


def as_published(zone: Zone) -> dict[str, Any]:
    family, _, given = zone.printed["name"].partition("<<")
    optional = "".join(zone.printed.get(name, "") for name in ("optional", "issued_on", "issuing_unit"))
    verdicts = {
        {"birth_date": "birth", "expires_on": "expiry"}.get(name, name): verdict.ok
        for name, verdict in zone.checks.items()
    }
    return {
        **{theirs: zone.printed[ours] for theirs, ours in PRINTED.items()},
        "type": zone.document_code,
        "surname": family.replace("<", " ").strip(),
        "given": given.replace("<", " ").strip(),
        "optional": optional.rstrip("<"),
        "valid": zone.valid,
        "ok": verdicts,
        "decoded": {
            "surname": zone.names.family_name,
            "given": zone.names.given_name,
            "patronymic": zone.names.patronymic,
            "series": zone.number[:4],
            "number": zone.number[4:],
            "issued": str(zone.issued_on),
            "unit": zone.issuing_unit,
        },
    }


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES.keys())
def test_published(lines: list[str], expected: dict[str, Any]) -> None:
    found = as_published(read(lines, TODAY))
    assert {name: found[name] for name in expected} == expected


def test_every_case_is_here() -> None:
    assert len(CASES) == 4


def verdicts(lines: list[str], today: date = TODAY) -> dict[str, bool]:
    return {name: verdict.ok for name, verdict in read(lines, today).checks.items()}


# --- what a zone says ------------------------------------------------------------------------------------
def test_passport_in_our_words() -> None:
    zone = read(PASSPORT, TODAY)
    assert (zone.format, zone.kind, zone.document_code) == ("TD3", "passport", "P")
    assert (zone.issuer, zone.issuing_country, zone.nationality) == ("UTO", None, None)
    assert asdict(zone.names) == {"family_name": "ERIKSSON", "given_name": "ANNA MARIA", "patronymic": ""}
    assert (zone.birth_date, zone.birth_precision, zone.sex) == (date(1974, 8, 12), "day", "F")
    assert (zone.number, zone.expires_on, zone.optional) == ("L898902C3", date(2012, 4, 15), ("ZE184226B",))
    assert (zone.native_name, zone.issued_on, zone.issuing_unit) == ("", None, None)
    assert {remark.code for remark in zone.remarks} == {"nationality_unknown", "issuer_unknown"}


def test_older_card() -> None:
    zone = read(OLD_CARD, TODAY)
    assert (zone.format, zone.kind, zone.number, zone.valid) == ("TD2", "internal_id", "D23145890", True)
    assert list(zone.checks) == ["number", "birth_date", "expires_on", "composite"]


def test_russian_internal_passport_in_our_words() -> None:
    zone = read(RUSSIAN, TODAY)
    assert (zone.format, zone.kind, zone.issuing_country, zone.nationality) == (
        "RU_INTERNAL", "internal_id", "RU", "RU",
    )  # fmt: skip
    assert zone.native_name == "СМИРНОВА КСЕНИЯ ЩЕРБАКОВНА" == str(zone.names)
    assert str(zone.latin) == "SMIRNOVA KSENIIA SHCHERBAKOVNA"
    assert (zone.number, zone.issued_on, zone.issuing_unit) == ("4511234567", date(2011, 7, 15), "770-001")
    assert (zone.birth_date, zone.expires_on, zone.optional) == (date(1991, 3, 7), None, ())
    assert zone.valid
    assert zone.remarks == ()


@pytest.mark.parametrize(
    ("name", "given_name", "patronymic"),
    [
        ("ИВАН ПЕТРОВИЧ", "ИВАН", "ПЕТРОВИЧ"),
        ("АННА МАРИЯ ИВАНОВНА", "АННА МАРИЯ", "ИВАНОВНА"),
        ("ИЛЬЯ ИЛЬИЧ", "ИЛЬЯ", "ИЛЬИЧ"),
        ("ЭЛЬЧИН ВАГИФ ОГЛЫ", "ЭЛЬЧИН", "ВАГИФ ОГЛЫ"),
        ("АЛИ РЗА ВАГИФ ОГЛЫ", "АЛИ РЗА", "ВАГИФ ОГЛЫ"),
        ("АННА", "АННА", ""),
        ("ЕВГЕНИЯ АЛЕКСАНДРО", "ЕВГЕНИЯ", "АЛЕКСАНДРО"),  # cut at the end of the line
    ],
)
def test_russian_given_name_and_patronymic(name: str, given_name: str, patronymic: str) -> None:
    line = filled(f"PNRUS{cler.encode('Ким')}<<{cler.encode(name)}", 44)
    zone = read([line, RUSSIAN[1]], TODAY)
    assert (zone.names.family_name, zone.names.given_name, zone.names.patronymic) == (
        "КИМ", given_name, patronymic,
    )  # fmt: skip


def test_russian_birth_lies_before_the_issue() -> None:
    """Today 07.03.15 could be this century; on the day of issue it could not."""
    assert read(changed(RUSSIAN, 1, 14, "150307"), TODAY).birth_date == date(1915, 3, 7)


@pytest.mark.parametrize(
    ("field", "day", "precision"),
    [
        ("740812", date(1974, 8, 12), "day"),
        ("7408<<", date(1974, 8, 1), "month"),
        ("74<<<<", date(1974, 1, 1), "year"),
        ("<<<<<<", None, None),
        ("221001", date(2022, 10, 1), "day"),
        ("221002", date(1922, 10, 2), "day"),
        ("2210<<", date(2022, 10, 1), "month"),
        ("2211<<", date(1922, 11, 1), "month"),
        ("000229", date(2000, 2, 29), "day"),
        ("230229", None, None),
        ("741301", None, None),
        ("7413<<", None, None),
        ("<<0812", None, None),
        ("7<0812", None, None),
    ],
)
def test_birth_dates(field: str, day: date | None, precision: str | None) -> None:
    zone = read(changed(PASSPORT, 1, 14, field + digit(field)), TODAY)
    assert (zone.birth_date, zone.birth_precision) == (day, precision)
    assert zone.checks["birth_date"].ok
    impossible = "birth_date_impossible" in {remark.code for remark in zone.remarks}
    assert impossible is (day is None and field != "<<<<<<")


@pytest.mark.parametrize(
    ("field", "day"),
    [
        ("120415", date(2012, 4, 15)),
        ("320415", date(2032, 4, 15)),
        ("721231", date(2072, 12, 31)),
        ("730101", date(1973, 1, 1)),
        ("991231", date(1999, 12, 31)),
        ("321301", None),
        ("3204<<", None),
    ],
)
def test_days_of_expiry(field: str, day: date | None) -> None:
    zone = read(changed(PASSPORT, 1, 22, field + digit(field)), TODAY)
    assert zone.expires_on == day
    assert ("expires_on_impossible" in {remark.code for remark in zone.remarks}) is (day is None)


def test_no_day_of_expiry() -> None:
    for printed in "<0":
        zone = read(changed(PASSPORT, 1, 22, "<<<<<<" + printed), TODAY)
        assert zone.expires_on is None
        assert zone.checks["expires_on"].ok
    assert not verdicts(changed(PASSPORT, 1, 22, "120415<"))["expires_on"]


def test_issue_in_the_future_is_impossible() -> None:
    zone = read(changed(RUSSIAN, 1, 30, "119999"), TODAY)
    assert zone.issued_on is None
    assert "issued_on_impossible" in {remark.code for remark in zone.remarks}


@pytest.mark.parametrize(
    ("code", "country"),
    [("RUS", "RU"), ("D<<", "DE"), ("GBN", "GB"), ("KAZ", "KZ"), ("UTO", None), ("XXA", None), ("<<<", None)],
)
def test_countries(code: str, country: str | None) -> None:
    assert read(changed(PASSPORT, 0, 3, code), TODAY).issuing_country == country


@pytest.mark.parametrize(
    ("code", "words"), [("XXA", "stateless"), ("XXB", "1951"), ("XXC", "another law"), ("XXX", "not specif")]
)
def test_nationality_of_no_state_is_explained(code: str, words: str) -> None:
    zone = read(changed(PASSPORT, 1, 11, code), TODAY)
    [remark] = [found for found in zone.remarks if found.code == "nationality_not_a_state"]
    assert words in remark.detail
    assert zone.kind == "travel_document"


@pytest.mark.parametrize(
    ("code", "issuer", "nationality", "kind"),
    [
        ("I<", "GEO", "GEO", "internal_id"),
        ("AR", "D<<", "RUS", "residence_card"),
        ("IR", "EST", "XXX", "residence_card"),
        ("IP", "USA", "USA", "travel_document"),
        ("AC", "RUS", "RUS", "other"),
        ("C<", "GBR", "GBN", "internal_id"),
    ],
)
def test_kinds_of_cards(code: str, issuer: str, nationality: str, kind: str) -> None:
    lines = changed(changed(CARD, 0, 1, code + issuer), 1, 16, nationality)
    assert read(lines, TODAY).kind == kind


@pytest.mark.parametrize(("sign", "sex"), [("F", "F"), ("M", "M"), ("X", "X"), ("<", "")])
def test_sex(sign: str, sex: str) -> None:
    assert read(changed(PASSPORT, 1, 21, sign), TODAY).sex == sex


@pytest.mark.parametrize(
    ("name", "family", "given_name", "cut"),
    [
        ("VAN<DER<MUELLEN<<ANNE<MARIE", "VAN DER MUELLEN", "ANNE MARIE", False),
        ("ARKFREITH", "ARKFREITH", "", False),
        ("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", True),
        ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNA", "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNA", "", True),
    ],
)
def test_names(name: str, family: str, given_name: str, cut: bool) -> None:
    zone = read([filled(f"P<UTO{name}", 44), PASSPORT[1]], TODAY)
    assert (zone.names.family_name, zone.names.given_name) == (family, given_name)
    assert ("name_may_be_cut" in {remark.code for remark in zone.remarks}) is cut


# --- check digits ----------------------------------------------------------------------------------------
def test_the_number_of_a_card_may_go_on_in_the_optional_data() -> None:
    zone = read(changed(CARD, 0, 15, "<7349<<<<<<<<<<<"), TODAY)
    assert (zone.number, zone.optional) == ("D23145890734", ())
    assert zone.checks["number"].ok
    assert not verdicts(changed(CARD, 0, 15, "<7348<<<<<<<<<<<"))["number"]


def test_optional_data_stands_behind_a_long_number() -> None:
    assert read(changed(CARD, 0, 15, "<7349<ABC<1<<<<<"), TODAY).optional == ("ABC 1",)


def test_a_short_number_needs_its_digit() -> None:
    assert not verdicts(changed(CARD, 0, 15, "<"))["number"]
    assert not verdicts(changed(PASSPORT, 1, 10, "<"))["number"]


def test_empty_optional_data_may_have_a_filler_for_its_digit() -> None:
    for printed in "0<":
        second = changed(PASSPORT, 1, 29, "<" * 14 + printed)[1][:43]
        composite = digit(second[:10] + second[13:20] + second[21:43])
        zone = read([PASSPORT[0], second + composite], TODAY)
        assert zone.valid, printed
        assert zone.checks["optional"].computed == "0"
    assert not verdicts(changed(PASSPORT, 1, 43, "<"))["optional"]


def test_a_verdict_tells_both_digits() -> None:
    wrong = read(changed(PASSPORT, 1, 44, "1"), TODAY).checks["composite"]
    assert (wrong.printed, wrong.computed, wrong.ok) == ("1", "0", False)


ZONES = st.fixed_dictionaries(
    {
        "issuer": st.sampled_from(["UTO", "RUS", "D<<", "GEO"]),
        "nationality": st.sampled_from(["UTO", "RUS", "D<<", "XXB"]),
        "number": numbers,
        "birth_date": st.dates(date(1925, 1, 1), TODAY).map(yymmdd),
        "sex": st.sampled_from("MFX<"),
        "expires_on": st.dates(date(1990, 1, 1), date(2060, 1, 1)).map(yymmdd),
        "optional": st.one_of(st.just(""), numbers),
        "optional_2": st.one_of(st.just(""), more_optional),
        "name": st.builds("{}<<{}<{}".format, words, words, words),
    }
)


@given(ZONES, st.sampled_from([td1, td2, td3]))
def test_what_was_written_is_read(of: dict[str, Any], write: Any) -> None:
    zone = read(write(**of), TODAY)
    assert zone.valid
    assert zone.format == write.__name__.upper()
    assert zone.number == of["number"]
    assert zone.birth_date is not None
    assert zone.expires_on is not None
    assert (yymmdd(zone.birth_date), yymmdd(zone.expires_on)) == (of["birth_date"], of["expires_on"])
    assert zone.birth_date <= TODAY
    family, given_name = of["name"].split("<<")
    if "name_may_be_cut" not in {remark.code for remark in zone.remarks}:
        assert zone.names.family_name == family
        assert zone.names.given_name == given_name.replace("<", " ")
    if write is not td2:
        second = of["optional_2"] if write is td1 else ""
        assert zone.optional == tuple(filter(None, (of["optional"], second)))


@given(ZONES, long_numbers)
def test_long_numbers_are_read(of: dict[str, Any], number: str) -> None:
    zone = read(td1(**{**of, "number": number}), TODAY)
    assert zone.valid
    assert zone.number == number


@given(ZONES, st.sampled_from([td1, td2, td3]), st.data())
def test_a_wrong_character_is_noticed(of: dict[str, Any], write: Any, data: st.DataObject) -> None:
    """In every place that a check digit covers, unless the values differ by a multiple of ten."""
    lines = write(**of)
    layout: Layout = {td1: TD1, td2: TD2, td3: TD3}[write]
    covered = ["number", "birth_date", "expires_on", "optional", "optional_2"]
    name = data.draw(st.sampled_from([name for name in covered if name in layout.places]))
    place = layout.places[name]
    position = data.draw(st.integers(place.first, place.last))
    old = lines[place.line - 1][position - 1]
    new = data.draw(st.sampled_from(sorted(place.allowed)))
    assume((VALUES[old] - VALUES[new]) % 10)
    found = verdicts(changed(lines, place.line - 1, position, new))
    assert not found["composite"]
    assert not found.get(name, False)


@given(st.text(alphabet="".join(VALUES), max_size=40))
def test_check_digit(text: str) -> None:
    assert check_digit(text) == digit(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("520727", "3"), ("AB2134<<<", "5"), ("", "0"), ("HA672242<658022549601086<<<<<<<<<<<<<<0", "8")]
)  # fmt: skip
def test_check_digit_published(text: str, expected: str) -> None:
    assert check_digit(text) == expected
