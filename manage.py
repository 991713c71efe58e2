#!/usr/bin/env python
import os
import sys
from importlib.util import find_spec

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "DATABASE_URL" not in os.environ and find_spec("local"):
        join_the_running_instance()
    execute_from_command_line(sys.argv)


def join_the_running_instance() -> None:
    """On a machine where `make run` runs, commands work on that instance."""
    from local.home import UnableToStart  # not in production, where the environment says everything
    from local.instance import environment

    try:
        os.environ.update(environment())
    except UnableToStart as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
