"""`python -m local.start NAME`: become one program of a home. The supervisor calls nothing else.

Its configuration therefore holds no path and no secret, and a program that died is started again only after
what it left behind (a web server's workers, say) is gone.
"""

import os
import signal
import sys
from pathlib import Path

from local import postgres, processes, programs, valkey
from local.home import Home, UnableToStart


def become(name: str, home: Home, careless: bool) -> None:
    # Already now: making the data of a database takes a while.
    processes.follow_parent(signal.SIGTERM)
    processes.end_leftovers(home, name)
    if name == "postgres":
        postgres.prepare(home, careless=careless)
    if name == "valkey":
        valkey.prepare(home, careless=careless)
    program = programs.describe(name, home, os.environ)
    # Kept across exec, but not across a change of the user id: `as_user` asks for it again.
    processes.follow_parent(signal.SIGINT if name == "postgres" else signal.SIGTERM)
    os.umask(0o077)
    os.chdir(program.folder)
    os.execve(program.argv[0], program.argv, program.environment)  # noqa: S606


def main() -> int:
    home = Home(Path(os.environ["CASEWORK_HOME"]))
    try:
        become(sys.argv[1], home, bool(os.environ.get("CASEWORK_CARELESS")))
    except UnableToStart as problem:
        print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
