"""What a request may contain: exactly the fields that are listed."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from casework.api.errors import BadQuery
from casework.api.fields import Kind, Text, WholeText
from casework.api.problems import faults_of
from casework.refusals import Fault

UNKNOWN = "There is no such field."


class Asked(serializers.Serializer[Any]):
    """An object of a body. A field that is not listed is refused, at every depth."""

    default_error_messages = {"invalid": "An object is needed here."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            self.fail("invalid")
        writable = {name for name, field in self.fields.items() if not field.read_only}
        unknown = {key: [UNKNOWN] for key in data if key not in writable}
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError({**error.detail, **unknown}) from None  # type: ignore[dict-item]
        if unknown:
            raise ValidationError(unknown)
        return values


class NoQuery(serializers.Serializer[Any]):
    """No query parameter is listed here."""


class ListQuery(NoQuery):
    """What every list takes."""

    limit = WholeText(required=False, default=50, min_value=1, max_value=200, help_text="Rows per page.")
    cursor = Text(required=False, max_length=300, help_text="From `next` or `previous`; opaque.")
    ordering = Kind(
        required=False, choices=["created_at", "-created_at"], default="created_at",
        help_text="The oldest first, or the newest.",
    )  # fmt: skip


def asked_in_body(form: type[Asked], data: Any, *, partial: bool = False) -> dict[str, Any]:
    """The body's values. Raises ValidationError."""
    serializer = form(data=data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def asked_in_query(form: type[serializers.Serializer[Any]], query: QueryDict) -> dict[str, Any]:
    """The query's values. Raises BadQuery for a parameter that is not listed, repeated, or not possible."""
    listed = form().fields
    faults = [
        Fault(f"/{name}", f"There is no query parameter {name!r}.") for name in query if name not in listed
    ]
    faults += [
        Fault(f"/{name}", "This query parameter may stand once.")
        for name, values in query.lists()
        if name in listed and len(values) > 1
    ]
    serializer = form(data=query.dict())
    if not serializer.is_valid():
        faults += faults_of(serializer.errors)
    if faults:
        raise BadQuery(*faults)
    return dict(serializer.validated_data)
