from __future__ import annotations

import mailbox
import smtplib
import subprocess
from email.message import EmailMessage
from time import monotonic, sleep

from local.home import LOOPBACK, Home
from tests.local.homes import begin


def connect(home: Home, process: subprocess.Popen[bytes]) -> smtplib.SMTP:
    give_up_at = monotonic() + 30
    while True:
        try:
            return smtplib.SMTP(LOOPBACK, home.port("mail"), timeout=10)
        except ConnectionRefusedError:
            assert process.poll() is None, (home.logs / "mail.log").read_text(encoding="utf-8")
            assert monotonic() < give_up_at
            sleep(0.05)


def test_mail_by_smtp_is_filed(home: Home) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "reminders@example.org", "nino@example.org", "Срок"
    message.set_content("Откройте дело.\n")

    with connect(home, begin(home, "mail")) as connection:
        connection.send_message(message, to_addrs=["nino@example.org", "levan@example.org"])

    (filed,) = list(mailbox.Maildir(home.mail, create=False))
    assert filed.get_all("Delivered-To") == ["nino@example.org", "levan@example.org"]
    assert filed["Return-Path"] == "<reminders@example.org>"
    payload = filed.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == "Откройте дело.\n"


def test_a_folder_that_was_emptied_is_filled_again(home: Home) -> None:
    home.mail.mkdir()

    with connect(home, begin(home, "mail")) as connection:
        connection.sendmail("reminders@example.org", ["nino@example.org"], "Subject: x\n\ny\n")

    assert len(list((home.mail / "new").iterdir())) == 1


def test_stops_in_order(home: Home) -> None:
    process = begin(home, "mail")
    connect(home, process).close()

    process.terminate()

    assert process.wait(10) == 0
