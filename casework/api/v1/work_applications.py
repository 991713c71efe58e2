from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import Kind, Reference, Text
from casework.api.pagination import Row
from casework.api.resource import Changes, Creates, Resource
from casework.cases.operations import advance_application
from casework.refusals import Fault, Invalid
from casework.work.models import Application, ApplicationStep, Need, Opening
from casework.work.operations import propose
from casework.work.rules import Step

STEPS = [step.value for step in Step]


class ReasonOfNoStep(Invalid):
    """A reason says why an application moves; alone it says nothing."""


class ApplicationAsked(Asked):
    """A person is proposed for an opening. Whether they may work there is shown, and refuses nothing."""

    need = Reference()
    opening = Reference()


class ApplicationChange(Asked):
    """One step: proposed, sent, interview, hired; declined (with a reason) or withdrawn from any of the
    first three."""

    status = Kind(choices=STEPS)
    reason = Text(blank=True, required=False, max_length=500, help_text="Why; declined needs one.")


class ApplicationStepAnswer(serializers.Serializer[Any]):
    from_status = serializers.ChoiceField(STEPS, allow_null=True)
    to_status = serializers.ChoiceField(STEPS)
    reason = serializers.CharField()
    actor_kind = serializers.ChoiceField(["user", "client", "system"])
    actor_id = serializers.CharField()
    at = serializers.DateTimeField()


class ApplicationAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    need = serializers.UUIDField()
    opening = serializers.UUIDField()
    status = serializers.ChoiceField(STEPS)
    reason = serializers.CharField(help_text="Of the last step.")
    steps = ApplicationStepAnswer(many=True, help_text="Who moved it and why, the oldest first.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ApplicationsQuery(ListQuery):
    need = Reference(required=False)
    opening = Reference(required=False)
    person = Reference(required=False)
    status = Kind(required=False, choices=STEPS)


COLUMNS = ("id", "need_id", "opening_id", "status", "reason", "created_at", "updated_at")
OF_A_STEP = ("from_status", "to_status", "reason", "actor_kind", "actor_id", "at")


class Applications(Creates, Changes, Resource):
    """A person's way into an opening, step by step."""

    model, columns, object_type = Application, COLUMNS, "application"
    read_scope, write_scope = Scope.WORK_READ, Scope.WORK_WRITE
    query, asks, changes, answers = ApplicationsQuery, ApplicationAsked, ApplicationChange, ApplicationAnswer
    lookups = {"need": "need_id", "opening": "opening_id", "person": "need__person_id", "status": "status"}

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        steps: defaultdict[UUID, list[Row]] = defaultdict(list)
        logged = ApplicationStep.objects.filter(application_id__in=[row["id"] for row in rows])
        for step in logged.order_by("at", "created_at", "id").values("application_id", *OF_A_STEP):
            steps[step["application_id"]].append({name: step[name] for name in OF_A_STEP})
        return [
            {
                **{name.removesuffix("_id"): row[name] for name in COLUMNS[:5]},
                "steps": steps[row["id"]],
                "created_at": row["created_at"],
                "updated_at": row["updated_at"],
            }
            for row in rows
        ]

    def post_values(self, values: Row) -> UUID:
        need = self.referenced(Need, values["need"], "/need")
        opening = self.referenced(Opening, values["opening"], "/opening")
        return propose(need=need, opening=opening, by=self.by, at=self.at).pk

    def patch_values(self, id: str) -> None:
        application = self.locked(id)
        values = self.body(self.changes, partial=True)
        if "status" in values:
            to, reason = values["status"], values.get("reason", "")
            advance_application(application=application, to=to, reason=reason, by=self.by, at=self.at)
        elif "reason" in values:
            raise ReasonOfNoStep(Fault("/reason", "A reason goes with a step: send the status too."))

    def hold_before(self, id: str) -> None:
        needs = Need.objects.filter(organisation_id=self.by.organisation, applications__id=id)
        needs.select_for_update(of=("self",), no_key=True).first()
