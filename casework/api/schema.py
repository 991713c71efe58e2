"""The OpenAPI document: each view's own declarations, with the rules that all of them share."""

import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    inline_serializer,
)
from rest_framework import serializers

from casework.api.problems import MEDIA_TYPE
from casework.api.schema_examples import examples_of

VERBS = {
    "list": "List",
    "retrieve": "Read one of",
    "create": "Add to",
    "partial_update": "Change one of",
    "destroy": "Remove one of",
    "assess": "Assess a stay by the",
    "preview": "Preview one of",
    "approve": "Approve one of",
    "withdraw": "Withdraw one of",
    "acknowledge": "Take note of one of",
    "matches": "Find matches for one of",
}
PROBLEMS = {
    "400": "A field, a parameter or a value is not possible; `errors` points at each.",
    "401": "No valid bearer token.",
    "403": "The client may not do that.",
    "404": "There is no such thing here.",
    "409": "Not possible beside what is recorded, or the first request of this key still runs.",
    "410": "What the first request of this Idempotency-Key made has been removed since.",
    "412": "It has changed since it was read.",
    "413": "More than 2 MB.",
    "415": "Not application/json.",
    "422": "This Idempotency-Key was used for another request.",
    "428": "If-Match is missing.",
    "429": "Too many requests; see Retry-After.",
}
OF_ACTION = {
    "list": "400 401 403 429",
    "retrieve": "400 401 403 404 429",
    "create": "400 401 403 409 410 413 415 422 429",
    "partial_update": "400 401 403 404 409 412 413 415 428 429",
    "destroy": "400 401 403 404 409 412 428 429",
    "assess": "400 401 413 415 429",
    "preview": "400 401 403 404 409 429",
    "approve": "400 401 403 404 409 429",
    "withdraw": "400 401 403 404 409 429",
    "acknowledge": "400 401 403 404 409 429",
    "matches": "400 401 403 404 429",
}
LISTS = ("list", "matches")
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200, 201], description='"<version>.<digest>"'
)
REPLAYED = OpenApiParameter(
    "Idempotency-Replayed", str, OpenApiParameter.HEADER, response=[201], description="`true` for a replay."
)
HEADERS = {
    "retrieve": [
        OpenApiParameter(
            "If-None-Match", str, OpenApiParameter.HEADER, description="An ETag: 304 if unchanged."
        ),
        ETAG,
    ],
    "create": [
        OpenApiParameter(
            "Idempotency-Key",
            str,
            OpenApiParameter.HEADER,
            description="1 to 255 visible characters; kept 48 hours.",
        ),
        ETAG,
        REPLAYED,
    ],
    "partial_update": [
        OpenApiParameter(
            "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag read."
        ),
        ETAG,
    ],
    "destroy": [
        OpenApiParameter(
            "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag read."
        ),
    ],
}
IN_LANGUAGE = OpenApiParameter(
    "Accept-Language",
    str,
    OpenApiParameter.HEADER,
    description="The language of `explanation`: en, ru, ka, kk, mn; told in `Content-Language`.",
)


class ProblemError(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="RFC 6901, into the body or the query.")
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemError(many=True, required=False)  # type: ignore[assignment]  # a field of that name


class CaseworkSchema(AutoSchema):
    """Reads what a `Resource` declares."""

    view: Any

    def get_operation_id(self) -> str:
        action = str(self.view.action)
        names = {"retrieve": "read", "partial_update": "change", "destroy": "remove"}
        return re.sub("[-/]", "_", f"{self.view.basename}_{names.get(action, action)}")

    def get_summary(self) -> str:
        return f"{VERBS[self.view.action]} {re.sub('[-/]', ' ', self.view.basename)}"

    def get_tags(self) -> list[str]:
        return [str(self.view.basename)]

    def get_request_serializer(self) -> Any:
        forms = {"create": "asks", "partial_update": "changes", "assess": "asks_assessment"}
        form = getattr(self.view, forms.get(self.view.action, ""), None)
        return _one_or_many(form, form(many=True)) if form and self._takes_many() else form

    def get_response_serializers(self) -> Any:
        action = str(self.view.action)
        answers = self.view.answers_assessment if action == "assess" else self.view.answers
        good = {"create": 201, "destroy": 204}.get(action, 200)
        responses: dict[Any, Any] = {good: None if action == "destroy" else answers}
        if self._takes_many():
            responses = {201: _one_or_many(answers, _results_of(answers))}
        if action in LISTS:
            responses = {200: (self.view.answers_matches if action == "matches" else answers)(many=True)}
        if action == "retrieve":
            responses[304] = OpenApiResponse(description="Unchanged.")
        for status in OF_ACTION[action].split():
            responses[status, MEDIA_TYPE] = OpenApiResponse(Problem, description=PROBLEMS[status])
        return responses

    def get_examples(self) -> list[Any]:
        return examples_of(self.view.basename, self.view.action)

    def get_override_parameters(self) -> list[Any]:
        action = str(self.view.action)
        parameters: list[Any] = list(HEADERS.get(action, []))
        if action == "list":
            parameters.append(self.view.query)
        if action in getattr(self.view, "in_language", ()):
            parameters.append(IN_LANGUAGE)
        return parameters

    def get_auth(self) -> list[dict[str, list[str]]]:
        if self.view.action == "assess":
            return [{}, {"oauth2": []}]
        reads = self.view.action in (*LISTS, "retrieve")
        return [{"oauth2": [str(self.view.read_scope if reads else self.view.write_scope)]}]

    def _takes_many(self) -> bool:
        return self.view.action == "create" and getattr(self.view, "takes_many", False)

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action in LISTS

    def _get_paginator(self) -> Any:
        return self.view.pagination_class() if self.view.action in LISTS else None

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        schema = {"type": "string", "format": "uuid"}
        return [{"in": "path", "name": name, "required": True, "schema": schema} for name in variables]


def _one_or_many(one: Any, many: Any) -> PolymorphicProxySerializer:
    name = f"{one.__name__}OneOrMany"
    return PolymorphicProxySerializer(name, [one, many], resource_type_field_name=None, many=False)


def _results_of(answers: Any) -> serializers.Serializer[Any]:
    return inline_serializer(f"{answers.__name__}Many", {"results": answers(many=True)})
