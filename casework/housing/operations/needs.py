"""Who asks for a bed, and who was turned away."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from casework.accounts.models import Organisation
from casework.audit.actors import Actor
from casework.housing.checks import LONG, check_need, check_turned_away
from casework.housing.details import NeedDetails, TurnedAwayDetails
from casework.housing.locking import lock_need
from casework.housing.models import Need, NeedStatus, Placement, TurnedAway
from casework.housing.room import TooMany, sold_to
from casework.housing.rules import highest, raised
from casework.housing.sentences import persons
from casework.housing.standing import stand, today_of, withdraw
from casework.housing.trail import differing, record_on
from casework.people.cities import city_key
from casework.people.entered import check_text, tidy_city
from casework.people.models import Household
from casework.refusals import Conflict, Fault, Faults
from casework.stays.zones import local_day


class NeedWithdrawn(Conflict):
    """Nobody waits any more."""


class HasBeds(Conflict):
    """The household has beds: they are given back first."""


@transaction.atomic
def ask_for_bed(
    *, household: Household | None, details: NeedDetails, by: Actor, at: datetime, id: UUID | None = None
) -> Need:
    """Into the waiting list; nights that have passed may be written down too. Raises Invalid.

    `id`: given by a door that knows a request that it has seen; null: a new one.
    """
    details = _checked(details)
    need = Need(id=id or uuid4(), organisation_id=by.organisation, household=household, **_columns(details))
    need.save(force_insert=True)
    need.refresh_from_db(fields=["created_at", "updated_at", "rank"])  # the database wrote them
    about = {"household": need.household_id, "people": need.people, "priority": need.priority}
    record_on("bed_need.asked", need, by, at, about)
    return need


@transaction.atomic
def change_need(
    *, need: Need, details: NeedDetails, household: Household | None = None, by: Actor, at: datetime
) -> Need:
    """Its turn is by when it was first asked. Raises Invalid, NeedWithdrawn, or TooMany.

    `household`: whose it turns out to be; null leaves it whose it is.
    """
    details = _checked(details)
    need = _waiting_or_placed(need)
    changed = differing(need, _columns(details))
    if household is not None and need.household_id != household.pk:
        changed["household"] = household
    if not changed:
        return need
    _check_beds(need, details.people, at)
    stand(need, at, **changed)
    need.refresh_from_db(fields=["rank"])
    record_on("bed_need.changed", need, by, at, {"fields": sorted(changed)})
    return need


@transaction.atomic
def withdraw_need(*, need: Need, reason: str = "", by: Actor, at: datetime) -> Need:
    """What was asked stays, with the reason behind it.

    Raises Invalid, NeedWithdrawn, or HasBeds while it has a bed that is not yet slept in to the end.
    """
    faults = Faults()
    check_text(faults, "/reason", reason, LONG, lines=True)
    faults.refuse()
    need = _waiting_or_placed(need)
    if Placement.objects.filter(need=need, ends_on__gte=today_of(need, at)).live(at).exists():
        raise HasBeds(Fault("/status", "The household has a bed: end or cancel that first."))
    withdraw(need, reason, at)
    record_on("bed_need.withdrawn", need, by, at)
    return need


@transaction.atomic
def record_turned_away(
    *, details: TurnedAwayDetails, by: Actor, at: datetime, id: UUID | None = None
) -> TurnedAway:
    """A request without a bed, in the organisation's own country unless another is named. `id`: as above."""
    country = details.country or Organisation.objects.get(pk=by.organisation).country
    details = replace(details, country=country, city=tidy_city(details.city))
    faults = Faults()
    check_turned_away(details, local_day(country, at), faults)
    faults.refuse()
    columns = {**asdict(details), "city_key": city_key(details.city)}
    turned_away = TurnedAway(id=id or uuid4(), organisation_id=by.organisation, **columns)
    turned_away.save(force_insert=True)
    about = {"on": details.on, "country": country, "people": details.people}
    record_on("turned_away.recorded", turned_away, by, at, about)
    return turned_away


def _checked(details: NeedDetails) -> NeedDetails:
    faults = Faults()
    check_need(details, faults)
    faults.refuse()
    grounds = tuple(dict.fromkeys(details.grounds))
    return replace(details, grounds=grounds, city=tidy_city(details.city))


def _columns(details: NeedDetails) -> dict[str, Any]:
    return {
        **asdict(details), "grounds": list(details.grounds), "city_key": city_key(details.city),
        "priority": raised(details.priority, details.grounds), "priority_asked": details.priority,
    }  # fmt: skip


def _waiting_or_placed(need: Need) -> Need:
    need = lock_need(need.pk)
    if need.status == NeedStatus.WITHDRAWN:
        raise NeedWithdrawn(Fault("/status", "This need was withdrawn: ask anew."))
    return need


def _check_beds(need: Need, people: int, at: datetime) -> None:
    live = list(Placement.objects.filter(need=need).live(at).values_list("starts_on", "ends_on"))
    if not live or people >= need.people:
        return
    first, last = min(starts for starts, _ in live), max(ends for _, ends in live)
    most = highest(sold_to(need, first, last, at), first, last)
    if most > people:
        raise TooMany(Fault("/people", f"{persons(most)} of it have a bed: change that first."))
