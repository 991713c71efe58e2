"""The channel that ships: SMTP, one recipient per transaction, a long wait for the last word.

The few headers of a letter are put together here from the library's encoders: its message classes take 0.9 ms
(`email.mime`) to 2.9 ms (`EmailMessage`) for one, as long as a mail server takes to store it.
"""

import logging
import re
import smtplib
import ssl
import time
from collections.abc import Mapping
from email import base64mime
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime, formataddr, getaddresses, parseaddr
from functools import lru_cache
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode

from casework.reminders.channels import Letter, Outcome, Result
from casework.reminders.policies import BEFORE_THE_MESSAGE, FINAL_REPLY_TIMEOUT, STEP_TIMEOUT

log = logging.getLogger(__name__)

# They speak of the session (a command out of place, TLS or a password asked for), not of this letter.
OF_THE_SESSION = frozenset({500, 502, 503, 504, 530, 534, 535, 538})


class NotTaken(Exception):
    """The server answered, and not with the code that goes on."""

    def __init__(self, code: int) -> None:
        refused = 500 <= code < 600 and code not in OF_THE_SESSION
        self.outcome = Outcome(Result.REFUSED if refused else Result.DEFERRED, f"SMTP {code}")


class Mail:
    """Keeps its connection from one letter to the next; a broken one is opened anew.

    Once a letter is taken, the sender of the next is announced without waiting: it is the same for all and
    names nobody, and the server deals with it while the ledger is written.
    """

    def __init__(self) -> None:
        self._open: smtplib.SMTP | None = None
        self._complained = False

    def send(self, letter: Letter) -> Outcome:
        begun = time.monotonic()
        try:
            to = _mailbox(letter.to)
        except (ValidationError, ValueError):
            return Outcome(Result.REFUSED, "address")
        try:
            server = self._begin()
        except (OSError, smtplib.SMTPException) as error:
            # Wrong password, no TLS, nobody there: nothing that this letter could help.
            self.close()
            self._complain(type(error).__name__)
            return Outcome(Result.DEFERRED, type(error).__name__)
        return self._transact(server, to, letter, begun + BEFORE_THE_MESSAGE.total_seconds())

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _complain(self, why: str) -> None:
        """Once for all letters of a round."""
        if not self._complained:
            self._complained = True
            log.error("the mail server takes nothing (%s): letters are tried again later", why)

    def _begin(self) -> smtplib.SMTP:
        """A connection that has taken MAIL FROM. One left from before may have been closed by the server."""
        if self._open is not None:
            try:
                if self._open.getreply()[0] == 250:
                    return self._open
            except (OSError, smtplib.SMTPException):
                pass
            self.close()
        self._open = connect()
        _announce(self._open)
        code, _ = self._open.getreply()
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, b"", sender())
        return self._open

    def _transact(self, server: smtplib.SMTP, to: Address, letter: Letter, until: float) -> Outcome:
        handed_over = False
        try:
            server.putcmd("RCPT", f"TO:<{to.addr_spec}>")
            payload = as_bytes(letter, to)  # while the server looks for the mailbox
            _expect(server.getreply()[0], 250, 251)
            if time.monotonic() > until:
                raise TimeoutError  # what is handed over now might be answered after the lease
            _expect(server.docmd("DATA")[0], 354)
            _patience(server, FINAL_REPLY_TIMEOUT.total_seconds())
            handed_over = True
            server.send(payload)
            code, _ = server.getreply()
            if code // 100 not in (2, 4, 5):
                raise smtplib.SMTPResponseException(code, b"")  # no answer to what was handed over
            _expect(code, *range(200, 300))
        except NotTaken as answer:
            self.close()
            return answer.outcome
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(Result.UNKNOWN if handed_over else Result.DEFERRED, type(error).__name__)
        except Exception:
            self.close()  # no letter, but the server has its recipient: the next one must not go there
            raise
        self._announce_next(server)
        return Outcome(Result.ACCEPTED)

    def _announce_next(self, server: smtplib.SMTP) -> None:
        """The letter before is taken whatever comes of it."""
        try:
            _patience(server, STEP_TIMEOUT.total_seconds())
            _announce(server)
        except (OSError, smtplib.SMTPException):
            self.close()


