from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.accounts.roles import Scope
from casework.api.pagination import Row
from casework.api.resource import Creates, Resource
from casework.api.v1.law_change_answer import LawChangeAnswer, impacts_of, rules_of
from casework.api.v1.law_change_asked import LawChangeAsked, LawChangesQuery, draft_of
from casework.audit.operations import record_read
from casework.stays.foreseen import progress_of
from casework.stays.models import LawChange
from casework.stays.operations import approve_change, draft_change, preview_change, withdraw_change

COLUMNS = (
    *("id", "title", "country", "effective_on", "reason", "keeps_entries_before", "ends_rules", "status"),
    *("previewed_at", "approved_at", "replayed_at", "withdrawn_at", "created_at", "updated_at"),
)


class LawChanges(Creates, Resource):
    """Changes of the law: drafted, previewed, approved by a second person, replayed over every open stay.

    Only the law desk drafts, previews, approves and withdraws; nobody approves a change of their own.
    """

    model, columns, object_type = LawChange, COLUMNS, "law_change"
    read_scope, write_scope = Scope.RULES_READ, Scope.RULES_WRITE
    query, asks, answers = LawChangesQuery, LawChangeAsked, LawChangeAnswer
    lookups = {"country": "country", "status": "status"}

    def scoped(self) -> QuerySet[Any]:
        return LawChange.objects.all()

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        ids = [row["id"] for row in rows]
        rules, progress = rules_of(ids), progress_of(ids)
        impacts = impacts_of(rows, self.by, with_list=self.action != "list")
        return [
            {name: row[name] for name in COLUMNS}
            | {
                "rules": rules.get(row["id"], []),
                "impact": impacts.get(row["id"]),
                "progress": progress.get(row["id"]),
            }
            for row in rows
        ]

    def shown(self, row: Row, status: int = 200) -> Response:
        response = super().shown(row, status)
        told = (response.data or {}).get("impact") or {}
        if stays := told.get("own", {}).get("list"):
            ids = [stay["arrival"] for stay in stays]
            where = f"api:{self.request.path}"
            record_read(by=self.by, object_type="arrival", object_ids=ids, at=self.at, where=where)
        return response

    def saw(self, ids: Sequence[Any]) -> None:
        """A change of the law is nobody's personal data; whose stays it moves is told of in `shown`."""

    def post_values(self, values: Row) -> UUID:
        return draft_change(details=draft_of(values), by=self.by, at=self.at).pk

    @action(methods=["post"], detail=True)
    def preview(self, request: Request, id: str) -> Response:
        """Counts whom the change would touch; writes no deadline."""
        return self._after(id, preview_change)

    @action(methods=["post"], detail=True)
    def approve(self, request: Request, id: str) -> Response:
        """By a second person: the register changes now, the replay follows."""
        return self._after(id, approve_change)

    @action(methods=["post"], detail=True)
    def withdraw(self, request: Request, id: str) -> Response:
        """Takes the change back; what was replayed is replayed back."""
        return self._after(id, withdraw_change)

    @transaction.atomic
    def _after(self, id: str, operate: Any) -> Response:
        row = self.one(id)
        operate(change=LawChange.objects.get(pk=row["id"]), by=self.by, at=self.at)
        return self.shown(self.one(id))
