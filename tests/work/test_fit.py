"""How well a person and an opening fit: each thing that speaks for or against, by its code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from casework.work.rules import Allowed, Basis, Fit, Offer, Right, Wanted, compare
from casework.work.rules.fit import WORTH

TODAY = date(2022, 10, 1)
WANTED = Wanted(
    sectors=["F"], occupations=["7112"], country="GE", city="Tbilisi", city_key="tbilisi",
    languages=["ru"], language_levels={"ru": "native"},
)  # fmt: skip
OFFER = Offer(
    title="Bricklayer", sector="F", occupation="7112", country="GE", city="Tbilisi", city_key="tbilisi",
    positions_left=2,
)  # fmt: skip
MAY = Right(Allowed.YES, Basis.VISA_FREE, None, "May work.")


def fit(
    wanted: dict[str, Any] | None = None, offer: dict[str, Any] | None = None, right: Right = MAY,
    applied: bool = False,
) -> Fit:  # fmt: skip
    return compare(
        replace(WANTED, **wanted or {}), replace(OFFER, **offer or {}), right, TODAY, applied=applied
    )


def codes(found: Fit) -> set[str]:
    return {note.code for note in (*found.reasons, *found.against)}


@pytest.mark.parametrize(
    ("wanted", "offer", "code", "fits"),
    [
        ({}, {}, "same_occupation", True),
        # One sub-major group: 71, building.
        ({}, {"occupation": "7122", "sector": "C"}, "near_occupation", True),
        ({}, {"occupation": "7114", "sector": "C"}, "near_occupation", True),
        ({}, {"occupation": "5120"}, "same_sector", True),
        ({}, {"occupation": "5120", "sector": "I"}, "other_work", False),
        ({"skills": ["brick"]}, {"occupation": "5120", "sector": "I"}, "skill", True),
        ({}, {}, "same_city", True),
        ({}, {"city": "Batumi", "city_key": "batumi"}, "other_city", True),
        ({}, {"country": "AM", "city": "Yerevan", "city_key": "yerevan"}, "other_country", False),
        ({}, {"languages": ["ru"]}, "language_known", True),
        ({}, {"languages": ["ru-GE"], "language_levels": {"ru-GE": "C1"}}, "language_known", True),
        ({}, {"languages": ["ka"]}, "language_missing", False),
        ({"language_levels": {"ru": "B1"}}, {"languages": ["ru"], "language_levels": {"ru": "B2"}}, "language_level_low", True),
        ({"language_levels": {}}, {"languages": ["ru"], "language_levels": {"ru": "A1"}}, "language_level_unknown", True),
        ({"available_from": date(2022, 10, 9)}, {"starts_on": date(2022, 10, 9)}, "available", True),
        ({"available_from": date(2022, 10, 10)}, {"starts_on": date(2022, 10, 9)}, "starts_before_available", False),
        ({"available_from": date(2022, 9, 1)}, {"starts_on": date(2022, 8, 1)}, "available", True),
        ({}, {"opens_on": date(2022, 10, 2)}, "opens_later", True),
        ({}, {"housing_offered": True}, "housing_offered", True),
        ({}, {"pay": Decimal("90.00"), "currency": "GEL", "pay_per": "day"}, "pay_given", True),
        ({}, {}, "pay_unknown", True),
        ({}, {}, "positions_left", True),
        ({}, {"positions_left": 0}, "no_position_left", False),
    ],
)  # fmt: skip
def test_note(wanted: dict[str, Any], offer: dict[str, Any], code: str, fits: bool) -> None:
    found = fit(wanted, offer)
    assert code in codes(found)
    side = found.reasons if WORTH[code] > 0 else found.against
    [note] = [note for note in side if note.code == code]
    assert note.detail.endswith(".")
    assert found.fits is fits


def test_nothing_said_is_nothing_against() -> None:
    found = compare(Wanted(), OFFER, MAY, TODAY)
    assert codes(found) == {"pay_unknown", "positions_left", "may_work"}
    assert found.fits


@pytest.mark.parametrize(
    ("answer", "code", "fits"),
    [
        (Allowed.YES, "may_work", True), (Allowed.WITH_PERMISSION, "with_permission", True),
        (Allowed.UNKNOWN, "right_unknown", True), (Allowed.NO, "may_not_work", False),
    ],
)  # fmt: skip
def test_the_right_to_work_is_flagged(answer: Allowed, code: str, fits: bool) -> None:
    found = fit(right=Right(answer, Basis.VISA, None, "So it is.", "Ask first."))
    [note] = [note for note in (*found.reasons, *found.against) if note.code == code]
    assert note.detail == "So it is. Ask first."
    assert found.fits is fits


def test_who_is_proposed_already() -> None:
    assert not fit(applied=True).fits


def test_the_better_fit_stands_before() -> None:
    exact, near = fit(), fit(offer={"occupation": "7114"})
    elsewhere, other = fit(offer={"city_key": "batumi"}), fit(offer={"occupation": "5120", "sector": "I"})
    assert exact.score > near.score
    assert exact.score > elsewhere.score > other.score