def _announce(server: smtplib.SMTP) -> None:
    server.putcmd("MAIL", f"FROM:<{sender()}>")


def connect() -> smtplib.SMTP:
    seconds = STEP_TIMEOUT.total_seconds()
    # A given name: asking the resolver for one's own can hang where there is none.
    name = domain()
    server: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        context = ssl.create_default_context()
        server = smtplib.SMTP_SSL(
            settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname=name, timeout=seconds, context=context
        )
    else:
        server = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname=name, timeout=seconds)
    try:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def sender() -> str:
    return _bare(settings.DEFAULT_FROM_EMAIL)


def is_one_mailbox(text: str) -> bool:
    """An address, or a name and an address in angle brackets."""
    try:
        [(_, address)] = getaddresses([text])
        _mailbox(address)
        return _as_lines({"From": _from_header(text)}).isascii()
    except (ValidationError, ValueError):
        return False


def domain() -> str:
    return sender().rpartition("@")[2] or "localhost"


def as_bytes(letter: Letter, to: Address) -> bytes:
    """The message with its dots doubled and its end. Raises ValueError for a header that is no header."""
    # The parts are base64, so nothing in them can be the boundary.
    boundary = f"=_{uuid4().hex}"
    headers = {
        "Subject": _subject(letter.subject),
        "From": _from_header(settings.DEFAULT_FROM_EMAIL),
        "To": to.addr_spec,
        "Date": format_datetime(letter.written_at),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    parts = [_part("plain", letter.text), _part("html", letter.html)]
    body = "".join(f"--{boundary}\r\n{part}" for part in parts) + f"--{boundary}--\r\n"
    payload = f"{_as_lines(headers)}\r\n{body}".encode("ascii")
    return re.sub(rb"(?m)^\.", b"..", payload) + b".\r\n"


# Thousands of letters have the same few subjects and the same sender.
@lru_cache(maxsize=256)
def _subject(text: str) -> str:
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


@lru_cache(maxsize=8)
def _from_header(text: str) -> str:
    name, address = parseaddr(text)[0], _bare(text)
    if name.isascii():
        return formataddr((name, address))
    return Header(name, "utf-8", header_name="From").encode(linesep="\r\n") + f" <{address}>"


@lru_cache(maxsize=8)
def _bare(text: str) -> str:
    """`vera@mail.example` of `Vera <vera@mail.example>`, as a mail server reads it."""
    local, at, host = parseaddr(text)[1].rpartition("@")
    return f"{local}{at}{punycode(host)}"


def _part(kind: str, text: str) -> str:
    headers = {"Content-Type": f'text/{kind}; charset="utf-8"', "Content-Transfer-Encoding": "base64"}
    encoded = base64mime.body_encode(text.encode(), eol="\r\n")
    return f"{_as_lines(headers)}\r\n{encoded}"


def _as_lines(headers: Mapping[str, str]) -> str:
    for name, value in headers.items():
        if re.search(r"[\r\n](?![ \t])|[\r\n]\s*\Z", value.replace("\r\n", "\n")):
            raise ValueError(f"{name} would begin another header")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


def _mailbox(address: str) -> Address:
    """One mailbox, nothing that could begin another header or another command."""
    validate_email(address)
    local, _, host = address.rpartition("@")
    local.encode("ascii")  # the validator ignores case, and so takes two letters that only look like ours
    return Address(username=local, domain=punycode(host))


def _expect(code: int, *wanted: int) -> None:
    if code not in wanted:
        raise NotTaken(code)


def _patience(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)
