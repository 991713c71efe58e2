"""For `manage.py` on a machine where `make run` runs: the environment of that instance."""

import os

from local.home import REPOSITORY, Home, UnableToStart, is_free
from local.programs import application_environment


def environment() -> dict[str, str]:
    """What Django needs to work on the instance in CASEWORK_HOME. Raises UnableToStart where none runs."""
    home = Home((REPOSITORY / (os.environ.get("CASEWORK_HOME") or "var")).resolve())
    try:
        running = not is_free(home.port("postgres"))
    except KeyError:
        running = False
    if not running:
        raise UnableToStart(
            f"No Casework runs in {home.path}: start it with `make run`, or set DATABASE_URL, "
            "REDIS_URL, SECRET_KEY, CASEWORK_ENCRYPTION_KEYS and CASEWORK_INDEX_KEY."
        )
    return application_environment(home, os.environ)
