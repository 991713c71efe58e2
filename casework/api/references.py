"""Ids in a body: each names a row of the caller's organisation, or is refused where it stands."""

from typing import TypeVar
from uuid import UUID

from django.db import models

from casework.accounts.models import User
from casework.audit.actors import Actor
from casework.refusals import Fault, Invalid

M = TypeVar("M", bound=models.Model)


class NoSuchReference(Invalid):
    """An id in a body that names nothing of this organisation."""


class References:
    """What another organisation has and what nobody has are refused alike."""

    @property
    def by(self) -> Actor:
        raise NotImplementedError

    def referenced(self, model: type[M], id: UUID | None, pointer: str) -> M:
        """A row of this organisation that a body names, held while it is pointed at."""
        rows = model._default_manager.filter(organisation_id=self.by.organisation, pk=id)
        found = rows.select_for_update(no_key=True).first()
        if found is None:
            raise NoSuchReference(Fault(pointer, "There is no such thing here."))
        return found

    def colleague(self, id: UUID | None, pointer: str = "/assigned_to") -> User | None:
        """Somebody of this organisation who may be given work."""
        if id is None:
            return None
        user = User.objects.filter(organisation_id=self.by.organisation, pk=id, is_active=True).first()
        if user is None:
            raise NoSuchReference(Fault(pointer, "There is no such colleague here."))
        return user
