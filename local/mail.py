"""The mail catcher: a real SMTP server on the loopback address that puts everything into a Maildir."""

import argparse
import asyncio
import mailbox
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from local.home import LOOPBACK


class IntoMaildir:
    """Files one copy per mail, with the envelope in its first lines as a mail server would put it."""

    def __init__(self, folder: Path) -> None:
        # Made here: the library makes them only together with a folder that is not there yet.
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mailbox = mailbox.Maildir(folder, create=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        lines = [
            f"Return-Path: <{envelope.mail_from or ''}>",
            *(f"Delivered-To: {to}" for to in envelope.rcpt_tos),
        ]
        content = envelope.original_content or b""
        self._mailbox.add("\r\n".join([*lines, ""]).encode() + content)
        return "250 filed"


async def catch(port: int, folder: Path) -> None:
    """Catch mail until SIGTERM or SIGINT."""
    handler = IntoMaildir(folder)
    loop = asyncio.get_running_loop()
    # A given host name: looking up one's own can hang for seconds where there is no name server.
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", enable_SMTPUTF8=True), LOOPBACK, port
    )
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.mail", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--maildir", type=Path, required=True)
    arguments = parser.parse_args()
    asyncio.run(catch(arguments.port, arguments.maildir))


if __name__ == "__main__":
    main()
