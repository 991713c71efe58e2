"""What every room of the back office has in common: who may see it, what is noted, what never happens."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin
from unfold.views import ChangeList as ThemedList

from casework.accounts.roles import Scope
from casework.audit.operations import record_read
from casework.audit.queries import trail_of
from casework.backoffice.asked import actor_of, allow, may, now, organisation_of, who

WHERE = "admin"
TRAIL_SHOWN = 200


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts and turns the first ten thousand rows: a page costs the same however long the list is."""

    most = 10_000
    template_name = "backoffice/pagination.html"

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: self.most + 1].count())

    @property
    def count(self) -> int:
        return min(self._counted, self.most)

    @property
    def has_more(self) -> bool:
        return self._counted > self.most


class PreparedList(ThemedList):
    """A page of rows with what its columns tell, read for all rows at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count  # the footer has it; no "show all" in the heading
        room: Any = self.model_admin
        self.result_list = room.prepared(request, list(self.result_list))


class RoomAdmin(ModelAdmin):
    """Rights come from the scopes of the role. Rows are read here and written by operations, never saved."""

    reads: ClassVar[Scope]
    writes: ClassVar[Scope | None] = None
    heading: ClassVar[str] = ""
    add_label: ClassVar[str] = ""
    shows_personal_data: ClassVar[bool] = True
    owned: ClassVar[bool] = True
    object_type: ClassVar[str] = ""  # in the trail, where the model's name says too little

    show_full_result_count = False
    preserve_filters = False  # what was searched for is a name, and stays out of further addresses
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    paginator = BoundedPaginator
    compressed_fields = True
    list_before_template = "backoffice/pills.html"  # type: ignore[assignment]
    change_list_template = "backoffice/list.html"

    # --- who ---------------------------------------------------------------------------------------------
    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, self.reads)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_write_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Names the right that an action asks for."""
        return may(request, self.writes)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(organisation_id=organisation_of(request).pk) if self.owned else rows

    def asked(self, request: HttpRequest, object_id: UUID | str, *, lock: bool = False) -> Any:
        """The row, or the same 404 for what is another organisation's and for what never was."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request)
        try:
            held = rows.select_for_update(of=("self",), no_key=True) if lock else rows
            found = held.filter(pk=object_id).first()
        except (ValidationError, ValueError) as no_id:
            raise Http404 from no_id
        if found is None:
            raise Http404
        return found

    def opened(self, request: HttpRequest, row_id: UUID | str, *scopes: Scope, lock: bool = True) -> Any:
        """Who asks may do it, the row is theirs, nobody else writes meanwhile; the read is noted."""
        allow(request, *scopes)
        row = self.asked(request, row_id, lock=lock and request.method == "POST")
        self.note_read(request, [row])
        return row

    # --- one row -----------------------------------------------------------------------------------------
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return self.page(request, self.asked(request, object_id, lock=request.method == "POST"))

    def page(self, request: HttpRequest, row: Any, /) -> HttpResponse:
        """Of a row that may be seen, and is held while it is written. Here the theme's own form."""
        response: HttpResponse = super().change_view(request, str(row.pk))
        return response

    # --- what is noted -----------------------------------------------------------------------------------
    def note_read(self, request: HttpRequest, rows: Sequence[Model]) -> None:
        if self.shows_personal_data:
            note(request, self.object_type or str(self.opts.model_name), rows)

    def changelist_view(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not all(map(self._is_id, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise Http404
        heading = {"title": self.heading, "add_label": self.add_label, "add_page": self._add_page()}
        response: HttpResponse = super().changelist_view(request, {**heading, **(extra_context or {})})
        if isinstance(response, TemplateResponse) and response.context_data:
            shown: ChangeList | None = response.context_data.get("cl")
            if shown is not None:
                self.note_read(request, shown.result_list)
                above = [spec for spec in shown.filter_specs if getattr(spec, "as_pills", False)]
                response.context_data["pills"] = [list(spec.choices(shown)) for spec in above]
        return response

    def changeform_view(  # type: ignore[override]
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            shown = response.context_data.get("original")
            self.note_read(request, [shown] if shown is not None else [])
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The audit trail of the row instead of Django's log, whose text would be a name."""
        row = self.asked(request, object_id)
        self.note_read(request, [row])
        if not isinstance(row.pk, UUID):
            raise Http404  # the trail knows objects by UUID
        events = list(trail_of(row.pk)[:TRAIL_SHOWN])
        by = who(request, events)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Trail of {row}",
            "trail": [(event, by(event)) for event in events],
        }
        return TemplateResponse(request, "backoffice/trail.html", context)

    def _is_id(self, text: str) -> bool:
        try:
            self.opts.pk.to_python(text)
        except ValidationError:
            return False
        return True

    def _add_page(self) -> str:
        return f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_add"

    # --- how lists are read ------------------------------------------------------------------------------
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # type: ignore[override]
        return PreparedList

    def prepared(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        return rows

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Nothing but the filters on the page: a pattern typed into the address walks the whole table."""
        offered = [getattr(entry, "parameter_name", entry) for entry in self.list_filter]
        return lookup.removesuffix("__exact") in offered

    # --- what never happens ------------------------------------------------------------------------------
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """No LogEntry is written: its text is a name."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The operation has written its own event."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        """Nothing is deleted here."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: Any) -> None:
        raise PermissionDenied("rows are written by operations")

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404


def note(request: HttpRequest, object_type: str, rows: Iterable[Model]) -> None:
    """Whoever is shown is noted as read."""
    note_ids(request, object_type, [row.pk for row in rows])


def note_ids(request: HttpRequest, object_type: str, ids: Iterable[Any]) -> None:
    once = list(dict.fromkeys(map(str, ids)))
    if once:
        record_read(by=actor_of(request), object_type=object_type, object_ids=once, at=now(), where=WHERE)


def address_of(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
