"""Databases for the tests: a template built by the owner once per run, and clones of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from casework.accounts.database import grant_to_application
from casework.reminders.instance import adopt


@dataclass(frozen=True)
class RealDatabase:
    """A database of its own, with real commits. The URLs are for processes that a test starts."""

    name: str

    @property
    def url(self) -> str:
        """For the application's role."""
        return _pointed_at(os.environ["DATABASE_URL"], self.name)

    @property
    def owner_url(self) -> str:
        return _pointed_at(os.environ["DATABASE_OWNER_URL"], self.name)

    def environ(self) -> dict[str, str]:
        """The environment for a process that works on this database."""
        return {**os.environ, "DATABASE_URL": self.url, "DATABASE_OWNER_URL": self.owner_url}

    def as_owner(self) -> psycopg.Connection:
        """A connection of the tables' owner, each statement its own transaction. Close it."""
        return psycopg.connect(self.owner_url, autocommit=True)


def build_template(name: str) -> None:
    """Migrated by the owner, granted to the application, the law loaded. Nobody stays connected."""
    _administer("CREATE DATABASE {}", name)
    with pointed_at(name):
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        grant_to_application()
        call_command("load_stay_rules", verbosity=0)
        call_command("load_work_rules", verbosity=0)


@contextmanager
def cloned(template: str, name: str) -> Iterator[RealDatabase]:
    clone(template, name)
    try:
        with pointed_at(name):
            adopt()  # to the reminders a clone is a copy of somebody else's database
            yield RealDatabase(name)
    finally:
        drop(name)


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Both connections of this process, and those of its later threads, lead to this database."""
    before = connections.settings["default"]["NAME"]
    lead_to(name)
    try:
        yield
    finally:
        lead_to(before)


def lead_to(name: str) -> None:
    # One dictionary serves the settings and each thread's connection alike.
    for alias in connections:
        connections[alias].close()
        connections.settings[alias]["NAME"] = name


def clone(template: str, name: str) -> None:
    _administer("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop(name: str) -> None:
    """Fails after five seconds while a test has left somebody connected."""
    _administer("DROP DATABASE IF EXISTS {}", name)


def _administer(statement: LiteralString, *names: str) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _pointed_at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
