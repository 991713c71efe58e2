"""An application's steps: each pair of states, allowed or not."""

from __future__ import annotations

from itertools import product

import pytest

from casework.work.rules import LIVE, STEPS, Step, refusal

ALLOWED = {
    ("proposed", "sent"), ("sent", "interview"), ("interview", "hired"),
    *product(("proposed", "sent", "interview"), ("declined", "withdrawn")),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(Step, Step)))
def test_every_pair(before: Step, after: Step) -> None:
    refused = refusal(before, after, "a reason")
    assert (refused is None) == ((before.value, after.value) in ALLOWED)
    assert refused is None or refused[0] == "/status"


@pytest.mark.parametrize("before", sorted(LIVE))
@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_declined_says_why(before: Step, reason: str) -> None:
    refused = refusal(before, Step.DECLINED, reason)
    assert refused is not None
    assert refused[0] == "/reason"


def test_withdrawn_may_be_silent() -> None:
    assert all(refusal(before, Step.WITHDRAWN, "") is None for before in STEPS)


def test_the_refusal_names_what_is_possible() -> None:
    assert refusal(Step.PROPOSED, Step.HIRED, "") == (
        "/status",
        "From proposed it goes to sent, declined or withdrawn.",
    )
    assert refusal(Step.HIRED, Step.DECLINED, "x") == (
        "/status",
        "This application is hired: it goes no further.",
    )
