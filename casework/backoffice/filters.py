"""Filters of the lists: buttons above them, and countries by their names."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from casework.backoffice.asked import user_of
from casework.backoffice.words import country_name
from casework.cases.models import Case, CaseStatus

ANY = "all"
EVERYBODYS, MINE = ("everybody", "Everybody's"), ("mine", "Mine")


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


class ByStatus(Pills):
    """Each of its options is a status of the rows, but for `ANY`."""

    title = "status"
    parameter_name = "state"

    @classmethod
    def listed(cls, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of the status that the list shows: from them the other filters take what they offer."""
        chosen = request.GET.get(cls.parameter_name, "")
        return cls._of(rows, chosen if chosen in dict(cls.options) else cls.options[0][0])

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        return self._of(rows, chosen)

    @staticmethod
    def _of(rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        return rows if chosen == ANY else rows.filter(status=chosen)


class Assigned(Pills):
    """To whom the row itself is given."""

    title = "whose"
    parameter_name = "whose"
    options: tuple[tuple[str, str], ...] = (EVERYBODYS, MINE)

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        if chosen == "nobody":
            return rows.filter(assigned_to=None)
        return rows.filter(assigned_to_id=user_of(request).pk) if chosen == "mine" else rows


class WhoseCase(Pills):
    """Through the open case of the household. `household`: the way to it from the row."""

    title = "whose"
    parameter_name = "whose"
    options: tuple[tuple[str, str], ...] = (EVERYBODYS, MINE)
    household = "household_id"

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        return rows.filter(in_my_cases(request, self.household)) if chosen == "mine" else rows


def in_my_cases(request: HttpRequest, household: str) -> Exists:
    cases = Case.objects.filter(household_id=OuterRef(household), assigned_to_id=user_of(request).pk)
    return Exists(cases.exclude(status=CaseStatus.CLOSED))


class Hidden(admin.SimpleListFilter):
    """Stands nowhere: a form of the list's own or the link of another page asks for it."""

    template = "backoffice/nothing.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        return iter(())


class TypedDay(Hidden):
    """A day that is typed in above the list."""

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
