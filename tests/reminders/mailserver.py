"""A real SMTP server on the loopback address that answers as the test says."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings


class Answers:
    """`to_…` are answers to give instead of taking; one is used up per mail. "hang up" ends the connection."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.to_sender: list[str] = []
        self.to_recipient: list[str] = []
        self.to_message: list[str] = []

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_sender.pop(0) if self.to_sender else "250 OK"
        if answer == "hang up":
            server.transport.close()
        elif answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_message:
            answer = self.to_message.pop(0)
            if answer == "hang up":
                server.transport.close()
            return answer
        message: Any = email.message_from_bytes(envelope.original_content or b"", policy=default)
        self.taken.append((list(envelope.rcpt_tos), message))
        return "250 filed"

    def mails_to(self, address: str) -> list[EmailMessage]:
        return [message for recipients, message in self.taken if recipients == [address]]


class NamedController(Controller):
    """Does not ask the resolver for this machine's name."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="localhost", enable_SMTPUTF8=True)


@contextmanager
def mail_server(answers: Answers | None = None) -> Iterator[Answers]:
    answers = answers or Answers()
    controller = NamedController(answers, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        with override_settings(
            EMAIL_HOST="127.0.0.1", EMAIL_PORT=controller.port, EMAIL_HOST_USER="", EMAIL_HOST_PASSWORD="",
            EMAIL_USE_TLS=False, EMAIL_USE_SSL=False, DEFAULT_FROM_EMAIL="reminders@casework.example",
            BASE_URL="https://casework.example",
        ):  # fmt: skip
            yield answers
    finally:
        controller.stop()


def _free_port() -> int:

    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
