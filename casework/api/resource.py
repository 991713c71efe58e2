"""One resource of the API: who may, what is listed, how it is shown. The rest is the same for all."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone, translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from casework.api import etags, idempotency
from casework.api.asked import Asked, ListQuery, NoQuery, asked_in_body, asked_in_query
from casework.api.authentication import Partner
from casework.api.errors import Gone
from casework.api.fields import IDENTIFIER
from casework.api.languages import language_of
from casework.api.pagination import Cursor, Row, page_of
from casework.api.references import References
from casework.api.rendering import take_chunks
from casework.audit.actors import Actor
from casework.audit.operations import record_read


class Resource(References, ViewSet):
    """Declares; `ReadMixin` and the rest below act. A subclass represents rows and calls one operation."""

    http_method_names = ["get", "head", "post", "patch", "delete"]
    pagination_class = Cursor
    lookup_field = "id"
    lookup_value_regex = "[^/]+"

    model: ClassVar[type[models.Model]]
    columns: ClassVar[tuple[str, ...]]
    object_type: ClassVar[str]
    read_scope: ClassVar[str | None] = None
    write_scope: ClassVar[str | None] = None
    query: ClassVar[type[serializers.Serializer[Any]]] = ListQuery
    lookups: ClassVar[Mapping[str, str]] = {}  # which parameter of the list is which lookup of Django's
    asks: ClassVar[type[Asked] | None] = None
    changes: ClassVar[type[Asked] | None] = None
    answers: ClassVar[type[serializers.Serializer[Any]]]
    in_language: ClassVar[tuple[str, ...]] = ()  # the actions that explain a stay

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        take_chunks(request)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Sentences about a request are English; only explanations of a stay follow Accept-Language.
        translation.activate("en")
        self.at = timezone.now()
        super().initial(request, *args, **kwargs)
        if getattr(self, "action", None) != "list":
            asked_in_query(NoQuery, request._request.GET)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        # Nobody between us and the client keeps it; the client may, and asks again with its ETag.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if getattr(self, "action", None) in self.in_language and response.status_code in (200, 201):
            response.headers["Content-Language"] = language_of(request)
        return super().finalize_response(request, response, *args, **kwargs)

    @property
    def by(self) -> Actor:
        partner = self.request.user
        assert isinstance(partner, Partner)
        return partner.actor

    # --- what a resource says of itself ------------------------------------------------------------------
    def scoped(self) -> QuerySet[Any]:
        """The first wall: rows of the caller's organisation. The database is the second."""
        return self.model._default_manager.filter(organisation_id=self.by.organisation)

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        return rows.filter(**{self.lookups[name]: asked[name] for name in self.lookups if name in asked})

    def keeps(self, asked: Row) -> Any:
        """A filter that only Python can apply, or None."""
        return None

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        raise NotImplementedError

    # --- reading -----------------------------------------------------------------------------------------
    def list(self, request: Request) -> Response:
        asked = asked_in_query(self.query, request._request.GET)
        rows = self.narrow(self.scoped(), asked).values(*self.columns)
        page = page_of(rows, asked, self.keeps(asked))
        self.saw([row["id"] for row in page.rows])
        return Response(Cursor().answer(page, request, self.represent(page.rows)))

    def retrieve(self, request: Request, id: str) -> Response:
        row = self.one(id)
        self.saw([row["id"]])
        return self.shown(row)

    def one(self, id: str | UUID) -> Row:
        """Raises Http404, also for what is no id at all."""
        if not IDENTIFIER.match(str(id)):
            raise Http404
        row: Row | None = self.scoped().filter(pk=id).values(*self.columns, "version").first()
        if row is None:
            raise Http404
        return row

    def instance(self, id: str, *related: str) -> Any:
        """The row for what is more than shown, as it is without a lock. Raises Http404."""
        rows = self.scoped().select_related(*related)
        found = rows.filter(pk=id).first() if IDENTIFIER.match(id) else None
        if found is None:
            raise Http404
        return found

    def shown(self, row: Row, status: int = 200) -> Response:
        [representation] = self.represent([row])
        tag = etags.tag_of(row["version"], representation)
        if self.request.method in ("GET", "HEAD") and etags.is_known(
            self.request.headers.get("If-None-Match"), tag
        ):
            return Response(status=304, headers={"ETag": tag})
        return Response(representation, status, headers={"ETag": tag})

    def saw(self, ids: Sequence[UUID]) -> None:
        """No event, no answer: it is written first, in the same transaction."""
        self.saw_of(self.object_type, ids)

    def saw_of(self, object_type: str, ids: Sequence[UUID]) -> None:
        """As `saw`, of rows that an answer shows beside its own."""
        where = f"api:{self.request.path}"
        record_read(by=self.by, object_type=object_type, object_ids=ids, at=self.at, where=where)

    # --- writing -----------------------------------------------------------------------------------------
    def body(self, form: type[Asked] | None, *, partial: bool = False) -> Row:
        assert form is not None
        return asked_in_body(form, self.request.data, partial=partial)

    def locked(self, id: str, *related: str) -> Any:
        """The row to change, held until the answer is out, when the caller has seen its last version.

        `related` rows are held with it. Raises Http404, PreconditionRequired, PreconditionFailed.
        """
        if not IDENTIFIER.match(id):
            raise Http404
        self.hold_before(id)
        rows = self.scoped().select_related(*related).select_for_update(of=("self", *related), no_key=True)
        found = rows.filter(pk=id).first()
        if found is None:
            raise Http404
        etags.check_if_match(self.request.headers.get("If-Match"), found.version)
        return found

    def hold_before(self, id: str) -> None:
        """What everybody holds before such a row: in another order two would wait for each other."""


class Creates:
    """POST on the list. `post` makes one domain call and gives the id of what it made."""

    def post_values(self, values: Row) -> UUID:
        raise NotImplementedError

    @transaction.atomic
    def create(self, request: Request) -> Response:
        assert isinstance(self, Resource)
        made, replayed = idempotency.once(
            request, self.by, self.at, lambda: self.post_values(self.body(self.asks))
        )
        if replayed:
            self.saw([made])
        try:
            response = self.shown(self.one(made), 201)
        except Http404:
            raise Gone from None
        response["Location"] = request.build_absolute_uri(f"{request.path}{made}/")
        if replayed:
            response["Idempotency-Replayed"] = "true"
        return response


class Changes:
    """PATCH on one. `patch_values` locks, compares, makes one domain call."""

    def patch_values(self, id: str) -> None:
        raise NotImplementedError

    @transaction.atomic
    def partial_update(self, request: Request, id: str) -> Response:
        assert isinstance(self, Resource)
        self.patch_values(id)
        return self.shown(self.one(id))


class Removes:
    """DELETE on one."""

    def remove(self, id: str) -> None:
        raise NotImplementedError

    @transaction.atomic
    def destroy(self, request: Request, id: str) -> Response:
        self.remove(id)
        return Response(status=204)
