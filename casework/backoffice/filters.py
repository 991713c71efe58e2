"""Filters of the lists: buttons above them, and countries by their names."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from casework.backoffice.words import country_name


class Pills(admin.SimpleListFilter):
    """Stands above its list as buttons: the first of its options holds until another is chosen."""

    as_pills = True
    options: tuple[tuple[str, str], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        return self.options

    def chosen(self) -> str:
        value = self.value()
        return value if value in dict(self.options) else self.options[0][0]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrowed(request, queryset, self.chosen())

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        raise NotImplementedError

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        for value, title in self.options:
            yield {
                "selected": self.chosen() == value,
                "query_string": changelist.get_query_string({str(self.parameter_name): value}),
                "display": title,
            }


class TypedDay(admin.SimpleListFilter):
    """A day that is typed in above the list, by a form of the list's own."""

    template = "backoffice/nothing.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        return iter(())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        day = typed_day(self.value())
        return queryset.none() if day is None else self.narrowed(request, queryset, day)

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        raise NotImplementedError


def typed_day(text: str | None) -> date | None:
    """None for what is no day, or has no day after it."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if date(1990, 1, 1) <= found < date(9000, 1, 1) else None


def other_filters(request: HttpRequest, parameter_name: str) -> list[tuple[str, str]]:
    """What a form of its own has to send along, so that the list stays narrowed."""
    return [(name, str(text)) for name, text in request.GET.items() if name not in (parameter_name, "p")]


class ByCountry(admin.SimpleListFilter):
    """The countries that occur, by name. `parameter_name` is also the column."""

    title = "country"
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.get_queryset(request).order_by()
        return by_name(rows.values_list(self.parameter_name, flat=True).distinct())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


def by_name(codes: Iterable[str]) -> list[tuple[str, str]]:
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])
