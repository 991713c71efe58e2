"""The house: what its drawing promises and what no reviewer should have to remember."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from casework.cases import operations as cases
from casework.vault.data_map import Declared
from tests.databases import RealDatabase
from tests.house import (
    CODE,
    EVERYTHING,
    ROOT,
    files,
    floor_of,
    functions,
    imported,
    rooms,
    taken,
    walk,
    where,
)

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "services",
    "service",
    "base",
    "manager2",
    "misc",
}
# Rooms of the tests that mirror no package of the code.
STAGE = {"factories", "journeys", "benchmarks", "isolation", "local"}
WRITTEN = {".py", ".md", ".toml", ".txt", ".in", ".yaml", ".yml", ".json", ".cfg", ".sh", ".html"}
MODELS = [model for model in apps.get_models() if model.__module__.startswith("casework.")]
OURS = [model for model in MODELS if any(field.column == "organisation_id" for field in model._meta.fields)]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)

Model = type[models.Model]


# --- arrows ----------------------------------------------------------------------------------------------
def test_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@every_model
def test_foreign_keys_point_down(model: Model) -> None:
    """Also those written as strings, which no import shows."""
    own = floor_of()[model._meta.app_label]
    related = {
        field.name: field.related_model._meta.app_label
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.is_relation and field.related_model in MODELS
    }
    up = {
        name: room
        for name, room in related.items()
        if room != model._meta.app_label and floor_of()[room] >= own
    }
    assert up == {}


def test_imports_stand_at_the_top() -> None:
    local = [
        where(path, node)
        for path in files(*EVERYTHING)
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert local == []


def test_signals_none() -> None:
    """What happens stands where it happens."""
    signals = [
        where(path, node)
        for path in files(*CODE)
        for node in walk(path)
        if any({"signals", "dispatch"} & set(name.split(".")) for name in imported(node))
    ]
    assert signals == []


def test_doors_pass_no_operation_of_cases_by() -> None:
    """What `cases` does beside an operation of housing or work (who waits is told) no door leaves out."""
    kept = {
        (room, name)
        for path in files("casework/cases/operations")
        for room, name in taken(path)
        if room in ("housing", "work") and hasattr(cases, name)
    }
    passed_by = {
        f"{where(path)}: {room}.{name}"
        for path in files("casework/api", "casework/backoffice", "casework/intake")
        for room, name in taken(path)
        if (room, name) in kept
    }
    assert ("housing", "withdraw_need") in kept
    assert passed_by == set()


# --- files -----------------------------------------------------------------------------------------------
def test_files_are_short() -> None:
    lengths = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(*EVERYTHING)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{where(path, function)} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in files(*EVERYTHING)
        for function in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_names_say_something() -> None:
    parts = {
        where(path): {*path.relative_to(ROOT).parts[:-1], path.stem} & SAY_NOTHING
        for path in files(*EVERYTHING)
    }
    assert {name: found for name, found in parts.items() if found} == {}


def test_tests_mirror_rooms() -> None:
    tested = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert tested - STAGE == set(rooms())


def test_operations_take_names() -> None:
    """Verbs, keyword-only: `grant_permit(person=…, by=…, at=…)` reads as it is meant."""
    positional = [
        f"{where(path, function)} {function.name}"
        for path in files("casework")
        if "operations" in (path.stem, path.parent.name)
        for function in functions(path)
        if not function.name.startswith("_")
        and "at" in [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
        and function.args.args
    ]
    assert positional == []


def test_repository_names_no_machine_and_no_index() -> None:
    # A path of a machine begins there; one of the house (casework/work) or of the API (v1/work) goes on there.
    forbidden = re.compile(r"(?<!\w)/work" + "/|pypi[.]" + "org|python" + "hosted[.]org")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    suspects = [path for path in paths if path.is_file() and (path.suffix in WRITTEN or not path.suffix)]
    assert suspects
    found = {
        where(path): word.group()
        for path in suspects
        if (word := forbidden.search(path.read_text(encoding="utf-8")))
    }
    assert found == {}


# --- models ----------------------------------------------------------------------------------------------
@every_model
def test_fields_are_declared_once(model: Model) -> None:
    """Personal, sensitive or neither: whoever adds a field says which."""
    declared = vars(model).get("declared")
    assert isinstance(declared, Declared), "write `declared = Declared(...)`"
    words = Counter(f"{declared.personal} {declared.sensitive} {declared.neither}".split())
    fields = {field.name for field in model._meta.get_fields() if field.concrete}
    assert words == Counter(fields)


@every_model
def test_order_is_said_where_it_is_asked(model: Model) -> None:
    assert list(model._meta.ordering) == []


@every_model
def test_relations_have_a_foreign_key(model: Model) -> None:
    """No generic foreign key: the database could not hold it to an organisation."""
    assert model._meta.private_fields == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_relations_between_organisation_tables_carry_the_organisation(model: Model) -> None:
    """A one-to-one is unique without the organisation; an automatic join table has none."""
    relations = (*model._meta.local_fields, *model._meta.local_many_to_many)
    loose = [
        field.name
        for field in relations
        if isinstance(field, models.OneToOneField | models.ManyToManyField) and field.related_model in OURS
    ]
    assert loose == []


def test_migrations_are_complete(real_database: RealDatabase) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING")
