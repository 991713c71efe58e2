"""A walk over every open stay that a change of the law can touch: preview, replay, withdrawal.

It is cut into slices of each organisation's arrivals. A step takes a slice that nobody holds, does one batch
of it and moves the slice's place, all in one transaction: killed anywhere, the next step goes on from there.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from casework.accounts.models import Organisation
from casework.audit.actors import system
from casework.audit.operations import record
from casework.isolation import visiting
from casework.stays import rules
from casework.stays.batches import Assessor, Reach, next_page
from casework.stays.gate import hold_still
from casework.stays.impact import figures_of
from casework.stays.models import Arrival, ChangeStatus, LawChange, Slice, StayRule, Walk
from casework.stays.moves import Found, look, write
from casework.stays.register import edition, engine_rule

# Half a second's work: who registers an arrival waits for the batch under way (see `gate`).
BATCH = 10_000
SLICES = 8  # of an organisation with more stays than a batch: enough for a few workers at once
LAST_ID = (1 << 128) - 1
AFTER = {ChangeStatus.APPROVED: Walk.REPLAY, ChangeStatus.WITHDRAWN: Walk.WITHDRAWAL}


def begin(change: LawChange, walk: Walk) -> None:
    """What an earlier walk over the same change has not done, nobody needs to do any more."""
    Slice.objects.filter(change=change, done_at=None).delete()
    Slice.objects.filter(change=change, walk=walk).delete()
    Slice.objects.bulk_create(
        Slice(change=change, walk=walk, organisation_id=organisation, first_id=first, last_id=last)
        for organisation in Organisation.objects.order_by("id").values_list("id", flat=True)
        for first, last in _parts(_open_stays(organisation, change.country))
    )


def steps(change: LawChange, walk: Walk, at: datetime) -> Iterator[int]:
    """One batch after another until no free slice is left; the stays in each. Stop between any two."""
    walker = Walker(change, walk)
    while (stays := walker.step(at)) is not None:
        yield stays


def figures(change: LawChange, walk: Walk, organisation_id: UUID | None = None) -> Counter[str]:
    slices = Slice.objects.filter(change=change, walk=walk)
    if organisation_id is not None:
        slices = slices.filter(organisation_id=organisation_id)
    total: Counter[str] = Counter()
    for counted in slices.values_list("figures", flat=True):
        total.update(counted)
    return total


def go_on(*, at: datetime, most: int = 1_000_000) -> int:
    """Whatever walk is not at its end, from where it stands; the batches done. For the worker's tick.

    Each batch is a transaction of its own, so this stands outside of any other.
    """
    done = 0
    # An end that nobody has noted is noted here: whoever did the last batch may have died after it.
    at_work = Q(slices__done_at=None) | Q(status__in=[ChangeStatus.APPROVED, ChangeStatus.DRAFT])
    changes = LawChange.objects.filter(at_work, slices__isnull=False).distinct()
    for change in changes.order_by("created_at"):
        walk = AFTER.get(ChangeStatus(change.status), Walk.PREVIEW)
        for _ in steps(change, walk, at):
            done += 1
            if done >= most:
                return done
        with transaction.atomic():
            change.refresh_from_db(from_queryset=LawChange.objects.select_for_update(of=("self",)))
            finish(change, walk, at)
    return done


def finish(change: LawChange, walk: Walk, at: datetime) -> None:
    """The change is locked. Nothing happens while a slice is still under way elsewhere."""
    if Slice.objects.filter(change=change, walk=walk, done_at=None).exists():
        return
    if walk == Walk.PREVIEW and change.status == ChangeStatus.DRAFT:
        change.change(status=ChangeStatus.PREVIEWED, previewed_at=at, updated_at=at)
    elif walk == Walk.REPLAY and change.status == ChangeStatus.APPROVED:
        change.change(status=ChangeStatus.REPLAYED, replayed_at=at, updated_at=at)


class Walker:
    """Keeps between batches what the engine has answered under one register."""

    def __init__(self, change: LawChange, walk: Walk) -> None:
        self.change, self.walk = change, walk
        self._rule_ids: list[str] = []
        self._assessor = Assessor(())

    def step(self, at: datetime) -> int | None:
        """How many stays were looked at; None: there is nothing free to do."""
        with transaction.atomic():
            _plan_plainly()
            free = Slice.objects.select_for_update(skip_locked=True)
            part = free.filter(change=self.change, walk=self.walk, done_at=None).order_by("id").first()
            if part is None:
                return None
            if self.walk != Walk.PREVIEW:
                hold_still()
            with visiting(part.organisation_id):
                return self._batch(part, at)

    def _batch(self, part: Slice, at: datetime) -> int:
        standing, reach = law_and_reach(self.change, self.walk)
        if [rule.id for rule in standing] != self._rule_ids:
            self._rule_ids, self._assessor = [rule.id for rule in standing], Assessor(standing)
        page = next_page(part.organisation_id, reach, part.first_id, part.last_id, part.after_id, BATCH)
        moved = 0
        if page is not None:
            found = list(self._assessor.duties(part.organisation_id, page.groups))
            moved = self._look(part, found) if self.walk == Walk.PREVIEW else self._write(part, found, at)
            part.after_id = page.last_id
            part.seen += page.stays
            part.moved += moved
        if page is None or page.stays < BATCH:
            part.done_at = at
        part.save(update_fields=["after_id", "seen", "moved", "figures", "done_at"])
        if page is not None and self.walk != Walk.PREVIEW:
            record(
                by=system("law", part.organisation_id), action=f"law_change.{self.walk}",
                object_type="law_change", object_id=self.change.pk, at=at,
                about={"first": page.first_id, "last": page.last_id, "stays": page.stays, "moved": moved},
            )  # fmt: skip
        return page.stays if page else 0

    def _write(self, part: Slice, found: Found, at: datetime) -> int:
        return write(
            found, organisation_id=part.organisation_id, country=self.change.country,
            change=self.change.pk, why=f"law_change.{self.walk}", at=at,
        )  # fmt: skip

    def _look(self, part: Slice, found: Found) -> int:
        changed = look(found, organisation_id=part.organisation_id, change=self.change.pk)
        counted = Counter(part.figures)
        counted.update(figures_of(changed, self.change.effective_on))
        part.figures = dict(counted)
        return sum(changed.values())


def law_and_reach(change: LawChange, walk: Walk) -> tuple[list[rules.Rule], Reach]:
    """The country's law as the walk assumes it, and which entries the change speaks of."""
    standing = list(StayRule.objects.in_force().filter(country=change.country).order_by("key"))
    drafts = list(StayRule.objects.filter(made_by=change, replaces=None).order_by("key"))
    ended = list(StayRule.objects.filter(pk__in=change.ends_rules))
    if walk == Walk.PREVIEW:
        law = edition(change, standing, drafts).engine_rules()
    else:
        law = [engine_rule(row) for row in standing]
    return law, _reach(change, [*drafts, *ended])


def _reach(change: LawChange, touched: Sequence[StayRule]) -> Reach:
    starts = [rule.applies_to_entries_from or date.min for rule in touched]
    ends = [rule.applies_to_entries_until or date.max for rule in touched]
    people = [rule.nationalities for rule in touched]
    return Reach(
        country=change.country,
        nationalities=sorted({code for codes in people for code in codes}) if all(people) else None,
        entered_from=max(min(starts, default=date.min), date(1, 1, 1)),
        entered_until=max(ends, default=date.max),
    )


def _plan_plainly() -> None:
    """Compiling such a statement anew for each batch takes longer than it saves."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")


def _parts(stays: int) -> Iterator[tuple[UUID, UUID]]:
    count = SLICES if stays > BATCH else 1
    size = (LAST_ID + 1) // count
    for number in range(count):
        yield UUID(int=number * size), UUID(int=(number + 1) * size - 1)


def _open_stays(organisation_id: UUID, country: str) -> int:
    with visiting(organisation_id):
        return Arrival.objects.open().filter(organisation_id=organisation_id, country=country).count()
