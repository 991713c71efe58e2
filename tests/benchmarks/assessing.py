"""One assessment: a per-entry rule, and a rolling window with four stays."""

import timeit
from collections.abc import Callable, Iterator
from datetime import date

from casework.stays import rules
from tests.benchmarks.table import Figure

CALLS = 2_000
ROUNDS = 15


def measure() -> Iterator[Figure]:
    yield _figure("assess, 90 days per entry", 20, _per_entry())
    yield _figure("assess, 90 in 180 with four stays", 50, _rolling())


def _figure(what: str, aim: int, call: Callable[[], rules.Assessment]) -> Figure:
    call()
    rounds = sorted(timeit.repeat(call, number=CALLS, repeat=ROUNDS))
    median = rounds[ROUNDS // 2] / CALLS * 1e6
    least = rounds[0] / CALLS * 1e6
    return Figure(
        what, f"{median:.1f} µs", f"least {least:.1f} µs; aim {aim} µs, median is {median / aim:.2f} of it"
    )


def _per_entry() -> Callable[[], rules.Assessment]:
    row = {"kind": "per_entry_days", "days": 90}
    question = _question(rules.Stay(date(2022, 9, 25), None))
    return _asked(question, row)


def _rolling() -> Callable[[], rules.Assessment]:
    row = {"kind": "rolling_window", "days": 90, "window_days": 180}
    question = _question(
        rules.Stay(date(2022, 4, 1), date(2022, 4, 20)),
        rules.Stay(date(2022, 5, 10), date(2022, 5, 19)),
        rules.Stay(date(2022, 7, 1), date(2022, 7, 15)),
        rules.Stay(date(2022, 9, 25), None),
    )
    return _asked(question, row)


def _question(*stays: rules.Stay) -> rules.Question:
    return rules.Question(
        country="KZ", nationality="RU", on=date(2022, 10, 1), purpose=None,
        document=rules.HeldDocument("internal_id", False, None), stays=stays,
    )  # fmt: skip


def _asked(question: rules.Question, limit: dict[str, object]) -> Callable[[], rules.Assessment]:
    row = {
        "id": "x", "kind": "stay", "title": "a rule", "country": "KZ", "nationalities": ["RU"],
        "document_kinds": ["internal_id"], "limits": [limit], "source": "a law", "confidence": "high",
    }  # fmt: skip
    law = rules.Register([rules.rule_from_row(row)]).law_for("KZ", "RU")
    return lambda: rules.assess(question, law)
