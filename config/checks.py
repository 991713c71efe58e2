"""Bad configuration is found before the first request, not by it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning

from casework.reminders.mail import is_one_mailbox
from casework.reminders.wording import BROKEN
from casework.vault.keys import BadKey, blind_index_key, ring

SHORTEST_TOKEN = 32


def check_keys(**kwargs: Any) -> list[CheckMessage]:
    """Always: without its keys Casework can neither seal nor find."""
    found: list[CheckMessage] = []
    for name, read in (("CASEWORK_ENCRYPTION_KEYS", ring), ("CASEWORK_INDEX_KEY", blind_index_key)):
        try:
            read()
        except BadKey as error:
            found.append(Error(f"{name}: {error}.", id="casework.E001"))
    return found


def check_wordings(**kwargs: Any) -> list[CheckMessage]:
    """A warning, not an error: reminders in the fallback are better than none."""
    return [
        Warning(f"Reminders in {tag!r} cannot be written: {', '.join(names)}.", id="casework.W020")
        for tag, names in BROKEN.items()
    ]


def check_sender(**kwargs: Any) -> list[CheckMessage]:
    """Always: from anything else no mail server takes a reminder."""
    if is_one_mailbox(settings.DEFAULT_FROM_EMAIL):
        return []
    hint = "reminders@example.org, or: Open Door <reminders@example.org>"
    return [Error("DEFAULT_FROM_EMAIL is not one mailbox.", hint=hint, id="casework.E002")]


def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """With --deploy: nothing that `make run` relaxes for one machine may reach people in need."""
    found: list[CheckMessage] = []
    if settings.INSECURE_LOCAL:
        found.append(Error("CASEWORK_INSECURE_LOCAL is on: pages go without https.", id="casework.E010"))
    if settings.DEMO:
        found.append(Error("CASEWORK_DEMO is on: invented people, known passwords.", id="casework.E011"))
    if not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        found.append(
            Error("EMAIL_URL sends without TLS: use smtp+tls:// or smtp+ssl://.", id="casework.E012")
        )
    if settings.INSTANCE_NAME == settings.UNNAMED_INSTANCE:
        hint = "One name for all processes of an instance, and another for a copy of it (a rehearsal, say)."
        found.append(
            Error("CASEWORK_INSTANCE is not set: a copy could send mail.", hint=hint, id="casework.E013")
        )
    if 0 < len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        hint = "openssl rand -hex 32"
        found.append(
            Error("CASEWORK_METRICS_TOKEN is short enough to be guessed.", hint=hint, id="casework.E014")
        )
    if "owner" in settings.DATABASES:
        hint = "Give DATABASE_OWNER_URL only to `manage.py prepare_database`."
        found.append(
            Warning("This process could act as the owner of the tables.", hint=hint, id="casework.W010")
        )
    hint = "Put the admin behind a network or proxy that asks for one."
    found.append(Info("Sign-in has no second factor of its own yet.", hint=hint, id="casework.I010"))
    return found
