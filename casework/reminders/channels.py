"""What a way to reach people is to the ledger: one letter goes in, one of four outcomes comes out."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class Result(Enum):
    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # not taken, may be taken later
    REFUSED = "refused"  # not taken, never will be
    UNKNOWN = "unknown"  # handed over, but no answer came


@dataclass(frozen=True)
class Outcome:
    """`note` is a code of the channel ("SMTP 550"), never the other side's words: they carry addresses."""

    result: Result
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """To one recipient. `message_id` is the same at each attempt, so that a reader can show one copy."""

    to: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    written_at: datetime


class Channel(Protocol):
    """Never raises for what the other side does: that is an outcome."""

    def send(self, letter: Letter) -> Outcome: ...

    def close(self) -> None: ...
