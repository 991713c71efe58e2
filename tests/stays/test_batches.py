"""What a walk takes for granted about the calculation."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from casework.stays import rules
from casework.stays.duties import plain_reasons
from casework.stays.models import StayRule
from casework.stays.register import engine_rule

ENTRIES = (date(2022, 7, 1), date(2022, 9, 25), date(2023, 3, 1), date(2024, 6, 30), date(2026, 7, 2))
ENDS = (-400, -1, 0, 1, 29, 89, 200, 4000)


@pytest.mark.usefixtures("db")
def test_the_end_of_a_document_only_warns() -> None:
    """Groups of stays leave it out of the question, and a deadline keeps no warnings."""
    law = [engine_rule(row) for row in StayRule.objects.in_force()]
    warned = 0
    for country in sorted({rule.country for rule in law}):
        made_ready = rules.law_of(law, country, "RU")
        for entered_on, kind, biometric in product(ENTRIES, ("passport", "internal_id"), (True, False, None)):
            without = _asked(made_ready, country, entered_on, rules.HeldDocument(kind, biometric))
            for days in ENDS:
                held = rules.HeldDocument(kind, biometric, entered_on + timedelta(days))
                answer = _asked(made_ready, country, entered_on, held)
                assert _kept(answer) == _kept(without), (country, entered_on, held)
                warned += answer.warnings != without.warnings
    assert warned


def _asked(
    law: rules.CountryLaw, country: str, entered_on: date, document: rules.HeldDocument
) -> rules.Assessment:
    question = rules.Question(
        country=country, nationality="RU", on=entered_on, purpose=None, document=document,
        stays=(rules.Stay(entered_on),),
    )  # fmt: skip
    return rules.assess(question, law)


def _kept(answer: rules.Assessment) -> tuple[object, ...]:
    """What of an answer a deadline keeps."""
    return answer.last_lawful_day, answer.rule, plain_reasons(answer.reasons)
