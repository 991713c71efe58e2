"""What no log may hold."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.utils.module_loading import import_string


@pytest.mark.parametrize(
    ("said", "arguments", "logged"),
    [
        ("%s: %s", ("Conflict", "/r/HgG9aoLN.x-7/en/"), "Conflict: /r/…/en/"),
        ('127.0.0.1 "GET /r/HgG9aoLN?x=1 HTTP/1.1" 200', (), '127.0.0.1 "GET /r/…?x=1 HTTP/1.1" 200'),
        ("100 % of /api/v1/people/", (), "100 % of /api/v1/people/"),
    ],
)
def test_the_key_of_a_link_stays_out(said: str, arguments: tuple[str, ...], logged: str) -> None:
    console = settings.LOGGING["handlers"]["console"]
    for name in console["filters"]:
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, said, arguments, None)
        assert import_string(settings.LOGGING["filters"][name]["()"])().filter(record)
        assert record.getMessage() == logged
