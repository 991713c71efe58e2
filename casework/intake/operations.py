"""A volunteer's file becomes people: all good rows in one transaction, each row whole."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from casework.accounts.models import Organisation, User
from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.cases.operations import register_arrival
from casework.intake.spreadsheet import Parsed, RowError, RowWarning, StagedArrival
from casework.people.details import DocumentDetails, PersonDetails
from casework.refusals import Fault, Invalid, Refused
from casework.stays.details import ArrivalDetails

COLUMNS = {"issuing_country": "nationality", "kind": "document", "preferred_language": "language"}


@dataclass(frozen=True)
class Loaded:
    """How a file came in: rows that became arrivals, and every row that did not, with its reason."""

    rows: tuple[int, ...]
    rejected: tuple[RowError, ...]
    warnings: tuple[RowWarning, ...]


@transaction.atomic
def load_arrivals(*, parsed: Parsed, organisation: Organisation, by: Actor, at: datetime) -> Loaded:
    """Good rows that the file office refuses (a document already recorded) join the rejected ones."""
    colleagues = {user.username: user for user in organisation.users.filter(is_active=True)}
    rows: list[int] = []
    rejected = list(parsed.bad)
    for staged in parsed.good:
        try:
            _register(staged, organisation, colleagues, by, at)
        except Refused as refused:
            rejected.extend(_row_error(staged.row, fault) for fault in refused.faults)
        else:
            rows.append(staged.row)
    record(
        by=by, action="import.loaded", object_type="import", at=at,
        about={"rows_loaded": len(rows), "rows_rejected": len({error.row for error in rejected})},
    )  # fmt: skip
    return Loaded(tuple(rows), tuple(sorted(rejected, key=lambda error: error.row)), parsed.warnings)


@transaction.atomic
def _register(
    staged: StagedArrival, organisation: Organisation, colleagues: dict[str, User], by: Actor, at: datetime
) -> None:
    if staged.assigned and staged.assigned not in colleagues:
        raise Invalid(Fault("/assigned", "Nobody of that user name works here."))
    person = asdict(staged.person)
    register_arrival(
        person=PersonDetails(
            **{**person, "preferred_language": person["preferred_language"] or organisation.language}
        ),
        document=DocumentDetails(**asdict(staged.document)) if staged.document else None,
        arrival=ArrivalDetails(**asdict(staged.entry)),
        assigned_to=colleagues.get(staged.assigned),
        by=by,
        at=at,
        look_for_duplicates=False,
    )


def _row_error(row: int, fault: Fault) -> RowError:
    """The column that a fault's pointer stands for: the last part of it, in the words of the file."""
    field = fault.pointer.rsplit("/", 1)[-1]
    return RowError(row, COLUMNS.get(field, field or "row"), "refused", fault.detail)
