"""Who did it. A value, not a row: the trail outlives the people in it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    USER = "user"
    CLIENT = "client"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Actor:
    """`id` is a user's or client's id, or the name of a part of the system ("reminders")."""

    kind: ActorKind
    id: str
    organisation_id: UUID | None
    scopes: frozenset[str] = frozenset()

    @property
    def organisation(self) -> UUID:
        if self.organisation_id is None:
            raise ValueError(f"{self.kind} {self.id} acts for no organisation")
        return self.organisation_id

    def may(self, scope: str) -> bool:
        return scope in self.scopes


def system(name: str, organisation_id: UUID | None) -> Actor:
    return Actor(ActorKind.SYSTEM, name, organisation_id)
