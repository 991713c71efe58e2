"""Place this household: two buttons that place at once, or a form where more has to be said."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, now
from casework.backoffice.filters import typed_day
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.housing.finding import placements_of, wanted_of
from casework.backoffice.housing.forms import HOLD, HOW, PlacingForm
from casework.backoffice.housing.room import HousingRoom, unit_asked
from casework.backoffice.housing.words import moment_told, need_told, price_told
from casework.backoffice.room import address_of, note
from casework.cases import operations as cases
from casework.housing.booking import HELD_FOR
from casework.housing.models import Need
from casework.housing.wanted import asked_of


def place(room: HousingRoom, request: HttpRequest, row_id: UUID, unit_id: UUID) -> HttpResponse:
    """The buttons send what the form would; whatever is refused is asked for again, at its field."""
    need: Need = room.opened(request, row_id, Scope.HOUSING_WRITE, lock=False)
    unit, at = unit_asked(request, unit_id), now()
    note(request, "place", [unit.place])
    form = PlacingForm(request.POST or None, initial=_expected(request, need, at))

    def operate() -> str:
        values = dict(form.cleaned_data)
        hold = values.pop("how") == HOLD
        placement = cases.place_household(
            need=need, unit=unit, hold=hold, **values, by=actor_of(request), at=at
        )
        until = moment_told(at + HELD_FOR, unit.place.country)
        told = f"Held until {until}. Confirm it before then." if hold else "They have a bed."
        messages.success(request, told)
        return address_of(placement)

    question = Question(
        title=f"A bed in {unit.place}, {unit}", submit="Place them", back=address_of(need),
        lead=f"{need_told(need)}. Price: {price_told(unit)}.",
    )  # fmt: skip
    return ask(request, room.admin_site, question, [Part(form)], operate)


def _expected(request: HttpRequest, need: Need, at: datetime) -> dict[str, Any]:
    """What they still lack, or what the link says."""
    placements = placements_of(need, at)
    wanted = wanted_of(request, need, at) or asked_of(need, at)
    people, how = request.GET.get("people", ""), request.GET.get("how", "")
    known = people.isascii() and people.isdecimal() and len(people) < 5
    return {
        "starts_on": typed_day(request.GET.get("from")) or wanted.first, "ends_on": wanted.last,
        "people": int(people) if known else wanted.people, "how": how if how in dict(HOW) else HOLD,
        "split_reason": next((row.split_reason for row in placements if row.split_reason), ""),
    }  # fmt: skip
