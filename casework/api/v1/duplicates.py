"""Files that may be about the same person, for a page of persons at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.api.pagination import Row
from casework.people.models import Person
from casework.people.queries import possible_duplicates_of


class DuplicateAnswer(serializers.Serializer[Any]):
    """A candidate only: a human decides, nothing is merged by itself."""

    id = serializers.UUIDField(help_text="Of the other person.")
    person = serializers.UUIDField(help_text="The same id, under the name of what it refers to.")
    score = serializers.FloatField(help_text="From 0 to 1.")
    reasons = serializers.ListField(
        child=serializers.CharField(),
        help_text="The fields that agree, or `birth_date_day_and_month_swapped`.",
    )


NEEDED = ("id", "organisation_id", "family_name", "given_name", "patronymic", "native_name", "birth_date")


def duplicates_of(rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    """`rows` are persons' columns."""
    persons = [Person(**{name: row[name] for name in NEEDED if name in row}) for row in rows]
    return {
        person_id: [
            {"id": c.person_id, "person": c.person_id, "score": c.score, "reasons": list(c.reasons)}
            for c in candidates
        ]
        for person_id, candidates in possible_duplicates_of(persons).items()
    }
