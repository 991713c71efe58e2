"""How a statistic answers: rows by period and place in the envelope of a list, each with its change.

Nothing of it is stored and no person stands in it, so there is no single row and nothing for the trail.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from casework.accounts.models import Organisation
from casework.accounts.roles import Scope
from casework.api.asked import NoQuery, asked_in_query
from casework.api.errors import BadQuery
from casework.api.fields import CountryCode, Day, Kind, Text, WholeText
from casework.api.pagination import Cursor, Row, page_of_all
from casework.api.resource import Resource
from casework.figures import MOST_PERIODS, SUPPRESSED_BELOW, WEEKS_BACK, By, Span, Told, monday
from casework.refusals import Fault

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class FiguresQuery(NoQuery):
    """`from` is a word of Python's own: it is added by name."""

    by = Kind(required=False, choices=[by.value for by in By], default=By.WEEK.value)
    until = Day(required=False, help_text="The last period is the one with this day; default today.")
    country = CountryCode(required=False)
    limit = WholeText(required=False, default=50, min_value=1, max_value=200, help_text="Rows per page.")
    cursor = Text(required=False, max_length=300, help_text="From `next` or `previous`; opaque.")

    def get_fields(self) -> Any:
        told = (
            "The first period is the one with this day; default twelve weeks back. Periods are counted whole."
        )
        fields = dict(super().get_fields())
        return {"by": fields.pop("by"), "from": Day(required=False, help_text=told), **fields}


class FiguresAnswer(serializers.Serializer[Any]):
    """The beginning of every row; a statistic puts its figures between this and `change`."""

    period = serializers.DateField(help_text="Its first day; a week begins on Monday.")
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")


SUPPRESSED = serializers.ListField(
    child=serializers.CharField(),
    help_text=f"The figures that are null because fewer than {SUPPRESSED_BELOW} people, or none, stand behind"
    " them, or because they would give away another that is.",
)


class Statistic(Resource):
    """A subclass declares its answer and calls one domain function."""

    columns, object_type = (), "statistic"
    read_scope = Scope.STATISTICS_READ
    query = FiguresQuery
    http_method_names = ["get", "head"]

    def figures(self, span: Span, organisation: Organisation, today: date, asked: Row) -> list[Told]:
        raise NotImplementedError

    def list(self, request: Request) -> Response:
        asked = asked_in_query(self.query, request._request.GET)
        organisation = Organisation.objects.get(pk=self.by.organisation)
        today = self.at.astimezone(ZoneInfo(organisation.time_zone)).date()
        rows = self.figures(_span(asked, today), organisation, today, asked)
        page = page_of_all(rows, asked, lambda row: row.key)
        return Response(Cursor().answer(page, request, [self.shown_row(row) for row in page.rows]))

    def shown_row(self, row: Told) -> Row:
        city = {"city": row.city} if "city" in self.answers().fields else {}
        about = {"period": row.period, "country": row.country, **city}
        return {**about, **row.figures, "suppressed": row.suppressed, "change": row.change}


class ListRouter(SimpleRouter):
    """Lists without a single row."""

    routes = SimpleRouter.routes[:1]


def _span(asked: Row, today: date) -> Span:
    until = asked.get("until") or today
    first = asked.get("from") or max(monday(until) - WEEKS_BACK, EARLIEST)
    faults = [
        Fault(f"/{name}", f"A day between {EARLIEST} and {LATEST}.")
        for name, day in (("from", first), ("until", until))
        if not EARLIEST <= day <= LATEST
    ]
    if not faults and first > until:
        faults.append(Fault("/from", "The first day cannot lie after the last."))
    if faults:
        raise BadQuery(*faults)
    span = Span.over(By(asked["by"]), first, until)
    if (span.last - span.first).days // span.length.days >= MOST_PERIODS:
        raise BadQuery(Fault("/from", f"At most {MOST_PERIODS} periods."))
    return span
