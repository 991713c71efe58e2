from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.people.models import Document, Person
from tests.factories.people import PersonFactory

RUSSIAN = ["PNRUSSMIRNOVA<<KSENI8<WERBAKOVNA<<<<<<<<<<<<", "4512345671RUS9103074F<<<<<<<1110715770001<32"]


@pytest.fixture
def ksenia(nino: User) -> Person:
    return PersonFactory.create(
        family_name="Smirnova",
        given_name="Kseniia",
        native_name="Смирнова Ксения",
        birth_date=date(1991, 3, 7),
    )


def page(person: Person, name: str = "read") -> str:
    return f"/admin/people/person/{person.pk}/documents/{name}/"


def read(desk: Client, person: Person, lines: list[str], end: str = "\n"):  # type: ignore[no-untyped-def]
    response = desk.post(page(person), {"lines": end.join(lines)})
    assert response.status_code == 200
    return response


def test_the_add_page_leads_to_it(desk: Client, ksenia: Person) -> None:
    assert page(ksenia) in desk.get(page(ksenia, "add")).content.decode()
    assert desk.get(page(ksenia)).status_code == 200


def test_lines_fill_the_form_which_stores_the_document(desk: Client, ksenia: Person) -> None:
    response = read(desk, ksenia, RUSSIAN)
    assert response.context["notices"] == [
        "All check digits are right. Compare with the document, then add it."
    ]
    assert f'action="{page(ksenia, "add")}"' in response.content.decode()
    assert "Nothing was stored" not in response.content.decode()
    assert not Document.objects.exists()
    [part] = response.context["parts"]
    shown = {name: part.form[name].value() for name in part.form.fields}
    values = {name: value for name, value in shown.items() if value is not None}
    assert desk.post(page(ksenia, "add"), values).status_code == 302
    stored = ksenia.documents.get()
    assert (stored.kind, stored.issuing_country, stored.issued_on) == ("internal_id", "RU", date(2011, 7, 15))
    assert (
        desk.get(page(ksenia, f"{stored.pk}/correct")).context["parts"][0].form.initial["number"]
        == "4511234567"
    )


def test_how_it_was_pasted_does_not_matter(desk: Client, ksenia: Person) -> None:
    lines = ["", f"  {RUSSIAN[0].lower()} ", RUSSIAN[1] + "\t", ""]
    response = read(desk, ksenia, lines, "\r\n")
    assert response.context["parts"][0].form.initial["number"] == "4511234567"


def test_a_wrong_check_digit_is_told(desk: Client, ksenia: Person) -> None:
    response = read(desk, ksenia, [RUSSIAN[0], RUSSIAN[1].replace("9103074", "9103084")])
    notices = response.context["notices"]
    assert len([notice for notice in notices if "check digit" in notice]) == 2
    assert "The check digit of the birth date is 4, but 5 would be right" in notices[0]
    assert "whole zone" in notices[1]
    assert notices[2].startswith("Born")
    assert len(notices) == 3


def test_a_document_of_somebody_else_is_told(desk: Client, nino: User) -> None:
    other = PersonFactory.create(family_name="Abramtseva", birth_date=date(1960, 1, 1))
    told = " ".join(read(desk, other, RUSSIAN).context["notices"])
    assert "СМИРНОВА, is not the one in this file" in told
    assert "by this file" in told


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (RUSSIAN[:1], "two lines (passports) or three (cards)"),
        ([RUSSIAN[0], RUSSIAN[1][:-1]], "Line 2. The line has 43 characters"),
        ([RUSSIAN[0].replace("P", "Р", 1), RUSSIAN[1]], "Line 1. Position 1: P is needed, not cyrillic capital"),
        ([], "This field is required"),
    ],
)  # fmt: skip
def test_lines_that_are_none_are_refused_at_the_place(
    desk: Client, ksenia: Person, lines: list[str], words: str
) -> None:
    response = read(desk, ksenia, lines)
    assert words in " ".join(response.context["parts"][0].form.errors["lines"])


def test_only_who_may_write_there(desk: Client, ksenia: Person, nino: User, marek: User, sign_in) -> None:  # type: ignore[no-untyped-def]
    lines = {"lines": "\n".join(RUSSIAN)}
    assert sign_in(marek).post(page(ksenia), lines).status_code == 404
    nino.role = Role.LEGAL
    nino.save()
    assert sign_in(nino).post(page(ksenia), lines).status_code == 403
