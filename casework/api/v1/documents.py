from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.accounts.roles import Scope
from casework.api.asked import Asked
from casework.api.fields import CountryCode, Day, Flag, Kind, Reference, Text
from casework.api.pagination import Row
from casework.api.permissions import MayRead
from casework.api.resource import Changes, Creates, Resource
from casework.api.v1.mrz import ANSWERS, EXAMPLES, ZoneAsked, represent_zone, zone_of
from casework.people.details import DocumentDetails
from casework.people.models import Document, DocumentKind, Person
from casework.stays.operations import correct_document, record_document


class DocumentBody(Asked):
    """What a person can show."""

    kind = Kind(choices=DocumentKind.values)
    issuing_country = CountryCode(help_text="ISO 3166-1 alpha-2.")
    number = Text(max_length=64, help_text="As it is written; spaces and hyphens do not matter.")
    biometric = Flag(required=False, allow_null=True, help_text="null: not known.")
    issued_on = Day(required=False, allow_null=True)
    expires_on = Day(required=False, allow_null=True)


class DocumentAsked(DocumentBody):
    person = Reference()


class DocumentAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.UUIDField()
    kind = serializers.ChoiceField(DocumentKind.values)
    issuing_country = serializers.CharField()
    number = serializers.CharField()
    biometric = serializers.BooleanField(allow_null=True)
    issued_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


COLUMNS = (
    "id person_id kind issuing_country number biometric issued_on expires_on created_at updated_at".split()
)


def represent_documents(rows: Sequence[Row]) -> list[Row]:
    """The rows as they are, each number opened."""
    return [
        {
            "id": row["id"],
            "person": row["person_id"],
            "kind": row["kind"],
            "issuing_country": row["issuing_country"],
            "number": row["number"].open(row["id"]),
            "biometric": row["biometric"],
            "issued_on": row["issued_on"],
            "expires_on": row["expires_on"],
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
        }
        for row in rows
    ]


class Documents(Creates, Changes, Resource):
    """Internal IDs, passports and what else a person can show."""

    model, columns, object_type = Document, tuple(COLUMNS), "document"
    read_scope, write_scope = Scope.PEOPLE_READ, Scope.PEOPLE_WRITE
    asks, changes, answers = DocumentAsked, DocumentBody, DocumentAnswer

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return represent_documents(rows)

    def post_values(self, values: Row) -> UUID:
        person = self.referenced(Person, values.pop("person"), "/person")
        details = DocumentDetails(**values)
        return record_document(person=person, details=details, by=self.by, at=self.at).pk

    def patch_values(self, id: str) -> None:
        document = self.locked(id, "person")
        details = replace(DocumentDetails.of(document), **self.body(self.changes, partial=True))
        correct_document(document=document, details=details, by=self.by, at=self.at)

    @extend_schema(
        summary="Read a machine readable zone", request=ZoneAsked, responses=ANSWERS, examples=EXAMPLES,
        auth=[{"oauth2": [str(Scope.PEOPLE_READ)]}],  # type: ignore[list-item]
    )  # fmt: skip
    @action(methods=["post"], detail=False, permission_classes=[MayRead], url_path="read-mrz")
    def read_mrz(self, request: Request) -> Response:
        """What the lines of a document say, with a verdict on each check digit. Nothing is stored."""
        zone = zone_of(self.body(ZoneAsked), self.at)
        return Response(represent_zone(zone))
