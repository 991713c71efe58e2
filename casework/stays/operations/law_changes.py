"""From a draft to the register and back: what a rule editor, a second person and the replay do.

Only the law desk changes the law for everybody. A rule in force is ended and another put in its place, so
that it can always be told what was known on a day.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from casework.accounts.models import Organisation
from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.isolation import visiting
from casework.refusals import Conflict, Fault, Invalid, Refused
from casework.stays import walking
from casework.stays.drafts import ChangeDraft, RuleDraft, check_change, settled
from casework.stays.gate import change_register
from casework.stays.models import AffectedStay, ChangeStatus, LawChange, RuleStatus, Slice, StayRule, Walk
from casework.stays.register import edition, overlaps, reissued
from casework.stays.zones import local_day

# How many stays a preview looks at while its caller waits; what is left is done by the workers.
AT_ONCE = 20_000


class NotTheLawDesk(Refused):
    """The law is kept by one desk for everybody."""

    status = 403
    title = "This is not for this account"


class OwnChange(Refused):
    """Four eyes: nobody approves what they wrote."""

    status = 403
    title = "This is not for this account"


class WrongMoment(Conflict):
    """A change goes from draft to previewed, approved and replayed, and may be withdrawn."""


class RuleOverlaps(Invalid):
    """Two rules may not speak of the same people and days."""


@transaction.atomic
def draft_change(*, details: ChangeDraft, by: Actor, at: datetime) -> LawChange:
    """Raises Invalid, RuleOverlaps, NotTheLawDesk. Nothing of a refused draft is kept."""
    _check_desk(by)
    ended = list(StayRule.objects.in_force().filter(pk__in=details.ends_rules))
    check_change(details, ended, local_day(details.country, at))
    details = settled(details, ended)
    change = LawChange(
        title=details.title, country=details.country, effective_on=details.effective_on,
        reason=details.reason, keeps_entries_before=details.keeps_entries_before,
        ends_rules=list(details.ends_rules), drafted_by=by.id, created_at=at, updated_at=at,
    )  # fmt: skip
    drafts = [_drafted(row, change, at) for row in details.rules]
    _check_overlaps(change, drafts)
    change.save(force_insert=True)
    StayRule.objects.bulk_create(drafts)
    _record("drafted", change, by, at)
    return change


@transaction.atomic
def preview_change(*, change: LawChange, by: Actor, at: datetime) -> LawChange:
    """Counts at once what a caller can wait for; with very many stays the workers count the rest."""
    _check_desk(by)
    change = _locked(change)
    _check_status(change, ChangeStatus.DRAFT, ChangeStatus.PREVIEWED)
    _check_overlaps(change, list(change.rules.order_by("key")))
    change.change(status=ChangeStatus.DRAFT, previewed_at=None, updated_at=at)
    for organisation in Organisation.objects.order_by("id").values_list("id", flat=True):
        with visiting(organisation):
            AffectedStay.objects.filter(organisation_id=organisation, change=change).delete()
    walking.begin(change, Walk.PREVIEW)
    _record("previewed", change, by, at)
    looked_at = 0
    for stays in walking.steps(change, Walk.PREVIEW, at):
        looked_at += stays
        if looked_at >= AT_ONCE:
            break
    walking.finish(change, Walk.PREVIEW, at)
    return change


@transaction.atomic
def approve_change(*, change: LawChange, by: Actor, at: datetime) -> LawChange:
    """The register changes here and now; the replay then goes over every stay it touches.

    Raises NotTheLawDesk, OwnChange, WrongMoment, RuleOverlaps.
    """
    _check_desk(by)
    change_register()
    change = _locked(change)
    if by.id == change.drafted_by:
        raise OwnChange(Fault("", "Nobody approves a change of their own: ask a second person."))
    _check_status(change, ChangeStatus.PREVIEWED)
    standing = list(StayRule.objects.in_force().filter(country=change.country).order_by("key"))
    if not set(change.ends_rules) <= {row.pk for row in standing}:
        raise WrongMoment(Fault("/ends_rules", "A rule that this change ends is no longer in force."))
    drafts = list(change.rules.order_by("key"))
    _check_overlaps(change, drafts)
    done = edition(change, standing, drafts)
    _end(done.ended, change, at)
    _put_in_force([row for row in done.made if row._state.adding], change, at)
    for draft in drafts:
        _renew(draft, status=RuleStatus.IN_FORCE, in_force_at=at, updated_at=at)
    change.change(status=ChangeStatus.APPROVED, approved_by=by.id, approved_at=at, updated_at=at)
    walking.begin(change, Walk.REPLAY)
    _record("approved", change, by, at)
    return change


@transaction.atomic
def withdraw_change(*, change: LawChange, by: Actor, at: datetime) -> LawChange:
    """A draft simply ends; of an approved change the old law is put in force again and replayed back."""
    _check_desk(by)
    change_register()
    change = _locked(change)
    if change.status == ChangeStatus.WITHDRAWN:
        raise WrongMoment(Fault("/status", "This change is withdrawn already."))
    Slice.objects.filter(change=change, done_at=None).delete()
    if change.status in (ChangeStatus.APPROVED, ChangeStatus.REPLAYED):
        _take_back(change, at)
        walking.begin(change, Walk.WITHDRAWAL)
    change.change(status=ChangeStatus.WITHDRAWN, withdrawn_at=at, updated_at=at)
    _record("withdrawn", change, by, at)
    return change


def _check_desk(by: Actor) -> None:
    if by.organisation_id is None or not _is_law_desk(by.organisation_id):
        raise NotTheLawDesk(Fault("", "Only the law desk drafts, approves and withdraws changes of the law."))


def _is_law_desk(organisation_id: UUID) -> bool:
    return Organisation.objects.filter(pk=organisation_id, is_law_desk=True).exists()


def _check_status(change: LawChange, *statuses: ChangeStatus) -> None:
    if change.status not in statuses:
        needed = " or ".join(status.label.lower() for status in statuses)
        raise WrongMoment(
            Fault("/status", f"This change is {change.get_status_display().lower()}; it must be {needed}.")
        )


def _check_overlaps(change: LawChange, drafts: list[StayRule]) -> None:
    standing = list(StayRule.objects.in_force().filter(country=change.country))
    done = edition(change, standing, ())
    found = overlaps(drafts, [*done.remaining, *done.made])
    if found:
        raise RuleOverlaps(*found)


def _take_back(change: LawChange, at: datetime) -> None:
    standing = StayRule.objects.in_force()
    made = list(standing.filter(made_by=change))
    if StayRule.objects.filter(made_by=change).exclude(status=RuleStatus.IN_FORCE).exists():
        raise WrongMoment(Fault("/status", "A later change ended rules of this one: withdraw it first."))
    ended = list(StayRule.objects.filter(ended_by=change))
    _end(made, change, at, withdrawn=True)
    _put_in_force([reissued(row, row.applies_to_entries_until) for row in ended], change, at)


def _end(rows: list[StayRule], change: LawChange, at: datetime, *, withdrawn: bool = False) -> None:
    for row in rows:
        _renew(
            row, status=RuleStatus.ENDED, ended_at=at, updated_at=at,
            **({} if withdrawn else {"ended_by": change}),
        )  # fmt: skip


def _put_in_force(rows: list[StayRule], change: LawChange, at: datetime) -> None:
    for row in rows:
        row.status, row.in_force_at, row.made_by = RuleStatus.IN_FORCE, at, change
        row.created_at = row.updated_at = at
    StayRule.objects.bulk_create(rows)


def _renew(row: StayRule, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*values, "version"])


def _drafted(draft: RuleDraft, change: LawChange, at: datetime) -> StayRule:
    return StayRule(
        **draft.columns(), key=f"{draft.country.lower()}-{draft.kind}-{uuid4().hex[:12]}", made_by=change,
        status=RuleStatus.DRAFT, created_at=at, updated_at=at,
    )  # fmt: skip


def _locked(change: LawChange) -> LawChange:
    change.refresh_from_db(from_queryset=LawChange.objects.select_for_update(of=("self",)))
    return change


def _record(verb: str, change: LawChange, by: Actor, at: datetime) -> None:
    record(
        by=by, action=f"law_change.{verb}", object_type="law_change", object_id=change.pk, at=at,
        about={"country": change.country, "effective_on": change.effective_on},
    )  # fmt: skip
