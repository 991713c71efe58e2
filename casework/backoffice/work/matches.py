"""What fits, as a caseworker reads it: the best first, what speaks for it and against, may they do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from casework.work.matching import Match
from casework.work.models import Need, Opening
from casework.work.rules import Note

PER_PAGE = 10
# Told by a chip and a sentence of its own.
OF_RIGHT = frozenset({"may_work", "may_not_work", "with_permission", "right_unknown"})
# On the opening's own page its facts stand beside the list.
OF_OPENING = frozenset({"pay_given", "pay_unknown", "positions_left", "housing_offered", "opens_later"})
CANNOT_PROPOSE = frozenset({"already_applied", "no_position_left"})


@dataclass(frozen=True)
class Shown:
    match: Match[Any]
    reasons: list[Note]
    against: list[Note]
    may_propose: bool


def shown_of(match: Match[Any]) -> Shown:
    told_already = OF_RIGHT | (OF_OPENING if isinstance(match.row, Need) else frozenset())
    return Shown(
        match,
        [note for note in match.fit.reasons if note.code not in told_already],
        [note for note in match.fit.against if note.code not in told_already],
        not any(note.code in CANNOT_PROPOSE for note in match.fit.against),
    )


def paged(request: HttpRequest, matches: Sequence[Match[Any]]) -> tuple[Page[Any], list[Shown]]:
    page: Page[Any] = Paginator(matches, PER_PAGE).get_page(request.GET.get("matches"))
    return page, [shown_of(match) for match in page.object_list]


def needs_in(shown: Sequence[Shown]) -> list[Need]:
    return [one.match.row for one in shown if isinstance(one.match.row, Need)]


def openings_in(shown: Sequence[Shown]) -> list[Opening]:
    return [one.match.row for one in shown if isinstance(one.match.row, Opening)]
