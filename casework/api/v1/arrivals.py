from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import PermissionDenied

from casework.accounts.roles import Scope
from casework.api.languages import language_of
from casework.api.pagination import Keep, Row
from casework.api.resource import Changes, Creates, Removes, Resource
from casework.api.v1.arrival_answer import COLUMNS, ArrivalAnswer, represent_arrivals, statuses_of
from casework.api.v1.arrival_asked import STANDING_OPEN, ArrivalAsked, ArrivalChange, ArrivalsQuery
from casework.api.v1.people import details_of
from casework.cases.operations import register_arrival
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document, Household, Person
from casework.refusals import Fault
from casework.stays.details import ArrivalDetails
from casework.stays.models import Arrival
from casework.stays.operations import DocumentOfAnother, correct_arrival, record_exit, void_arrival

OF_ARRIVAL = ("country", "entered_on", "left_on", "entry_point", "purpose")


class Arrivals(Creates, Changes, Removes, Resource):
    """Entries of persons into host countries, each with its stay. What was entered by mistake is gone."""

    model, columns, object_type = Arrival, COLUMNS, "arrival"
    read_scope, write_scope = Scope.STAYS_READ, Scope.STAYS_WRITE
    query, asks, changes, answers = ArrivalsQuery, ArrivalAsked, ArrivalChange, ArrivalAnswer
    lookups = {
        "country": "country",
        "person": "person_id",
        "entered_after": "entered_on__gte",
        "entered_before": "entered_on__lte",
    }
    in_language = ("list", "retrieve", "create", "partial_update")

    def scoped(self) -> QuerySet[Any]:
        return super().scoped().filter(voided_at=None)

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        if asked.get("status") == STANDING_OPEN:
            rows = rows.filter(left_on=None)
        return super().narrow(rows, asked)

    def keeps(self, asked: Row) -> Keep | None:
        """The status of a stay is computed, never stored: it changes at midnight."""
        wanted = asked.get("status")
        if wanted in (None, STANDING_OPEN):
            return None

        def of_status(rows: list[Row]) -> list[Row]:
            statuses = statuses_of(rows, self.at)
            return [row for row in rows if statuses[row["id"]] == wanted]

        return of_status

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        # Who may not read people sees whose stay it is, not who that is.
        names = self.by.may(Scope.PEOPLE_READ) or self.by.may(Scope.PEOPLE_WRITE)
        return represent_arrivals(rows, language_of(self.request), self.at, with_person=names)

    def post_values(self, values: Row) -> UUID:
        registered = register_arrival(
            person=self._person(values),
            document=self._document(values),
            arrival=ArrivalDetails(**{name: values[name] for name in OF_ARRIVAL if name in values}),
            assigned_to=self.colleague(values.get("assigned_to")),
            household=self._household(values),
            by=self.by,
            at=self.at,
        )
        return registered.arrival.pk

    def patch_values(self, id: str) -> None:
        arrival = self.locked(id, "person")
        values = self.body(self.changes, partial=True)
        document = arrival.document
        if "document_id" in values:
            named = values.pop("document_id")
            document = self.referenced(Document, named, "/document_id") if named else None
        elif values.keys() == {"left_on"} and values["left_on"] is not None:
            record_exit(arrival=arrival, left_on=values["left_on"], by=self.by, at=self.at)
            return
        details = replace(ArrivalDetails.of(arrival), **values)
        correct_arrival(arrival=arrival, document=document, details=details, by=self.by, at=self.at)

    def remove(self, id: str) -> None:
        arrival = self.locked(id, "person")
        void_arrival(arrival=arrival, reason="removed by a partner app", by=self.by, at=self.at)

    def _person(self, values: Row) -> PersonDetails | Person:
        if "person_id" in values:
            return self.referenced(Person, values["person_id"], "/person_id")
        self._writes_people()
        return details_of({name: value for name, value in values["person"].items() if name != "household"})

    def _document(self, values: Row) -> DocumentDetails | Document | None:
        if values.get("document_id"):
            document = self.referenced(Document, values["document_id"], "/document_id")
            if document.person_id != values.get("person_id"):
                raise DocumentOfAnother(Fault("/document_id", "This person has no such document."))
            return document
        if not values.get("document"):
            return None
        self._writes_people()
        return DocumentDetails(**values["document"])

    def _household(self, values: Row) -> Household | None:
        named = values.get("person", {}).get("household")
        return self.referenced(Household, named, "/person/household") if named else None

    def _writes_people(self) -> None:
        if not self.by.may(Scope.PEOPLE_WRITE):
            raise PermissionDenied
