"""Twelve weeks of looking for work: openings, people who look, applications that go well and badly."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.cases import operations as cases
from casework.intake.demo_openings import DECLINED, EMPLOYERS, TRADES, Market, Trade, paid
from casework.intake.demo_story import DAY, Story, date_back
from casework.people.models import Person
from casework.stays.details import PermitDetails
from casework.stays.operations import grant_permit
from casework.work import operations as work
from casework.work.details import NeedDetails, OpeningDetails
from casework.work.models import Application, Need, NeedStatus, Opening, OpeningStatus

OPENING = 6 / 7  # a day, in the usual demo
LOOKING = 0.45
APPLYING = 6 / 7
# Where nobody may work on the visa that they were given: a match shows it.
DUBAI = Market("AE", "Dubai", "AED", 120, 0, "ar")


def tell_of_jobs(story: Story, markets: Sequence[Market]) -> None:
    told = JobStory(story, markets)
    for number, day in enumerate(story.days()):
        told.live(day, number)
    told.offer_beyond()
    cases.tell_of_closed_openings(by=story.by, at=story.at)
    for model, action in (
        (Opening, "opening.added"),
        (Need, "work_need.added"),
        (Application, "application.proposed"),
    ):
        date_back(model, action)


class JobStory:
    def __init__(self, story: Story, markets: Sequence[Market]) -> None:
        self.story, self.markets, self.dice = story, markets, story.dice
        everybody = list(zip(story.people, story.countries, strict=True))
        at_work = {market.country for market in markets}
        self.looking = [(who, where) for who, where in everybody if where in at_work]
        self.dice.shuffle(self.looking)
        self.beyond = self.looking.pop()
        self.looking = self.looking[: round(len(self.looking) * LOOKING)]
        self.joining = len(self.looking) / len(list(story.days()))
        self.needs: list[tuple[Need, Trade]] = []
        self.openings: list[tuple[Opening, Trade]] = []
        self.waiting: list[Application] = []

    def live(self, day: date, number: int) -> None:
        for _ in range(self.story.times(OPENING)):
            self._offer(day)
        while self.looking and len(self.needs) < (number + 12) * self.joining:
            self._look(day, *self.looking.pop())
        for _ in range(self.story.times(APPLYING * (0.5 + number / 70))):
            self._apply(day)
        for application in list(self.waiting):
            if application in self.waiting and self.dice.random() < 0.16:
                self._go_on(application, day)

    def offer_beyond(self) -> None:
        """A job abroad, and somebody with a visa that does not allow it."""
        today = self.story.today
        self._offer(today, DUBAI, TRADES[0])
        person, _ = self.beyond
        visa = PermitDetails(country="AE", kind="visa", starts_on=today, ends_on=today + 59 * DAY)
        grant_permit(person=person, details=visa, **self.story.by_at(today))
        self._look(today, person, None, TRADES[0])

    def _offer(self, day: date, market: Market | None = None, trade: Trade | None = None) -> None:
        dice = self.dice
        market = market or dice.choices(self.markets, [one.share for one in self.markets])[0]
        trade = trade or dice.choices(TRADES, [one.often for one in TRADES])[0]
        pay = paid(trade, market) if dice.random() < 0.9 else {}
        spoken = dict(trade.languages) | ({market.local: "A2"} if dice.random() < 0.2 else {})
        details = OpeningDetails(
            employer=dice.choice(EMPLOYERS[trade.sector]), title=trade.title, sector=trade.sector,
            occupation=trade.occupation, country=market.country, city=market.city,
            positions=dice.randint(*trade.positions), languages=list(spoken), language_levels=spoken,
            housing_offered=dice.random() < trade.housing,
            starts_on=day + dice.randint(3, 21) * DAY,
            closes_on=day + dice.randint(14, 60) * DAY if dice.random() < 0.8 else None,
            contact=f"+000 {dice.randint(100, 999)} {dice.randint(1000, 9999)}", **pay,
        )  # fmt: skip
        opening = work.add_opening(details=details, **self.story.by_at(day))
        self.openings.append((opening, trade))

    def _look(self, day: date, person: Person, country: str | None, trade: Trade | None = None) -> None:
        dice = self.dice
        trade = trade or dice.choices(TRADES, [one.often for one in TRADES])[0]
        spoken = {"ru": "native"} | (
            {"en": dice.choice(("A2", "B1", "B2", "C1"))} if dice.random() < 0.5 else {}
        )
        cities = [market.city for market in self.markets if market.country == country]
        details = NeedDetails(
            sectors=[trade.sector], occupations=[trade.occupation], skills=trade.skills,
            languages=list(spoken), language_levels=spoken, country=country,
            city=cities[0] if cities and dice.random() < 0.8 else "",
            available_from=day + dice.randint(0, 10) * DAY,
        )  # fmt: skip
        need = work.look_for_work(person=person, details=details, **self.story.by_at(day))
        self.needs.append((need, trade))

    def _apply(self, day: date) -> None:
        """For what they know if there is such an opening, else for what there is."""
        looking = [(need, trade) for need, trade in self.needs if need.status == NeedStatus.LOOKING]
        if not looking:
            return
        need, trade = self.dice.choice(looking)
        offered = [row for row in self.openings if self._is_offered(row[0], need, day)]
        fitting = [row for row in offered if row[1].sector == trade.sector] or offered
        if not fitting:
            return
        opening, _ = self.dice.choice(fitting)
        try:
            application = work.propose(need=need, opening=opening, **self.story.by_at(day))
        except work.AlreadyProposed:
            return
        self.waiting.append(application)

    def _is_offered(self, opening: Opening, need: Need, day: date) -> bool:
        live = opening.status == OpeningStatus.OPEN and opening.positions_left > 0
        return live and opening.country == need.country and (opening.closes_on or day) >= day

    def _go_on(self, application: Application, day: date) -> None:
        luck = self.dice.random()
        if luck < 0.18:
            self._take(application, "declined", day, self.dice.choice(DECLINED))
        elif luck < 0.24:
            self._take(application, "withdrawn", day, "Has found something else.")
        else:
            after = {"proposed": "sent", "sent": "interview", "interview": "hired"}[application.status]
            self._take(application, after, day)

    def _take(self, application: Application, to: str, day: date, reason: str = "") -> None:
        asked: dict[str, Any] = {"to": to, "reason": reason, **self.story.by_at(day, hour=12)}
        try:
            cases.advance_application(application=application, **asked)
        except work.NoPositionLeft:
            told = "Every position was taken."
            cases.advance_application(application=application, **{**asked, "to": "declined", "reason": told})
        if application.status in ("hired", "declined", "withdrawn"):
            self.waiting.remove(application)
        if application.status == "hired":
            # Whoever was hired waits for no other answer.
            self.waiting = [one for one in self.waiting if one.need_id != application.need_id]
