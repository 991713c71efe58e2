from __future__ import annotations

import pytest
from django.core.management import call_command

from casework.people.models import Document, Person
from casework.vault.data_map import Declared
from casework.vault.management.commands.data_map import data_map
from tests.house import ROOT


def test_data_map_is_committed() -> None:
    """Red? `manage.py data_map > docs/data-map.md`, and read what you are adding."""
    assert data_map() == (ROOT / "docs" / "data-map.md").read_text(encoding="utf-8")


def test_data_map_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("data_map")
    assert capsys.readouterr().out == data_map()


def test_data_map_says_what_gets_people_hurt() -> None:
    lines = data_map().splitlines()
    assert "| number | **sensitive** | sealed text |" in lines
    assert "| nationality | **sensitive** | char |" in lines
    assert "| birth_date | **personal** | date |" in lines


def test_class_of() -> None:
    assert Person.declared.class_of("given_name") == "personal"
    assert Document.declared.class_of("number") == "sensitive"
    assert Document.declared.class_of("version") == "neither"


def test_class_of_undeclared_field() -> None:
    with pytest.raises(KeyError):
        Declared(personal="given_name").class_of("name")
