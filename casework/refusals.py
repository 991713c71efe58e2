"""What an operation says when it refuses: which field, and a sentence that a caseworker understands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Fault:
    """`pointer` is an RFC 6901 JSON pointer into what was asked ("/person/birth_date")."""

    pointer: str
    detail: str


class Refused(Exception):
    """The parent of every named failure. Nothing was stored."""

    status = 400
    title = "This cannot be done as asked"

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults))
        self.faults = faults


class Invalid(Refused):
    """The request's values are not possible."""


class Conflict(Refused):
    """The values are possible, but not beside what is stored."""

    status = 409
    title = "This does not fit what is recorded"


@contextmanager
def under(prefix: str) -> Iterator[None]:
    """Whoever composes operations knows under which name a part was asked for."""
    try:
        yield
    except Refused as refused:
        refused.faults = tuple(replace(f, pointer=prefix + f.pointer) for f in refused.faults)
        raise


class Faults:
    """Collects every fault of a request before refusing it: a clerk mends a form once."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, pointer: str, detail: str) -> None:
        self.found.append(Fault(pointer, detail))

    def check(self, holds: bool, pointer: str, detail: str) -> None:
        if not holds:
            self.add(pointer, detail)

    def refuse(self) -> None:
        if self.found:
            raise Invalid(*self.found)
