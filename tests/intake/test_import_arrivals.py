"""The volunteer's file, from the command line to people with deadlines."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.cases.models import Case
from casework.people.models import Document, Person
from casework.stays.models import Arrival, Deadline
from tests.acting import acting

DATA = Path(__file__).parent / "data"
FILE = DATA / "border-intake.csv"
HEADINGS = "Фамилия;Имя;Дата рождения;Гражданство;Документ;Серия и номер;Страна въезда;Дата въезда"


def load(organisation: Organisation, file: Path = FILE, **options: object) -> str:
    out = io.StringIO()
    call_command("import_arrivals", str(file), organisation=organisation.name, stdout=out, **options)
    return out.getvalue()


def test_import_arrivals_makes_people_of_good_rows_and_tells_the_bad_ones(
    tbilisi: Organisation, nino: User
) -> None:
    told = load(tbilisi)

    answers = json.loads((DATA / "border-intake.answers.json").read_text(encoding="utf-8"))["rejected"]
    assert "396 rows loaded, 24 rejected." in told
    assert dict(re.findall(r"^row (\d+), (\w+): (?!please check)", told, re.M)) == answers
    assert Person.objects.count() == Arrival.objects.count() == Document.objects.count() == 396
    assert Case.objects.filter(assigned_to=nino).count() == 396
    assert Deadline.objects.filter(kind="stay_end", country="GE").exists()
    assert Event.objects.filter(action="import.loaded").count() == 1
    assert Person.objects.named("Vorobev Timur").count() == Person.objects.named("Воробьёв Тимур").count() > 1


def test_import_arrivals_again_doubles_nobody(tbilisi: Organisation, nino: User, tmp_path: Path) -> None:
    file = tmp_path / "some.csv"
    file.write_text("\n".join(FILE.read_text(encoding="utf-8-sig").splitlines()[:11]), encoding="utf-8")
    load(tbilisi, file)

    told = load(tbilisi, file)

    assert "0 rows loaded, 10 rejected." in told
    assert "row 2, number: This document is already recorded." in told
    assert Person.objects.count() == 10


def test_import_arrivals_dry_run_stores_nothing(tbilisi: Organisation, nino: User, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text(
        f"{HEADINGS}\nОрлов;Глеб;05.05.1990;RU;passport;712345678;GE;28.09.2022\n", encoding="utf-8"
    )

    assert "1 rows would be loaded" in load(tbilisi, file, dry_run=True)
    assert not Person.objects.exists()


def test_import_arrivals_stays_within_the_organisation(
    tbilisi: Organisation, almaty: Organisation, nino: User, tmp_path: Path
) -> None:
    file = tmp_path / "one.csv"
    file.write_text(
        f"{HEADINGS}\nОрлов;Глеб;05.05.1990;RU;passport;712345678;GE;28.09.2022\n", encoding="utf-8"
    )
    load(tbilisi, file)

    with acting(almaty):
        assert not Person.objects.exists()


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\0\0"])
def test_import_arrivals_of_something_else(
    tbilisi: Organisation, nino: User, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "other.csv"
    file.write_bytes(content)

    with pytest.raises(CommandError):
        load(tbilisi, file)


def test_import_arrivals_for_an_organisation_that_does_not_exist(nino: User) -> None:
    with pytest.raises(CommandError, match="There is no organisation Nowhere"):
        call_command("import_arrivals", str(FILE), organisation="Nowhere")


def test_import_arrivals_of_a_file_that_is_not_there(tbilisi: Organisation, nino: User) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        load(tbilisi, Path("nowhere.csv"))
