"""The stay, and why: the same object for an arrival and for the public calculator."""

from typing import Any

from rest_framework import serializers

from casework.api.pagination import Row
from casework.stays import rules
from casework.stays.sentences import is_reviewed, render, render_warning, told_in

LANGUAGE_HELP = "What the sentences are in; en where the language asked for is not there."
REVIEWED_HELP = "false: no speaker of that language has checked its sentences yet. Please say so beside them."


class OverstayAnswer(serializers.Serializer[Any]):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    days = serializers.IntegerField()


class NextEntryAnswer(serializers.Serializer[Any]):
    entry_on = serializers.DateField()
    days = serializers.IntegerField(allow_null=True, help_text="null: no end is known.")
    last_lawful_day = serializers.DateField(allow_null=True)


class RuleReference(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF calls a field's origin so
    confidence = serializers.CharField()


class WarningAnswer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class StayAnswer(serializers.Serializer[Any]):
    """Advice with its reasons, never a reason to refuse help."""

    status = serializers.ChoiceField([status.value for status in rules.Status])
    last_lawful_day = serializers.DateField(allow_null=True)
    first_unlawful_day = serializers.DateField(allow_null=True)
    days_used = serializers.IntegerField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    overstays = OverstayAnswer(many=True)
    next_entry = NextEntryAnswer(allow_null=True)
    binding_limit = serializers.DictField(
        allow_null=True, help_text="A limit, or visa_validity, visa_days, visa_entries, permit."
    )
    rule = RuleReference(allow_null=True)
    explanation = serializers.ListField(child=serializers.CharField())
    warnings = WarningAnswer(many=True)
    explanation_language = serializers.CharField(help_text=LANGUAGE_HELP)
    explanation_reviewed = serializers.BooleanField(help_text=REVIEWED_HELP)


def represent_language(language: str) -> Row:
    """Beside every explanation: in which language it is, and whether a speaker has read that language."""
    return {"explanation_language": told_in(language), "explanation_reviewed": is_reviewed(language)}


def represent_stay(stay: rules.Assessment, language: str) -> Row:
    return {
        "status": stay.status,
        "last_lawful_day": stay.last_lawful_day,
        "first_unlawful_day": stay.first_unlawful_day,
        "days_used": stay.days_used,
        "days_left": stay.days_left,
        "overstays": [
            {"starts_on": o.starts_on, "ends_on": o.ends_on, "days": o.days} for o in stay.overstays
        ],
        "next_entry": _next_entry(stay.next_entry),
        "binding_limit": rules.binding_to_json(stay.binding_limit) if stay.binding_limit else None,
        "rule": _rule(stay.rule),
        "explanation": list(render(stay.reasons, language)),
        "warnings": [
            {"code": warning.code, "detail": render_warning(warning, language)} for warning in stay.warnings
        ],
        **represent_language(language),
    }


def _next_entry(entry: rules.NextEntry | None) -> Row | None:
    if entry is None:
        return None
    return {"entry_on": entry.entry_on, "days": entry.days, "last_lawful_day": entry.last_lawful_day}


def _rule(rule: rules.Rule | None) -> Row | None:
    if rule is None:
        return None
    return {"id": rule.id, "title": rule.title, "source": rule.source, "confidence": rule.confidence}
