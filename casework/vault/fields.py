"""A text field that is sealed at rest: AES-GCM, with the key's id in front and the row bound to it."""

import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from casework.vault.keys import ring

NONCE = 12


class Unreadable(Exception):
    """A sealed value that does not open: another key, another row, or damage. Never shown raw."""


def seal(text: str, *, bound_to: str) -> bytes:
    """One byte key id, 12 bytes nonce, then the ciphertext with its tag."""
    keys = ring()
    nonce = os.urandom(NONCE)
    sealed = AESGCM(keys.keys[keys.current]).encrypt(nonce, text.encode(), bound_to.encode())
    return bytes([keys.current]) + nonce + sealed


def unseal(sealed: bytes, *, bound_to: str) -> str:
    """The text; raises Unreadable."""
    key = ring().keys.get(sealed[0]) if sealed else None
    if key is None:
        raise Unreadable("sealed with a key that is not on the ring")
    try:
        opened = AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], bound_to.encode())
    except (InvalidTag, ValueError) as error:  # cut short: not even a nonce is left
        raise Unreadable("does not open for this row") from error
    return opened.decode()


@dataclass(frozen=True)
class Sealed:
    """What a query returns: opened with the id of the row it stands in."""

    blob: bytes
    column: str

    def open(self, row_id: UUID) -> str:
        return unseal(self.blob, bound_to=f"{self.column}:{row_id}")


class _Opened:
    """Opens the value on first use, for only the instance knows its row."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if self.name not in instance.__dict__:
            instance.refresh_from_db(fields=[self.name])
        value = instance.__dict__[self.name]
        if isinstance(value, Sealed):
            value = instance.__dict__[self.name] = value.open(instance.pk)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.name] = value


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Reads and writes text; stores bytes that open only in this column of this row."""

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _Opened(name))

    def column_name(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: Any, *args: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value), self.column_name())

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        text = getattr(model_instance, self.attname)
        if text is None:
            return None
        return seal(text, bound_to=f"{self.column_name()}:{model_instance.pk}")
