"""May this person work there: how the answer looks in every resource of work."""

from typing import Any

from rest_framework import serializers

from casework.api.pagination import Row
from casework.stays.models import Confidence
from casework.work.rules import Allowed, Basis, Right


class RuleOfRight(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF calls a field's origin so
    confidence = serializers.ChoiceField(Confidence.values)


class RightAnswer(serializers.Serializer[Any]):
    """Advice with its source, never a reason to hide a job."""

    answer = serializers.ChoiceField([one.value for one in Allowed])
    basis = serializers.ChoiceField(
        [basis.value for basis in Basis if basis != Basis.ANY],
        help_text="What the stay rests on that day; none: not there, or no longer, as far as the file says.",
    )
    rule = RuleOfRight(allow_null=True, help_text="The row of law that says so; null: there is none.")
    detail = serializers.CharField()
    condition = serializers.CharField(help_text="What the law asks for besides.")


def represent_right(right: Right) -> Row:
    rule = right.rule
    told = rule and {
        "id": rule.id, "title": rule.title, "source": rule.source, "confidence": rule.confidence,
    }  # fmt: skip
    return {
        "answer": right.answer, "basis": right.basis, "rule": told, "detail": right.detail,
        "condition": right.condition,
    }  # fmt: skip
