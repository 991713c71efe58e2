"""The work board: who is how far with which opening, a column for each step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from casework.backoffice.asked import now, organisation_of
from casework.backoffice.filters import in_my_cases
from casework.backoffice.room import BoundedPaginator
from casework.backoffice.work.room import cities_in, in_city, openings_of, sectors_in
from casework.backoffice.work.words import FORWARD, STEP_BUTTONS, pay_of
from casework.stays.zones import local_day
from casework.work.models import Application
from casework.work.queries import stays_of
from casework.work.rules import LIVE, OVER, Right, Step

COLUMNS = (Step.PROPOSED, Step.SENT, Step.INTERVIEW, Step.HIRED)
EMPTY = {
    Step.PROPOSED: "Nobody is proposed. Propose people from an opening or from somebody who looks for work.",
    Step.SENT: "Nothing waits for an employer.", Step.INTERVIEW: "Nobody is invited.",
    Step.HIRED: "Nobody was hired yet.", Step.DECLINED: "Nobody was declined.",
    Step.WITHDRAWN: "Nothing was withdrawn.",
}  # fmt: skip
LATELY = timedelta(days=30)
MOST, PER_PAGE = 12, 48


@dataclass(frozen=True)
class Asked:
    """What the board is narrowed to, as it stands in the address."""

    city: str = ""
    sector: str = ""
    mine: bool = False
    step: Step | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        step = request.GET.get("step", "")
        return cls(
            request.GET.get("city", ""), request.GET.get("sector", ""),
            request.GET.get("whose") == "mine",
            Step(step) if step in set(Step) else None,
        )  # fmt: skip

    def address(self, step: Step | str = "") -> str:
        asked = {"city": self.city, "sector": self.sector, "whose": "mine" if self.mine else "", "step": step}
        return "?" + urlencode({name: str(value) for name, value in asked.items() if value})


@dataclass(frozen=True)
class Card:
    application: Application
    right: Right | None
    pay: str
    forward: Step | None
    forward_told: str
    is_live: bool


@dataclass(frozen=True)
class Column:
    step: Step
    count: int
    cards: Sequence[Card]
    all: str
    empty: str

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True)
class Board:
    """`columns` when everything is shown, `page` when one step is, page by page."""

    asked: Asked
    columns: list[Column]
    lately: list[tuple[Step, int, str]]
    page: Page[Application] | None
    cities: list[tuple[str, str]]
    sectors: list[tuple[str, str]]

    @property
    def applications(self) -> list[Application]:
        return [card.application for column in self.columns for card in column.cards]

    @property
    def days_lately(self) -> int:
        return LATELY.days


def board(request: HttpRequest) -> Board:
    asked, at = Asked.of(request), now()
    rows = _narrowed(request, asked)
    counts = _counts(rows, at)
    page = None
    if asked.step is not None:
        page = BoundedPaginator(in_order(rows, asked.step), PER_PAGE).get_page(request.GET.get("page"))
        taken = {asked.step: list(page.object_list)}
    else:
        taken = {step: list(in_order(rows, step)[:MOST]) for step in COLUMNS}
    cards = iter(cards_of([row for found in taken.values() for row in found], at))
    columns = [
        Column(step, counts[step], [next(cards) for _ in found], asked.address(step), EMPTY[step])
        for step, found in taken.items()
    ]
    lately = [(step, counts[f"{step}_lately"], asked.address(step)) for step in sorted(OVER)]
    openings = openings_of(request).filter(Exists(Application.objects.filter(opening=OuterRef("pk"))))
    cities, sectors = cities_in(openings, asked.city), sectors_in(openings, asked.sector)
    return Board(asked, columns, lately, page, cities, sectors)


def in_order(rows: QuerySet[Application], step: Step) -> QuerySet[Application]:
    """Who waits longest stands first; of what is over, the newest."""
    return rows.filter(status=step.value).order_by("updated_at" if step in LIVE else "-updated_at", "pk")


def cards_of(applications: Sequence[Application], at: datetime) -> list[Card]:
    """Whether they may do it is asked for those who wait for an answer: four queries for all."""
    waiting = [application for application in applications if application.status in LIVE]
    rights = rights_for(waiting, at)
    return [
        Card(
            application, rights.get(application.pk), pay_of(application.opening),
            FORWARD.get(application.status), STEP_BUTTONS.get(FORWARD.get(application.status, ""), ""),
            application.status in LIVE,
        )
        for application in applications
    ]  # fmt: skip


def rights_for(applications: Iterable[Application], at: datetime) -> dict[Any, Right]:
    """On the day on which the work would begin."""
    rows = list(applications)
    stays = stays_of({row.need.person for row in rows}, {row.opening.country for row in rows})
    found = {}
    for row in rows:
        today = local_day(row.opening.country, at)
        day = max(row.opening.starts_on or today, today)
        found[row.pk] = stays.right(row.need.person_id, row.opening.country, day)
    return found


def _narrowed(request: HttpRequest, asked: Asked) -> QuerySet[Application]:
    rows = Application.objects.filter(organisation_id=organisation_of(request).pk)
    rows = rows.select_related("need__person", "opening").defer("opening__contact")
    if asked.city:
        rows = rows.filter(in_city(asked.city, "opening__"))
    if asked.sector:
        rows = rows.filter(opening__sector=asked.sector)
    return rows.filter(in_my_cases(request, "need__person__household_id")) if asked.mine else rows


def _counts(rows: QuerySet[Application], at: datetime) -> dict[str, int]:
    of_step = {step.value: Count("pk", filter=Q(status=step.value)) for step in Step}
    lately = {
        f"{step}_lately": Count("pk", filter=Q(status=step.value, updated_at__gte=at - LATELY))
        for step in OVER
    }
    return rows.aggregate(**of_step, **lately)
