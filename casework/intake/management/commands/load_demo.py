import json
import os
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.core.management.base import BaseCommand
from django.utils import timezone

from casework.accounts.models import Organisation, User
from casework.accounts.operations import add_client, add_user, create_organisation
from casework.accounts.roles import Role, Scope
from casework.audit.actors import Actor, system
from casework.cases.operations import Registered, register_arrival
from casework.intake.demo import ALMATY, TBILISI, Crossing, Invented, invent
from casework.intake.demo_beds import tell_of_beds
from casework.intake.demo_jobs import tell_of_jobs
from casework.intake.demo_openings import WORK_NEAR_ALMATY, WORK_NEAR_TBILISI
from casework.intake.demo_places import NEAR_ALMATY, NEAR_TBILISI
from casework.intake.demo_story import Story
from casework.isolation import acting_for
from casework.people.models import Household
from casework.people.operations import DocumentTaken
from casework.stays.operations import mark_met

USUAL_SIZE = 240
BATCH = 50
TOGETHER = 0.45
ORGANISATIONS: tuple[dict[str, Any], ...] = (
    {
        "name": "Open Door Tbilisi", "country": "GE", "city": "Tbilisi", "time_zone": "Asia/Tbilisi",
        "language": "en", "is_law_desk": True, "crossings": TBILISI, "share": 0.6, "short": "tbilisi",
        "towns": NEAR_TBILISI, "markets": WORK_NEAR_TBILISI,
    },
    {
        "name": "Steppe Aid Almaty", "country": "KZ", "city": "Almaty", "time_zone": "Asia/Almaty",
        "language": "ru", "is_law_desk": False, "crossings": ALMATY, "share": 0.4, "short": "almaty",
        "towns": NEAR_ALMATY, "markets": WORK_NEAR_ALMATY,
    },
)  # fmt: skip
FULL_NAMES = {
    Role.CASEWORKER: "Nino Beridze", Role.SUPERVISOR: "Levan Gelashvili", Role.INTAKE: "Tamar Lomidze",
    Role.LEGAL: "Ana Kiknadze", Role.AUDITOR: "Irakli Tsiklauri", Role.ADMINISTRATOR: "Salome Maisuradze",
    Role.RULE_EDITOR: "Giorgi Kapanadze", Role.RULE_REVIEWER: "Eka Chkheidze",
}  # fmt: skip


class Command(BaseCommand):
    help = "Fill an empty instance with two invented organisations and write demo.json beside the data."

    def handle(self, *args: Any, **options: Any) -> None:
        if Organisation.objects.exists():
            self.stdout.write("There is data already: the demo is not loaded.")
            return
        at = timezone.now()
        demo: dict[str, Any] = {
            "base_url": settings.BASE_URL, "staff": [], "partners": [], "mail": str(settings.HOME / "mail")
        }  # fmt: skip
        for number, plan in enumerate(ORGANISATIONS):
            self._load(number, plan, demo, at)
        _write(demo)
        self.stdout.write("The demo is loaded.")

    def _load(self, number: int, plan: dict[str, Any], demo: dict[str, Any], at: datetime) -> None:
        organisation = create_organisation(
            **{key: plan[key] for key in ("name", "country", "city", "time_zone", "language", "is_law_desk")},
            at=at,
        )
        by = system("demo", organisation.pk)
        with acting_for(organisation.pk), _quickly_hashed():
            _staff(organisation, plan["short"], demo, by, at)
            _partners(organisation, demo, by, at)
        size = settings.DEMO if settings.DEMO >= 100 else USUAL_SIZE
        registered = _people(organisation, plan["crossings"], round(size * plan["share"]), number, by, at)
        _beds_and_jobs(organisation, plan, registered, number, at)


@contextmanager
def _quickly_hashed() -> Iterator[None]:
    """Secrets that are long and random: nobody guesses them, however quickly a guess is tried.

    At the first sign-in a password is hashed anew, as slowly as any other.
    """
    hasher = cast(PBKDF2PasswordHasher, get_hasher())
    hasher.iterations = 1000
    try:
        yield
    finally:
        del hasher.iterations  # what its class says


def _staff(organisation: Organisation, short: str, demo: dict[str, Any], by: Actor, at: datetime) -> None:
    for role in Role:
        password = secrets.token_urlsafe(12)
        username = f"{role}.{short}"
        user: User = add_user(
            organisation=organisation, username=username, password=password, role=role,
            email=f"{username}@example.org", full_name=FULL_NAMES[role], language="en", by=by, at=at,
        )  # fmt: skip
        demo["staff"].append(
            {"organisation": organisation.name, "role": user.role, "username": username, "password": password}
        )


def _partners(organisation: Organisation, demo: dict[str, Any], by: Actor, at: datetime) -> None:
    everything = [str(scope) for scope in Scope]
    reading = [scope for scope in everything if scope.endswith(":read")]
    clients = [("border desk app", everything), ("reader app", reading)]
    if organisation.is_law_desk:  # nobody approves a change of their own
        clients.append(("rule reviewer app", ["rules:read", "rules:write"]))
    for name, scopes in clients:
        issued = add_client(
            organisation=organisation, name=f"{organisation.city} {name}", scopes=scopes, by=by, at=at
        )
        demo["partners"].append(
            {
                "organisation": organisation.name,
                "client_id": issued.client.client_id,
                "client_secret": issued.secret,
                "scopes": scopes,
            }
        )


def _people(
    organisation: Organisation, crossings: tuple[Crossing, ...], size: int, seed: int, by: Actor, at: datetime
) -> list[Registered]:
    """Some stay together with whoever came before them."""
    dice = random.Random(f"{seed}, families")  # noqa: S311  # a demo must repeat itself
    people, found = islice(invent(crossings, at.date(), seed), size), list[Registered]()
    while batch := list(islice(people, BATCH)):
        with acting_for(organisation.pk):
            for invented in batch:
                before = found[-1] if found and dice.random() < TOGETHER else None
                together = before is not None and before.arrival.country == invented.arrival.country
                household = before.person.household if before and together else None
                found += _register(invented, household, by, at)
    return found


def _register(
    invented: Invented, household: Household | None, by: Actor, at: datetime
) -> Iterator[Registered]:
    try:
        registered = register_arrival(
            person=invented.person, document=invented.document, arrival=invented.arrival,
            household=household, by=by, at=at, look_for_duplicates=False,
        )  # fmt: skip
    except DocumentTaken:
        return  # the dice gave one number twice
    past = registered.arrival.deadlines.filter(status="open", due_on__lt=at.date())
    for deadline in past if not registered.case.number.endswith("7") else ():
        mark_met(deadline=deadline, by=by, at=at)  # most people did register
    yield registered


def _beds_and_jobs(
    organisation: Organisation, plan: dict[str, Any], registered: list[Registered], seed: int, at: datetime
) -> None:
    """As their caseworker would have told it to Casework, day by day."""
    with acting_for(organisation.pk):
        story = Story(
            country=organisation.country, people=[one.person for one in registered],
            countries=[one.arrival.country for one in registered], at=at, seed=seed,
            by=User.objects.get(organisation=organisation, role=Role.CASEWORKER).as_actor(),
        )  # fmt: skip
        tell_of_beds(story, plan["towns"])
        tell_of_jobs(story, plan["markets"])


def _write(demo: dict[str, Any]) -> None:
    path = settings.HOME / "demo.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(demo, file, ensure_ascii=False, indent=2)
