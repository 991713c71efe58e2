"""May this person work there? The row of law that speaks of fewest decides; without one nobody guesses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.work.rules import Allowed, Basis, Right, Standing, WorkLaw, right_to_work

DAY = date(2022, 10, 1)
ROW = WorkLaw(
    id="1", title="A row", country="RS", basis=Basis.VISA_FREE, nationalities=frozenset(),
    allowed=Allowed.NO, valid_from=None, valid_until=None, condition="", source="An act",
    confidence="medium",
)  # fmt: skip


def asked(law: list[WorkLaw], *bases: str, **changes: Any) -> Right:
    standing = Standing(tuple(Basis(basis) for basis in bases or ("visa_free",)))
    values = {"country": "RS", "nationality": "RU", "day": DAY, "standing": standing, **changes}
    return right_to_work(law=law, **values)


def test_a_national_may() -> None:
    right = asked([ROW], nationality="RS")
    assert (right.answer, right.basis, right.rule) == (Allowed.YES, Basis.CITIZEN, None)
    assert right.detail == "A national of Serbia needs no permission to work there."


def test_no_row_is_unknown() -> None:
    right = asked([])
    assert (right.answer, right.basis, right.rule) == (Allowed.UNKNOWN, Basis.VISA_FREE, None)
    assert "not in the register" in right.detail


def test_nowhere_is_unknown_with_why() -> None:
    right = asked([replace(ROW, basis=Basis.ANY, allowed=Allowed.YES)], standing=Standing((), "Not there."))
    assert (right.answer, right.basis, right.detail) == (Allowed.UNKNOWN, Basis.NONE, "Not there.")


@pytest.mark.parametrize("answer", list(Allowed))
def test_the_row_says(answer: Allowed) -> None:
    right = asked([replace(ROW, allowed=answer, condition="Ask first.")])
    assert (right.answer, right.condition) == (answer, "Ask first.")
    assert right.rule is not None
    assert "Serbia" in right.detail
    assert "visa-free stay" in right.detail


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, True),
        ({"basis": Basis.ANY}, True),
        ({"basis": Basis.VISA}, False),
        ({"nationalities": frozenset({"RU"})}, True),
        ({"nationalities": frozenset({"BY"})}, False),
        ({"valid_from": DAY}, True),
        ({"valid_until": DAY}, True),
        ({"valid_from": date(2022, 10, 2)}, False),
        ({"valid_until": date(2022, 9, 30)}, False),
    ],
)
def test_which_rows_hold(changes: dict[str, Any], holds: bool) -> None:
    assert (asked([replace(ROW, **changes)]).rule is not None) is holds


@pytest.mark.parametrize(
    "narrower",
    [
        {"nationalities": frozenset({"RU"})},
        {"valid_from": date(2022, 9, 1)},
    ],
)
def test_the_narrower_row_decides(narrower: dict[str, Any]) -> None:
    narrow = replace(ROW, allowed=Allowed.YES, **narrower)
    assert asked([ROW, narrow]).rule == asked([narrow, ROW]).rule == narrow


def test_the_basis_before_any_and_the_country_before_the_union() -> None:
    anyhow = replace(ROW, basis=Basis.ANY, allowed=Allowed.YES)
    assert asked([anyhow, ROW]).rule == ROW
    finland = {"country": "FI"}
    union = replace(ROW, country="EU", nationalities=frozenset({"RU"}), allowed=Allowed.YES)
    own = replace(ROW, country="FI")
    assert asked([union, own], **finland).rule == own


@pytest.mark.parametrize(
    ("bases", "answer", "basis"),
    [
        (("visa_free", "residence_permit"), Allowed.YES, Basis.RESIDENCE_PERMIT),
        (("visa_free", "visa"), Allowed.UNKNOWN, Basis.VISA),
        (("visa_free",), Allowed.NO, Basis.VISA_FREE),
        (("asylum_certificate", "visa"), Allowed.WITH_PERMISSION, Basis.ASYLUM_CERTIFICATE),
    ],
)
def test_the_best_of_several(bases: tuple[str, ...], answer: Allowed, basis: Basis) -> None:
    law = [
        ROW,
        replace(ROW, basis=Basis.RESIDENCE_PERMIT, allowed=Allowed.YES),
        replace(ROW, basis=Basis.ASYLUM_CERTIFICATE, allowed=Allowed.WITH_PERMISSION),
    ]
    right = asked(law, *bases)
    assert (right.answer, right.basis) == (answer, basis)
